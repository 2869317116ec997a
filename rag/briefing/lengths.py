"""How much a briefing of each length tells."""

from collections.abc import Mapping
from dataclasses import dataclass

from rag.briefing_types import Length


@dataclass(frozen=True, slots=True)
class Extent:
    """stories: of a briefing, at most. points, characters: of a story, at most and about."""

    stories: int
    points: int
    characters: int


EXTENTS: Mapping[Length, Extent] = {
    "short": Extent(stories=5, points=2, characters=100),
    "standard": Extent(stories=20, points=4, characters=170),  # five to ten minutes to read
    "long": Extent(stories=100, points=4, characters=240),
}

SUMMARY = Extent(stories=1, points=4, characters=240)
"""Of a single article."""
