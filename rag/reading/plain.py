"""A plain-text newspaper page to a Page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from rag.errors import ReadingError
from rag.reading.articles import FoundArticle, find_articles
from rag.reading.dates import date_in_name, event_date, implied_year
from rag.reading.encoding import decode
from rag.reading.file import SourceFile
from rag.reading.furniture import Furniture, find_furniture
from rag.reading.identity import article_id, page_id
from rag.reading.jumps import jump_lines, with_jumps
from rag.reading.layout import measure, read_lines
from rag.reading.leftovers import as_furniture, as_unassigned, left_out
from rag.reading.mending import mend
from rag.reading.notices import find_notices
from rag.reading.options import ReadOptions
from rag.reading.split import judge_split
from rag.reading.traced import source_map
from rag.types import Article, LeftOut, Page, Split

_DAYS_AHEAD = 7


@dataclass(frozen=True, slots=True)
class _Day:
    """An issue's date and whether it was inferred from the stories."""

    day: date | None
    inferred: bool


def read_plain(file: SourceFile, options: ReadOptions) -> Page:
    """The page that a text file holds. Raises ReadingError for one that is empty, no text, or holds
    no article."""
    data = file.read()
    decoded = decode(data)
    return read_text(data, decoded.text, decoded.encoding, file, options)


def read_text(data: bytes, raw: str, encoding: str, file: SourceFile, options: ReadOptions) -> Page:
    """The page that a text prints.

    data: what the page's id is a hash of. The issue's date is the one that the page prints, else
    the one given, else the one in the file's name, else the latest event's, which is flagged as
    inferred. Raises ReadingError where no article is found.
    """
    lines = mend(raw, read_lines(raw))
    furniture = find_furniture(lines)
    notices = find_notices(lines, measure(lines))
    for number in jump_lines(lines):
        notices.pop(number, None)
    kept = [line for line in lines if line.number not in furniture.lines | notices.keys()]
    found, kept = with_jumps(raw, kept, lambda left: find_articles(raw, left, measure(left)))
    if not found:
        raise ReadingError(
            "no article is found in it; an article is a headline, a byline or 本报讯, and a text"
        )
    kinds = notices | as_furniture(furniture) | as_unassigned(kept, found)
    page = page_of(
        data, raw, encoding, found, furniture, file.origin, file.name, options, url=file.url
    )
    return with_split(page, judge_split(kept, found), left_out(lines, kinds))


def with_split(page: Page, split: Split, leftovers: tuple[LeftOut, ...]) -> Page:
    """The page with how sure its articles are, and what is in none of them."""
    articles = tuple(
        replace(article, split_confidence=split.confidence) for article in page.articles
    )
    return replace(page, articles=articles, split=split, left_out=leftovers)


def page_of(
    identified_by: bytes,
    raw: str,
    encoding: str,
    found: Sequence[FoundArticle],
    furniture: Furniture,
    origin: str,
    source: str,
    options: ReadOptions,
    *,
    url: str | None = None,
) -> Page:
    """The page that found articles make. identified_by: what its id is a hash of, beside the hints.
    The issue's date is as `read_text` says."""
    named = dated_name(source, options)
    issue = furniture.issue_date or options.issue_date or named
    events, day = _dates(found, raw, issue, options.today)
    identity = page_id(
        identified_by,
        issue_date=options.issue_date,
        publication=options.publication,
        date_in_name=named,
    )
    publication = options.publication or furniture.publication
    articles = tuple(
        Article(
            id=article_id(identity, position),
            page_id=identity,
            position=position,
            headline=article.heading.headline,
            kicker=article.heading.kicker,
            byline=article.byline,
            dateline=article.dateline,
            text=article.body.text,
            source_map=source_map(article.body),
            issue_date=day.day,
            event_date=event,
            date_inferred=day.inferred,
            publication=publication,
            page=furniture.page,
            source=source,
            url=url,
            jump_to=article.jump_to,
            jump_from=article.jump_from,
        )
        for position, (article, event) in enumerate(zip(found, events, strict=True))
    )
    return Page(
        id=identity,
        origin=origin,
        source=source,
        raw=raw,
        encoding=encoding,
        issue_date=day.day,
        publication=publication,
        page=furniture.page,
        articles=articles,
    )


def dated_name(source: str, options: ReadOptions) -> date | None:
    """The day that a file's name carries; a day far ahead of the clock is a number, not a date."""
    named = date_in_name(Path(source).stem)
    if named is None or (named - options.today).days > _DAYS_AHEAD:
        return None
    return named


def _dates(
    found: Sequence[FoundArticle], raw: str, issue: date | None, today: date
) -> tuple[list[date | None], _Day]:
    """Each article's event date, and the issue's."""
    year = issue.year if issue else implied_year(raw, today)
    events = [
        event_date(article.dateline, _after_dateline(article), issue, year, today)
        for article in found
    ]
    if issue:
        return events, _Day(issue, False)
    latest = max((day for day in events if day and day <= today), default=None)
    return events, _Day(latest, latest is not None)


def _after_dateline(article: FoundArticle) -> str:
    return article.body.text[article.dateline_end :]
