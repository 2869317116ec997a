"""What a reader is told beside the file itself."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """issue_date, publication: of the pages, where the reader's user knows them. today: the clock,
    against which a page's missing year is inferred."""

    issue_date: date | None = None
    publication: str | None = None
    today: date = field(default_factory=date.today)
