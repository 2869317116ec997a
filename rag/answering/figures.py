"""Figures of the same kind in two sentences: one counted before what the other counts later."""

from dataclasses import dataclass
from fractions import Fraction

from rag.answering.verification_numbers import quantities
from rag.answering.verification_text import clauses, fold

_OF_CALENDAR = frozenset({"year", "month", "week", "day", "hour", "minute"})
_BEFORE = 14  # characters before a number, in its clause, that say what it counts
_LEAST_COMMON = 2  # of their pairs


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a sentence. unit: what it counts in. said: the pairs of characters before it."""

    value: Fraction
    unit: str
    said: frozenset[str]


def figures(text: str) -> tuple[Figure, ...]:
    """The numbers of a sentence that count something, without those of the calendar."""
    return tuple(found for clause in clauses(fold(text)) for found in _of_clause(clause))


def counted_before(earlier: str, later: str) -> bool:
    """Whether an earlier sentence has another number for something that a later one counts."""
    return any(
        one.unit == other.unit and one.value != other.value and _same_thing(one, other)
        for one in figures(later)
        for other in figures(earlier)
    )


def _of_clause(clause: str) -> list[Figure]:
    found, at = [], 0
    for quantity in quantities(clause):
        said = clause[max(at, quantity.start - _BEFORE) : quantity.start]
        at = quantity.end
        unit = quantity.unit or clause[at : at + 1]
        if quantity.value is not None and unit not in _OF_CALENDAR:
            pairs = frozenset(said[i : i + 2] for i in range(len(said) - 1))
            found.append(Figure(quantity.value, unit, pairs))
    return found


def _same_thing(one: Figure, other: Figure) -> bool:
    common = len(one.said & other.said)
    return common >= _LEAST_COMMON and common * 2 >= min(len(one.said), len(other.said))
