"""The days with news that lie nearest to a period without any."""

from collections.abc import Sequence
from datetime import date, timedelta

from rag.briefing_types import NewsDay

MOST = 3


def nearest_days(days: Sequence[tuple[date, int]], first: date, last: date) -> tuple[NewsDay, ...]:
    """Of the issue dates, each with its number of articles, those nearest to a period, in order."""

    def distance(entry: tuple[date, int]) -> tuple[timedelta, date]:
        return max(first - entry[0], entry[0] - last, timedelta(0)), entry[0]

    return tuple(NewsDay(day, count) for day, count in sorted(sorted(days, key=distance)[:MOST]))
