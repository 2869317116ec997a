"""A server that speaks the OpenAI protocol: its address, a call's time, and what its failures mean.

The language model and the embeddings stand on it alike. No text made here holds a key or password.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from rag.server_secrets import PORTS, credentials_in, hidden

if TYPE_CHECKING:
    import httpx2

DEFAULT_SERVER = "https://api.openai.com/v1"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, worded to follow the server's address, and what to do about it."""

    what: str
    remedy: str


def explain(error: Exception, seconds: float, setting: str, secrets: Sequence[str]) -> Failure:
    """What an error of the client, or a TimeoutError of `within`, means.

    seconds: the time that the call had. setting: what names the model, with its value. secrets:
    what the server's words are told without.
    """
    # heavy: loaded on first use
    import openai

    said = hidden(words_of(error), secrets)
    match error:
        case TimeoutError() | openai.APITimeoutError():
            return Failure(f"gave no answer within {seconds:g} s", "check the server, or try again")
        case openai.APIConnectionError():
            cause = hidden(str(error.__cause__ or error), secrets)
            return Failure(f"can't be reached ({cause})", "check OPENAI_BASE_URL and the network")
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return Failure(f"refused the key ({said})", "check OPENAI_API_KEY")
        case openai.NotFoundError():
            return Failure(
                f"knows no such model or address ({said})",
                f"check {setting} and OPENAI_BASE_URL",
            )
        case openai.RateLimitError():
            return Failure(
                f"takes no more requests for the moment ({said})",
                "wait, or check the account's quota",
            )
        case openai.APIStatusError():
            return Failure(f"answered HTTP {error.status_code} ({said})", "try later")
        case _:
            return Failure(f"failed ({said})", "try again, or take another server")


def http_client(
    server: str,
    *,
    timeout: float | None = None,
    on_response: Sequence[Callable[["httpx2.Response"], None]] = (),
) -> "httpx2.Client":
    """What the OpenAI client sends its requests with, to the address as it is shown: the user name
    and password go in a header, and the parameters into the request alone, so that neither stands
    in the address that the client logs. timeout: seconds for each wait on the network."""
    # heavy: loaded on first use
    import httpx2
    from openai import DEFAULT_TIMEOUT, DefaultHttpxClient

    own = httpx2.URL(server.strip())
    parameters = own.query

    def add(request: "httpx2.Request") -> None:
        path = request.url.raw_path
        # A redirection may lead to another server, which is told nothing.
        there = (request.url.host, request.url.port)
        if there == (own.host, own.port) and parameters not in path:
            path += (b"&" if b"?" in path else b"?") + parameters
        request.extensions = {**request.extensions, "target": path}

    return DefaultHttpxClient(
        timeout=DEFAULT_TIMEOUT if timeout is None else timeout,
        auth=credentials_in(server),
        event_hooks={"request": [add] if parameters else [], "response": [*on_response]},
    )


def within(seconds: float, call: Callable[[], _T]) -> _T:
    """The result of a call, or TimeoutError once the seconds are over, whatever it hangs on: a
    server that drips bytes outlives every timeout on single reads. The thread is left to end by
    itself, when its connection is closed."""
    outcome: Future[_T] = Future()

    def work() -> None:
        try:
            outcome.set_result(call())
        except BaseException as error:  # handed to the caller, who raises it
            outcome.set_exception(error)

    Thread(target=work, name="openai-server", daemon=True).start()
    return outcome.result(timeout=seconds)


def streamed_within(seconds: float, produce: Callable[[], Iterator[_T]]) -> Iterator[_T]:
    """The items of a call, each as it comes, or TimeoutError once the seconds are over, as `within`
    has it; what came in time is given first. The call stops at its next item after the last one
    that is asked for."""
    deadline = time.monotonic() + seconds
    items: SimpleQueue[_T | _End] = SimpleQueue()
    unwanted = Event()

    def work() -> None:
        try:
            for item in produce():
                if unwanted.is_set() or time.monotonic() > deadline:
                    raise TimeoutError
                items.put(item)
            items.put(_End(None))
        except BaseException as error:  # handed to the caller, who raises it
            items.put(_End(error))

    Thread(target=work, name="openai-server", daemon=True).start()
    try:
        while True:
            try:
                item = items.get(timeout=max(deadline - time.monotonic(), 0))
            except Empty:
                raise TimeoutError from None
            if not isinstance(item, _End):
                yield item
            elif item.error is not None:
                raise item.error
            else:
                return
    finally:
        unwanted.set()


@dataclass(frozen=True, slots=True)
class _End:
    """What stands after the last item of a call: its error, if it raised one."""

    error: BaseException | None


def unusable(server: str, key: str) -> Failure | None:
    """Why nothing can be sent to this address with this key; None where it can."""
    problem = _address_problem(server)
    if problem is not None:
        return Failure(f"can't be asked ({problem})", "check OPENAI_BASE_URL")
    if not (key.isascii() and key.isprintable()):
        return Failure(
            "can't be sent the key, which holds characters that no key has", "check OPENAI_API_KEY"
        )
    return None


def _address_problem(server: str) -> str | None:
    import httpx2  # heavy: loaded on first use

    try:
        parts = urlsplit(server)
        _ = parts.port  # raises where it is no number of a port
        httpx2.URL(server)
    except (ValueError, httpx2.InvalidURL):
        # Not in the library's words: they may quote a part of a password.
        return "its address can't be read: check its brackets and port"
    if parts.scheme not in PORTS:
        return "its address must begin with http:// or https://"
    return None if parts.hostname else "its address names no host"


def words_of(error: Exception) -> str:
    """What a server said about an error, without the client's own wrapping."""
    body = getattr(error, "body", None)
    if isinstance(body, Mapping) and isinstance(body.get("message"), str):
        return str(body["message"])
    return str(error)
