"""Streamed replies of the fake server: server-sent events, and what can go wrong with them."""

import json
import socket
from collections.abc import Callable
from threading import Event
from typing import Any

from tests.fake_openai.server import Exchange, Reply, Write, says

Step = Callable[[Exchange], None]
"""One thing that a server does in the middle of a stream."""

USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


def streams(
    text: str | Write, size: int = 3, finish_reason: str = "stop", usage: bool = True
) -> Reply:
    """Answers with a text, or with what a function writes to the request, in pieces of so many
    characters where a stream is asked for; else whole. usage: given where it is asked for, as the
    protocol has it."""

    def stream(exchange: Exchange) -> None:
        written = text if isinstance(text, str) else text(exchange.body)
        pieces = [written[place : place + size] for place in range(0, len(written), size)]
        end = finishes(finish_reason, usage=usage)
        sent(*map(says_piece, pieces), end, done)(exchange)

    return where_asked(stream, says(text, finish_reason))


def streams_until(text: str | Write, marker: str, *then: Step) -> Reply:
    """Streams a text up to the end of a marker in it, and then takes these steps; the rest of the
    text, its end and the end of the stream follow only a step that lets the stream go on."""

    def stream(exchange: Exchange) -> None:
        written = text if isinstance(text, str) else text(exchange.body)
        place = written.index(marker) + len(marker)
        sent(says_piece(written[:place]), *then, says_piece(written[place:]), finishes(), done)(
            exchange
        )

    return where_asked(stream, says(text))


def breaks(exchange: Exchange) -> None:
    """Breaks the connection."""
    exchange.wfile.flush()
    exchange.connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError


def where_asked(stream: Reply, whole: Reply) -> Reply:
    """One reply where a stream is asked for, another where none is."""
    return lambda exchange: (stream if exchange.body.get("stream") else whole)(exchange)


def sent(*steps: Step, kind: str = "text/event-stream") -> Reply:
    """A stream of these steps, which ends as the protocol under it has it."""

    def reply(exchange: Exchange) -> None:
        _open(exchange, kind)
        for step in steps:
            step(exchange)
        exchange.wfile.write(b"0\r\n\r\n")

    return reply


def goes_on(step: Step) -> Step:
    """The same step again and again, as long as it is taken."""

    def forever(exchange: Exchange) -> None:
        while not exchange.server.closing.is_set():
            step(exchange)

    return forever


def says_piece(text: str) -> Step:
    return event(_chunk(choices=[_choice({"content": text})]))


def finishes(reason: str = "stop", *, usage: bool = True) -> Step:
    """The last events of an answer: why it ends, and the usage where that is asked for."""

    def step(exchange: Exchange) -> None:
        event(_chunk(choices=[_choice({}, reason)]))(exchange)
        if usage and exchange.body.get("stream_options", {}).get("include_usage"):
            event(_chunk(choices=[], usage=USAGE))(exchange)

    return step


def event(value: object) -> Step:
    """One event with a JSON value."""
    return data(json.dumps(value, ensure_ascii=False))


def data(text: str) -> Step:
    """One event with any data at all."""
    return lambda exchange: _write(exchange, f"data: {text}\n\n".encode())


def raw(block: bytes) -> Step:
    """Bytes that need be no event."""
    return lambda exchange: _write(exchange, block)


done: Step = data("[DONE]")


def waits_for(signal: Event) -> Step:
    """Goes on once a test says so."""
    return lambda exchange: _wait(signal)


def waits(exchange: Exchange) -> None:
    """Sends nothing more."""
    exchange.server.closing.wait(30)


def slow(seconds: float, reply: Reply) -> Reply:
    """A reply, or a step of one, after a wait."""

    def later(exchange: Exchange) -> None:
        exchange.server.closing.wait(seconds)
        reply(exchange)

    return later


def _wait(signal: Event) -> None:
    assert signal.wait(30), "the test never gave its signal"


def _open(exchange: Exchange, kind: str) -> None:
    exchange.send_response(200)
    exchange.send_header("Content-Type", kind)
    exchange.send_header("Transfer-Encoding", "chunked")
    exchange.end_headers()


def _write(exchange: Exchange, block: bytes) -> None:
    if block:
        exchange.wfile.write(f"{len(block):x}\r\n".encode() + block + b"\r\n")
        exchange.wfile.flush()


def _choice(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": reason}


def _chunk(**parts: object) -> dict[str, object]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "fake-1",
        **parts,
    }
