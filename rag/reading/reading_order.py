"""The order in which a page's blocks are read, from where they stand.

A recursive X-Y cut (Nagy and Seth, 1984), with one rule more for newspapers: a heading reaches over
the white beside it, so that it holds the columns below it together. A page is cut above headings
into bands, a band between articles and columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.reading.boxes import Box, union
from rag.reading.page_headings import Block

# In squares of the text's type.
_GUTTER = 0.35
_NARROWEST = 4.0
_WIDE_BLANK = 2.5
_TOUCH = 0.3
_OFF_CENTRE = 2.0
_ALIGNED = 0.3
# So many lines below each other must leave a gutter free.
_LEAST_ROWS = 2
_CERTAIN_ROWS = 3
_ENDING_ROWS = 2
_MOST_FOOTERS = 6
_DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Column:
    """Blocks that are read from top to bottom."""

    blocks: tuple[Block, ...]
    box: Box


def columns_in_order(blocks: Sequence[Block], size: float) -> list[Column]:
    """The blocks of a page as columns, in the order of reading. size: of the text, in points."""
    return _read(list(blocks), size, _DEEPEST) if blocks else []


def _read(blocks: list[Block], size: float, depth: int) -> list[Column]:
    parts = _parts(blocks, size) if len(blocks) > 1 and depth else [blocks]
    if len(parts) == 1:
        ordered = sorted(blocks, key=lambda block: (block.box.top, block.box.left))
        return [Column(tuple(ordered), union(block.box for block in blocks))]
    return [column for part in parts for column in _read(part, size, depth - 1)]


def _parts(blocks: list[Block], size: float) -> list[list[Block]]:
    """The blocks in two parts or more, in order; in one where nothing parts them."""
    return (
        _between_bands(blocks, size)
        or _across_blanks(blocks, size)
        or _between_columns(blocks, size, _LEAST_ROWS)
        or _above_columns(blocks, size)
        or [blocks]
    )


def _between_bands(blocks: list[Block], size: float) -> list[list[Block]] | None:
    """Cut above each heading that has nothing but headings and white beside its first line."""
    top = min(block.box.top for block in blocks)
    headings = sorted((b for b in blocks if b.heading), key=lambda block: block.box.top)
    cuts = [
        heading.box.top
        for heading in headings
        if heading.box.top > top + _TOUCH * size
        and _is_clear(heading.box.top, blocks, size)
        and _opens_band(heading, blocks)
    ]
    return _cut_down(blocks, cuts)


def _opens_band(heading: Block, blocks: Sequence[Block]) -> bool:
    first = min((piece.box for piece in heading.pieces), key=lambda box: box.top)
    return not any(
        not block.heading and min(first.bottom, block.box.bottom) > max(first.top, block.box.top)
        for block in blocks
    )


def _is_clear(y: float, blocks: Sequence[Block], size: float) -> bool:
    """Whether a level line at y crosses no block."""
    slack = _TOUCH * size
    return not any(b.box.top < y - slack and b.box.bottom > y + slack for b in blocks)


def _across_blanks(blocks: list[Block], size: float) -> list[list[Block]] | None:
    """Cut where white runs across everything, wider than any paragraph is parted by."""
    ordered = sorted(blocks, key=lambda block: block.box.top)
    cuts, bottom = [], ordered[0].box.bottom
    for above, block in pairwise(ordered):
        bottom = max(bottom, above.box.bottom)
        if block.box.top - bottom > _WIDE_BLANK * size and not above.heading:
            cuts.append(block.box.top)
    return _cut_down(blocks, cuts)


def _cut_down(blocks: Sequence[Block], cuts: Sequence[float]) -> list[list[Block]] | None:
    if not cuts:
        return None
    edges = sorted(set(cuts))
    parts: list[list[Block]] = [[] for _ in range(len(edges) + 1)]
    for block in blocks:
        middle = block.box.middle
        parts[sum(edge <= middle for edge in edges)].append(block)
    filled = [part for part in parts if part]
    return filled if len(filled) > 1 else None


def _between_columns(blocks: list[Block], size: float, rows: int) -> list[list[Block]] | None:
    """Cut along each gutter that runs down past everything."""
    # Where even the bare boxes leave none, how far headings reach needn't be known.
    if len(_along_gutters([(block.box, block) for block in blocks], size)) < 2:
        return None
    joined = _wide_enough(_along_gutters(_reaches(blocks, size), size), size)
    if len(joined) < 2 or max(_rows(part) for part in joined) < rows:
        return None
    return joined


def _along_gutters(placed: Sequence[tuple[Box, Block]], size: float) -> list[list[Block]]:
    """Blocks parted where no box stands, from left to right."""
    parts: list[list[Block]] = [[]]
    right = float("-inf")
    for box, block in sorted(placed, key=lambda pair: (pair[0].left, pair[0].top)):
        if parts[-1] and box.left - right >= _GUTTER * size:
            parts.append([])
        parts[-1].append(block)
        right = max(right, box.right)
    return parts


def _reaches(blocks: Sequence[Block], size: float) -> list[tuple[Box, Block]]:
    """Each block with its box; a heading's reaches over the columns that have white beside it."""
    return [
        (_reach(block, blocks, size) if block.heading else block.box, block) for block in blocks
    ]


def _reach(heading: Block, blocks: Sequence[Block], size: float) -> Box:
    """A heading's box with the white to its right, and as much to its left, as it is set at the
    left of its article or in the middle; one without another beside it has all the white."""
    box = heading.box
    near = [b.box for b in blocks if b is not heading and _shares_height(b.box, box)]
    before = max((b.right for b in near if b.right <= box.left), default=float("-inf"))
    after = min((b.left for b in near if b.left >= box.right), default=float("inf"))
    # Short lines of a column that runs on under what stands beside the heading are not before it.
    step = _ALIGNED * size
    under = {round(b.box.left / step) for b in blocks if b.box.left < after < b.box.right}
    right = max(
        b.box.right
        for b in blocks
        if b.box.right <= box.right
        or (b.box.right <= after and round(b.box.left / step) not in under)
    )
    if sum(block.heading for block in blocks) > 1:
        before = max(before, box.left - (right - box.right) - _OFF_CENTRE * size)
    left = min(b.box.left for b in blocks if b.box.left >= min(before, box.left))
    return replace(box, left=left, right=right)


def _shares_height(a: Box, b: Box) -> bool:
    return min(a.bottom, b.bottom) > max(a.top, b.top)


def _wide_enough(parts: Sequence[list[Block]], size: float) -> list[list[Block]]:
    """The parts, those too narrow for a column put together with the one before them or after. The
    last column may hold no more than the end of a text."""
    joined: list[list[Block]] = []
    for number, part in enumerate(parts):
        after_narrow = joined and _width(joined[-1]) < _NARROWEST * size
        narrow = joined and _width(part) < _NARROWEST * size
        ending = number == len(parts) - 1 and _rows(part) <= _ENDING_ROWS
        if after_narrow or (narrow and not ending):
            joined[-1] = joined[-1] + part
        else:
            joined.append(part)
    return joined


def _width(part: Sequence[Block]) -> float:
    return union(block.box for block in part).width


def _rows(part: Sequence[Block]) -> int:
    """How many lines stand below each other."""
    count, bottom = 0, float("-inf")
    for block in sorted(part, key=lambda block: block.box.middle):
        if block.box.middle > bottom:
            count += 1
            bottom = block.box.bottom
    return count


def _above_columns(blocks: list[Block], size: float) -> list[list[Block]] | None:
    """Cut below the first lines, or above the last, that keep the rest from being columns."""
    edges = sorted({block.box.top for block in blocks})[1:]
    clear = [y for y in edges if _is_clear(y, blocks, size)]
    for y in clear:
        top = [block for block in blocks if block.box.middle < y]
        rest = [block for block in blocks if block.box.middle >= y]
        rows = _LEAST_ROWS if any(block.heading for block in top) else _CERTAIN_ROWS
        if top and rest and _between_columns(rest, size, rows):
            return [top, rest]
    for y in clear[: -_MOST_FOOTERS - 1 : -1]:
        rest = [block for block in blocks if block.box.middle < y]
        foot = [block for block in blocks if block.box.middle >= y]
        if rest and foot and _between_columns(rest, size, _CERTAIN_ROWS):
            return [rest, foot]
    return None
