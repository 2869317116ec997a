"""POST /v1/chat/completions and GET /v1/models."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from uuid import uuid4

from fastapi import APIRouter, Depends, Request, Response

from rag.answering.conversation import Understood
from rag.faces.api.auth import needs
from rag.faces.api.documented import EVENTS
from rag.faces.api.responses import Shaped
from rag.faces.api.state import Served, ServedDependency
from rag.faces.api.work import last_of
from rag.faces.linked import answer_markdown
from rag.faces.openai_compat.conversing import chat_events
from rag.faces.openai_compat.errors import ChatError, ChatRoute, failures
from rag.faces.openai_compat.replies import (
    NEWSDESK,
    ChatCompletion,
    Choice,
    Model,
    Models,
    deep_link,
    message_of,
    usage_of,
)
from rag.faces.openai_compat.requests import MODEL, Chat, ChatRequest, chat_of
from rag.faces.openai_compat.streaming import Stream, chunk_stream
from rag.faces.shapes import answer_shape
from rag.types import Answer, AnswerEvent

Events = AsyncGenerator[Understood | AnswerEvent]

router = APIRouter(
    prefix="/v1", tags=["questions"], route_class=ChatRoute, dependencies=[Depends(needs("read"))]
)


@router.get("/models", response_model=Models, responses=failures())
def models() -> Models:
    """The one model that there is: newsdesk."""
    return Models(data=[NEWSDESK])


@router.get("/models/{model}", response_model=Model, responses=failures(400, 404))
def model(model: str) -> Model:
    """newsdesk, by its name."""
    if model != MODEL:
        raise ChatError(
            f"there is no model {model!r} here; ask {MODEL!r}", "model", "model_not_found", 404
        )
    return NEWSDESK


@router.post(
    "/chat/completions",
    response_model=ChatCompletion,
    responses={**EVENTS, **failures(400, 404, 413, 503, 504)},
)
async def chat_completions(
    body: ChatRequest, request: Request, served: ServedDependency
) -> Response:
    """Answer the last message of a chat from the archive, every sentence with links to its quotes.

    Earlier questions are followed up on. With `stream`, chunks end with `data: [DONE]`.
    """
    chat = chat_of(body)
    most = served.options.question_characters
    if len(chat.question) > most:
        raise ChatError(
            f"the question has more than {most} characters; ask in fewer",
            *("messages", "context_length_exceeded"),
        )
    events = _counted(served.work.events(partial(chat_events, served.desk, chat)), served)
    base = str(request.base_url)
    if body.stream:
        counted = bool(body.stream_options and body.stream_options.include_usage)
        stream = Stream(chat, base, f"chatcmpl-{uuid4().hex}", _now(), counted)
        return await chunk_stream(stream, events, served.options)
    understood, answer = await last_of(_whole(events), request)
    return Shaped(_completion(chat, base, understood, answer).model_dump(mode="json"))


def _completion(chat: Chat, base: str, understood: Understood, answer: Answer) -> ChatCompletion:
    content = answer_markdown(answer, deep_link(base), deep_link(base, answer.id))
    return ChatCompletion(
        id=f"chatcmpl-{answer.id or uuid4().hex}",
        created=_now(),
        choices=[Choice(message=message_of(content, base, chat, understood, answer))],
        usage=usage_of(chat, understood, answer, content),
    )


async def _counted(events: Events, served: Served) -> Events:
    """The same events; an answer among them is counted."""
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Answer):
                served.answered(answer_shape(event))
            yield event


async def _whole(events: Events) -> AsyncGenerator[tuple[Understood, Answer]]:
    """The first and the last of an answer's events, once all are there."""
    understood: Understood | None = None
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Understood):
                understood = event
            elif isinstance(event, Answer):
                assert understood is not None
                yield understood, event


def _now() -> int:
    return int(time.time())
