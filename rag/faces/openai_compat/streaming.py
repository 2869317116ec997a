"""A chat's answer in chunks, each sentence as soon as it is verified."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import anyio
from sse_starlette import EventSourceResponse, ServerSentEvent

from rag.answering.conversation import Understood
from rag.errors import NewsdeskError
from rag.faces.api.errors import ApiError
from rag.faces.api.options import ServeOptions
from rag.faces.api.responses import json_text
from rag.faces.linked import answer_markdown, closing, settled_markdown
from rag.faces.openai_compat.errors import chat_error
from rag.faces.openai_compat.replies import deep_link, message_of, usage_of
from rag.faces.openai_compat.requests import MODEL, Chat
from rag.types import Answer, AnswerEvent, Settled

_DONE = "[DONE]"


@dataclass(frozen=True, slots=True)
class Stream:
    """What all chunks of an answer share. base: the web page that links lead to. counted: whether
    a chunk with the usage comes last."""

    chat: Chat
    base: str
    id: str
    created: int
    counted: bool

    def chunk(self, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return self._around([choice], None)

    def usage(self, understood: Understood, answer: Answer, content: str) -> dict[str, Any]:
        used = usage_of(self.chat, understood, answer, content)
        return self._around([], used.model_dump())

    def _around(self, choices: list[Any], usage: dict[str, Any] | None) -> dict[str, Any]:
        chunk = {
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": MODEL,
            "choices": choices,
        }
        # As OpenAI does: null in every chunk but the last, where it was asked for.
        return {**chunk, "usage": usage} if self.counted else chunk


async def chunk_stream(
    stream: Stream, events: AsyncGenerator[Understood | AnswerEvent], options: ServeOptions
) -> EventSourceResponse:
    """The chunks as server-sent events. What fails before the first is told by the status; after
    it, by an event that holds the error. Closed with the connection."""
    chunks = _chunks(stream, events)
    first = await anext(chunks)
    return EventSourceResponse(
        _written(first, chunks),
        ping=options.keep_alive,
        ping_message_factory=lambda: ServerSentEvent(comment="still here"),
        shutdown_event=anyio.Event(),
        shutdown_grace_period=options.grace,
        sep="\n",
    )


async def _written(
    first: dict[str, Any], chunks: AsyncGenerator[dict[str, Any]]
) -> AsyncIterator[dict[str, str]]:
    try:
        yield _data(first)
        async for chunk in chunks:
            yield _data(chunk)
        yield {"data": _DONE}
    except (ApiError, NewsdeskError) as error:
        yield _data(chat_error(error)[1])
    finally:
        await chunks.aclose()


def _data(chunk: dict[str, Any]) -> dict[str, str]:
    return {"data": json_text(chunk).encode("utf-8", "replace").decode()}


async def _chunks(
    stream: Stream, events: AsyncGenerator[Understood | AnswerEvent]
) -> AsyncGenerator[dict[str, Any]]:
    understood, said = Understood(""), ""
    async with aclosing(events):
        async for event in events:
            match event:
                case Understood():
                    understood = event
                    yield stream.chunk({"role": "assistant", "content": ""})
                case Settled():
                    for piece in _pieces(said, settled_markdown(event, deep_link(stream.base))):
                        said += piece
                        yield stream.chunk({"content": piece})
                case Answer():
                    for piece in _pieces(said, _rest(stream.base, event, bool(said))):
                        said += piece
                        yield stream.chunk({"content": piece})
                    whole = message_of(said, stream.base, stream.chat, understood, event)
                    beside = whole.model_dump(mode="json", include={"annotations", "newsdesk"})
                    yield stream.chunk(beside, "stop")
                    if stream.counted:
                        yield stream.usage(understood, event, said)
                case _:
                    continue


def _rest(base: str, answer: Answer, begun: bool) -> list[str]:
    """The paragraphs that are not told yet when the whole answer is there."""
    sources = deep_link(base, answer.id)
    if begun:
        return closing(answer, sources)
    return [answer_markdown(answer, deep_link(base), sources)]


def _pieces(said: str, paragraphs: list[str]) -> Iterator[str]:
    """Paragraphs as they follow what is said."""
    for paragraph in paragraphs:
        yield f"\n\n{paragraph}" if said else paragraph
        said = said or paragraph
