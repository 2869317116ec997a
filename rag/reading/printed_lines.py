"""A page's pieces to its printed lines, in the order of reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.reading.boxes import Box, Piece, union
from rag.reading.furniture import find_furniture
from rag.reading.layout import read_lines
from rag.reading.page_headings import blocks_of, text_size
from rag.reading.reading_order import Column, columns_in_order

# What a page prints about itself stands within these shares of its height, from above and below.
_HEAD, _FOOT = 0.2, 0.85
_DEEPEST_INDENT = 4.0
_FAR_APART = 1.6
# What white space stands for a gap, in squares, up to each width.
_SPACES = ((0.2, ""), (0.9, " "), (1.6, "\u3000"), (float("inf"), "\u3000\u3000"))


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line as it is printed. indent: squares between its column's left edge and it. heading:
    the number of the heading on the page that it is part of, from 0; None for other lines."""

    text: str
    box: Box
    size: float
    indent: float
    width: float
    heading: int | None
    confidence: float | None

    @property
    def indented(self) -> str:
        """The text with white space for its indent."""
        deep = round(self.indent) if 1.0 <= self.indent <= _DEEPEST_INDENT else 0
        return "\u3000" * deep + self.text


def lines_in_order(pieces: Sequence[Piece], height: float) -> list[PrintedLine]:
    """The lines that pieces make, in the order of reading. height: of the page.

    What the page prints about itself comes first or last, as it stands at its head or foot.
    """
    rows = _rows(pieces)
    head = _furniture([row for row in rows if _box(row).bottom <= _HEAD * height])
    foot = _furniture([row for row in rows if _box(row).top >= _FOOT * height])
    apart = {id(piece) for row in (*head, *foot) for piece in row}
    rest = [piece for piece in pieces if id(piece) not in apart]
    size = text_size(rest) or text_size(pieces)
    lines = _row_lines(head)
    headings = 0
    for column in columns_in_order(blocks_of(rest, size), size):
        found, headings = _column_lines(column, headings)
        lines.extend(found)
    return [*lines, *_row_lines(foot)]


def _row_lines(rows: Sequence[Sequence[Piece]]) -> list[PrintedLine]:
    """Rows as lines, what stands far apart in a row as a line each."""
    lines: list[PrintedLine] = []
    for row in rows:
        part = [row[0]]
        for left, right in pairwise(row):
            if right.box.left - left.box.right > _FAR_APART * max(left.size, right.size):
                lines.append(_line(part, _box(part).left, None))
                part = []
            part.append(right)
        lines.append(_line(part, _box(part).left, None))
    return lines


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces that stand beside each other, from top to bottom, each row from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.box.middle, piece.box.left)):
        last = rows[-1][-1] if rows else None
        if last is not None and abs(last.box.middle - piece.box.middle) < 0.5 * min(
            last.box.height, piece.box.height
        ):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.box.left) for row in rows]


def _box(row: Sequence[Piece]) -> Box:
    return union(piece.box for piece in row)


def _furniture(rows: Sequence[list[Piece]]) -> list[list[Piece]]:
    """Those of the rows at a page's head or foot that are furniture."""
    raw = "".join(f"{_text(row)}\n" for row in rows)
    found = find_furniture(read_lines(raw)).lines
    return [row for number, row in enumerate(rows) if number in found]


def _column_lines(column: Column, headings: int) -> tuple[list[PrintedLine], int]:
    """A column's lines, and the number of its page's headings so far."""
    numbers: dict[int, int] = {}
    for block in column.blocks:
        if block.heading:
            numbers.update((id(piece), headings) for piece in block.pieces)
            headings += 1
    pieces = [piece for block in column.blocks for piece in block.pieces]
    texts = [piece.box.left for piece in pieces if id(piece) not in numbers]
    left = min(texts, default=column.box.left)
    lines = []
    for row in _rows(pieces):
        for number in dict.fromkeys(numbers.get(id(piece)) for piece in row):
            part = [piece for piece in row if numbers.get(id(piece)) == number]
            lines.append(_line(part, left, number))
    return lines, headings


def _line(row: Sequence[Piece], left: float, heading: int | None) -> PrintedLine:
    box = _box(row)
    size = max(piece.size for piece in row)
    sure = [piece.confidence for piece in row if piece.confidence is not None]
    indent = (box.left - left) / size
    return PrintedLine(
        _text(row), box, size, indent, box.width / size, heading, min(sure, default=None)
    )


def _text(row: Sequence[Piece]) -> str:
    """A row's text, with white space as wide as what parts its pieces."""
    text = row[0].text
    for left, right in pairwise(row):
        gap = (right.box.left - left.box.right) / max(left.size, right.size)
        space = next(white for most, white in _SPACES if gap < most)
        text += space + right.text
    return text
