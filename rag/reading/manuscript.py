"""Articles of files that mark their headlines, such as Markdown, Word files and web pages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.errors import ReadingError
from rag.reading import bylines
from rag.reading.characters import HAN, ends_sentence
from rag.reading.dates import event_date, full_dates, implied_year
from rag.reading.file import SourceFile
from rag.reading.furniture import masthead
from rag.reading.identity import article_id, page_id
from rag.reading.options import ReadOptions
from rag.reading.plain import dated_name
from rag.reading.traced import EMPTY, Traced, concatenate, source_map
from rag.types import Article, Page

# Lines above an article's first paragraph say who wrote it, when and for whom.
_LONGEST_CREDIT = 80
_CREDITS = 5
_AUTHOR = re.compile(
    rf"(?:作者|记者|文\s*[/／]|撰文|By)\s*[:：/／丨|]?\s*([{HAN}A-Za-z·.、,， ]{{2,40}}?)"
    r"(?=$|\s*(?:来源|编辑|责任编辑|责编|发布|时间|字号|浏览|\d|[|丨｜《（(]))"
)
_SOURCE = re.compile(
    rf"(?:来源|稿源|信息来源)\s*[:：]\s*([{HAN}A-Za-z0-9·]{{2,20}})|《([{HAN}]{{2,12}}报)》\s*[（(]"
)
_CREDIT_WORDS = re.compile(
    r"作者|记者|通讯员|来源|稿源|编辑|责编|审核|校对|发布|时间|日期|撰文|字号|浏览|阅读|点击"
    r"|^文\s*[/／]|^By\s|^摄影"
)
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")


@dataclass(frozen=True, slots=True)
class Credits:
    """What the lines between a headline and its text say; absent values are empty or None."""

    names: tuple[str, ...] = ()
    day: date | None = None
    publication: str = ""


@dataclass(frozen=True, slots=True)
class Manuscript:
    """One article as its file marks it. body: its clean text, traced into the page's raw text.
    credits: of its own; of what it leaves out, the page's count."""

    headline: str
    body: Traced
    credits: Credits = Credits()


def take_credits(paragraphs: Sequence[str]) -> tuple[int, Credits]:
    """How many of the first paragraphs are credits rather than text, and what they say."""
    names: tuple[str, ...] = ()
    day: date | None = None
    publication = ""
    count = 0
    for paragraph in paragraphs[:_CREDITS]:
        line = " ".join(paragraph.split())
        found = credit_names(line)
        if not (found or _is_credit(line)):
            break
        count += 1
        names = names or found
        day = day or next(full_dates(line), None)
        publication = publication or credited_source(line)
    return count, Credits(names, day, publication)


def masthead_credits(lines: Sequence[str]) -> Credits:
    """What the lines above a file's first article say of all of them."""
    _, printed = take_credits([line for line in lines if not masthead("".join(line.split()))])
    return Credits(
        printed.names,
        printed.day or next((day for line in lines for day in full_dates(line)), None),
        printed.publication
        or next((name for line in lines if (name := masthead("".join(line.split())))), ""),
    )


def credit_names(line: str) -> tuple[str, ...]:
    """The authors that a line above or below a text names: 「记者 …」, 「作者：…」, 「□…」."""
    if not line or len(line) > _LONGEST_CREDIT:
        return ()
    names = bylines.marked_byline(line) or bylines.plain_byline(line)
    if names:
        return names
    author = _AUTHOR.search(line)
    return bylines.parse_names(author.group(1)) if author else ()


def credited_source(line: str) -> str:
    """The paper that a line names, 「来源：…」 or 「《…报》（…）」; empty where it names none."""
    match = _SOURCE.search(line)
    return match.group(1) or match.group(2) if match else ""


def join_paragraphs(raw: str, paragraphs: Sequence[Traced]) -> Traced:
    """Paragraphs parted by a line feed that stands on raw white space between them."""
    parts: list[Traced] = []
    for paragraph in paragraphs:
        if not paragraph.text:
            continue
        if parts:
            offset = parts[-1].offsets[-1] + 1
            while not raw[offset].isspace():
                offset += 1
            parts.append(Traced("\n", (offset,)))
        parts.append(paragraph)
    return concatenate(parts) if parts else EMPTY


def page_of_manuscripts(
    file: SourceFile,
    identified_by: bytes,
    raw: str,
    encoding: str,
    manuscripts: Sequence[Manuscript],
    options: ReadOptions,
    *,
    whole: Credits = Credits(),
) -> Page:
    """The page that a file's manuscripts make.

    identified_by: what the page's id is a hash of, beside the hints. whole: what the file says of
    all its articles. A date given for an article or the file counts before `options`, and that
    before the day in the file's name. Raises ReadingError where no manuscript has a text.
    """
    kept = [manuscript for manuscript in manuscripts if manuscript.body.text]
    if not kept:
        raise ReadingError("no article is found in it; an article is a headline and a text")
    named = dated_name(file.name, options)
    identity = page_id(
        identified_by,
        issue_date=options.issue_date,
        publication=options.publication,
        date_in_name=named,
    )
    known = whole.day or options.issue_date or named
    publication = options.publication or whole.publication
    articles = []
    for position, manuscript in enumerate(kept):
        text, credits = manuscript.body.text, manuscript.credits
        given = credits.day or known
        event = told_day(text, given, options.today)
        issue = given or event
        names = credits.names or bylines.inline_names(text) or bylines.closing_names(text)[0]
        articles.append(
            Article(
                id=article_id(identity, position),
                page_id=identity,
                position=position,
                headline=manuscript.headline,
                kicker="",
                byline=names or bylines.dispatch_names(text) or whole.names,
                dateline=bylines.dateline(text),
                text=text,
                source_map=source_map(manuscript.body),
                issue_date=issue,
                event_date=event,
                date_inferred=given is None and issue is not None,
                publication=options.publication or credits.publication or publication,
                page="",
                source=file.name,
                url=file.url,
            )
        )
    return Page(
        id=identity,
        origin=file.origin,
        source=file.name,
        raw=raw,
        encoding=encoding,
        issue_date=known or articles[0].issue_date,
        publication=publication or articles[0].publication,
        page="",
        articles=tuple(articles),
    )


def told_day(text: str, issue: date | None, today: date) -> date | None:
    """The day of which a text tells; one without an issue date needs a dateline for a guess."""
    end = bylines.dateline_end(text)
    if issue is None and not end:
        return None
    year = issue.year if issue else implied_year(text, today)
    event = event_date(text[:end], text[end:], issue, year, today)
    return event if issue or (event and event <= today) else None


def _is_credit(line: str) -> bool:
    """Whether a line only says when, by whom or for whom a text was published."""
    if not line or len(line) > _LONGEST_CREDIT or ends_sentence(line):
        return False
    if bylines.opens_story(line) or bylines.opens_dispatch(line):
        return False
    if _CREDIT_WORDS.search(line) and not re.search(r"[。；，]", line):
        return True
    day = next(full_dates(line), None)
    rest = _TIME.sub("", line)
    return day is not None and len(re.sub(r"[\d年月日\s./:：-]|星期.", "", rest)) <= 6
