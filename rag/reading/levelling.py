"""Scanned pages set upright and level, by their lines alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from rag.reading.boxes import Box, turned
from rag.reading.ocr import FoundLine, find_lines, read_line

if TYPE_CHECKING:  # heavy: only its types are needed here
    from PIL.Image import Image

# Lines that many times as long as they are high tell how a page lies; so many are looked at.
_LONG = 4.0
_FEWEST = 3
_TRIED = 6
# The confidence of lines that are the right way up, and of such that can be read at all.
_SURE = 0.9
_LEGIBLE = 0.8
# Degrees: below, reading bears it; above, no page lies like that.
_LEVEL = 0.2
_STEEPEST = 20.0


@dataclass(frozen=True, slots=True)
class Levelled:
    """An image whose lines are level, and how it came from the one that was given, of that width
    and height: by so many quarter turns clockwise, and then by an angle in degrees, clockwise."""

    image: "Image"
    width: int
    height: int
    turns: int
    angle: float

    def shown(self, box: Box) -> Box:
        """A box of the level image, in shares of the given one: the smallest around its corners."""
        width, height = (self.width, self.height)[:: -1 if self.turns % 2 else 1]
        sine, cosine = math.sin(math.radians(-self.angle)), math.cos(math.radians(self.angle))
        xs, ys = [], []
        for x in (box.left, box.right):
            for y in (box.top, box.bottom):
                across, down = x - self.image.width / 2, y - self.image.height / 2
                xs.append(width / 2 + across * cosine - down * sine)
                ys.append(height / 2 + across * sine + down * cosine)
        placed = turned(Box(min(xs), min(ys), max(xs), max(ys)), -self.turns % 4, width, height)
        return Box(
            max(placed.left / self.width, 0.0),
            max(placed.top / self.height, 0.0),
            min(placed.right / self.width, 1.0),
            min(placed.bottom / self.height, 1.0),
        )


def levelled(image: "Image") -> Levelled:
    """The image with its lines level and the right way up.

    A page that lies on its side or on its head is turned to where a few of its lines are read best,
    then by the angle that most of its lines have. Raises ReadingError as `find_lines` does.
    """
    from PIL.Image import Resampling, Transpose  # heavy: loaded on first use

    lines = [line for line in find_lines(image) if line.length >= _LONG * line.height]
    width, height = image.size
    turns, angle = _turns(image, lines), _angle(lines)
    if turns:
        by = (Transpose.ROTATE_270, Transpose.ROTATE_180, Transpose.ROTATE_90)[turns - 1]
        image = image.transpose(by)
    if angle:
        image = image.rotate(angle, Resampling.BICUBIC, expand=True, fillcolor=_paper(image))
    return Levelled(image, width, height, turns, -angle)


def _turns(image: "Image", lines: Sequence[FoundLine]) -> int:
    """By how many quarter turns clockwise the lines come to be the right way up."""
    across = [line for line in lines if not line.sideways]
    down = [line for line in lines if line.sideways]
    if sum(line.length for line in down) > sum(line.length for line in across):
        read = {turns: _confidence(image, _some(down), turns) for turns in (1, 3)}
        best = max(read, key=lambda turns: read[turns])
        # Lines that are printed from top to bottom are read well at neither.
        return best if read[best] >= _LEGIBLE else 0
    some = _some(across)
    upright = _confidence(image, some, 0)
    return 2 if upright < _SURE and _confidence(image, some, 2) > upright else 0


def _some(lines: Sequence[FoundLine]) -> list[FoundLine]:
    """A few of the lines, from all over the page."""
    ordered = sorted(lines, key=lambda line: line.corners)
    step = max(len(ordered) // _TRIED, 1)
    return ordered[step // 2 :: step][:_TRIED]


def _confidence(image: "Image", lines: Sequence[FoundLine], turns: int) -> float:
    """How surely lines are read on average when they are turned so; 0 of none."""
    if not lines:
        return 0.0
    read = (read_line(_cut_out(image, line, turns)) for line in lines)
    return sum(confidence for _, confidence in read) / len(lines)


def _cut_out(image: "Image", line: FoundLine, turns: int) -> "Image":
    from PIL.Image import Resampling, Transform  # heavy: loaded on first use

    a, b, c, d = line.corners
    size = (max(round(math.dist(a, b)), 1), max(round(math.dist(b, c)), 1))
    level = image.transform(size, Transform.QUAD, (*a, *d, *c, *b), Resampling.BILINEAR)
    return level.rotate(-90 * turns, expand=True)


def _angle(lines: Sequence[FoundLine]) -> float:
    """The angle in degrees, clockwise, by which lines are off; 0 where it is none to mend."""
    if len(lines) < _FEWEST:
        return 0.0
    angle = median(line.angle for line in lines)
    return angle if _LEVEL <= abs(angle) <= _STEEPEST else 0.0


def _paper(image: "Image") -> tuple[int, ...]:
    """The colour that most of a page has."""
    import numpy as np  # heavy: loaded on first use

    pixels = np.asarray(image.resize((64, 64))).reshape(-1, 3)
    return tuple(int(shade) for shade in np.median(pixels, axis=0))
