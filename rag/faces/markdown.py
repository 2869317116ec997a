"""A briefing as Markdown: stories with cited points, the quotes below."""

from collections.abc import Sequence

from rag.faces.printable import visible
from rag.types import Briefing, Citation, Copy


def briefing_markdown(briefing: Briefing) -> str:
    """The whole briefing, safe to show on a terminal; ends with a line break."""
    lines = [f"# {_title(briefing)}", ""]
    for story in briefing.stories:
        lines += [f"## {_escaped(story.headline)}", ""]
        lines += [f"- {_escaped(point.text)}{marks(point.citations)}" for point in story.points]
        lines.append("")
    if briefing.citations:
        lines += ["---", ""]
        for citation in briefing.citations:
            lines += [f"[{citation.number}] {_escaped(place(citation))}  "]
            lines += [f"> {_escaped(line)}" for line in citation.quote.splitlines()]
            lines.append("")
    lines += [f"*{_escaped(note)}*\n" for note in briefing.notes]
    return visible("\n".join(lines)).rstrip() + "\n"


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


def _title(briefing: Briefing) -> str:
    days = briefing.date_from.isoformat()
    if briefing.date_to != briefing.date_from:
        days += f" – {briefing.date_to.isoformat()}"
    return f"{days} · {_escaped(briefing.topic)}" if briefing.topic else days


def _escaped(text: str) -> str:
    # A newspaper's own * _ < and ` must not become Markdown; a number must stay a plain [1].
    for mark in "\\`*_<":
        text = text.replace(mark, f"\\{mark}")
    return text
