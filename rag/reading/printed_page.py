"""A page of lines whose places are known to a Page."""

import json
from bisect import bisect_right
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from rag.errors import ReadingError
from rag.reading import bylines
from rag.reading.articles import (
    FoundArticle,
    article_below,
    find_articles,
    start_lines,
)
from rag.reading.boxes import Box, turned
from rag.reading.furniture import find_furniture
from rag.reading.headings import heading_by_size
from rag.reading.jumps import with_jumps
from rag.reading.layout import Column, Line, measure, read_lines
from rag.reading.leftovers import as_furniture, as_unassigned, left_out
from rag.reading.notices import find_notices
from rag.reading.options import ReadOptions
from rag.reading.plain import page_of, with_split
from rag.reading.printed_lines import PrintedLine
from rag.reading.printed_notices import ends_with_label, section_notices
from rag.reading.split import judge_split
from rag.types import Article, LeftOutKind, LineBox, Page

# A heading inside an article is set in type of at most these shares of its headline's and text's.
_OF_HEADLINE, _OF_TEXT = 0.75, 1.6
_BELOW_TEXT = 2.0
# A paragraph's first line is indented so far, in squares; where most lines are, none is.
_DEEPEST_INDENT = 4.0
_MOST_INDENTED = 0.7
_DOUBTFUL = 0.8


@dataclass(frozen=True, slots=True)
class Setting:
    """How a page is set: the lines in reading order, and the shown page that they stand on.

    number: of the page in its file, from 1. shown: the lines' boxes as shares of the page's width
    and height. notes: what is in doubt on all of it.
    """

    lines: tuple[PrintedLine, ...]
    number: int
    shown: tuple[Box, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading's lines and those below it, up to the next heading."""

    heading: tuple[Line, ...]
    text: tuple[Line, ...]


def on_page(box: Box, turns: int, width: float, height: float) -> Box:
    """A line's box as shares of the page as it is shown, which is so many quarter turns clockwise
    from the page of that size where its lines are level."""
    placed = turned(box, turns % 4, width, height)
    if turns % 2:
        width, height = height, width
    return Box(
        placed.left / width, placed.top / height, placed.right / width, placed.bottom / height
    )


def read_printed(
    setting: Setting, encoding: str, origin: str, source: str, options: ReadOptions
) -> Page:
    """The page that printed lines make. Its raw text is theirs, a line each.

    Raises ReadingError where no article is found.
    """
    raw = "".join(f"{line.indented}\n" for line in setting.lines)
    lines = [_placed(line, setting.lines) for line in read_lines(raw)]
    furniture = find_furniture(lines)
    kept = [line for line in lines if line.number not in furniture.lines]
    notices: dict[int, LeftOutKind] = {}

    def find(left: list[Line]) -> list[FoundArticle]:
        nonlocal notices
        found, notices = _articles(raw, left, setting.lines)
        return found

    found, kept = with_jumps(raw, kept, find)
    if not found:
        raise ReadingError(
            "no article is found on it; an article is a headline, a byline or 本报讯, and a text"
        )
    page = page_of(_identity(setting), raw, encoding, found, furniture, origin, source, options)
    starts = [0, *accumulate(len(line.indented) + 1 for line in setting.lines)]
    articles = tuple(_with_boxes(article, setting, starts) for article in page.articles)
    kept = [line for line in kept if line.number not in notices]
    sure = [setting.lines[line.number].confidence for line in kept]
    split = judge_split(kept, found, [value for value in sure if value is not None])
    kinds = as_furniture(furniture) | notices | as_unassigned(kept, found)
    return with_split(replace(page, articles=articles), split, left_out(lines, kinds))


def _placed(line: Line, printed: Sequence[PrintedLine]) -> Line:
    """A line with the width and indent that it is printed with."""
    at = printed[line.number]
    return replace(line, width=at.width + max(at.indent, 0.0), indent=max(at.indent, 0.0))


def _articles(
    raw: str, lines: Sequence[Line], printed: Sequence[PrintedLine]
) -> tuple[list[FoundArticle], dict[int, LeftOutKind]]:
    """The articles among lines, and what the lines that tell no news are."""
    if not any(printed[line.number].heading is not None for line in lines):
        notices = find_notices(lines, measure(lines))
        kept = [line for line in lines if line.number not in notices]
        return find_articles(raw, kept, measure(kept)), notices
    found: list[FoundArticle] = []
    notices = {}
    labelled = False
    for section in _sections(lines, printed):
        beside = section_notices(section.heading, section.text, printed, labelled=labelled)
        notices |= beside
        labelled = ends_with_label(section.text)
        found.extend(_in_section(raw, _without(section, beside), printed))
    return found, notices


def _without(section: _Section, numbers: Container[int]) -> _Section:
    heading, text = (
        tuple(line for line in lines if line.number not in numbers)
        for lines in (section.heading, section.text)
    )
    return _Section(heading, text)


def _sections(lines: Sequence[Line], printed: Sequence[PrintedLine]) -> list[_Section]:
    """The lines between headings; a heading inside an article parts nothing."""
    sections: list[_Section] = []
    number: int | None = None
    for i, line in enumerate(lines):
        heading = printed[line.number].heading
        if heading is not None and heading == number:
            last = sections[-1]
            sections[-1] = replace(last, heading=(*last.heading, line))
        elif heading is not None and not (sections and _inside(lines, i, sections[-1], printed)):
            sections.append(_Section((line,), ()))
            number = heading
        elif sections and line.begins and _is_begun(sections[-1]):
            sections.append(_Section((), (line,)))
        elif sections:
            sections[-1] = replace(sections[-1], text=(*sections[-1].text, line))
        else:
            sections.append(_Section((), (line,)))
    return sections


def _inside(
    lines: Sequence[Line], number: int, section: _Section, printed: Sequence[PrintedLine]
) -> bool:
    """Whether the heading that begins with a line stands inside the article above it: small, close
    below its text, in its column, without a byline or a lead after it."""
    if not (section.heading and section.text) or _closed(section.text):
        return False
    heading = printed[lines[number].number]
    rows = [line for line in lines if printed[line.number].heading == heading.heading]
    before = printed[section.text[-1].number]
    largest = max(printed[line.number].size for line in section.heading)
    if len(rows) > 1 or heading.size > min(_OF_HEADLINE * largest, _OF_TEXT * before.size):
        return False
    gap = heading.box.top - before.box.bottom
    aside = heading.box.right < before.box.left or heading.box.left > before.box.right
    if aside or not -before.size < gap < _BELOW_TEXT * before.size:
        return False
    after = lines[number + 1 : number + 2]
    return bool(after) and not (
        bylines.opens_story(after[0].compact)
        or bylines.opens_dispatch(after[0].compact)
        or bylines.marked_byline(after[0].text)
        or bylines.plain_byline(after[0].text)
    )


def _closed(lines: Sequence[Line]) -> bool:
    return lines[-1].ends or bool(bylines.closing_names(lines[-1].text)[0])


def _is_begun(section: _Section) -> bool:
    """Whether a section has more than a heading and a byline."""
    return any(
        not bylines.marked_byline(line.text) and not bylines.plain_byline(line.text)
        for line in section.text
    )


def _in_section(raw: str, section: _Section, printed: Sequence[PrintedLine]) -> list[FoundArticle]:
    text = section.text
    column = measure(text)
    starts = _paragraph_starts(text, printed)
    if not section.heading or _holds_several(text, column, starts):
        return find_articles(raw, [*section.heading, *text], column)
    sizes = [printed[line.number].size for line in section.heading]
    heading = heading_by_size(section.heading, sizes, column)
    article = article_below(raw, heading, text, column, starts)
    return [article] if article is not None and article.body.text else []


def _holds_several(lines: Sequence[Line], column: Column, starts: frozenset[int]) -> bool:
    """Whether articles start among lines below one heading: at more than one byline or lead. A lead
    opens a paragraph."""
    found = [
        line
        for line in start_lines(lines, column)
        if not starts or line.number in starts or bylines.marked_byline(line.text)
    ]
    return len(found) > 1


def _paragraph_starts(lines: Sequence[Line], printed: Sequence[PrintedLine]) -> frozenset[int]:
    """The numbers of the lines that start a paragraph: indented ones, and the headings inside a
    text with what follows them."""
    deep = {line.number for line in lines if 1.0 <= line.indent <= _DEEPEST_INDENT}
    if len(deep) > _MOST_INDENTED * len(lines):
        deep = set()
    inner = [printed[line.number].heading is not None for line in lines]
    parted = {
        line.number
        for number, line in enumerate(lines)
        if inner[number] or (number and inner[number - 1])
    }
    return frozenset(deep | parted)


def _identity(setting: Setting) -> bytes:
    """What the page's id is a hash of: its lines and where they stand."""
    rows = [
        [line.indented, line.heading, line.confidence, *_rounded(box)]
        for line, box in zip(setting.lines, setting.shown, strict=True)
    ]
    return json.dumps([setting.number, rows], ensure_ascii=True).encode()


def _rounded(box: Box) -> tuple[float, float, float, float]:
    left, top, right, bottom = (
        round(min(max(value, 0.0), 1.0), 4) for value in (box.left, box.top, box.right, box.bottom)
    )
    return left, top, right, bottom


def _with_boxes(article: Article, setting: Setting, starts: Sequence[int]) -> Article:
    """The article with its lines' boxes, and notes on what is in doubt. starts: where each line
    starts in the raw text, and where that ends."""
    spans: dict[int, tuple[int, int]] = {}
    for clean, raw, length in article.source_map.runs:
        for i in range(length):
            if article.text[clean + i] == "\n":
                continue
            number = bisect_right(starts, raw + i) - 1
            spans[number] = (spans.get(number, (clean + i, 0))[0], clean + i + 1)
    boxes = tuple(
        LineBox(
            *span,
            setting.number,
            *_rounded(setting.shown[number]),
            setting.lines[number].confidence,
        )
        for number, span in spans.items()
    )
    return replace(article, boxes=boxes, notes=(*setting.notes, *_doubts(boxes)))


def _doubts(boxes: Sequence[LineBox]) -> list[str]:
    doubtful = sum(box.confidence is not None and box.confidence < _DOUBTFUL for box in boxes)
    if not doubtful:
        return []
    return [f"{doubtful} of its {len(boxes)} lines were recognised with low confidence"]
