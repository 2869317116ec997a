"""Characters with boxes to pieces of printed lines, whatever order they were drawn in."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from rag.reading.boxes import Glyph, Piece, union
from rag.reading.characters import is_wide

# In squares of the type: a wider gap parts pieces, as it may be a gutter between columns; a smaller
# one does where a column begins after it, as punctuation may hang into the gutter.
_GAP = 0.5
_HANGING = 0.2
_AT_COLUMN = 0.15
_COLUMN_LINES = 4
_DEEPEST_INDENT = 4.0
# Characters of one line stand at most so far up or down from each other.
_DRIFT = 0.35
_OVERLAP = 0.6
_SAME = 0.3
# A gap that much over the line's usual one is a space, between 汉字, between Latin letters, and
# where one meets the other, which type parts with a little air.
_HAN_SPACE, _LATIN_SPACE, _MIXED_SPACE = 0.2, 0.16, 0.4
_SAMPLE = 80
_CLEARLY = 0.85


def pieces_of(glyphs: Iterable[Glyph]) -> list[Piece]:
    """The pieces of lines that characters stand in, by their places alone.

    A character drawn twice, a little aside, as false bold is, counts once.
    """
    ordered = sorted(glyphs, key=lambda glyph: (glyph.box.left, glyph.box.top, glyph.text))
    if not ordered:
        return []
    cell = max(median(glyph.size for glyph in ordered), 1.0)
    open_pieces: dict[int, list[list[Glyph]]] = defaultdict(list)
    pieces: list[list[Glyph]] = []
    for glyph in ordered:
        reach = _DRIFT * glyph.size
        first = int((glyph.box.middle - reach) // cell)
        last = int((glyph.box.middle + reach) // cell)
        near = [piece for row in range(first - 1, last + 2) for piece in open_pieces[row]]
        piece = min(
            (piece for piece in near if _follows(piece[-1], glyph)),
            key=lambda piece: abs(piece[-1].box.middle - glyph.box.middle),
            default=None,
        )
        if piece is None:
            piece = []
            pieces.append(piece)
        else:
            row = open_pieces[int(piece[-1].box.middle // cell)]
            row[:] = [other for other in row if other is not piece]
            if _is_shadow(piece[-1], glyph):
                row.append(piece)
                continue
        piece.append(glyph)
        row = open_pieces[int(glyph.box.middle // cell)]
        row[:] = [other for other in row if other[-1].box.right > glyph.box.left - 4 * cell]
        row.append(piece)
    edges = [piece[0].box.left for piece in pieces if len(piece) > 2]
    lefts = column_edges(edges, cell, _AT_COLUMN)
    return [_piece(part) for piece in pieces for part in _at_columns(piece, lefts)]


def column_edges(edges: Iterable[float], size: float, near: float) -> list[float]:
    """Where columns begin: the left edges that several lines share, ascending.

    near: how close to each other the edges of one column are, in squares of the type. The edge that
    lines share which are indented is none.
    """
    shared: list[float] = []
    run = [float("-inf")]
    for edge in [*sorted(edges), float("inf")]:
        if edge - run[0] <= near * size:
            run.append(edge)
            continue
        if len(run) >= _COLUMN_LINES:
            shared.append(median(run))
        run = [edge]
    found: list[float] = []
    for edge in shared:
        if not found or edge - found[-1] > _DEEPEST_INDENT * size:
            found.append(edge)
    return found


def _at_columns(piece: Sequence[Glyph], lefts: Sequence[float]) -> list[Sequence[Glyph]]:
    """The piece, parted where a column begins inside it after a gap."""
    cuts = [
        number
        for number, (before, after) in enumerate(pairwise(piece), 1)
        if after.box.left - before.box.right > _HANGING * after.size and _begins(after, lefts)
    ]
    edges = [0, *cuts, len(piece)]
    return [piece[start:end] for start, end in pairwise(edges)]


def _begins(glyph: Glyph, lefts: Sequence[float]) -> bool:
    at = bisect_left(lefts, glyph.box.left - _AT_COLUMN * glyph.size)
    return at < len(lefts) and lefts[at] <= glyph.box.left + _AT_COLUMN * glyph.size


def reads_downwards(glyphs: Sequence[Glyph]) -> bool:
    """Whether lines are set from top to bottom: characters stand closer below each other than
    beside each other."""
    wide = [glyph for glyph in glyphs if is_wide(glyph.text[0])]
    if len(wide) < 2 or 2 * len(wide) < len(glyphs):
        return False
    step = max(1, len(wide) // _SAMPLE)
    across, down = [], []
    for glyph in wide[::step]:
        beside = [_step(glyph, other, level=True) for other in wide]
        below = [_step(glyph, other, level=False) for other in wide]
        across.append(min((step for step in beside if step), default=9.0))
        down.append(min((step for step in below if step), default=9.0))
    return median(down) < _CLEARLY * median(across)


def _step(glyph: Glyph, other: Glyph, *, level: bool) -> float:
    """How far the other stands to the right of a character, or below it, in its squares; 0 where it
    stands neither."""
    aside = other.box.left - glyph.box.left
    down = other.box.middle - glyph.box.middle
    step, off = (aside, down) if level else (down, aside)
    return step / glyph.size if step > 0.5 * glyph.size and abs(off) < 0.3 * glyph.size else 0.0


def _follows(last: Glyph, glyph: Glyph) -> bool:
    size = max(last.size, glyph.size)
    if min(last.size, glyph.size) < 0.5 * size:
        return False
    gap = glyph.box.left - last.box.right
    drift = abs(glyph.box.middle - last.box.middle)
    return -_OVERLAP * size <= gap <= _GAP * size and drift <= _DRIFT * size


def _is_shadow(last: Glyph, glyph: Glyph) -> bool:
    return last.text == glyph.text and glyph.box.left - last.box.left < _SAME * last.box.width


def _piece(glyphs: Sequence[Glyph]) -> Piece:
    gaps = [
        (after.box.left - before.box.right) / max(before.size, after.size)
        for before, after in pairwise(glyphs)
    ]
    usual = max(median(gaps), 0.0) if len(gaps) > 2 else 0.0
    text = [glyphs[0].text]
    for before, after, gap in zip(glyphs, glyphs[1:], gaps, strict=False):
        if gap > usual + _least_space(before.text[-1], after.text[0]):
            text.append(" ")
        text.append(after.text)
    return Piece(
        "".join(text), union(glyph.box for glyph in glyphs), median(g.size for g in glyphs)
    )


def _least_space(before: str, after: str) -> float:
    if is_wide(before) and is_wide(after):
        return _HAN_SPACE
    return _MIXED_SPACE if is_wide(before) or is_wide(after) else _LATIN_SPACE
