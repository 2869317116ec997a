"""Rows of the catalogue to the types they stand for, and back."""

import json
from dataclasses import astuple
from datetime import date
from typing import Any, overload

from rag.types import Article, Chunk, Filters, LeftOut, LineBox, Page, SourceMap, Split

Row = tuple[Any, ...]

PAGE_COLUMNS = (
    "page.id, page.origin, page.source, page.raw, page.encoding, page.issue_date,"
    " page.publication, page.page, page.split_confidence, page.split_reasons,"
    " page.split_signals, page.left_out"
)
ARTICLE_COLUMNS = (
    "article.id, article.page_id, article.position, article.headline, article.kicker,"
    " article.byline, article.dateline, article.text, article.source_map, article.issue_date,"
    " article.event_date, article.date_inferred, article.publication, article.page,"
    " article.source, article.source_id, article.url, article.boxes, article.notes,"
    " page.split_confidence"
)
CHUNK_COLUMNS = (
    'chunk.id, chunk.article_id, chunk.ordinal, chunk.start, chunk."end", chunk.context,'
    " article.rowid"
)


def to_number(day: date | None) -> int | None:
    """A date as YYYYMMDD."""
    return None if day is None else day.year * 10_000 + day.month * 100 + day.day


@overload
def to_date(number: int) -> date: ...
@overload
def to_date(number: None) -> None: ...
@overload
def to_date(number: int | None) -> date | None: ...
def to_date(number: int | None) -> date | None:
    """YYYYMMDD as a date."""
    return None if number is None else date(number // 10_000, number // 100 % 100, number % 100)


def article_row(article: Article) -> Row:
    """The values of ARTICLE_COLUMNS that are the article's own, in their order."""
    return (
        article.id,
        article.page_id,
        article.position,
        article.headline,
        article.kicker,
        json.dumps(article.byline, ensure_ascii=False),
        article.dateline,
        article.text,
        json.dumps(article.source_map.runs, separators=(",", ":")),
        to_number(article.issue_date),
        to_number(article.event_date),
        article.date_inferred,
        article.publication,
        article.page,
        article.source,
        article.source_id,
        article.url,
        json.dumps([astuple(box) for box in article.boxes], separators=(",", ":")),
        json.dumps(article.notes, ensure_ascii=False),
    )


def article_of(row: Row) -> Article:
    """An article from the values of ARTICLE_COLUMNS."""
    return Article(
        id=row[0],
        page_id=row[1],
        position=row[2],
        headline=row[3],
        kicker=row[4],
        byline=tuple(json.loads(row[5])),
        dateline=row[6],
        text=row[7],
        source_map=SourceMap(tuple((run[0], run[1], run[2]) for run in json.loads(row[8]))),
        issue_date=to_date(row[9]),
        event_date=to_date(row[10]),
        date_inferred=bool(row[11]),
        publication=row[12],
        page=row[13],
        source=row[14],
        source_id=row[15],
        url=row[16],
        boxes=tuple(LineBox(*box) for box in json.loads(row[17])),
        notes=tuple(json.loads(row[18])),
        split_confidence=row[19],
    )


def page_row(page: Page) -> Row:
    """The values of PAGE_COLUMNS, in their order."""
    return (
        page.id,
        page.origin,
        page.source,
        page.raw,
        page.encoding,
        to_number(page.issue_date),
        page.publication,
        page.page,
        page.split.confidence,
        json.dumps(page.split.reasons, ensure_ascii=False),
        json.dumps(page.split.signals),
        json.dumps([astuple(one) for one in page.left_out]),
    )


def page_of(row: Row, articles: tuple[Article, ...]) -> Page:
    """A page from the values of PAGE_COLUMNS and its articles."""
    return Page(
        id=row[0],
        origin=row[1],
        source=row[2],
        raw=row[3],
        encoding=row[4],
        issue_date=to_date(row[5]),
        publication=row[6],
        page=row[7],
        articles=articles,
        left_out=tuple(LeftOut(*one) for one in json.loads(row[11])),
        split=Split(
            row[8],
            tuple(json.loads(row[9])),
            tuple((name, value) for name, value in json.loads(row[10])),
        ),
    )


def chunk_of(row: Row, text: str) -> Chunk:
    """A chunk from the values of CHUNK_COLUMNS, which end in its article's row, and that text."""
    chunk_id, article_id, ordinal, start, end, context, _ = row
    return Chunk(chunk_id, article_id, ordinal, start, end, text[start:end], context)


def filter_clause(filters: Filters) -> tuple[str, Row]:
    """SQL conditions on `article`, and their values. No date never matches a date filter."""
    conditions = ["page.state = 'live'"]
    values: list[int | str | None] = []
    if filters.date_from is not None:
        conditions.append("article.issue_date >= ?")
        values.append(to_number(filters.date_from))
    if filters.date_until is not None:
        conditions.append("article.issue_date < ?")
        values.append(to_number(filters.date_until))
    if filters.publication is not None:
        conditions.append("article.publication = ?")
        values.append(filters.publication)
    return " AND ".join(conditions), tuple(values)
