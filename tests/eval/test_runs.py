"""Runs on disk: kept question by question, gone on with, and found again."""

import json
from datetime import UTC, datetime
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
    writer = store.begin(MANIFEST, IDS, NOON, anew=anew)
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
    again = store.begin(MANIFEST, IDS, NOON)
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
    content = (folder / "records.jsonl").read_bytes()
    cut = min(cut, len(content))
    (folder / "records.jsonl").write_bytes(content[:cut])
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


def test_a_spoilt_line_is_named(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    writer = store.begin(MANIFEST, IDS, NOON)
    (path,) = tmp_path.glob("*/records.jsonl")
    path.write_text('{"id": 1}\n', encoding="utf-8")
    with pytest.raises(EvalError, match=r"records\.jsonl:1"):
        store.find(writer.id)
