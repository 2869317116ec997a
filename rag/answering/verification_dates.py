"""The month of a day that a source prints without one (24日)."""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from rag.answering.verification_numbers import Quantity, quantities

BEFORE = 400  # characters before a quote in which a day with its month is looked for

_FULL_DAY = re.compile(r"(?P<month>\d{1,2})月\d{1,2}[日号]")


def dated(quotes: Sequence[str], context: str, dates: Sequence[date]) -> tuple[Quantity, ...]:
    """The days that folded quotes print without their month, with it. dates: the article's own.

    The month is the one that puts the day nearest an own date, or that of the last day with its
    month before the quote in the context. Where the two differ it is the one that doesn't lie ahead
    of the own date; where that tells nothing, the day stays without a month.
    """
    return tuple(
        one
        for quote in quotes
        for quantity in quantities(quote)
        if _is_alone(quantity)
        for month in _months(int(quantity.value or 0), _month_before(quote, context), dates)
        for one in (
            Quantity(Fraction(month), "month", quantity.surface),
            replace(quantity, month=month),
        )
    )


def _is_alone(quantity: Quantity) -> bool:
    lone = quantity.unit == "day" and quantity.month is None and quantity.value
    return bool(lone) and quantity.after[:1] in ("日", "号")


def _month_before(quote: str, context: str) -> int:
    """The month of the last full day before a quote; 0 where there is none."""
    at = context.find(quote)
    days = _FULL_DAY.findall(context, max(0, at - BEFORE), max(0, at))
    return int(days[-1]) if days and 1 <= int(days[-1]) <= 12 else 0


def _months(number: int, carried: int, dates: Sequence[date]) -> Iterator[int]:
    if not dates and carried:
        yield carried
    for own in dates:
        near = _nearest(number, own)
        if near is None:
            continue
        told = _in_month(number, own.replace(day=1, month=carried)) if carried else near
        if told is None or told.month == near.month:
            yield near.month
        elif (told > own) != (near > own):
            yield (near if told > own else told).month


def _nearest(number: int, own: date) -> date | None:
    """The day of this number that lies nearest a date; None where no calendar has it."""
    month = own.replace(day=1)
    # The calendar's first month has none before it, and its last none after.
    around = [
        month + timedelta(days=offset)
        for offset in (-1, 0, 32)
        if 0 < month.toordinal() + offset <= date.max.toordinal()
    ]
    able = [day for first in around if (day := _in_month(number, first)) is not None]
    return min(able, key=lambda day: abs(day - own), default=None)


def _in_month(number: int, month: date) -> date | None:
    able = 1 <= number <= monthrange(month.year, month.month)[1]
    return month.replace(day=number) if able else None
