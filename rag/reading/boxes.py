"""Printed characters and lines with the place they stand at."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points or pixels from the page's top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Halfway down."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Glyph:
    """One printed character, or a few that are one sign. size: of its type, in the box's unit."""

    text: str
    box: Box
    size: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one printed line without a wide gap in it. confidence: 0 to 1 where the text was
    recognised in an image, else None."""

    text: str
    box: Box
    size: float
    confidence: float | None = None


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around boxes, of which there must be one."""
    given = list(boxes)
    return Box(
        min(box.left for box in given),
        min(box.top for box in given),
        max(box.right for box in given),
        max(box.bottom for box in given),
    )


def beside(a: Box, b: Box) -> bool:
    """Whether boxes share some height: more than a fifth of the lower one's."""
    shared = min(a.bottom, b.bottom) - max(a.top, b.top)
    return shared > 0.2 * min(a.height, b.height)


def above(a: Box, b: Box) -> bool:
    """Whether boxes share some width: more than a fifth of the narrower one's."""
    shared = min(a.right, b.right) - max(a.left, b.left)
    return shared > 0.2 * min(a.width, b.width)


def turned(box: Box, turns: int, width: float, height: float) -> Box:
    """A box of a page of that size after so many quarter turns clockwise."""
    for _ in range(turns):
        box = Box(height - box.bottom, box.left, height - box.top, box.right)
        width, height = height, width
    return box
