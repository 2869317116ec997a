"""Clean text that remembers where each of its characters stands in the raw source."""

from collections.abc import Iterable
from dataclasses import dataclass

from rag.types import SourceMap


@dataclass(frozen=True, slots=True)
class Traced:
    """A stretch of clean text; offsets[i] is the raw position of text[i], strictly ascending."""

    text: str
    offsets: tuple[int, ...]


EMPTY = Traced("", ())


def concatenate(parts: Iterable[Traced]) -> Traced:
    """The parts one after another; they must follow each other in the raw source too."""
    pieces = list(parts)
    return Traced(
        "".join(piece.text for piece in pieces),
        tuple(offset for piece in pieces for offset in piece.offsets),
    )


def cut(traced: Traced, start: int, end: int) -> Traced:
    """The clean characters start:end, white space at both ends left out."""
    while start < end and traced.text[start].isspace():
        start += 1
    while end > start and traced.text[end - 1].isspace():
        end -= 1
    return Traced(traced.text[start:end], traced.offsets[start:end])


def source_map(traced: Traced) -> SourceMap:
    """The offsets as runs, as short as they can be."""
    runs: list[tuple[int, int, int]] = []
    for clean, raw in enumerate(traced.offsets):
        if runs and runs[-1][1] + runs[-1][2] == raw:
            clean_start, raw_start, length = runs[-1]
            runs[-1] = (clean_start, raw_start, length + 1)
        else:
            runs.append((clean, raw, 1))
    return SourceMap(tuple(runs))


def identity_map(length: int) -> SourceMap:
    """The map of a text that is its own raw source."""
    return SourceMap(((0, 0, length),) if length else ())
