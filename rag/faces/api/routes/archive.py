"""What the archive holds: articles, their raw lines, issue dates, newspapers."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from rag.desk import Desk
from rag.faces.api.asking import filters_of
from rag.faces.api.auth import needs
from rag.faces.api.documented import failures
from rag.faces.api.models_articles import ArticleModel, ArticleTextModel, RawModel
from rag.faces.api.models_asked import (
    LONGEST_NAME,
    FromQuery,
    OffsetQuery,
    PublicationQuery,
    ToQuery,
)
from rag.faces.api.models_given import IssueDateModel, ItemsModel, PageModel, PublicationModel
from rag.faces.api.responses import Shaped, paged
from rag.faces.api.state import ServedDependency
from rag.faces.api.words import words_of
from rag.faces.shapes import Shape, article_shape, iso, left_out_shape, raw_line_shape, shown_shape
from rag.retrieval.holding import holding
from rag.types import Article, Filters

MOST_SEARCHED = 200
"""Passages that a search among articles looks through."""

router = APIRouter(prefix="/api/v1", tags=["archive"], dependencies=[Depends(needs("read"))])

ArticlePath = Annotated[
    str, Path(max_length=LONGEST_NAME, description="An article's id, or how it begins.")
]


@router.get(
    "/articles",
    response_model=PageModel[ArticleModel],
    responses=failures(413, 422),
    summary="List articles",
)
async def articles(
    served: ServedDependency,
    date_from: FromQuery = None,
    date_to: ToQuery = None,
    publication: PublicationQuery = None,
    q: Annotated[str | None, Query(description="Words that they hold, best first.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: OffsetQuery = 0,
) -> Shaped:
    """Articles, the newest issue first, then as printed. With `q`, those that hold its words or
    nearly fit them as well, the best first; where none does, the ten nearest."""
    filters = filters_of(date_from, date_to, publication)
    words = words_of(q, "q", served.options) if q and q.strip() else None
    desk = served.desk

    def found() -> tuple[list[Article], int]:
        if words is not None:
            best = _searched(desk, words, filters)
            return best[offset : offset + limit], len(best)
        listed = desk.articles(filters=filters, limit=limit, offset=offset)
        return listed, desk.count_articles(filters=filters)

    def page() -> Shape:
        listed, total = found()
        return paged([article_shape(article) for article in listed], total, limit, offset)

    return Shaped(await served.work.call(page))


def _searched(desk: Desk, words: str, filters: Filters) -> list[Article]:
    hits = holding(words, desk.search(words, limit=MOST_SEARCHED, filters=filters))
    return list({hit.article_id: hit.article for hit in hits}.values())


@router.get(
    "/articles/{article_id}",
    response_model=ArticleTextModel,
    responses=failures(404, 422),
    summary="An article with its text",
)
async def article(served: ServedDependency, article_id: ArticlePath) -> Shaped:
    """The article; `boxes` says where its lines stand on the pages that `sheets` names."""

    def found() -> Shape:
        one = served.desk.article(article_id)
        return {
            **shown_shape(one, served.desk.parts(one.id)),
            "sheets": list(served.desk.page_images.sheets(one)),
        }

    return Shaped(await served.work.call(found))


@router.get(
    "/articles/{article_id}/raw",
    response_model=RawModel,
    responses=failures(404, 422),
    summary="The lines that an article was read from",
)
async def raw(served: ServedDependency, article_id: ArticlePath) -> Shaped:
    """Each raw line with the part of the article's text that comes from it, and the lines of its
    page that are in no article."""

    def found() -> Shape:
        one = served.desk.article(article_id)
        lines = served.desk.raw_lines(one.id)
        page = served.desk.page(one.page_id)
        return {
            "article": article_shape(one),
            "lines": [raw_line_shape(line) for line in lines],
            "left_out": [left_out_shape(page.raw, part) for part in page.left_out],
        }

    return Shaped(await served.work.call(found))


@router.get(
    "/issue-dates",
    response_model=ItemsModel[IssueDateModel],
    responses=failures(),
    summary="The days that have news",
)
async def issue_dates(served: ServedDependency) -> Shaped:
    """Each issue date with its number of articles, in order."""
    days = await served.work.call(served.desk.issue_dates)
    return Shaped({"items": [{"date": iso(day), "articles": count} for day, count in days]})


@router.get(
    "/publications",
    response_model=ItemsModel[PublicationModel],
    responses=failures(),
    summary="The newspapers",
)
async def publications(served: ServedDependency) -> Shaped:
    """Each newspaper with its number of articles, those with most first."""
    papers = await served.work.call(served.desk.publications)
    return Shaped({"items": [{"publication": name, "articles": count} for name, count in papers]})
