"""Dates of the command line: every written form, days that don't exist, inclusive ranges."""

from datetime import date, timedelta

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import UsageError
from rag.faces.cli.dates import filters_for, parse_date

FORMS = ("{0:%Y-%m-%d}", "{0:%Y/%m/%d}", "{0:%Y%m%d}", "{0:%Y}年{0.month}月{0.day}日")
# strftime's %Y has no leading zeros on some systems, so years of four digits.
DAYS = st.dates(min_value=date(1000, 1, 1))


@given(day=DAYS, form=st.sampled_from(FORMS))
def test_every_written_form_names_its_day(day: date, form: str) -> None:
    assert parse_date(form.format(day)) == day


def test_full_width_digits_and_spaces_are_read() -> None:
    assert parse_date("２０２０ 年 １２ 月 ２３ 日") == date(2020, 12, 23)


@pytest.mark.parametrize(("word", "back"), [("today", 0), ("昨天", 1), ("Yesterday", 1)])
def test_named_days_count_from_the_given_one(word: str, back: int) -> None:
    assert parse_date(word, date(2021, 1, 1)) == date(2021, 1, 1) - timedelta(days=back)


@pytest.mark.parametrize("text", ["2020-02-30", "20201301", "2021年2月29日", "0000-01-01"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="no day of the calendar"):
        parse_date(text)


@pytest.mark.parametrize(
    "text", ["", "tomorrowish", "23/12/2020", "2020-12", "2020年12-23", "12月23日"]
)
def test_anything_else_is_no_date(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="is not a date"):
        parse_date(text)


@given(first=DAYS, second=DAYS, day=DAYS)
def test_a_range_holds_both_its_ends_and_what_lies_between(
    first: date, second: date, day: date
) -> None:
    start, end = sorted((first, second))
    filters = filters_for(start, end)
    for candidate in (start, end, day):
        matches = (filters.date_from is None or filters.date_from <= candidate) and (
            filters.date_until is None or candidate < filters.date_until
        )
        assert matches == (start <= candidate <= end)


def test_a_range_that_runs_backwards_is_refused() -> None:
    with pytest.raises(UsageError, match="lies after"):
        filters_for(date(2020, 12, 24), date(2020, 12, 23))
