"""The decisions and numbers of a briefing, a row each."""

import re
from collections.abc import Sequence
from fractions import Fraction

from rag.answering.briefing_selection import DECIDED
from rag.answering.verification_numbers import Quantity, is_date, quantities
from rag.answering.verification_text import fold
from rag.answering.verification_units import MEASURES, UNIT_OF
from rag.briefing.amounts import amounts
from rag.briefing_types import BriefingPoint, TableRow
from rag.types import Citation

MOST = 4  # rows of a story
_CLAUSE = re.compile(r"[^，。；！？\n]+(?:[。！？](?=[”』」]))?")
_TITLE = re.compile(r"《[^《》]{2,}》")
_UNIT = "|".join(re.escape(form) for form in sorted(UNIT_OF, key=len, reverse=True))
_COUNTED = re.compile(rf"\s*(?:余|多)?(?:{_UNIT}|[{MEASURES}])?")


def rows(
    story: int, points: Sequence[BriefingPoint], citations: Sequence[Citation]
) -> list[TableRow]:
    """The rows of one story, the decisions first. story: its place, from 1. citations: of the whole
    briefing; each row stands in the first that its point has."""
    quotes = {one.number: one for one in citations}
    cited = [(point, quotes[point.citations[0]]) for point in points if point.citations]
    decisions = [
        TableRow("decision", clause, _passed(clause), story, citation.number)
        for point, citation in cited
        if point.kind == "decision"
        for clause in _clauses(citation.quote)
        if DECIDED.search(clause)
    ]
    numbers = [
        TableRow("number", clause, value, story, citation.number)
        for _, citation in cited
        for clause in _clauses(citation.quote)
        for value in _values(clause, amounts(clause))
    ]
    dates = [
        TableRow("date", clause, value, story, citation.number)
        for _, citation in cited
        for clause in _clauses(citation.quote)
        for value in _values(clause, _days_ahead(clause, citation))
    ]
    every = dict.fromkeys([*decisions, *numbers, *dates])
    return list(every)[:MOST]


def _clauses(quote: str) -> list[str]:
    return [found[0].strip() for found in _CLAUSE.finditer(quote) if found[0].strip()]


def _passed(clause: str) -> str:
    """What was passed: the title that a clause names, or the first amount."""
    title = _TITLE.search(clause)
    if title:
        return title[0]
    return next(iter(_values(clause, amounts(clause))), "")


def _values(clause: str, numbers: Sequence[Quantity]) -> list[str]:
    """Numbers with what they count, as a clause prints them."""
    folded, found = fold(clause), []
    for one in numbers:
        unit = _COUNTED.match(folded, one.end)
        value = folded[one.start : unit.end() if unit else one.end].strip()
        printed = re.search(r"\s*".join(map(re.escape, value)), clause)
        if value and printed:
            found.append(printed[0])
    return found


def _days_ahead(clause: str, citation: Citation) -> list[Quantity]:
    """The days of the calendar that a clause names, but the issue's and the event's own."""
    known: set[tuple[int, Fraction | None]] = {
        (day.month, Fraction(day.day))
        for day in (citation.issue_date, citation.event_date)
        if day is not None
    }
    return [
        one
        for one in quantities(fold(clause))
        if is_date(one) and one.month is not None and (one.month, one.value) not in known
    ]
