"""The days of a question's sides, as the archive has them: of dates without a year, of events."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag.retrieval.english_months import MONTHS
from rag.retrieval.folding import fold, occurrences
from rag.retrieval.periods import Period, after
from rag.retrieval.query import Query
from rag.retrieval.question_plan import DAYS_OF_NEWS, QuestionPlan, Side
from rag.types import Article, Filters, Hit, Language

LATE_DAYS = 3  # after an event that its news is still printed
_STALE = 183  # days after its last issue that an archive is of another time
_LEAD = 80  # characters of an article that say what it is about, with its headline


def within(plan: QuestionPlan, first: date, last: date) -> QuestionPlan:
    """A plan whose dates without a year, or without a month, are the last ones between two days."""
    return replace(plan, sides=tuple(_within(side, first, last) for side in plan.sides))


def days_of(side: Side, given: Filters) -> Filters | None:
    """The filters that hold a side's news, within those given: its days of issue, or those on which
    what happened in its days is printed. None where its days say nothing of that."""
    period = side.period
    if period is None or (period.days > DAYS_OF_NEWS and not side.explicit):
        return None
    until = period.end if side.explicit else after(period.end, LATE_DAYS)
    return _narrowed(given, period.start, None if side.open else until)


def days_before(side: Side, given: Filters) -> Filters:
    """The filters that hold what was printed before a side's days, within those given."""
    return _narrowed(given, None, side.period.start if side.period else None)


def since_event(
    plan: QuestionPlan, query: Query, hits: Sequence[Hit], language: Language
) -> QuestionPlan | None:
    """A change counted from an event: from the day after the latest that an article about it tells
    of, of those found, and without that article. None where none is found."""
    told = [
        (day, hit.article)
        for hit in hits
        if (day := day_of(hit.article)) and is_about(hit.article, query)
    ]
    if not told:
        return None
    last, article = max(told, key=lambda item: (item[0], item[1].id))
    period = Period(after(last, 1), after(last, 2), explicit=True)
    (side,) = plan.sides
    mark = "（{}）" if language == "zh" else " ({})"
    name = side.name + mark.format(day_words(last, language))
    return replace(
        plan, sides=(replace(side, name=name, period=period, without=article.id),), anchor=""
    )


def found_by_number(
    plan: QuestionPlan, query: Query, hits: Sequence[Hit], language: Language
) -> QuestionPlan | None:
    """A comparison of which only the number of things is said (两次会议), with that many articles
    about them, the best found, each of another day, in order of time. None where there are fewer.
    """
    best: dict[date, Article] = {}
    for hit in hits:
        told = day_of(hit.article)
        if told and is_about(hit.article, query):
            best.setdefault(told, hit.article)
    chosen = sorted(list(best.items())[: plan.unnamed], key=lambda item: item[0])
    if len(chosen) < plan.unnamed:
        return None
    sides = tuple(
        replace(plan.sides[0], name=day_words(told, language), article_id=article.id)
        for told, article in chosen
    )
    return replace(plan, sides=sides, unnamed=0)


def is_about(article: Article, query: Query) -> bool:
    """Whether headline or lead of an article hold all that a query names."""
    head = fold(f"{article.kicker}\n{article.headline}\n{article.text[:_LEAD]}")
    return bool(query.terms) and all(
        any(occurrences(form, head) for form, _ in term.forms) for term in query.terms
    )


def day_of(article: Article) -> date | None:
    """The day that an article tells of: its event's, else its issue's."""
    return article.event_date or article.issue_date


def day_words(told: date, language: Language) -> str:
    """A day in words: 2024年5月16日, 16 May 2024."""
    if language == "zh":
        return f"{told.year}年{told.month}月{told.day}日"
    return f"{told.day} {MONTHS[told.month - 1].title()} {told.year}"


def _within(side: Side, first: date, last: date) -> Side:
    """A side with its days in the archive's time, where that has long ended; what comes soon after
    its last issue is only not there yet."""
    period = side.period
    if period is None or 0 < (period.start - last).days <= _STALE:
        return side
    return replace(side, period=period.within(first, last))


def _narrowed(given: Filters, start: date | None, until: date | None) -> Filters:
    starts = [one for one in (given.date_from, start) if one]
    ends = [one for one in (given.date_until, until) if one]
    return replace(given, date_from=max(starts, default=None), date_until=min(ends, default=None))
