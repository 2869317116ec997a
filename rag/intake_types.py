"""What taking pages in and proving the archive whole leave to tell."""

from dataclasses import dataclass
from datetime import datetime


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
class IngestReport:
    """What an ingest did, counted in pages (a JSONL row is a page)."""

    new: int
    updated: int
    unchanged: int
    articles: int
    chunks: int
    failed: tuple[IngestFailure, ...]


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
