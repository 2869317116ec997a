"""Citations as plain text: their numbers behind a sentence, and where they stand."""

from collections.abc import Sequence

from rag.types import Citation, Copy


def marks(numbers: Sequence[int]) -> str:
    """Citation numbers as they stand behind a sentence: [1][2]."""
    return "".join(f"[{number}]" for number in numbers)


def place(citation: Citation) -> str:
    """Where a citation stands, for people: headline, paper, issue date, page, source, and where
    else the same news stands."""
    day = citation.issue_date.isoformat() if citation.issue_date else ""
    page = f"p. {citation.page}" if citation.page else ""
    parts = (citation.headline, citation.publication, day, page, citation.source)
    return " · ".join(part for part in parts if part) + also_in(citation.also_in)


def also_in(copies: Sequence[Copy]) -> str:
    """Where else the same news stands, to go behind a place: the paper and day, else the file."""
    named = dict.fromkeys(map(copy_place, copies))
    return f" (also in: {', '.join(named)})" if named else ""


def copy_place(copy: Copy) -> str:
    """The paper of a copy, or its file where no paper is known, and its issue date."""
    return f"{copy.publication or copy.source} {copy.issue_date or ''}".rstrip()
