"""The file of finished briefings: found again by key and id, the oldest removed first."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rag.errors import BriefingNotFoundError, StoreError
from store.briefings import BRIEFINGS_NAME, BriefingStore, NewBriefing

MADE = datetime(2024, 5, 16, 7, 0, tzinfo=UTC)
DAY = date(2024, 5, 16)


def new(key: str = "k", day: date = DAY, *, whole: bool = True, stories: int = 1) -> NewBriefing:
    made_at = MADE + timedelta(days=(day - DAY).days)
    return NewBriefing(key, whole, made_at, day, day, "all", stories, f"{{{key} {day}}}")


def test_nothing_is_made_before_something_is_kept(tmp_path: Path) -> None:
    store = BriefingStore(tmp_path, most=3)
    assert (store.latest(5), store.made_for("k"), store.before(DAY, DAY, "all")) == ([], None, [])
    assert not (tmp_path / BRIEFINGS_NAME).exists()


def test_the_latest_whole_one_is_found_by_its_key(tmp_path: Path) -> None:
    store = BriefingStore(tmp_path, most=3)
    store.add(new())
    second = store.add(new())
    store.add(new(whole=False))
    found = store.made_for("k")
    assert found is not None
    assert (found.id, found.made_at, found.body) == (second, MADE, f"{{k {DAY}}}")
    assert store.made_for("other") is None
    store.close()


def test_one_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    store = BriefingStore(tmp_path, most=3)
    first = store.add(new("a"))
    store.add(new("b", DAY + timedelta(days=1000)))
    assert store.find(first.upper()[:6]).body == f"{{a {DAY}}}"
    for wrong in ("", "zzz", "0"):
        with pytest.raises(BriefingNotFoundError):
            store.find(wrong)
    store.close()


def test_the_oldest_go_first(tmp_path: Path) -> None:
    store = BriefingStore(tmp_path, most=2)
    for number in range(4):
        store.add(new(str(number)))
    assert len(store.latest(9)) == 2
    assert (store.made_for("1"), store.made_for("3") is None) == (None, False)
    store.close()


def test_earlier_ones_are_of_days_before_each_made_last(tmp_path: Path) -> None:
    store = BriefingStore(tmp_path, most=9)
    days = [DAY - timedelta(days=back) for back in (40, 2, 2, 1, 0)]
    for number, day in enumerate(days):
        store.add(new(str(number), day))
    store.add(new("empty", DAY - timedelta(days=3), stories=0))
    found = [one.body for one in store.before(DAY, DAY - timedelta(days=30), "all")]
    assert found == [f"{{2 {days[2]}}}", f"{{3 {days[3]}}}"]
    assert store.before(DAY, DAY - timedelta(days=30), "other") == []
    store.close()


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / BRIEFINGS_NAME).write_bytes(b"not a database" * 100)
    store = BriefingStore(tmp_path, most=2)
    with pytest.raises(StoreError, match="remove it: it holds the finished briefings"):
        store.latest(1)
