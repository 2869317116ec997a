"""The days that a question names: 12月23日, 去年, 上周三, 2023年上半年, last Monday."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date
from itertools import pairwise
from typing import Literal

Repeats = Literal["never", "yearly", "monthly"]
Unit = Literal["day", "week", "month", "year"]

RECENT_DAYS = 30
VAGUE = 0.3
"""The strength of what is said of no certain days: 最近, recently."""
LITTLE = 0.2
"""The strength of a date that belongs to a plan or a title."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` until before `end`.

    explicit: the question asks for the news of these days, not for what happened on them.
    repeats: a period named without its year (12月23日) or month (23日) stands in the last year or
    month it can, and any other may be meant. strength: 0 to 1, how much it says of when the news
    was printed; little where it belongs to a plan (到2035年) or to a title.
    """

    start: date
    end: date
    explicit: bool = False
    repeats: Repeats = "never"
    strength: float = 1.0

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def holds(self, day: date) -> bool:
        """Whether a day is in the period, in any year or month it repeats in."""
        return self.days_after(day) < 0

    def days_after(self, day: date) -> int:
        """How many days after the period's last a day is, counted from 0; -1 within the period, and
        MAX_DAYS before it."""
        return min(_distance(period, day) for period in self._near(day))

    def _near(self, day: date) -> Iterator["Period"]:
        yield self
        if self.repeats == "yearly":
            for year in (day.year - 1, day.year):
                yield from _moved(self, year, self.start.month)
        elif self.repeats == "monthly":
            for back in (1, 0):
                yield from _moved(self, *_month_back(day, back))

    def within(self, first: date, last: date) -> "Period":
        """The period where it last repeats between two days, both included: 12月23日 in an archive
        of 2020 is that of 2020. As it stands where it repeats never, or not between them."""
        if self.repeats == "never" or (self.start <= last and self.end > first):
            return self
        months = 12 if self.repeats == "yearly" else 1
        for back in range(12 // months * 8 + 1):
            year, month = _month_back(last, back * months)
            for moved in _moved(self, year, self.start.month if months == 12 else month):
                if moved.start <= last and moved.end > first:
                    return moved
        return self


Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], Period | None]]
"""Words for days, and the period they name for whoever says them today; None where none exists.
The words are the match's group `words` where it has one."""

MAX_DAYS = (date.max - date.min).days


def _distance(period: Period, day: date) -> int:
    if day < period.start:
        return MAX_DAYS
    return -1 if day < period.end else (day - period.end).days


def _moved(period: Period, year: int, month: int) -> Iterator[Period]:
    """The period at the same day of another year or month, where that has one."""
    try:
        start = period.start.replace(year=year, month=month)
        yield replace(period, start=start, end=start + (period.end - period.start))
    except (ValueError, OverflowError):
        return


def _month_back(day: date, back: int) -> tuple[int, int]:
    year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
    return year, month + 1


def day(year: int, month: int, number: int) -> Period | None:
    """One day; None where the calendar has none."""
    try:
        start = date(year, month, number)
    except ValueError:
        return None
    return Period(start, after(start, 1))


def month(year: int, number: int) -> Period | None:
    """One month of a year."""
    if not (MINYEAR <= year < MAXYEAR and 1 <= number <= 12):
        return None
    start = date(year, number, 1)
    return Period(start, after(start, monthrange(year, number)[1]))


def months(year: int, first: int, last: int) -> Period | None:
    """Months of a year, both included: its first half, a quarter, all of it."""
    begin, end = month(year, first), month(year, last)
    return Period(begin.start, end.end) if begin and end and begin.start < end.end else None


def years(first: int, last: int) -> Period | None:
    """Years, both included; None where the last comes before the first."""
    begin, end = months(first, 1, 12), months(last, 1, 12)
    return Period(begin.start, end.end) if begin and end and begin.start < end.end else None


def latest_day(month_number: int, number: int, today: date) -> Period | None:
    """A day without its year: the last one up to today."""
    years = (today.year - back for back in range(9))  # a 29 February comes within eight years
    found = (day(year, month_number, number) for year in years)
    named = next((period for period in found if period and period.start <= today), None)
    return named and replace(named, repeats="yearly")


def through(first: Period | None, last: int) -> Period | None:
    """From a day to a later one of the same month."""
    end = first and day(first.start.year, first.start.month, last)
    return replace(first, end=end.end) if first and end and end.end > first.start else None


def latest_month(number: int, today: date) -> Period | None:
    """A month without its year: the last one that has begun."""
    found = (month(today.year - back, number) for back in (0, 1))
    named = next((period for period in found if period and period.start <= today), None)
    return named and replace(named, repeats="yearly")


def latest_day_of_month(number: int, today: date) -> Period | None:
    """A day without its month: the last one up to today."""
    found = (day(*_month_back(today, back), number) for back in range(3))
    named = next((period for period in found if period and period.start <= today), None)
    return named and replace(named, repeats="monthly")


def week(today: date, back: int) -> Period:
    """The week, from Monday, that lies `back` weeks before today's, after it where negative."""
    start = before(today, today.weekday() + 7 * back)
    return Period(start, after(start, 7))


def weekday(number: int, today: date, weeks_back: int | None = None) -> Period:
    """A day of the week (Monday 0): of the week so many back, or the last one up to today."""
    if weeks_back is None:
        start = before(today, (today.weekday() - number) % 7)
    else:
        start = after(week(today, weeks_back).start, number)
    return Period(start, after(start, 1))


def days_back(today: date, first: int, count: int = 1) -> Period:
    """`count` days, of which the first lies `first` days before today."""
    start = before(today, first)
    return Period(start, after(start, count))


def month_of(today: date, back: int) -> Period | None:
    """The month that lies so many before today's."""
    return month(*_month_back(today, back))


def before(start: date, days: int) -> date:
    """The day so many before; the calendar's edge where it has no such day."""
    return date.fromordinal(min(max(1, start.toordinal() - days), date.max.toordinal()))


def after(start: date, days: int) -> date:
    """The day so many after; the calendar's edge where it has no such day."""
    return before(start, -days)


def latest_months(first: int, last: int, today: date) -> Period | None:
    """Months of a year that isn't named: the last that have begun."""
    found = (months(today.year - back, first, last) for back in (0, 1))
    named = next((period for period in found if period and period.start <= today), None)
    return named and replace(named, repeats="yearly")


def last_units(count: int, unit: Unit, today: date) -> Period | None:
    """So many days, weeks, months or years up to today, counted as 1, 7, 30 and 365 days."""
    days = count * {"day": 1, "week": 7, "month": 30, "year": 365}[unit]
    return Period(before(today, days), after(today, 1)) if days else None


def units_ago(count: int, unit: Unit, today: date) -> Period | None:
    """The day, week, month or year that lies so many before today's."""
    if unit == "day":
        return days_back(today, count)
    if unit == "week":
        return week(today, count)
    if unit == "month":
        return month_of(today, count)
    return months(today.year - count, 1, 12)


def recent(today: date) -> Period:
    """The last RECENT_DAYS days, as vaguely as it is said."""
    return Period(before(today, RECENT_DAYS), after(today, 1), strength=VAGUE)


def listed_after(first: Period, other: Period) -> Period:
    """A day as it is meant after another day in a list: 6日 after 3月5日 is of its month."""
    if first.days != 1 or other.days != 1 or first.repeats == other.repeats:
        return other
    if other.repeats == "never" or first.repeats == "monthly":
        return other
    month_number = first.start.month if other.repeats == "monthly" else other.start.month
    moved = next(_moved(other, first.start.year, month_number), other)
    return replace(moved, repeats=first.repeats)


def joined(first: Period, last: Period) -> Period | None:
    """From the first of one period to the last of another. Where the second lacks the year or month
    that the first has, it is the next such one, and the other way
    about; of two days of the week the first is the last before the second. None where it ends
    before the first begins."""
    if last.repeats not in {"never", first.repeats}:
        last = _next(last, first.start)
    elif first.repeats != "never" and (last.repeats == "never" or last.end <= first.start):
        first = _next(first, before(last.start, 366))
    elif first.days == last.days == 1 and 0 < (first.start - last.start).days < 7:
        first = replace(first, start=before(first.start, 7), end=before(first.end, 7))
    if last.end <= first.start:
        return None
    return replace(first, end=last.end, repeats=_repeats(first, last))


def spans(periods: Iterable[Period], most: int) -> list[tuple[date, date]]:
    """The days of periods as stretches, each from its first until before its last, in order and
    apart from one another. Of more than `most` those with the fewest days between them are
    joined."""
    stretches: list[tuple[date, date]] = []
    for start, end in sorted((period.start, period.end) for period in periods):
        if stretches and start <= stretches[-1][1]:
            first, last = stretches.pop()
            start, end = first, max(last, end)
        stretches.append((start, end))
    while len(stretches) > most:
        gaps = [after[0] - before[1] for before, after in pairwise(stretches)]
        at = gaps.index(min(gaps))
        stretches[at : at + 2] = [(stretches[at][0], stretches[at + 1][1])]
    return stretches


def _repeats(first: Period, last: Period) -> Repeats:
    return "never" if last.repeats == "never" else first.repeats


def _next(period: Period, start: date) -> Period:
    """The first of a repeating period's returns that doesn't begin before a day."""
    step = 12 if period.repeats == "yearly" else 1
    for ahead in range(0, 12 * 9, step):
        year, number = _month_back(start, -ahead)
        number = period.start.month if step == 12 else number
        for moved in _moved(period, year, number):
            if moved.start >= start:
                return moved
    return period
