"""Sets stories as the pages of a PDF file, as a press sets them: in frames of columns."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

SONG = "STSong-Light"
PAGE = (842.0, 1191.0)
HANGING = "，。、；：！？”）》"


@dataclass(frozen=True, slots=True)
class Printed:
    """A stretch of type at a place, from the page's bottom left corner."""

    text: str
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Frame:
    """Where an article stands: its top left corner and width, counted from the page's top left, and
    its columns."""

    x: float
    top: float
    width: float
    columns: int
    gutter: float = 14.0


@dataclass(frozen=True, slots=True)
class Style:
    """How articles are set. leading: between lines, in squares. align: of headings."""

    size: float = 10.0
    leading: float = 1.6
    headline: float = 22.0
    kicker: float = 12.0
    align: str = "left"
    byline: str = "□记者 {names}"
    air: float = 8.0
    page: tuple[float, float] = field(default=PAGE)


def wrapped(paragraph: str, squares: float) -> list[str]:
    """Lines of at most that many squares, Latin letters and figures counting half, none starting
    with a full stop or a comma."""
    lines, line = [], ""
    for character in paragraph:
        if width(line + character) > squares:
            kept = line.rstrip(HANGING)[:-1] if character in HANGING else line
            lines.append(kept)
            line = line[len(kept) :]
        line += character
    return [*lines, line]


def width(text: str) -> float:
    return sum(1.0 if ord(character) > 0xFF else 0.5 for character in text)


def set_article(story: Any, frame: Frame, style: Style) -> list[Printed]:
    """An article in its frame: kicker, headline and byline on top, then its columns."""
    printed: list[Printed] = []
    y = style.page[1] - frame.top
    for text, size in ((story.kicker, style.kicker), (story.headline, style.headline)):
        for line in wrapped(text, frame.width / size) if text else []:
            y -= size
            spare = max(frame.width - width(line) * size, 0.0)
            x = frame.x + {"left": 0.0, "centre": spare / 2}[style.align]
            printed.append(Printed(line, x, y, size))
            y -= 0.3 * size
        y -= style.air - 0.3 * size if text else 0.0
    if style.byline and story.names:
        y -= style.size
        printed.append(
            Printed(style.byline.format(names=" ".join(story.names)), frame.x, y, style.size)
        )
        y -= style.air
    measure = (frame.width - frame.gutter * (frame.columns - 1)) / frame.columns
    lines = [
        line
        for paragraph in story.paragraphs
        for line in wrapped("　　" + paragraph, measure / style.size)
    ]
    rows = -(-len(lines) // frame.columns)
    for number, line in enumerate(lines):
        column, row = divmod(number, rows)
        x = frame.x + column * (measure + frame.gutter)
        printed.append(
            Printed(line, x, y - style.size - row * style.size * style.leading, style.size)
        )
    return printed


def set_page(
    stories: Sequence[Any], frames: Sequence[Frame], style: Style, *more: Printed
) -> list[Printed]:
    """A sheet with each story in its frame, and what is printed beside them."""
    articles = zip(stories, frames, strict=True)
    return [*more, *(piece for pair in articles for piece in set_article(*pair, style))]


def downwards(text: str, page: tuple[float, float], size: float, rows: int) -> list[Printed]:
    """A text set in lines from top to bottom, the first at the right, a character a square."""
    return [
        Printed(
            character,
            page[0] - 60 - 1.7 * size * (number // rows),
            page[1] - 60 - size * (number % rows),
            size,
        )
        for number, character in enumerate(text)
    ]


def characters(printed: Iterable[Printed]) -> list[Printed]:
    """The same type, a character each."""
    found = []
    for piece in printed:
        x = piece.x
        for character in piece.text:
            found.append(Printed(character, x, piece.y, piece.size))
            x += pdfmetrics.stringWidth(character, SONG, piece.size)
    return found


def draw(
    path: Path,
    sheets: Sequence[Sequence[Printed]],
    *,
    page: tuple[float, float] = PAGE,
    shuffled: int | None = None,
    rotate: int = 0,
    password: str | None = None,
) -> Path:
    """Draws sheets into a PDF file. shuffled: a seed for the order of their characters."""
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    # reportlab turns the page's own size with it.
    size = page[::-1] if rotate % 180 else page
    locked = StandardEncryption(password) if password else None
    canvas = Canvas(str(path), pagesize=size, invariant=1, encrypt=locked)
    for sheet in sheets:
        if rotate:
            canvas.setPageRotation(rotate)
        pieces = list(sheet) if shuffled is None else characters(sheet)
        if shuffled is not None:
            random.Random(shuffled).shuffle(pieces)
        for piece in pieces:
            canvas.setFont(SONG, piece.size)
            canvas.drawString(piece.x, piece.y, piece.text)
        canvas.showPage()
    canvas.save()
    return path
