"""What a question asks about, one thing or several: its parts, the sides it compares, a change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rag.retrieval.changes_asked import change_asked
from rag.retrieval.comparisons import DAYS_OF_NEWS as DAYS_OF_NEWS
from rag.retrieval.comparisons import Compared, compared, listed_alike
from rag.retrieval.dates_asked import as_read
from rag.retrieval.parts import split_question
from rag.retrieval.periods import Period
from rag.retrieval.query import language_of

PlanKind = Literal["single", "parts", "comparison", "changes"]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things that a question asks about. name: as the question names it, empty where the
    archive has to tell. text: what it is searched by; empty for all the news of its days. period:
    the days it is of. explicit: those are days of issue. open: and all days after them. article_id:
    the only article that tells of it, where there is one. without: one that doesn't, as it tells of
    the event before a change. certain: what is told of it names it."""

    name: str
    text: str
    period: Period | None = None
    explicit: bool = False
    open: bool = False
    article_id: str = ""
    without: str = ""
    certain: bool = True


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """A question as it is searched, side by side. unnamed: so many sides are to be found in what
    the only one finds (两次会议). anchor: what happened last before a change (上次会议), whose day
    the archive has to tell. A change has one side, whose period it begins with."""

    kind: PlanKind
    sides: tuple[Side, ...]
    unnamed: int = 0
    anchor: str = ""


def plan_question(question: str, today: date) -> QuestionPlan:
    """How a question in Chinese or English is searched: as it stands, where it asks one thing.

    A comparison names two things or more (dates, places, years) that a word of comparing joins, or
    of which 分别 or “respectively” asks the same; a change, a day or an event that it is counted
    from, no longer ago than can be said of news. What is neither is split as `split_question` does.
    """
    language = language_of(question)
    text = as_read(question)
    if change := change_asked(text, language, today):
        side = Side(change.since, change.subject, change.period, explicit=True, open=change.open)
        return QuestionPlan("changes", (side,), anchor=change.anchor)
    if found := compared(text, language, today):
        unnamed = len(found) if not any(one.name for one in found) else 0
        kept = found[:1] if unnamed else found
        return QuestionPlan("comparison", tuple(map(_side, kept)), unnamed)
    parts = split_question(question)
    if len(parts) == 1:
        return whole_question(question)
    if alike := listed_alike(question, parts, today):
        return QuestionPlan("comparison", tuple(map(_side, alike)))
    return QuestionPlan("parts", tuple(Side(part, part) for part in parts))


def whole_question(question: str) -> QuestionPlan:
    """A question as it stands."""
    return QuestionPlan("single", (Side("", question),))


def texts_of(sides: Sequence[Side], question: str) -> tuple[str, ...]:
    """What sides are searched by; a side of all the news, by the question."""
    return tuple(side.text or question for side in sides)


def _side(one: Compared) -> Side:
    return Side(one.name, one.text, one.period, one.explicit, certain=one.certain)
