"""What a request must be to get in: meant for this server, known, and not one of too many."""

import time
from urllib.parse import urlsplit

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.faces.api.auth import Caller, Headers, caller_of, check
from rag.faces.api.errors import ApiError
from rag.faces.api.options import LOOPBACK_NAMES, ServeOptions, is_loopback
from store.keys import KeyStore

COUNTED = ("/api/", "/v1/", "/mcp")
"""The beginnings of paths whose requests count against the rate."""
MOUNTED = "/mcp"
"""The path of an app of its own, which no route's dependencies guard."""

_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))


class Access:
    """ASGI middleware: Host, origin, key and rate of every request, before its body is read.

    Leaves the caller in the request's state. Raises ApiError.
    """

    def __init__(self, app: ASGIApp, options: ServeOptions, keys: KeyStore) -> None:
        self._app = app
        self._options = options
        self._keys = keys
        self._hosts = frozenset((*LOOPBACK_NAMES, *map(str.lower, options.allow_hosts)))
        # Elsewhere a key is needed, which a page that takes over a name doesn't have.
        self._checks_host = is_loopback(options.host) or bool(options.allow_hosts)
        self._rate = RateLimitItemPerMinute(options.rate) if options.rate else None
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = scope["headers"]
            self._check_host(headers)
            caller = caller_of(headers, self._keys, required=self._options.keys_required)
            scope.setdefault("state", {})["caller"] = caller
            if scope["path"].startswith(COUNTED):
                self._check_rate(caller, scope)
            if scope["method"] not in _SAFE and caller.key_id is None:
                self._check_origin(headers)
            if scope["path"].startswith(MOUNTED):
                check(caller, "read")
        await self._app(scope, receive, send)

    def _check_host(self, headers: Headers) -> None:
        """Keeps out pages whose own name leads here (DNS rebinding)."""
        host = _header(headers, b"host")
        if self._checks_host and _name(host) not in self._hosts:
            raise ApiError(
                403,
                "UnknownHost",
                f"this server doesn't go by the name {host!r}; --allow-host NAME lets it",
            )

    def _check_origin(self, headers: Headers) -> None:
        """Keeps other sites' pages from using a browser that may get in without a key."""
        origin = _header(headers, b"origin")
        if origin and origin in self._options.allow_origins:
            return
        site = _header(headers, b"sec-fetch-site")
        own = not origin or is_of(origin, _header(headers, b"host"))
        if not own or site in ("cross-site", "same-site"):
            raise ApiError(
                403,
                "CrossSite",
                "a page of another site may not do this; --allow-origin ORIGIN lets it",
            )

    def _check_rate(self, caller: Caller, scope: Scope) -> None:
        if self._rate is None:
            return
        client = scope.get("client") or ("", 0)
        who = caller.key_id or client[0]
        if not self._limiter.hit(self._rate, who):
            reset = self._limiter.get_window_stats(self._rate, who).reset_time
            raise ApiError(
                429,
                "RateLimited",
                f"more than {self._options.rate} requests a minute; slow down",
                {"Retry-After": str(max(1, round(reset - time.time())))},
            )


def is_of(origin: str, host: str) -> bool:
    """Whether an Origin header names the server that a Host header names."""
    try:
        return urlsplit(origin).netloc == host
    except ValueError:
        return False


def _header(headers: Headers, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in headers if name == wanted), "")


def _name(host: str) -> str:
    """The name in a Host header, without its port and the brackets of IPv6."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""
