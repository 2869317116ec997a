"""What ties an article of the archive to others: the same news elsewhere, the rest of its text."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article of the archive that prints the same news, in another paper or file."""

    article_id: str
    headline: str
    publication: str
    issue_date: date | None
    page: str
    source: str
    source_id: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an article that goes on on another page, as an article of its own page. characters:
    of its text."""

    article_id: str
    headline: str
    page: str
    source: str
    source_id: str | None
    characters: int
