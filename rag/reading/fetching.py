"""Web addresses to bytes: bounded in size and time, and kept off addresses that aren't public.

A host is resolved once for each request, its address is checked, and the connection goes to that
address; a name that means another address a moment later (DNS rebinding) leads nowhere else. Every
redirect is followed the same way. No proxy is used, and no cookie is kept.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

from rag import __version__
from rag.errors import ReadingError
from rag.openai_server import within
from rag.reading.addresses import Address, is_public, resolve

if TYPE_CHECKING:
    import httpx2

USER_AGENT = f"newsdesk/{__version__} (reads single pages and feeds for their reader)"
REDIRECTS = 5
_REDIRECTED = (301, 302, 303, 307, 308)
_PORTS = {"http": 80, "https": 443}
# How replies may be packed: what is packed twice, or in other ways, may unpack to a million times
# its size at once.
_PACKED = ("", "identity", "gzip", "x-gzip", "deflate")
_LONGEST_URL = 4000
_LONGEST_TOKEN = 1000
_CONNECT = 10.0


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """allow_private: whether addresses that aren't public are fetched. bytes: of one reply,
    unpacked. seconds: for one URL, redirects included. delay: seconds between two requests to one
    public host."""

    allow_private: bool = False
    bytes: int = 8 * 1024 * 1024
    seconds: float = 30.0
    delay: float = 1.0


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server names a version of a page by (RFC 9110, 8.8), sent back to ask for news."""

    etag: str = ""
    last_modified: str = ""


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A reply. url: where it came from in the end. unchanged: it is still the version that the
    validators named, and `data` is empty. media_type: in lower case, without parameters."""

    url: str
    data: bytes
    media_type: str
    charset: str
    validators: Validators
    unchanged: bool = False


class StatusError(ReadingError):
    """A server's answer other than a page. status: of HTTP."""

    def __init__(self, status: int) -> None:
        super().__init__(f"its server answers HTTP {status}; check the address, or try later")
        self.status = status


class Fetcher:
    """Fetches URLs one after the other."""

    def __init__(
        self,
        limits: FetchLimits = FetchLimits(),
        *,
        public: Callable[[Address], bool] = is_public,
        resolve: Callable[[str, int], list[Address]] = resolve,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """public: which addresses are. resolve: gives a host's addresses. pause: waits."""
        self.limits = limits
        self._public = public
        self._resolve = resolve
        self._pause = pause
        self._asked_at: dict[str, float] = {}

    def fetch(self, url: str, known: Validators = NO_VALIDATORS) -> Fetched:
        """What stands at a URL. known: of the version that is there already.

        Raises ReadingError that says what is wrong: the URL, an address that isn't public, a
        redirect too many, or a reply over a limit; StatusError where the status isn't 200.
        """
        try:
            return self._followed(without_fragment(url), known)
        except OSError as error:
            raise ReadingError(
                f"it can't be fetched ({_reason(error)}); check the address"
            ) from None

    def _followed(self, url: str, known: Validators) -> Fetched:
        deadline = time.monotonic() + self.limits.seconds
        for _ in range(REDIRECTS + 1):
            scheme, host, port = _checked(url)
            addresses = self._addresses(host, port)
            self._wait_for(host, addresses)
            seconds = max(deadline - time.monotonic(), 0.0)
            request = _Request(url, scheme, host, port, addresses, known, deadline)
            try:
                reply = within(seconds, partial(_get, request, self.limits.bytes))
            except TimeoutError:
                raise ReadingError(
                    f"it gave no whole reply within {self.limits.seconds:g} s; try again later"
                ) from None
            if isinstance(reply, Fetched):
                return reply
            url = without_fragment(urljoin(url, reply))
        raise ReadingError(f"it redirects more than {REDIRECTS} times; give the page's own address")

    def _addresses(self, host: str, port: int) -> list[Address]:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise ReadingError(
                f"its host {host} isn't found ({_reason(error)}); check the address"
            ) from None
        refused = [address for address in addresses if not self._public(address)]
        if refused and not self.limits.allow_private:
            raise ReadingError(
                f"it leads to {refused[0]}, which is no public address; give --allow-private to"
                " fetch from your own network"
            )
        return addresses

    def _wait_for(self, host: str, addresses: list[Address]) -> None:
        """Waits until a public host may be asked again."""
        if not all(map(self._public, addresses)):
            return
        now = time.monotonic()
        wait = self._asked_at.get(host, now - self.limits.delay) + self.limits.delay - now
        if wait > 0:
            self._pause(wait)
        self._asked_at[host] = time.monotonic()


@dataclass(frozen=True, slots=True)
class _Request:
    url: str
    scheme: str
    host: str
    port: int
    addresses: list[Address]
    known: Validators
    deadline: float


def without_fragment(url: str) -> str:
    """The URL without what stands after #, which no server is sent."""
    return url.strip().partition("#")[0]


def _checked(url: str) -> tuple[str, str, int]:
    """A URL's scheme, host and port. Raises ReadingError for one that isn't fetched."""
    if len(url) > _LONGEST_URL or any(c.isspace() or not c.isprintable() for c in url):
        raise ReadingError("its address is no URL; give one that begins with http:// or https://")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ReadingError("its address can't be read; check its brackets and port") from None
    if parts.scheme not in _PORTS:
        raise ReadingError(
            f"it leads to {parts.scheme or 'no'}: address; only http and https are fetched"
        )
    if not host:
        raise ReadingError("its address names no host; check it")
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise ReadingError("its address names a host that can't be; check it") from None
    if parts.username is not None or parts.password is not None:
        raise ReadingError("its address holds a user name or password; pages are fetched without")
    return parts.scheme, host, port or _PORTS[parts.scheme]


def _get(request: _Request, most: int) -> Fetched | str:
    """The reply to one request, or where it redirects to."""
    import httpx2  # heavy: loaded on first use

    failure: Exception | None = None
    with httpx2.Client(trust_env=False, follow_redirects=False) as client:
        for address in request.addresses:
            try:
                return _get_from(client, request, address, most)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failure = error
            except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
                raise ReadingError(
                    f"it can't be fetched ({_reason(error)}); try again later"
                ) from None
    raise ReadingError(
        f"its server can't be reached ({_reason(failure)}); check the address and the network"
    )


def _get_from(
    client: "httpx2.Client", request: _Request, address: Address, most: int
) -> Fetched | str:
    parts = urlsplit(request.url)
    literal = f"[{address}]" if address.version == 6 else str(address)
    target = urlunsplit((parts.scheme, f"{literal}:{request.port}", parts.path, parts.query, ""))
    seconds = max(request.deadline - time.monotonic(), 0.001)
    with client.stream(
        "GET",
        target,
        headers=_headers(request),
        # The certificate must be the host's, whose name the address stands for.
        extensions={
            "sni_hostname": request.host,
            "timeout": {
                "connect": min(seconds, _CONNECT),
                **dict.fromkeys(("read", "write", "pool"), seconds),
            },
        },
    ) as response:
        if response.status_code in _REDIRECTED and "location" in response.headers:
            return str(response.headers["location"])
        return _fetched(request, response, most)


def _headers(request: _Request) -> dict[str, str]:
    host = f"[{request.host}]" if ":" in request.host else request.host
    default = request.port == _PORTS[request.scheme]
    headers = {
        "Host": host if default else f"{host}:{request.port}",
        "User-Agent": USER_AGENT,
        "Accept": "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml,"
        " */*;q=0.5",
        "Accept-Language": "zh, en;q=0.5",
        "Accept-Encoding": "gzip, deflate",
    }
    if request.known.etag:
        headers["If-None-Match"] = request.known.etag
    if request.known.last_modified:
        headers["If-Modified-Since"] = request.known.last_modified
    return headers


def _fetched(request: _Request, response: "httpx2.Response", most: int) -> Fetched:
    validators = Validators(
        _token(response.headers.get("etag", "")), _token(response.headers.get("last-modified", ""))
    )
    if response.status_code == 304 and request.known != NO_VALIDATORS:
        return Fetched(request.url, b"", "", "", request.known, unchanged=True)
    if response.status_code != 200:
        raise StatusError(response.status_code)
    packed = response.headers.get("content-encoding", "").strip().lower()
    if packed not in _PACKED:
        raise ReadingError(f"it comes packed as {packed[:40]!r}, which isn't unpacked")
    media_type, charset = _content_type(response.headers.get("content-type", ""))
    data = bytearray()
    for block in response.iter_bytes():
        data += block
        if len(data) > most:
            raise ReadingError(f"it is larger than {most:,} bytes; save it and give a part of it")
        if time.monotonic() > request.deadline:
            raise TimeoutError
    return Fetched(request.url, bytes(data), media_type, charset, validators)


def _token(value: str) -> str:
    """A validator as it may be sent back; empty for one that no header may hold."""
    return value if len(value) <= _LONGEST_TOKEN and value.isascii() and value.isprintable() else ""


def _content_type(value: str) -> tuple[str, str]:
    """The media type and the charset that a Content-Type header names."""
    message = Message()
    message["content-type"] = value[:500]
    media_type = message.get_content_type() if value else ""
    charset = message.get_content_charset("") if value else ""
    return media_type, charset


def _reason(error: object) -> str:
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(said).split())[:200]
