"""Streamed replies of the fake server: server-sent events, and what can go wrong with them."""

import json
from collections.abc import Callable, Iterable, Sequence
from threading import Event
from typing import Any

from tests.fake_openai.server import Exchange, Reply, says

Step = Callable[[Exchange], None]
"""One thing that a server does in the middle of a stream."""

USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


def streams(text: str, size: int = 3, finish_reason: str = "stop", usage: bool = True) -> Reply:
    """Answers with a text in pieces of so many characters, where a stream is asked for; else whole.
    usage: given where it is asked for, as the protocol has it."""
    pieces = [text[place : place + size] for place in range(0, len(text), size)]
    end = [finishes(finish_reason, usage=usage), done]
    return where_asked(sent(*map(says_piece, pieces), *end), says(text, finish_reason))


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


def breaks_off(*steps: Step) -> Reply:
    """A stream of these steps, after which the connection breaks."""

    def reply(exchange: Exchange) -> None:
        _open(exchange, "text/event-stream")
        for step in steps:
            step(exchange)
        exchange.close_connection = True

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


def pieces_of(text: str, places: Sequence[int]) -> Iterable[Step]:
    """A text in pieces that end at these places and at its end."""
    ends = [*places, len(text)]
    return (says_piece(text[start:end]) for start, end in zip([0, *places], ends, strict=True))


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
