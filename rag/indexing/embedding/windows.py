"""Texts longer than a model takes at once, cut into stretches that it takes, so that all of them
counts."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # heavy: only its types are needed here
    from sentence_transformers import SentenceTransformer

# What tokenizers give as their window where they know of none.
_NO_WINDOW = 1_000_000
# Texts counted at a time: they are padded to the longest of them.
_TOGETHER = 256


class NoRoomError(Exception):
    """What stands before a text fills the window."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text. weight: how many tokens it has, at least 1."""

    text: int
    part: str
    weight: int


def stretches_of(texts: Sequence[str], prompt: str, model: "SentenceTransformer") -> list[Stretch]:
    """The texts, in order: each whole where the model takes it whole, else in as few stretches of
    like length as it takes. Raises NoRoomError."""
    from sentence_transformers.base.modules import Transformer  # heavy: loaded on first use

    window = model.max_seq_length
    # Other readers than transformers have no window, or tell none.
    if not isinstance(model[0], Transformer) or window is None or window >= _NO_WINDOW:
        return [Stretch(at, text, 1) for at, text in enumerate(texts)]
    marks, *counts = _counts(["", *texts], prompt, model)

    def counted(parts: Sequence[str]) -> list[int]:
        return _counts(parts, prompt, model)

    found = []
    for at, (text, count) in enumerate(zip(texts, counts, strict=True)):
        parts, of_parts = [text], [count]
        if count > window:
            parts, of_parts = _cut(text, count, marks, window, counted)
        found += [
            Stretch(at, part, max(of_part - marks, 1))
            for part, of_part in zip(parts, of_parts, strict=True)
        ]
    return found


def _cut(
    text: str, count: int, marks: int, window: int, counted: Callable[[Sequence[str]], list[int]]
) -> tuple[list[str], list[int]]:
    """The stretches of a text of `count` tokens, and how many each has; `marks` stand around it."""
    room = window - marks
    least = math.ceil((count - marks) / room) if room > 0 else len(text) + 1
    for pieces in range(least, len(text) + 1):
        cuts = [len(text) * piece // pieces for piece in range(pieces + 1)]
        parts = [text[start:end] for start, end in pairwise(cuts)]
        of_parts = counted(parts)
        if max(of_parts) <= window:
            return parts, of_parts
    raise NoRoomError


def _counts(texts: Sequence[str], prompt: str, model: "SentenceTransformer") -> list[int]:
    """How many tokens the model sees of each text, were there no window."""
    uncut = {"text": {"truncation": False, "verbose": False}}
    counts: list[int] = []
    for at in range(0, len(texts), _TOGETHER):
        part = list(texts[at : at + _TOGETHER])
        features = model.preprocess(part, prompt=prompt, processing_kwargs=uncut)
        counts += features["attention_mask"].sum(dim=1).tolist()
    return counts
