"""Character recognition in images: the one place that knows the recognising library."""

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from statistics import median
from threading import Lock
from typing import TYPE_CHECKING, Any

from rag.errors import ReadingError
from rag.reading.boxes import Box, Piece
from rag.reading.characters import is_wide
from rag.reading.pieces import column_edges

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Pixels = NDArray[np.uint8]
    Ink = NDArray[np.bool_]

_ONE_AT_A_TIME = Lock()
_MOST_THREADS = 4
# Lines less sure than that are more often specks and pictures than text.
_LEAST_CONFIDENCE = 0.5
# Pixels of an image's longer side: lines are found on a smaller image, and read on the whole one.
_LONGEST_SIDE = 12_000
_FOUND_ON = 2_000
# Ink is that much darker than paper, of 255.
_INK = 60
# In squares of a line's type: the white before a column, how exactly lines begin at it, and how
# little of a line is but the edge of one beside it.
_GUTTER = 0.7
_AT_COLUMN = 0.4
_EDGE = 0.6


def recognise(image: "Image") -> list[Piece]:
    """The pieces of lines that an image shows, in pixels, each with its confidence.

    Raises ReadingError where the recognising library isn't installed, or fails.
    """
    import numpy as np  # heavy: loaded on first use

    pixels = np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])
    shades = np.asarray(image.convert("L"))
    ink = shades < int(np.median(shades)) - _INK
    with _ONE_AT_A_TIME:
        try:
            found = _engine()(pixels)
            if found.boxes is None or found.txts is None:
                return []
            pieces = [
                _piece(corners, text, float(score))
                for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
            ]
            return _single_columns([piece for piece in pieces if piece.text], pixels, ink)
        except (ReadingError, MemoryError):
            raise
        except Exception as error:  # the library raises nearly anything over an odd image
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
            "Global.text_score": _LEAST_CONFIDENCE,
            "Global.max_side_len": _LONGEST_SIDE,
            "Det.limit_type": "max",
            "Det.limit_side_len": _FOUND_ON,
            "EngineConfig.onnxruntime.intra_op_num_threads": min(
                os.cpu_count() or 1, _MOST_THREADS
            ),
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _piece(corners: Any, text: str, confidence: float) -> Piece:
    xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
    box = Box(min(xs), min(ys), max(xs), max(ys))
    return Piece(" ".join(text.split()), box, box.height, confidence)


def _single_columns(pieces: Sequence[Piece], pixels: "Pixels", ink: "Ink") -> list[Piece]:
    """The pieces as wide as their ink, each in one column.

    A line is at times found too wide, across the gutter or with the line beside it; that is cut
    where a column begins and white stands before it, and read again in its parts.
    """
    spans = [ink_spans(piece.box, ink) for piece in pieces]
    size = median(piece.size for piece in pieces) if pieces else 0.0
    lefts = column_edges([span[0][0] for span in spans if span], size, _AT_COLUMN)
    kept: list[Piece] = []
    for piece, inked in zip(pieces, spans, strict=True):
        parts = [
            replace(piece.box, left=left, right=right)
            for left, right in at_columns(inked, lefts, piece.size)
        ]
        if len(parts) > 1:
            kept.extend(_read_again(part, pixels) for part in parts)
        elif parts:
            kept.append(replace(piece, box=parts[0]))
    return [replace(piece, size=_size(piece)) for piece in kept if piece.text]


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


def _read_again(box: Box, pixels: "Pixels") -> Piece:
    """What a box of an image holds, read as one line."""
    pad = box.height * 0.1
    crop = pixels[
        max(int(box.top), 0) : int(box.bottom) + 1,
        max(int(box.left - pad), 0) : int(box.right + pad) + 1,
    ]
    found = _engine()(crop, use_det=False, use_cls=False, use_rec=True)
    text = " ".join((found.txts or ("",))[0].split())
    return Piece(text, box, box.height, float((found.scores or (0.0,))[0]))


def _size(piece: Piece) -> float:
    """The size of the type, which a line's height and its width both bound."""
    width = sum(1.0 if is_wide(character) else 0.5 for character in piece.text)
    return min(piece.box.height, piece.box.width / width)
