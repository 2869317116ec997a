"""Totals of what was used: bounded in number, and right whatever is added up."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.usage import Usage, UsageTotal
from store.answer_usage import DAYS, MODELS, MONTHS, OTHERS, Used
from store.answers import ANSWERS_NAME, AnswerStore
from store.answers_schema import MIGRATIONS
from tests.store.test_answers import AT, REPOSITORY, opened, record

TODAY = date(2024, 5, 21)
PAID = Usage(100, 20, 0.5, calls=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AnswerStore]:
    with closing(opened(tmp_path)) as store:
        yield store


def spans(store: AnswerStore) -> list[tuple[str, str]]:
    return [(str(one.day), str(one.last_day)) for one in store.usage()]


def sums(totals: list[UsageTotal]) -> tuple[int, int, int, float]:
    return (
        sum(one.answers for one in totals),
        sum(one.follow_ups for one in totals),
        sum(one.prompt_tokens for one in totals),
        sum(one.cost_usd for one in totals),
    )


def test_a_follow_up_is_counted_apart_from_answers(store: AnswerStore) -> None:
    store.count(Used(AT.date(), "model-x", PAID, follow_up=True))
    store.count(Used(AT.date(), "model-x", Usage(calls=1), follow_up=True))
    store.add(record())
    (total,) = store.usage()
    assert (total.answers, total.follow_ups, total.unpriced, total.priced) == (1, 2, 1, 2)
    assert (total.prompt_tokens, total.cost_usd) == (200, 1.0)
    assert len(store.latest(5)) == 1


def test_estimates_are_counted(store: AnswerStore) -> None:
    store.add(record(usage=Usage(9, 1, 0.1, calls=1, estimated_calls=1)))
    store.add(record())
    assert [one.estimated for one in store.usage()] == [1]
    assert [one.usage.estimated_calls for one in store.latest(5)] == [0, 1]


def test_days_long_ago_are_added_up_by_month_and_then_by_year(store: AnswerStore) -> None:
    for day in (date(2010, 2, 3), date(2010, 2, 4), date(2010, 11, 5), date(2011, 1, 1)):
        store.count(Used(day, "model-x", PAID))
    assert len(store.usage()) == 4
    store.count(Used(date(2012, 3, 1), "model-x", PAID))
    months = [("2010-02-01", "2010-02-28"), ("2010-11-01", "2010-11-30")]
    assert spans(store)[:2] == months
    assert [one.answers for one in store.usage()] == [2, 1, 1, 1]
    store.count(Used(TODAY, "model-x", PAID))
    assert spans(store) == [
        ("2010-01-01", "2010-12-31"),
        ("2011-01-01", "2011-12-31"),
        ("2012-01-01", "2012-12-31"),
        (str(TODAY), str(TODAY)),
    ]
    assert sums(store.usage()) == (6, 0, 600, 3.0)


def test_what_comes_late_joins_the_month_that_is_added_up(store: AnswerStore) -> None:
    long_ago = date(2022, 7, 9)
    store.count(Used(long_ago, "model-x", PAID))
    store.count(Used(TODAY, "model-x", PAID))
    store.count(Used(long_ago.replace(day=1), "model-x", PAID))
    store.count(Used(TODAY, "model-x", PAID))
    assert [(str(one.day), one.answers) for one in store.usage()] == [
        ("2022-07-01", 2),
        (str(TODAY), 2),
    ]


def test_a_range_has_the_whole_of_a_month_that_it_touches(store: AnswerStore) -> None:
    store.count(Used(date(2022, 7, 9), "model-x", PAID))
    store.count(Used(TODAY, "model-x", PAID))
    assert len(store.usage(date(2022, 7, 31), date(2022, 8, 2))) == 1
    assert store.usage(date(2022, 8, 1), date(2022, 8, 2)) == []
    assert len(store.usage(last=date(2022, 7, 1))) == 1


@pytest.mark.parametrize("day", [date.min, date.min + timedelta(days=DAYS + 1), date.max])
def test_the_first_and_the_last_day_there_is_are_counted(store: AnswerStore, day: date) -> None:
    store.count(Used(day, "model-x", PAID))
    store.count(Used(day, "model-x", PAID))
    assert [one.answers for one in store.usage()] == [2]


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    days=st.lists(st.dates(date(1990, 1, 1), date(2040, 12, 31)), min_size=1, max_size=25),
    names=st.lists(st.sampled_from(["a", "b", None]), min_size=1, max_size=3),
)
def test_nothing_is_lost_or_counted_twice_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, days: list[date], names: list[str | None]
) -> None:
    with closing(opened(tmp_path_factory.mktemp("home"))) as store:
        for number, day in enumerate(days):
            store.count(Used(day, names[number % len(names)], PAID, follow_up=number % 2 == 1))
        store.count(Used(max(days), None, PAID))
        totals = store.usage()
    count = len(days)
    assert sums(totals) == (
        *(count - count // 2 + 1, count // 2),
        *(100 * (count + 1), 0.5 * (count + 1)),
    )
    assert all(one.day <= one.last_day for one in totals)
    keys = [(one.day, one.last_day, one.model) for one in totals]
    assert len(set(keys)) == len(keys)
    for name in {one.model for one in totals}:
        spans = sorted((one.day, one.last_day) for one in totals if one.model == name)
        assert all(end < begin for (_, end), (begin, _) in pairwise(spans))


def test_a_server_with_a_new_name_each_time_fills_no_disk(store: AnswerStore) -> None:
    for number in range(2 * MODELS):
        store.count(Used(TODAY, f"model-{number}", PAID))
    store.count(Used(TODAY, "model-0", PAID))
    totals = {one.model: one.answers for one in store.usage()}
    assert len(totals) == MODELS + 1
    assert (totals["model-0"], totals[OTHERS]) == (2, MODELS)


def test_rows_stay_bounded_over_the_years(store: AnswerStore) -> None:
    day = date(2000, 1, 1)
    while day < date(2020, 1, 1):
        store.count(Used(day, "model-x", PAID))
        day += timedelta(days=9)
    rows = store.usage()
    assert len(rows) <= (DAYS + 31) / 9 + MONTHS + 12 + 20
    assert sum(one.answers for one in rows) == 812
    assert max(one.last_day for one in rows) == day - timedelta(days=9)


def test_a_file_of_the_first_version_keeps_its_counts_and_records(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / ANSWERS_NAME)) as old, old:
        old.executescript(MIGRATIONS[0])
        old.execute("PRAGMA user_version = 1")
        old.execute("INSERT INTO answer_usage VALUES (20240520, 'model-x', 3, 1, 1, 30, 6, 0.5, 1)")
        old.execute(
            "INSERT INTO answer VALUES"
            " (7, 'abc', ?, '问题', 0, 'llm', 'm', 1, 2, 0.1, 1, 0, 2, '{}')",
            (datetime(2024, 5, 20, tzinfo=UTC).isoformat(),),
        )
    with closing(opened(tmp_path)) as store:
        assert store.find("abc") == ("abc", "{}")
        store.add(record())
        before, after = store.usage()
        assert (before.day, before.last_day) == (date(2024, 5, 20), date(2024, 5, 20))
        assert (before.model, before.answers, before.refusals, before.cached) == (
            "model-x",
            3,
            1,
            1,
        )
        assert (before.follow_ups, before.unpriced, before.estimated) == (0, 1, 0)
        assert (before.prompt_tokens, before.completion_tokens, before.cost_usd) == (30, 6, 0.5)
        assert after.answers == 1
        assert [one.broken_off for one in store.latest(5)] == [False, False]


def test_processes_that_bring_an_old_file_up_to_date_at_once_lose_nothing(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / ANSWERS_NAME)) as old, old:
        old.executescript(MIGRATIONS[0])
        old.execute("PRAGMA user_version = 1")
        old.executemany(
            "INSERT INTO answer_usage VALUES (?, 'model-x', 1, 0, 0, 1, 1, 0.5, 0)",
            [(20200101 + day,) for day in range(28)],
        )
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.store.answers_process", str(tmp_path), name, "9"],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        )
        for name in "ab"
    ]
    ended = [writer.communicate("\n") for writer in writers]
    assert [complaint for _, complaint in ended] == ["", ""]
    with closing(opened(tmp_path)) as store:
        january, today = store.usage()
    assert (january.last_day, january.answers, january.cost_usd) == (date(2020, 1, 31), 28, 14.0)
    assert today.answers == 18
