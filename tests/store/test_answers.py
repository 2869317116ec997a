"""Answer records and kept replies: real SQLite, several processes, whatever the bounds."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import AnswerNotFoundError, HomeError, StoreError
from rag.usage import Usage
from store.answers import ANSWERS_NAME, MEGABYTE, AnswerStore, NewRecord, StoredReply

REPOSITORY = Path(__file__).parents[2]
AT = datetime(2024, 5, 21, 9, 30, tzinfo=UTC)
PAID = Usage(100, 20, 0.5, calls=1)


def record(
    question: str = "问题",
    *,
    at: datetime = AT,
    body: str = "{}",
    usage: Usage = PAID,
    model: str | None = "model-x",
    refused: bool = False,
) -> NewRecord:
    return NewRecord(at, question, refused, "llm" if model else "extractive", model, usage, body)


def opened(
    home: Path, *, records: int = 100, replies: int = 100, megabytes: int = 64
) -> AnswerStore:
    return AnswerStore(home, records=records, replies=replies, megabytes=megabytes)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AnswerStore]:
    with closing(opened(tmp_path)) as store:
        yield store


def test_a_record_is_found_by_its_id_and_by_its_only_beginning(store: AnswerStore) -> None:
    first = store.add(record(body='{"a": 1}'))
    other = store.add(record(at=AT + timedelta(days=400), body='{"b": 2}'))
    assert store.find(first) == (first, '{"a": 1}')
    shared = first[: next(at for at in range(len(first)) if first[at] != other[at])]
    assert store.find(f" {other[: len(shared) + 1].upper()} ") == (other, '{"b": 2}')
    with pytest.raises(AnswerNotFoundError, match=f"several answers .* {shared};"):
        store.find(shared)


@pytest.mark.parametrize("unknown", ["", "  ", "zzzz", "%", "_", "~", "'; DROP TABLE answer"])
def test_an_unknown_id_is_told_with_what_to_do(store: AnswerStore, unknown: str) -> None:
    store.add(record())
    with pytest.raises(AnswerNotFoundError, match=r"no answer on record .* `newsdesk trace`"):
        store.find(unknown)


def test_ids_sort_by_time_and_are_never_the_same(store: AnswerStore) -> None:
    days = [store.add(record(at=AT + timedelta(milliseconds=one))) for one in range(0, 5000, 50)]
    assert days == sorted(days)
    at_once = {store.add(record()) for _ in range(90)}
    assert len(at_once) == 90
    assert all(one.isascii() and one.isalnum() and len(one) == 12 for one in at_once)


def test_the_latest_come_first_with_what_they_used(store: AnswerStore) -> None:
    ids = [store.add(record(question)) for question in ("一", "二", "三")]
    found = store.latest(2)
    assert [(one.id, one.question) for one in found] == [(ids[2], "三"), (ids[1], "二")]
    assert (found[0].asked_at, found[0].usage, found[0].model) == (AT, PAID, "model-x")


@settings(
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    sizes=st.lists(st.integers(0, 700_000), min_size=1, max_size=8),
    most=st.integers(1, 6),
)
def test_the_newest_are_kept_as_many_as_fit(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], most: int
) -> None:
    home = tmp_path_factory.mktemp("home")
    with closing(opened(home, records=most, replies=most, megabytes=1)) as store:
        for number, size in enumerate(sizes):
            store.add(record("", body="x" * size))
            store.keep_reply(str(number), StoredReply("x" * size, "m", "stop"))
        kept = [one for one in range(len(sizes)) if store.reply(str(one)) is not None]
        bodies = [len(store.find(one.id)[1]) for one in store.latest(len(sizes))]
    newest = [
        number
        for number in range(len(sizes))
        if len(sizes) - number <= most and sum(sizes[number:]) <= MEGABYTE
    ]
    assert kept == newest
    assert bodies == [sizes[number] for number in reversed(newest)]


def test_a_record_over_the_whole_bound_is_refused_and_costs_no_other(tmp_path: Path) -> None:
    with closing(opened(tmp_path, megabytes=1)) as store:
        kept = store.add(record())
        with pytest.raises(StoreError, match=r"1\.2 MB; raise NEWSDESK_ANSWER_MEGABYTES"):
            store.add(record(body="x" * 1_200_000))
        assert [one.id for one in store.latest(5)] == [kept]


def test_usage_is_counted_by_day_and_model_and_outlives_the_records(tmp_path: Path) -> None:
    with closing(opened(tmp_path, records=1)) as store:
        store.add(record())
        store.add(record(refused=True))
        store.add(record(usage=Usage(10, 2, None, calls=1)))
        store.add(record(usage=Usage(0, 0, 0.0, cached_calls=2)))
        store.add(record(usage=Usage(), model=None))
        store.add(record(at=AT + timedelta(days=1)))
        assert len(store.latest(10)) == 1
        none, model, next_day = store.usage()
    assert (none.model, none.answers, none.cost_usd, none.unpriced) == (None, 1, 0.0, 0)
    assert (model.day, model.model) == (date(2024, 5, 21), "model-x")
    assert (model.answers, model.refusals, model.cached, model.unpriced) == (4, 1, 1, 1)
    assert (model.prompt_tokens, model.completion_tokens, model.cost_usd) == (210, 42, 1.0)
    assert (next_day.day, next_day.answers) == (date(2024, 5, 22), 1)


def test_a_range_of_days_includes_both(store: AnswerStore) -> None:
    for days in range(4):
        store.add(record(at=AT + timedelta(days=days)))
    found = store.usage(date(2024, 5, 22), date(2024, 5, 23))
    assert [total.day.day for total in found] == [22, 23]
    assert [total.day.day for total in store.usage(last=date(2024, 5, 21))] == [21]
    assert [total.day.day for total in store.usage(first=date(2024, 5, 24))] == [24]


def test_a_reply_is_replaced_and_forgotten(store: AnswerStore) -> None:
    store.keep_reply("key", StoredReply("一", "m", "stop"))
    store.keep_reply("key", StoredReply("二", "m-2", "length"))
    assert store.reply("key") == StoredReply("二", "m-2", "length")
    store.forget_reply("key")
    store.forget_reply("other")
    assert store.reply("key") is None


def test_a_reply_kept_again_is_a_new_one(tmp_path: Path) -> None:
    with closing(opened(tmp_path, replies=2)) as store:
        for key in ("a", "b", "a", "c"):
            store.keep_reply(key, StoredReply(key, "m", "stop"))
        assert [key for key in "abc" if store.reply(key)] == ["a", "c"]


def test_reading_makes_no_file(tmp_path: Path, store: AnswerStore) -> None:
    assert (store.latest(5), store.usage(), store.reply("key")) == ([], [], None)
    with pytest.raises(AnswerNotFoundError):
        store.find("abc")
    assert list(tmp_path.iterdir()) == []


def test_what_was_kept_is_there_after_closing_and_opening(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        kept = store.add(record(body="一"))
        store.close()
        assert store.find(kept) == (kept, "一")
    with closing(opened(tmp_path)) as store:
        assert store.find(kept) == (kept, "一")


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    each, names = 25, ("a", "b", "c")
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.store.answers_process", str(tmp_path), name, str(each)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        )
        for name in names
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    ended = [writer.communicate() for writer in writers]
    assert [complaint for _, complaint in ended] == [""] * len(names)
    ids = {line for output, _ in ended for line in output.split()}
    with closing(opened(tmp_path, records=1000)) as store:
        assert {one.id for one in store.latest(1000)} == ids
        assert len(ids) == each * len(names)
        assert sum(total.answers for total in store.usage()) == each * len(names)
        assert all(store.reply(f"{name} {each - 1}") for name in names)


def test_a_file_that_another_keeps_locked_is_waited_for_only_a_moment(
    tmp_path: Path, store: AnswerStore
) -> None:
    kept = store.add(record())
    with closing(sqlite3.connect(tmp_path / ANSWERS_NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another process keeps it locked"):
            store.add(record())
        assert store.find(kept)
        other.execute("ROLLBACK")
    assert store.add(record())


@pytest.mark.parametrize("damage", [b"no database" * 1000, b"SQLite format 3\x00" + b"\x00" * 8000])
def test_a_damaged_file_is_told_with_what_to_do(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / ANSWERS_NAME).write_bytes(damage)
    with (
        closing(opened(tmp_path)) as store,
        pytest.raises(StoreError, match=rf"{ANSWERS_NAME}: damaged .*remove it"),
    ):
        store.add(record())


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / ANSWERS_NAME).mkdir()
    with closing(opened(tmp_path)) as store, pytest.raises(HomeError, match=ANSWERS_NAME):
        store.add(record())


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / ANSWERS_NAME)) as later:
        later.execute("PRAGMA user_version = 99")
    with (
        closing(opened(tmp_path)) as store,
        pytest.raises(StoreError, match="the file of answers has version 99"),
    ):
        store.add(record())
