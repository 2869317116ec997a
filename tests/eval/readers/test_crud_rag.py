"""CRUD-RAG's questions about one to three texts, and its texts with a summary."""

import json
from pathlib import Path

import pytest

from eval.datasets import load_dataset
from eval.errors import DatasetError

BRIDGE, DAM = "霁澜大桥全长1.28公里，6月3日通车。", "青岭水库库容3200万立方米。"
ONE = {
    "ID": "e1",
    "event": "大桥通车",
    "news1": BRIDGE,
    "questions": "霁澜大桥全长多少？",
    "answers": "1.28公里",
}
TWO = {
    "ID": "e1",
    "event": "两项工程",
    "news1": BRIDGE,
    "news2": DAM,
    "questions": "两项工程规模如何？",
    "answers": "大桥长1.28公里，水库库容3200万立方米。",
}
SUMMARY = {"ID": "e1", "event": "大桥通车", "text": BRIDGE, "summary": "霁澜大桥通车。"}


def written(folder: Path, value: object) -> Path:
    path = folder / "split_merged.json"
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def test_all_tasks_share_one_archive_that_has_each_text_once(tmp_path: Path) -> None:
    tasks = {
        "questanswer_1doc": [ONE],
        "questanswer_2docs": [TWO],
        "event_summary": [SUMMARY],
        "hallu_modified": [{"ID": "h"}],
    }
    dataset = load_dataset(written(tmp_path, tasks))
    (archive,) = dataset.archives
    assert [(one.id, one.text) for one in archive.documents] == [
        ("1doc_e1-1", BRIDGE),
        ("2docs_e1-2", DAM),
    ]
    one, two, summary = dataset.questions
    assert (one.id, one.answers, one.facts) == ("1doc_e1", ("1.28公里",), (("1.28公里",),))
    assert (two.id, two.answers, two.facts) == ("2docs_e1", (), ())
    assert (two.reference, two.gold) == (TWO["answers"], ("1doc_e1-1", "2docs_e1-2"))
    assert (summary.id, summary.task, summary.gold) == ("summary_e1", "summarize", ("1doc_e1-1",))
    assert (summary.question, summary.reference) == ("大桥通车", "霁澜大桥通车。")


def test_summaries_may_stand_alone_in_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "sum.jsonl"
    row = {**SUMMARY, "id": SUMMARY["ID"], "url": None}
    del row["ID"]
    path.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    (question,) = load_dataset(path).questions
    assert (question.task, question.gold) == ("summarize", ("summary_e1",))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"questanswer_1doc": [{**ONE, "news1": ""}]}, "questanswer_1doc.0: no text in `news1`"),
        ({"questanswer_1doc": [{**ONE, "answers": ""}]}, "questanswer_1doc.0.answers: "),
        ({"event_summary": [SUMMARY, SUMMARY]}, "id 'summary_e1' is also that of event_summary.0"),
        ({"event_summary": []}, "holds no question"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, value: object, said: str) -> None:
    path = written(tmp_path, value)
    with pytest.raises(DatasetError) as caught:
        load_dataset(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)
