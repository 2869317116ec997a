"""What language models were used for, added up by day and model; long ago by month, then by year.

The rows are bounded: DAYS days, MONTHS months and a row a year, each for MODELS models at most.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from rag.usage import Usage, UsageTotal
from store.database import Database
from store.rows import to_date, to_number

DAYS = 400  # that keep rows of their own; what is older is added up
MONTHS = 120  # likewise
MODELS = 50  # names; those that come when there are so many are counted as OTHERS
OTHERS = "(others)"

_COUNTS = (
    *("answers", "follow_ups", "refusals", "cached", "prompt_tokens", "completion_tokens"),
    *("cost_usd", "unpriced", "estimated"),
)
_COLUMNS = ", ".join(("first_day", "last_day", "model", *_COUNTS))
_MARKS = ", ".join("?" * (len(_COUNTS) + 3))


@dataclass(frozen=True, slots=True)
class Used:
    """What one answer used, or one follow-up question in being understood. model: None where no
    language model was asked."""

    day: date
    model: str | None
    usage: Usage
    refused: bool = False
    follow_up: bool = False


def count(database: Database, used: Used) -> None:
    """Adds what was used to the total of its day, and adds up what lies long before."""
    usage = used.usage
    asked = usage.calls + usage.cached_calls > 0
    day = to_number(used.day)
    database.change(
        f"INSERT INTO answer_usage ({_COLUMNS}) VALUES ({_MARKS})"
        " ON CONFLICT (first_day, last_day, model) DO UPDATE SET "
        + ", ".join(f"{name} = {name} + excluded.{name}" for name in _COUNTS),
        (
            *(day, day, _counted_as(database, used.model or "")),
            *(not used.follow_up, used.follow_up, used.refused, usage.cached),
            *(usage.prompt_tokens, usage.completion_tokens, usage.cost_usd or 0.0),
            asked and usage.cost_usd is None,
            usage.estimated_calls > 0,
        ),
    )
    _add_up_old(database, used.day)


def totals(database: Database, first: date, last: date) -> list[UsageTotal]:
    """The totals of all days, months and years that lie, or begin or end, between two days."""
    rows = database.rows(
        f"SELECT {_COLUMNS} FROM answer_usage WHERE first_day <= ? AND last_day >= ?"
        " ORDER BY first_day, last_day, model",
        (to_number(last), to_number(first)),
    )
    return [
        UsageTotal(to_date(begin), to_date(end), model or None, *counts)
        for begin, end, model, *counts in rows
    ]


def _counted_as(database: Database, model: str) -> str:
    known = {name for (name,) in database.rows("SELECT DISTINCT model FROM answer_usage")}
    return model if model in known or len(known) < MODELS else OTHERS


def _add_up_old(database: Database, day: date) -> None:
    if day.toordinal() <= DAYS:
        return
    old = day - timedelta(days=DAYS)
    for (month,) in database.rows(
        "SELECT DISTINCT first_day / 100 FROM answer_usage"
        " WHERE first_day < ? AND first_day = last_day",
        (to_number(old.replace(day=1)),),
    ):
        begin = date(month // 100, month % 100, 1)
        _add_up(database, begin, begin.replace(day=monthrange(begin.year, begin.month)[1]))
    older = max(old.year - MONTHS // 12, 1)
    for (year,) in database.rows(
        "SELECT DISTINCT first_day / 10000 FROM answer_usage"
        " WHERE first_day < ? AND last_day - first_day < 1130",  # 0101 to 1231
        (to_number(date(older, 1, 1)),),
    ):
        _add_up(database, date(year, 1, 1), date(year, 12, 31))


def _add_up(database: Database, first: date, last: date) -> None:
    """Puts one row for each model in place of all that lie between two days."""
    span = (to_number(first), to_number(last))
    inside = "FROM answer_usage WHERE first_day >= ? AND last_day <= ?"
    sums = ", ".join(f"sum({name})" for name in _COUNTS)
    rows = database.rows(f"SELECT model, {sums} {inside} GROUP BY model", span)
    database.change(f"DELETE {inside}", span)
    database.change_many(
        f"INSERT INTO answer_usage ({_COLUMNS}) VALUES ({_MARKS})",
        [(*span, *row) for row in rows],
    )
