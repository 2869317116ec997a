"""Character recognition in images: the one place that knows the recognising library."""

import ctypes
import math
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from statistics import median
from threading import RLock
from typing import TYPE_CHECKING, Any

from rag.errors import ReadingError
from rag.reading.boxes import Box, Piece
from rag.reading.characters import is_wide
from rag.reading.pieces import column_edges

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Ink = NDArray[np.bool_]

_ONE_AT_A_TIME = RLock()
_MOST_THREADS = 4
# Lines less sure than that are more often specks and pictures than text.
_LEAST_CONFIDENCE = 0.5
# Pixels of an image's longer side: lines are found on a smaller image, and read on the whole one.
_LONGEST_SIDE = 12_000
_FOUND_ON = 2_000
# Lines are found in one band of the small image at a time, which bounds memory. Pixels of a band's
# height, and how far it looks beyond: more than half a line of the largest type.
_BAND = 640
_BEYOND = 96
_AT_EDGE = 8
# Ink is that much darker than paper, of 255.
_INK = 60
# In squares of a line's type: the white before a column, how exactly lines begin at it, and how
# little of a line is but the edge of one beside it.
_GUTTER = 0.7
_AT_COLUMN = 0.4
_EDGE = 0.6
# Of a line's height: what is read beside it.
_PAD = 0.1

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line's corners in pixels of the image, clockwise; the first is the top left one of a line
    that is about level."""

    corners: tuple[Point, Point, Point, Point]

    @property
    def sideways(self) -> bool:
        """Whether it is longer down than across."""
        across, down = self._along
        return abs(down) > abs(across)

    @property
    def length(self) -> float:
        return math.hypot(*self._along)

    @property
    def height(self) -> float:
        a, b, c, _ = self.corners
        return min(math.dist(a, b), math.dist(b, c))

    @property
    def angle(self) -> float:
        """Degrees, clockwise, from the nearest level or upright line: -45 to 45."""
        across, down = self._along
        return (math.degrees(math.atan2(down, across)) + 45) % 90 - 45

    @property
    def _along(self) -> Point:
        """Its longer side."""
        a, b, c, _ = self.corners
        start, end = max((a, b), (b, c), key=lambda side: math.dist(*side))
        return end[0] - start[0], end[1] - start[1]

    @property
    def box(self) -> Box:
        """The smallest upright box around it."""
        xs, ys = zip(*self.corners, strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))


def find_lines(image: "Image") -> list[FoundLine]:
    """Where an image shows lines of text, in no order.

    Raises ReadingError where the recognising library isn't installed, or fails.
    """
    import numpy as np  # heavy: loaded on first use

    shrunk = min(1.0, _FOUND_ON / max(image.size))
    size = (max(round(image.width * shrunk), 1), max(round(image.height * shrunk), 1))
    small = image.convert("RGB").resize(size) if shrunk < 1 else image.convert("RGB")
    across, down = image.width / size[0], image.height / size[1]
    bands = max(-(-size[1] // _BAND), 1)
    edges = [round(size[1] * band / bands) for band in range(bands + 1)]
    found: list[FoundLine] = []
    for top, bottom in pairwise(edges):
        first = max(top - _BEYOND, 0)
        band = small.crop((0, first, size[0], min(bottom + _BEYOND, size[1])))
        with _recognising():
            lines = _engine()(_pixels(band), use_det=True, use_cls=False, use_rec=False)
        for corners in () if lines.boxes is None else np.asarray(lines.boxes, dtype=float):
            # A line in two bands is that of the band in which its middle is; at the edge, where the
            # bands may see it a little differently, that of the first to find it.
            middle = corners[:, 1].mean() + first
            if not top - _AT_EDGE <= middle < bottom + _AT_EDGE:
                continue
            a, b, c, d = ((float(x * across), float((y + first) * down)) for x, y in corners)
            line = FoundLine((a, b, c, d))
            if middle >= top + _AT_EDGE or not any(_same(line.box, other.box) for other in found):
                found.append(line)
    return found


def _same(one: Box, other: Box) -> bool:
    """Whether boxes are those of the same line: each's middle is in the other."""
    across, down = (one.left + one.right) / 2, one.middle
    over, under = (other.left + other.right) / 2, other.middle
    return (
        other.left <= across <= other.right
        and other.top <= down <= other.bottom
        and one.left <= over <= one.right
        and one.top <= under <= one.bottom
    )


def read_line(image: "Image") -> tuple[str, float]:
    """The text of an image of one level line, and the confidence in it, 0 to 1.

    Raises ReadingError as `find_lines` does.
    """
    with _recognising():
        found = _engine()(_pixels(image), use_det=False, use_cls=False, use_rec=True)
    return " ".join((found.txts or ("",))[0].split()), float((found.scores or (0.0,))[0])


def recognise(image: "Image") -> list[Piece]:
    """The pieces of lines that an image of level lines shows, in pixels, each with its confidence.

    A line is at times found too wide, across the gutter or with the line beside it; that is cut
    where a column begins and white stands before it. Raises ReadingError as `find_lines` does.
    """
    pieces = []
    for box in _single_columns([line.box for line in find_lines(image)], _ink(image)):
        text, confidence = read_line(image.crop(_around(box, image.size)))
        if text and confidence >= _LEAST_CONFIDENCE:
            piece = Piece(text, box, box.height, confidence)
            pieces.append(replace(piece, size=_size(piece)))
    _give_back_memory()
    return pieces


def _around(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """What is read of an image of that size for a line in this box."""
    pad = box.height * _PAD
    return (
        max(int(box.left - pad), 0),
        max(int(box.top), 0),
        min(int(box.right + pad) + 1, size[0]),
        min(int(box.bottom) + 1, size[1]),
    )


@contextmanager
def _recognising() -> Iterator[None]:
    """One thread at a time, and whatever the library raises over an odd image a ReadingError."""
    with _ONE_AT_A_TIME:
        try:
            yield
        except (ReadingError, MemoryError):
            raise
        except Exception as error:
            raise ReadingError(
                f"its characters can't be recognised ({type(error).__name__}: {error});"
                " scan it again, with 200 to 300 dpi"
            ) from error


@lru_cache(maxsize=1)
def _engine() -> Any:
    try:
        from rapidocr import RapidOCR  # heavy: loaded on first use
    except ImportError:
        raise ReadingError(
            "it is an image without a text layer, and character recognition isn't installed;"
            " run pip install 'newsdesk[ocr]'"
        ) from None
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.max_side_len": _LONGEST_SIDE,
            "Det.limit_type": "max",
            "Det.limit_side_len": _FOUND_ON,
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": min(
                os.cpu_count() or 1, _MOST_THREADS
            ),
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _give_back_memory() -> None:
    """Returns to the system what is free. glibc keeps what recognition frees, a page's worth and
    more with each page (malloc_trim(3))."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def _pixels(image: "Image") -> "NDArray[np.uint8]":
    """An image as the library takes it: blue, green, red."""
    import numpy as np  # heavy: loaded on first use

    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def _ink(image: "Image") -> "Ink":
    import numpy as np  # heavy: loaded on first use

    shades = np.asarray(image.convert("L"))
    return shades < int(np.median(shades)) - _INK


def _single_columns(boxes: Sequence[Box], ink: "Ink") -> list[Box]:
    """The boxes as wide as their ink, each in one column."""
    spans = [ink_spans(box, ink) for box in boxes]
    size = median(box.height for box in boxes) if boxes else 0.0
    lefts = column_edges([span[0][0] for span in spans if span], size, _AT_COLUMN)
    return [
        replace(box, left=left, right=right)
        for box, inked in zip(boxes, spans, strict=True)
        for left, right in at_columns(inked, lefts, box.height)
    ]


def ink_spans(box: Box, ink: "Ink") -> list[tuple[float, float]]:
    """The stretches of a box that have ink in them, from left to right, in pixels."""
    import numpy as np  # heavy: loaded on first use

    # The lines above and below may reach into the box.
    rim = box.height * 0.15
    left, right = max(int(box.left), 0), int(box.right) + 1
    band = ink[max(int(box.top + rim), 0) : int(box.bottom - rim) + 1, left:right]
    inked = np.concatenate(([False], band.any(axis=0), [False]))
    edges = np.flatnonzero(inked[1:] != inked[:-1])
    return [
        (float(left + start), float(left + end))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]


def at_columns(
    spans: Sequence[tuple[float, float]], lefts: Sequence[float], size: float
) -> list[tuple[float, float]]:
    """The left and right ends of a line's parts: one, or one a column where it runs over several.

    spans: of its ink. lefts: where columns begin. The edge of another line's part is left out.
    """
    parts: list[tuple[float, float]] = []
    for left, right in spans:
        begins = any(abs(left - edge) <= _AT_COLUMN * size for edge in lefts)
        if parts and not (begins and left - parts[-1][1] >= _GUTTER * size):
            parts[-1] = (parts[-1][0], right)
        else:
            parts.append((left, right))
    wide = [(left, right) for left, right in parts if right - left >= _EDGE * size]
    return wide if len(parts) > 1 and wide else parts


def _size(piece: Piece) -> float:
    """The size of the type, which a line's height and its width both bound."""
    width = sum(1.0 if is_wide(character) else 0.5 for character in piece.text)
    return min(piece.box.height, piece.box.width / width)
