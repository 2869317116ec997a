"""Citations as plain text: their numbers behind a sentence, and where they stand."""

from collections.abc import Sequence

from rag.types import Citation


def marks(numbers: Sequence[int]) -> str:
    """Citation numbers as they stand behind a sentence: [1][2]."""
    return "".join(f"[{number}]" for number in numbers)


def place(citation: Citation) -> str:
    """Where a citation stands, for people: headline, paper, issue date, page, source."""
    day = citation.issue_date.isoformat() if citation.issue_date else ""
    page = f"p. {citation.page}" if citation.page else ""
    parts = (citation.headline, citation.publication, day, page, citation.source)
    return " · ".join(part for part in parts if part)
