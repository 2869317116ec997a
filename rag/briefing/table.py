"""The decisions and numbers of a briefing, a row each."""

import re
from collections.abc import Sequence
from fractions import Fraction

from rag.answering.briefing_selection import DECIDED
from rag.answering.verification_numbers import Quantity, is_date, quantities
from rag.answering.verification_text import fold, letters
from rag.answering.verification_units import MEASURES, UNIT_OF, UNIT_OF_SIGN
from rag.briefing.amounts import amounts
from rag.briefing.sentences import decides
from rag.briefing_types import BriefingPoint, TableRow
from rag.types import Citation
from store.segmentation import simplified

MOST = 4  # rows of a story
_SAID = 3  # letters beside a value that say what it is
_CLAUSE = re.compile(r"[^，。；！？\n]+(?:[。！？](?=[”』」]))?")
_TITLE = re.compile(r"《[^《》]{2,}》")
_UNIT = "|".join(re.escape(form) for form in sorted(UNIT_OF, key=len, reverse=True))
# What else news counts in, which no check of an answer needs to know.
_FURTHER = "毫米|厘米|微米|毫克|°C|摄氏度|例|班|起|宗|幢|强|艘|架|%"
_COUNTED = re.compile(rf"\s*(?:余|多)?(?:{_UNIT}|{_FURTHER}|[{MEASURES}])?")
_DAY = re.compile("日|号|")
_BARE = re.compile(r"[\d.,\s]+")
# What stands before a number's scale: 5500多亿, 数千.
_ROUGHLY = re.compile(r"(?:\d[\d.,]*\s*[多余来几]?|[数几])$")
_PRINTED_OTHERWISE = {"°": "[°℃]", "C": "C?"}
# A date that says when another paper or agency told of something.
_TOLD_ON = re.compile(r"日?(?:电|讯|消息|报道|《)")


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
        if decides(simplified(clause))
    ]
    numbers = [
        TableRow("number", clause, value, story, citation.number)
        for _, citation in cited
        for clause in _clauses(citation.quote)
        for value in _amounts(clause)
    ]
    dates = [
        TableRow("date", clause, value, story, citation.number)
        for _, citation in cited
        for clause in _clauses(citation.quote)
        for value in _values(clause, _days_ahead(clause, citation), _DAY)
    ]
    passed = {(row.what, row.value) for row in decisions}
    numbers = [row for row in numbers if (row.what, row.value) not in passed]
    every = dict.fromkeys([*decisions, *filter(_says_what, [*numbers, *dates])])
    return list(every)[:MOST]


def _clauses(quote: str) -> list[str]:
    return [found[0].strip() for found in _CLAUSE.finditer(quote) if found[0].strip()]


def _says_what(row: TableRow) -> bool:
    """Whether a row's words say more than its value: 7月27日 alone says nothing."""
    return len(letters(row.what)) >= len(letters(row.value)) + _SAID


def _passed(clause: str) -> str:
    """What was passed: the title that a clause names, or the first amount."""
    title = _TITLE.search(clause)
    if title:
        return title[0]
    decided = DECIDED.search(clause)
    behind = clause[decided.end() :] if decided else ""
    return next(iter([*_amounts(behind), *_amounts(clause)]), "")


def _amounts(clause: str) -> list[str]:
    """The amounts of a clause, with what they count; a bare number says nothing in a table."""
    return [
        value
        for value in _values(clause, amounts(clause))
        if not _BARE.fullmatch(value) or any(sign + value in clause for sign in UNIT_OF_SIGN)
    ]


def _values(
    clause: str, numbers: Sequence[Quantity], counted: re.Pattern[str] = _COUNTED
) -> list[str]:
    """Numbers with what they count, as a clause prints them."""
    folded, found = fold(clause), []
    for one in numbers:
        unit = counted.match(folded, one.end)
        rough = _ROUGHLY.search(folded[: one.start])
        start = rough.start() if rough else one.start
        value = folded[start : unit.end() if unit else one.end].strip()
        signs = (_PRINTED_OTHERWISE.get(sign, re.escape(sign)) for sign in value)
        printed = re.search(r"\s*".join(signs), clause)
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
        if is_date(one)
        and one.month is not None
        and (one.month, one.value) not in known
        and not _TOLD_ON.match(fold(clause), one.end)
    ]
