"""Runs on disk: kept question by question, gone on with, and found again."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.errors import EvalError
from eval.records import EvalRun
from eval.report import as_json
from eval.runs import RunStore, load_run
from tests.eval.samples import MANIFEST, record, run_of, unanswerable, wrong

NOON = datetime(2024, 5, 17, 12, tzinfo=UTC)
IDS = ("q1", "q2", "u1")
RECORDS = (record("q1"), wrong("q2"), unanswerable("u1"))


def kept(store: RunStore, *, anew: bool = False) -> EvalRun:
    with store.begin(MANIFEST, IDS, NOON, anew=anew) as writer:
        for one in RECORDS[len(writer.records) :]:
            writer.add(one)
        return writer.run()


def test_a_run_comes_back_as_it_was_made_in_the_order_of_its_questions(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs")
    writer = store.begin(MANIFEST, IDS, NOON)
    for one in reversed(RECORDS):
        writer.add(one)
    assert writer.run().records == RECORDS
    assert store.find(writer.id) == writer.run()
    assert store.find("latest") == writer.run()
    assert writer.id.startswith("20240517-120000-questions-")


def test_a_broken_off_run_is_gone_on_with_and_a_finished_one_is_not(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    first = store.begin(MANIFEST, IDS, NOON)
    first.add(RECORDS[0])
    first.close()
    with store.begin(MANIFEST, IDS, NOON) as again:
        assert (again.id, again.records) == (first.id, [RECORDS[0]])
    run = kept(store)
    assert (run.id, run.finished) == (first.id, True)
    assert kept(store).id != first.id


def test_other_questions_or_settings_and_anew_begin_another_run(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    first = store.begin(MANIFEST, IDS, NOON)
    others = [
        store.begin(MANIFEST, IDS[:2], NOON),
        store.begin(run_of(manifest=MANIFEST).manifest, IDS, NOON, anew=True),
    ]
    assert first.id not in {other.id for other in others}


@settings(max_examples=30)
@given(cut=st.integers(0, 10_000))
def test_a_kill_at_any_byte_costs_at_most_the_question_being_written(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    store = RunStore(tmp_path_factory.mktemp("runs"))
    writer = store.begin(MANIFEST, IDS, NOON)
    lengths = []
    (folder,) = [path.parent for path in store.folder.glob("*/run.json")]
    for one in RECORDS[:2]:
        writer.add(one)
        lengths.append((folder / "records.jsonl").stat().st_size)
    writer.close()
    content = (folder / "records.jsonl").read_bytes()
    cut = min(cut, len(content))
    (folder / "records.jsonl").write_bytes(content[:cut])
    assert store.find(writer.id).records == RECORDS[: sum(length <= cut for length in lengths)]
    assert (folder / "records.jsonl").read_bytes() == content[:cut], "reading changes nothing"
    again = store.begin(MANIFEST, IDS, NOON)
    whole = sum(length <= cut for length in lengths)
    assert again.records == list(RECORDS[:whole])
    again.add(RECORDS[2])
    assert store.find(again.id).records == (*RECORDS[:whole], RECORDS[2])


def test_a_run_is_named_by_the_beginning_of_its_id_if_that_means_one(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    with pytest.raises(EvalError, match="no finished run is kept"):
        store.find("latest")
    one, two = kept(store), kept(store, anew=True)
    assert store.find(one.id[:-1]) == one if one.id[:-1] != two.id[:-1] else True
    with pytest.raises(EvalError, match="2 runs begin so"):
        store.find("20240517")
    with pytest.raises(EvalError, match="no run has this id"):
        store.find("19990101")
    with pytest.raises(EvalError, match="no finished run"):
        store.find("latest", "00" * 32)


def test_the_json_that_is_printed_is_read_as_the_same_run(tmp_path: Path) -> None:
    run = run_of(*RECORDS)
    path = tmp_path / "run.json"
    path.write_text(json.dumps(as_json(run), ensure_ascii=False), encoding="utf-8")
    assert load_run(path) == run


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"id": "x"}', "\ufeff{"])
def test_a_file_that_is_no_run_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvalError, match=r"run\.json") as told:
        load_run(path)
    assert "\n" not in str(told.value)
    with pytest.raises(EvalError, match="can't be read"):
        load_run(tmp_path / "absent.json")


def test_a_spoilt_line_is_named_and_costs_its_question_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = RunStore(tmp_path)
    run = kept(store)
    (path,) = tmp_path.glob("*/records.jsonl")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    stranger = lines[0].replace('"q1"', '"of another run"', 1)
    path.write_text("".join([lines[0], '{"id": 1}\n', stranger, lines[2]]), encoding="utf-8")
    assert store.find(run.id).records == (RECORDS[0], RECORDS[2])
    assert "records.jsonl:2" in caplog.text
    with store.begin(MANIFEST, IDS, NOON) as again:
        assert again.id == run.id
        again.add(RECORDS[1])
    caplog.clear()
    assert store.find(run.id) == run
    assert not caplog.text


def test_a_run_that_cannot_be_read_is_named_and_keeps_no_other_from_use(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = RunStore(tmp_path)
    run = kept(store)
    for name, text in (("a", "{"), ("b", "[]"), ("c", '{"id": "c", "started": "noon"}')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text(text, encoding="utf-8")
    assert store.all() == [run]
    assert store.find("latest") == store.find(run.id) == run
    assert kept(store).id != run.id
    for name in "abc":
        assert str(tmp_path / name / "run.json") in caplog.text


def test_nobody_goes_on_with_a_run_that_is_being_made(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    with store.begin(MANIFEST, IDS, NOON) as first:
        first.add(RECORDS[0])
        with store.begin(MANIFEST, IDS, NOON) as second:
            assert second.id != first.id
            assert second.records == []


def test_the_latest_is_the_one_that_was_begun_or_gone_on_with_last(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = RunStore(tmp_path)
    other = replace(MANIFEST, model="another")
    with store.begin(MANIFEST, IDS, NOON) as first:
        first.add(RECORDS[0])
    later = NOON.astimezone(timezone(timedelta(hours=-5))) + timedelta(minutes=1)
    with store.begin(other, IDS, later) as second:
        for one in RECORDS:
            second.add(one)
    assert store.find("latest", newest=True).id == second.id
    with store.begin(MANIFEST, IDS, NOON + timedelta(minutes=2)) as gone_on:
        assert gone_on.id == first.id
        assert store.find("latest").id == second.id
        assert f"{first.id} was begun after {second.id}" in caplog.text
        with pytest.raises(EvalError, match="has 1 of 3 questions; run it to its end"):
            store.find("latest", newest=True)
        for one in RECORDS[1:]:
            gone_on.add(one)
    assert store.find("latest", newest=True).id == first.id


def test_a_file_needs_no_certain_name_and_a_blank_name_means_no_run(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs")
    run = kept(store)
    path = tmp_path / "baseline"
    path.write_text(json.dumps(as_json(run), ensure_ascii=False), encoding="utf-8")
    assert store.find(str(path)) == run
    with pytest.raises(EvalError, match="blank"):
        store.find("")
