"""The HTTP client under the OpenAI client, with a bound on what a server may send."""

from collections.abc import Iterator

import httpx2
from openai import DefaultHttpxClient

REPLY_BYTES = 2_000_000  # far over any answer; an endless reply must not fill the memory


class _BoundedStream(httpx2.SyncByteStream):
    """A reply that ends, without an error, once it has given REPLY_BYTES: what is cut off fails to
    parse, and no retry asks for it again."""

    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        left = REPLY_BYTES
        for block in self._stream:
            yield block[:left]
            left -= len(block)
            if left <= 0:
                return

    def close(self) -> None:
        self._stream.close()


def bounded_client(seconds: float) -> httpx2.Client:
    """An HTTP client that reads at most REPLY_BYTES of a reply; seconds: for each wait on the
    network."""
    return DefaultHttpxClient(timeout=seconds, event_hooks={"response": [_bound]})


def _bound(response: httpx2.Response) -> None:
    if isinstance(response.stream, httpx2.SyncByteStream):
        response.stream = _BoundedStream(response.stream)
