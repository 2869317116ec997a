"""A page's lines to its articles."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.reading import bylines
from rag.reading.characters import ends_sentence
from rag.reading.headings import (
    Heading,
    heading_above,
    heading_below,
    headings_wrap,
    read_heading,
    shared_words,
)
from rag.reading.layout import Column, Line, body_text, is_full
from rag.reading.traced import Traced, cut

# Text without a byline, a lead or a closing byline is an article from this many characters on.
_MIN_BODY = 30


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article as the page prints it.

    body: its clean text. dateline: the source tags that it opens with; they end at dateline_end.
    jump_to, jump_from: as those of an Article.
    """

    heading: Heading
    byline: tuple[str, ...]
    dateline: str
    dateline_end: int
    body: Traced
    jump_to: str = ""
    jump_from: str = ""


@dataclass(frozen=True, slots=True)
class _Run:
    """The lines from one article's start to the next one's. names: of the byline line it starts
    with. lines: what follows the byline, with the heading of this or of the next article last."""

    names: tuple[str, ...]
    lines: tuple[Line, ...]


def find_articles(raw: str, lines: Sequence[Line], column: Column) -> list[FoundArticle]:
    """The articles among the lines of a page whose furniture is gone, in printed order.

    An article starts at a byline, at the paper's lead or an agency's, or after a closing byline.
    Its heading stands before its text or after it, the same way on the whole page;
    `_headings_lead` weighs which.
    """
    top, runs = _split_runs(lines, column)
    if not runs:
        return _without_starts(raw, lines, column)
    below = [
        heading_below(run.lines, column, certain=i + 1 < len(runs)) for i, run in enumerate(runs)
    ]
    lead = _headings_lead(top, runs, below)
    below = _recount(runs, below, column, lead=lead)
    texts = [run.lines[: len(run.lines) - count] for run, count in zip(runs, below, strict=True)]
    rests = [run.lines[len(run.lines) - count :] for run, count in zip(runs, below, strict=True)]
    headings = [top, *rests[:-1]] if lead else rests
    wrapped = headings_wrap(headings, texts, column)
    found = [
        _article(raw, read_heading(heading, column, wrapped=wrapped), run.names, text, column)
        for heading, run, text in zip(headings, runs, texts, strict=True)
        if text
    ]
    return [article for article in found if article.body.text]


def article_below(
    raw: str,
    heading: Heading,
    lines: Sequence[Line],
    column: Column,
    starts: frozenset[int] = frozenset(),
) -> FoundArticle | None:
    """The one article of a heading that is known and the lines below it; None where they hold no
    text. starts: as that of `body_text`."""
    names = _byline_line(lines, 0, column) if lines else ()
    text = lines[1:] if names else lines
    return _article(raw, heading, names, text, column, starts) if is_text(text) else None


def start_lines(lines: Sequence[Line], column: Column) -> list[Line]:
    """The lines that articles start with, each a byline or with a lead of its own."""
    return [lines[number] for number, _ in _starts(lines, column)]


def _recount(
    runs: Sequence[_Run], below: Sequence[int], column: Column, *, lead: bool
) -> list[int]:
    """How many heading lines each run ends with, once it is known whose they are."""
    if not lead:
        return [heading_below(run.lines, column, certain=True) for run in runs]
    counts = []
    for run, following, count in zip(runs, runs[1:], below[1:], strict=False):
        story = _words(following.lines[: len(following.lines) - count])
        counts.append(heading_below(run.lines, column, certain=True, story=story))
    return [*counts, 0]


def _words(lines: Sequence[Line]) -> str:
    return "".join(line.compact for line in lines)


def _split_runs(lines: Sequence[Line], column: Column) -> tuple[tuple[Line, ...], list[_Run]]:
    """The lines above the first article's start, and a run for each start."""
    starts = _starts(lines, column)
    if not starts:
        return tuple(lines), []
    bounds = [*(number for number, _ in starts), len(lines)]
    runs = []
    for (number, names), end in zip(starts, bounds[1:], strict=True):
        first = number + 1 if names else number
        runs.append(_Run(names, tuple(lines[first:end])))
    return tuple(lines[: bounds[0]]), runs


def _starts(lines: Sequence[Line], column: Column) -> list[tuple[int, tuple[str, ...]]]:
    """Where articles start: line number, and the names where that line is a byline."""
    starts: list[tuple[int, tuple[str, ...]]] = []
    for i, line in enumerate(lines):
        names = _byline_line(lines, i, column)
        if names:
            starts.append((i, names))
            continue
        after_byline = bool(starts) and starts[-1][0] == i - 1 and bool(starts[-1][1])
        if after_byline:
            continue
        opens = (
            line.begins
            or bylines.opens_story(line.compact)
            or (bylines.opens_dispatch(line.compact) and not _left_open(lines, i, column))
        )
        if opens:
            starts.append((i, ()))
    return sorted([*starts, *_bare_starts(lines, [number for number, _ in starts], column)])


def _bare_starts(
    lines: Sequence[Line], starts: Sequence[int], column: Column
) -> list[tuple[int, tuple[str, ...]]]:
    """Where articles start that open with neither byline nor lead: at the page's head and after
    closing bylines, below the heading that stands there."""
    after = [0, *(i + 1 for i in range(len(lines)) if _closes(lines, i))]
    if not starts and len(after) == 1:
        return []
    bare: list[tuple[int, tuple[str, ...]]] = []
    for first in after:
        end = next((number for number in starts if number >= first), len(lines))
        count = heading_above(lines[first:end], column)
        text = lines[first + count : end]
        if count and is_text(text):
            bare.append((first + count, ()))
    return bare


def _closes(lines: Sequence[Line], number: int) -> bool:
    """Whether the line ends an article, with a byline in brackets or before a jump line."""
    if lines[number].ends:
        return True
    text = lines[number].text
    names, start = bylines.closing_names(text)
    before = text[:start].rstrip() or (lines[number - 1].text if number else "")
    return bool(names) and ends_sentence(before)


def is_text(lines: Sequence[Line]) -> bool:
    """Whether the lines are running text rather than headings or credits."""
    sentences = any("。" in line.text or ends_sentence(line.text) for line in lines)
    return sentences and len(_words(lines)) >= _MIN_BODY


def _byline_line(lines: Sequence[Line], number: int, column: Column) -> tuple[str, ...]:
    text = lines[number].text
    names = bylines.marked_byline(text)
    if names:
        return names
    names = bylines.plain_byline(text)
    if not names or number + 1 == len(lines):
        return ()
    below = lines[number + 1]
    if bylines.opens_story(below.compact) or bylines.opens_dispatch(below.compact):
        return names
    return () if _left_open(lines, number, column) else names


def _left_open(lines: Sequence[Line], number: int, column: Column) -> bool:
    """Whether the full line above leaves its sentence open, so that this one goes on with it."""
    if not number:
        return False
    above = lines[number - 1]
    return not ends_sentence(above.text) and is_full(above, lines[number], column)


def _headings_lead(top: Sequence[Line], runs: Sequence[_Run], below: Sequence[int]) -> bool:
    """Whether the page prints headings above their articles.

    Lines above the first article and none below the last say yes, the other way round no. Where
    both or neither stand, the words decide: a heading shares more of them with its own article.
    """
    if top and not below[-1]:
        return True
    if not top and (below[-1] or len(runs) == 1):
        return False
    splits = [len(run.lines) - count for run, count in zip(runs, below, strict=True)]
    texts = [_words(run.lines[:split]) for run, split in zip(runs, splits, strict=True)]
    headings = [_words(run.lines[split:]) for run, split in zip(runs, splits, strict=True)]
    before = zip([_words(top), *headings], texts, strict=False)
    after = zip(headings, texts, strict=True)
    return sum(shared_words(*pair) for pair in before) >= sum(shared_words(*pair) for pair in after)


def _article(
    raw: str,
    heading: Heading,
    names: tuple[str, ...],
    lines: Sequence[Line],
    column: Column,
    starts: frozenset[int] = frozenset(),
) -> FoundArticle:
    body = body_text(raw, lines, column, starts)
    if not names:
        names = bylines.inline_names(body.text)
    if not names:
        names, end = bylines.closing_names(body.text)
        body = cut(body, 0, end)
    if not names:
        names = bylines.dispatch_names(body.text)
    end = bylines.dateline_end(body.text)
    return FoundArticle(heading, names, bylines.dateline(body.text), end, body)


def _without_starts(raw: str, lines: Sequence[Line], column: Column) -> list[FoundArticle]:
    """The one article of a page that prints no byline and no lead."""
    count = heading_above(lines, column)
    if not is_text(lines[count:]):
        return []
    heading = read_heading(lines[:count], column, wrapped=False)
    return [_article(raw, heading, (), lines[count:], column)]
