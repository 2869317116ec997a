"""Questions: ask, search."""

import logging
from collections.abc import AsyncGenerator
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from rag.answering.conversation import Understood
from rag.faces.api.asking import (
    asked_answer_shape,
    asking,
    filters_of,
    found_shape,
    settled_shape,
    understood_shape,
)
from rag.faces.api.auth import needs
from rag.faces.api.documented import EVENTS, SENT, failures
from rag.faces.api.logs import told as noted
from rag.faces.api.models_articles import HitModel
from rag.faces.api.models_asked import AskRequest, FromQuery, PublicationQuery, ToQuery
from rag.faces.api.models_given import AskedAnswerModel, FoundModel
from rag.faces.api.responses import Event, Shaped, event_stream, wants_events
from rag.faces.api.state import Served, ServedDependency
from rag.faces.api.words import words_of
from rag.faces.api.work import last_of
from rag.faces.shapes import hit_shape
from rag.types import Answer, AnswerEvent, Found, Settled

_log = logging.getLogger(__name__)

router = APIRouter(prefix="/api/v1", tags=["questions"], dependencies=[Depends(needs("read"))])


@router.post(
    "/ask",
    response_model=AskedAnswerModel,
    responses={**EVENTS, **failures(404, *SENT)},
    summary="Answer a question, with the words for it",
)
async def ask(asked: AskRequest, request: Request, served: ServedDependency) -> Response:
    """An answer in which every sentence cites verbatim quotes, or a refusal.

    As server-sent events: `understood`, `found`, a `sentence` as soon as it is verified, and
    `answer`, the whole of it; or `error`. A client that leaves breaks the answer off.
    """
    question = words_of(asked.question, "question", served.options)
    filters = filters_of(asked.date_from, asked.date_to, asked.publication)
    begin = partial(
        asking, served.desk, question, filters, asked.follows, use_cache=asked.use_cache
    )
    if served.options.log_questions:
        _log.info("asked", extra=noted(question=question))
    told = _told(served, question, served.work.events(begin))
    if asked.stream or wants_events(request):
        return await event_stream(told, request, served.options)
    _, shape = await last_of(told, request)
    return Shaped(shape)


async def _told(
    served: Served, question: str, events: AsyncGenerator[Understood | AnswerEvent]
) -> AsyncGenerator[Event]:
    understood = Understood(question)
    try:
        async for event in events:
            match event:
                case Understood():
                    understood = event
                    yield "understood", understood_shape(question, event)
                case Found():
                    yield "found", found_shape(event)
                case Settled():
                    yield "sentence", settled_shape(event)
                case Answer():
                    shape = asked_answer_shape(question, understood, event)
                    served.answered(shape)
                    yield "answer", shape
    finally:
        await events.aclose()


@router.get(
    "/search",
    response_model=FoundModel[HitModel],
    responses=failures(413, 422),
    summary="Find the passages that fit a question",
)
async def search(
    served: ServedDependency,
    q: Annotated[str, Query(description="Words or a question.", examples=["防汛"])],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    date_from: FromQuery = None,
    date_to: ToQuery = None,
    publication: PublicationQuery = None,
) -> Shaped:
    """The passages, best first."""
    words = words_of(q, "q", served.options)
    filters = filters_of(date_from, date_to, publication)

    def found() -> list[dict[str, Any]]:
        return [hit_shape(hit) for hit in served.desk.search(words, limit=limit, filters=filters)]

    return Shaped({"items": await served.work.call(found), "limit": limit})
