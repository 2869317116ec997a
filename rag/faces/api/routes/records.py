"""Answers of the past, and what they used."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from rag.faces.api.auth import needs
from rag.faces.api.documented import failures
from rag.faces.api.models_asked import FromQuery, OffsetQuery, ToQuery
from rag.faces.api.models_given import (
    AnswerRecordModel,
    AnswerSummaryModel,
    ItemsModel,
    PageModel,
    UsageTotalModel,
)
from rag.faces.api.responses import Shaped, paged
from rag.faces.api.state import ServedDependency
from rag.faces.shapes import Shape, answer_summary_shape, explained_shape, usage_total_shape

router = APIRouter(prefix="/api/v1", tags=["records"], dependencies=[Depends(needs("read"))])


@router.get(
    "/answers",
    response_model=PageModel[AnswerSummaryModel],
    responses=failures(422),
    summary="Answers on record",
)
async def answers(
    served: ServedDependency,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    offset: OffsetQuery = 0,
) -> Shaped:
    """The latest first."""
    desk = served.desk

    def listed() -> Shape:
        found = desk.traces(limit=limit, offset=offset)
        items = [answer_summary_shape(one) for one in found]
        return paged(items, desk.count_traces(), limit, offset)

    return Shaped(await served.work.call(listed))


@router.get(
    "/answers/{answer_id}",
    response_model=AnswerRecordModel,
    responses=failures(404, 422),
    summary="An answer on record",
)
async def answer(
    served: ServedDependency,
    answer_id: Annotated[str, Path(max_length=64, description="Its id, or how it begins.")],
) -> Shaped:
    """The answer, and how it came about: what was searched, found, sent, written and checked."""

    def found() -> Shape:
        record = served.desk.trace(answer_id)
        return explained_shape(record.answer, record.explanation)

    return Shaped(await served.work.call(found))


@router.get(
    "/usage",
    response_model=ItemsModel[UsageTotalModel],
    responses=failures(422),
    summary="What answers used",
)
async def usage(
    served: ServedDependency, date_from: FromQuery = None, date_to: ToQuery = None
) -> Shaped:
    """By the day they were asked on and the language model; long ago by month or year."""

    def totals() -> list[Shape]:
        found = served.desk.usage(date_from=date_from, date_to=date_to)
        return [usage_total_shape(total) for total in found]

    return Shaped({"items": await served.work.call(totals)})
