"""What a timeline is made of: dated events, each cited."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from rag.types import Citation, Language

DatedBy = Literal["sentence", "before", "article", "issue"]
"""What gives an event its days: the quoted sentence itself, one before it in its paragraph, the day
that its article tells of, or the day it was printed on."""


@dataclass(frozen=True, slots=True)
class EventDate:
    """The days of an event, first and last both included: one day, or all of a month or a year
    where no more is told. inferred: the quoted words don't say them, or count from an issue date
    that is itself inferred. planned: still to come when it was told."""

    first: date
    last: date
    dated_by: DatedBy
    inferred: bool
    planned: bool


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One event. text: an article's own words, all in the first of the quotes. citations: numbers
    of the timeline's citations; several where articles tell it in near the same words."""

    when: EventDate
    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened in a matter, in order of time, in the archive's own words; or a refusal, where
    it holds nothing of it that has a date. `more`: events that the limit left out."""

    question: str
    language: Language
    refused: bool
    events: tuple[TimelineEvent, ...]
    citations: tuple[Citation, ...]
    notes: tuple[str, ...] = ()
    more: int = 0
