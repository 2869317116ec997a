"""What splitting a page into its articles leaves to tell."""

from dataclasses import dataclass
from typing import Literal

LeftOutKind = Literal["furniture", "index", "weather", "caption", "advert", "notice", "unassigned"]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Lines of a page that are in no article: raw[start:end] of the page. kind: what they are;
    "unassigned" where nothing says what."""

    kind: LeftOutKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Split:
    """How sure the reader is that it split a page into its articles rightly.

    confidence: the F1 to be expected of its articles, 0 to 1; None where the file marks them
    itself. reasons: what speaks against the split, a line each, the gravest first. signals: what
    was measured, each 0 to 1, those above 0 by name.
    """

    confidence: float | None = None
    reasons: tuple[str, ...] = ()
    signals: tuple[tuple[str, float], ...] = ()
