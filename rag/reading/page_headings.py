"""Headings on a page by their type: larger than the text, with the smaller line above."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.reading import bylines
from rag.reading.boxes import Box, Piece, above, beside, union
from rag.reading.characters import ends_sentence

# Type that much larger than the text's is a headline's.
_LARGE = 1.25
# Between lines of one heading, in squares of the larger type.
_LINE_GAP = 0.9
_KICKER_GAP = 1.0
_LARGER = 1.08
_TOUCH = 0.3
# Between halves of one headline line, in squares.
_HALVES = 1.5
_ALIGNED = 0.3
# Columns of text stand that far apart at least, in squares of their type.
_GUTTER = 0.8
_COMMON = 2


@dataclass(frozen=True, slots=True)
class Block:
    """What stands together on a page: the pieces of one heading, or one piece of text."""

    pieces: tuple[Piece, ...]
    box: Box
    heading: bool


def text_size(pieces: Sequence[Piece]) -> float:
    """The size that most of a page's text is set in; 0 for a page without any."""
    counts: Counter[float] = Counter()
    for piece in pieces:
        counts[round(piece.size * 2) / 2] += len(piece.text)
    return max(counts, key=lambda size: (counts[size], -size)) if counts else 0.0


def blocks_of(pieces: Sequence[Piece], size: float) -> list[Block]:
    """The headings of a page, each one block, and its other pieces, a block each.

    size: of the text, as `text_size` gives it.
    """
    large = [piece for piece in pieces if piece.size >= _LARGE * size]
    small = [piece for piece in pieces if piece.size < _LARGE * size]
    lefts = _column_lefts(small, size)
    groups = _grouped(large, small, lefts)
    kickers = [_kickers(group, small, size) for group in groups]
    taken = {id(piece) for above_it in kickers for piece in above_it}
    headings = [
        _block((*above_it, *group), heading=True)
        for group, above_it in zip(groups, kickers, strict=True)
    ]
    return headings + [_block((piece,), heading=False) for piece in small if id(piece) not in taken]


def _block(pieces: tuple[Piece, ...], *, heading: bool) -> Block:
    return Block(pieces, union(piece.box for piece in pieces), heading)


def _column_lefts(pieces: Sequence[Piece], size: float) -> list[float]:
    """Where columns or their indented lines begin: the left edges that lines share, ascending."""
    step = _ALIGNED * size
    counts = Counter(round(piece.box.left / step) for piece in pieces) if step else Counter()
    return sorted(place * step for place, count in counts.items() if count >= _COMMON)


def _grouped(
    large: Sequence[Piece], small: Sequence[Piece], lefts: Sequence[float]
) -> list[tuple[Piece, ...]]:
    """Large pieces that are one heading, however many lines it has."""
    groups: list[list[Piece]] = []
    for piece in sorted(large, key=lambda piece: (piece.box.top, piece.box.left)):
        joined = [
            group for group in groups if any(_one_heading(p, piece, small, lefts) for p in group)
        ]
        groups = [group for group in groups if not any(group is other for other in joined)]
        groups.append([*(p for group in joined for p in group), piece])
    return [tuple(group) for group in groups]


def _one_heading(
    first: Piece, second: Piece, small: Sequence[Piece], lefts: Sequence[float]
) -> bool:
    size = max(first.size, second.size)
    if beside(first.box, second.box):
        left, right = sorted((first, second), key=lambda piece: piece.box.left)
        gap = right.box.left - left.box.right
        return gap < _HALVES * size and not _own_column(left, right, small, lefts)
    gap = max(first.box.top, second.box.top) - min(first.box.bottom, second.box.bottom)
    return gap < _LINE_GAP * size and above(first.box, second.box)


def _own_column(left: Piece, right: Piece, small: Sequence[Piece], lefts: Sequence[float]) -> bool:
    """Whether the right one of two large pieces beside each other stands over columns of its own:
    one begins between them or where it does, and the text below begins with a byline, a lead or an
    indented line."""
    edges = [
        edge
        for edge in lefts
        if left.box.right - _ALIGNED * left.size <= edge <= right.box.left + _ALIGNED * right.size
    ]
    below = [
        piece
        for piece in small
        if piece.box.top > right.box.middle
        and left.box.right - piece.size <= piece.box.left <= right.box.right
    ]
    if not edges or not below:
        return False
    first = min(below, key=lambda piece: (piece.box.top, piece.box.left))
    row = [piece for piece in below if beside(piece.box, first.box)]
    text = min(row, key=lambda piece: piece.box.left)
    if right.box.left - left.box.right < _GUTTER * text.size:
        return False
    return (
        text.box.left - edges[-1] > text.size
        or bool(bylines.marked_byline(text.text) or bylines.plain_byline(text.text))
        or bylines.opens_story(text.text.replace(" ", ""))
        or bylines.opens_dispatch(text.text.replace(" ", ""))
    )


def _kickers(group: Sequence[Piece], small: Sequence[Piece], size: float) -> list[Piece]:
    """The smaller lines right above a heading, several where their type is larger than the text's.

    The last line of a text above it, which ends a sentence or stands close below the line before,
    is none.
    """
    box = union(piece.box for piece in group)
    reach = _KICKER_GAP * min(group, key=lambda piece: piece.box.top).size
    found: list[Piece] = []
    while True:
        line = [
            piece
            for piece in small
            if -_TOUCH * piece.size <= box.top - piece.box.bottom <= reach
            and above(piece.box, box)
            and not ends_sentence(piece.text)
            and (piece.size >= _LARGER * size or not _goes_on(piece, small))
        ]
        if not line:
            return found
        found = [*line, *found]
        if min(piece.size for piece in line) < _LARGER * size:
            return found
        box = union(piece.box for piece in line)
        reach = _LINE_GAP * line[0].size


def _goes_on(piece: Piece, small: Sequence[Piece]) -> bool:
    """Whether a line stands close above the piece, as in a text."""
    return any(
        -0.4 * piece.size < piece.box.top - other.box.bottom < 0.8 * piece.size
        and other.box.top < piece.box.top - 0.5 * piece.size
        and above(piece.box, other.box)
        for other in small
    )
