"""What taking pages in and proving the archive whole leave to tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rag.types import LeftOutKind

DOUBTFUL_BELOW = 0.8
"""The split confidence below which a page is said to be in doubt; docs/reading.md says why."""


@dataclass(frozen=True, slots=True)
class IngestFailure:
    """Something that was not taken in: where it stands, why, and what to do about it."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class FailedSource:
    """Something that could not be taken in, kept until it is. number: names it to `retry`. source:
    where it stands. input: the file or URL that holds it, which is read again as a whole. tries:
    how often it was read in vain."""

    number: int
    source: str
    input: str
    reason: str
    first_at: datetime
    last_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A file or URL that is as it was when it was last read, and isn't read again. pages: how many
    the archive has of it."""

    origin: str
    pages: int


@dataclass(frozen=True, slots=True)
class DoubtfulPage:
    """A page whose split into articles is in doubt. source: where it stands. confidence and
    reasons: those of its `Split`."""

    source: str
    confidence: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOutOfPage:
    """What no article has of a page. kinds: how often each kind stands on it."""

    source: str
    kinds: Mapping[LeftOutKind, int]


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did, counted in pages (a JSONL row is a page). doubtful: those taken in with a
    confidence below DOUBTFUL_BELOW. left_out: of the pages taken in, beside their furniture."""

    new: int
    updated: int
    unchanged: int
    articles: int
    chunks: int
    failed: tuple[IngestFailure, ...]
    doubtful: tuple[DoubtfulPage, ...] = ()
    left_out: tuple[LeftOutOfPage, ...] = ()

    def __add__(self, other: "IngestReport") -> "IngestReport":
        """What both did."""
        return IngestReport(
            self.new + other.new,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.articles + other.articles,
            self.chunks + other.chunks,
            self.failed + other.failed,
            self.doubtful + other.doubtful,
            self.left_out + other.left_out,
        )


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """Whether catalogue, lexical index and vectors agree; `problems` is empty where they do."""

    pages: int
    articles: int
    chunks: int
    vectors: int
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.problems
