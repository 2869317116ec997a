from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval.periods import Period, listed_after, spans

PERIODS = st.builds(
    lambda start, days: Period(start, start + timedelta(days)),
    st.dates(date(2020, 1, 1), date(2020, 12, 31)),
    st.integers(1, 40),
)


def held(stretches: list[tuple[date, date]], day: date) -> bool:
    return any(start <= day < end for start, end in stretches)


@given(st.lists(PERIODS, max_size=8), st.dates(date(2020, 1, 1), date(2021, 3, 1)))
def test_spans_hold_the_days_of_the_periods_and_no_others(periods: list[Period], day: date) -> None:
    assert held(spans(periods, 8), day) == any(period.holds(day) for period in periods)


@given(st.lists(PERIODS, max_size=8), st.integers(1, 4))
def test_spans_are_apart_and_no_more_than_allowed(periods: list[Period], most: int) -> None:
    stretches = spans(periods, most)
    assert len(stretches) <= most
    assert all(before[1] < after[0] for before, after in pairwise(stretches))
    assert all(held(stretches, period.start) for period in periods)


def test_of_too_many_spans_the_nearest_are_joined() -> None:
    days = [date(2020, 1, 1), date(2020, 3, 1), date(2020, 3, 3), date(2020, 6, 1)]
    found = spans([Period(day, day + timedelta(1)) for day in days], 3)
    assert found[1] == (date(2020, 3, 1), date(2020, 3, 4))


def test_a_day_in_a_list_is_of_the_month_before_it() -> None:
    first = Period(date(2020, 3, 5), date(2020, 3, 6))
    sixth = Period(date(2021, 1, 6), date(2021, 1, 7), repeats="monthly")
    december = Period(date(2020, 12, 1), date(2021, 1, 1), repeats="yearly")
    assert listed_after(first, sixth) == Period(date(2020, 3, 6), date(2020, 3, 7))
    assert listed_after(first, december) == december
