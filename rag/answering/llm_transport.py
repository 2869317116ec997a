"""The HTTP client under the OpenAI client: how much it reads, and when another try is pointless."""

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx2

from rag.openai_server import http_client


class _BoundedStream(httpx2.SyncByteStream):
    """A reply that ends, without an error, once it has given so many bytes: what is cut off fails
    to parse, and no retry asks for it again."""

    def __init__(self, stream: httpx2.SyncByteStream, most: int) -> None:
        self._stream = stream
        self._left = most

    def __iter__(self) -> Iterator[bytes]:
        for block in self._stream:
            yield block[: self._left]
            self._left -= len(block)
            if self._left <= 0:
                return

    def close(self) -> None:
        self._stream.close()


def bounded_client(server: str, seconds: float, most: int) -> httpx2.Client:
    """An HTTP client that reads at most so many bytes of a reply. seconds: for each wait on the
    network, and for all tries together: a server that asks to be left alone for longer than what
    is left of them is not asked again, so that its failure is told at once."""
    deadline = time.monotonic() + seconds

    def bound(response: httpx2.Response) -> None:
        if isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = _BoundedStream(response.stream, most)
        if _wait(response.headers) > max(deadline - time.monotonic(), 0):
            # The OpenAI client's own word for it.
            response.headers["x-should-retry"] = "false"

    return http_client(server, timeout=seconds, on_response=[bound])


def _wait(headers: httpx2.Headers) -> float:
    """The seconds that a server asks to be left alone for; 0 where it doesn't say."""
    for name, divisor in (("retry-after-ms", 1000), ("retry-after", 1)):
        said = headers.get(name, "")
        try:
            return float(said) / divisor
        except ValueError:
            continue
    try:
        return parsedate_to_datetime(headers.get("retry-after", "")).timestamp() - time.time()
    except (ValueError, OverflowError):
        return 0.0
