"""What of a page is in none of its articles."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from rag.reading import bylines
from rag.reading.articles import FoundArticle
from rag.reading.furniture import Furniture
from rag.reading.layout import Line
from rag.types import LeftOut, LeftOutKind


def left_out(lines: Sequence[Line], kinds: Mapping[int, LeftOutKind]) -> tuple[LeftOut, ...]:
    """The lines that have a kind, by their numbers, as stretches of the raw text: lines after each
    other of one kind are one. lines: all of the page, in order."""
    found: list[LeftOut] = []
    before: LeftOutKind | None = None
    for line in lines:
        kind = kinds.get(line.number)
        if kind is not None and kind == before:
            found[-1] = LeftOut(kind, found[-1].start, line.end)
        elif kind is not None:
            found.append(LeftOut(kind, line.clean.offsets[0], line.end))
        before = kind
    return tuple(found)


def as_furniture(furniture: Furniture) -> dict[int, LeftOutKind]:
    """The furniture's lines with their kind."""
    return dict.fromkeys(furniture.lines, "furniture")


def lines_of_articles(lines: Sequence[Line], found: Sequence[FoundArticle]) -> list[list[Line]]:
    """The lines that each article's text stands on."""
    starts = [line.clean.offsets[0] for line in lines]
    return [
        [
            lines[number]
            for number in sorted({bisect_right(starts, at) - 1 for at in article.body.offsets})
        ]
        for article in found
    ]


def unassigned(lines: Sequence[Line], found: Sequence[FoundArticle]) -> list[Line]:
    """The lines that no article has taken for its text, its heading or its byline."""
    taken = {line.number for own in lines_of_articles(lines, found) for line in own}
    headings = "\n".join(
        "".join(f"{article.heading.kicker}{article.heading.headline}".split()) for article in found
    )
    return [
        line
        for line in lines
        if line.number not in taken and line.compact not in headings and not _is_byline(line)
    ]


def as_unassigned(lines: Sequence[Line], found: Sequence[FoundArticle]) -> dict[int, LeftOutKind]:
    """Those lines with their kind."""
    return {line.number: "unassigned" for line in unassigned(lines, found)}


def _is_byline(line: Line) -> bool:
    return bool(
        bylines.marked_byline(line.text)
        or bylines.plain_byline(line.text)
        or bylines.closing_names(line.text)[0]
    )
