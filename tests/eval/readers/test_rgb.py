"""RGB's JSON lines: what has to be said, and the two archives."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from eval.datasets import load_dataset
from eval.errors import DatasetError

PLAIN = {
    "id": 0,
    "query": "霁澜大桥全长多少？",
    "answer": [["1.28公里", "1280米"]],
    "positive": ["霁澜大桥全长1.28公里。", "大桥全长1280米。"],
    "negative": ["霁澜大桥宽24.5米。", " "],
}
PARTS = {
    "id": "int-1",
    "subset": "zh_int",
    "question": "霁澜大桥和青岭大桥各长多少？",
    "answer": ["1.28公里", ["900米", "0.9公里"]],
    "positive": [["霁澜大桥长1.28公里。"], ["青岭大桥长900米。"]],
    "negative": ["两桥同年通车。"],
}
FACT = {
    "id": 7,
    "query": "青岭大桥长多少？",
    "answer": "900米",
    "fakeanswer": "800米",
    "positive": ["青岭大桥长900米。"],
    "positive_wrong": ["青岭大桥长800米。"],
    "negative": [],
}


def written(folder: Path, *rows: Mapping[str, object]) -> Path:
    path = folder / "zh.json"
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text(text, encoding="utf-8")
    return path


def test_every_question_is_asked_of_both_archives(tmp_path: Path) -> None:
    dataset = load_dataset(written(tmp_path, PLAIN, PARTS))
    full, negative = dataset.archives
    assert [one.id for one in full.documents] == [
        "0-p0", "0-p1", "0-n0", "int-1-p0", "int-1-p1", "int-1-n0",
    ]  # fmt: skip
    assert [one.id for one in negative.documents] == ["0-n0", "int-1-n0"]
    asked = [(one.id, one.answerable, one.archive) for one in dataset.questions]
    assert asked == [
        ("0", True, "full"),
        ("int-1", True, "full"),
        ("0-negative", False, "negative"),
        ("int-1-negative", False, "negative"),
    ]


def test_what_answers_a_question_is_in_no_archive_that_answers_none(tmp_path: Path) -> None:
    near = {**FACT, "negative": ["大桥全长1280米。", "霁澜大桥宽24.5米。", "青岭大桥宽9米。"]}
    dataset = load_dataset(written(tmp_path, PLAIN, near))
    full, negative = dataset.archives
    assert [one.id for one in negative.documents] == ["0-n0", "7-n2"]
    assert [one.text for one in full.documents].count("大桥全长1280米。") == 1


def test_a_text_that_two_questions_share_is_one_document(tmp_path: Path) -> None:
    dataset = load_dataset(written(tmp_path, PARTS, FACT))
    assert dataset.questions[1].gold == ("int-1-p1",)


def test_inner_lists_are_alternatives_and_every_part_is_needed(tmp_path: Path) -> None:
    plain, parts, *_ = load_dataset(written(tmp_path, PLAIN, PARTS)).questions
    assert plain.facts == (("1.28公里", "1280米"),)
    assert plain.answers == ("1.28公里", "1280米")
    assert parts.facts == (("1.28公里",), ("900米", "0.9公里"))
    assert (parts.answers, parts.tags) == ((), ("zh_int",))
    assert parts.gold == ("int-1-p0", "int-1-p1")


def test_counterfactual_documents_are_left_out(tmp_path: Path) -> None:
    dataset = load_dataset(written(tmp_path, FACT))
    assert [(archive.name, len(archive.documents)) for archive in dataset.archives] == [("full", 1)]
    (question,) = dataset.questions
    assert question.facts == (("900米",),)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**PLAIN, "id": 1, "positive": []}, "positive: "),
        ({**PLAIN, "id": 1, "positive": ["", [" "]]}, "positive: holds no text"),
        ({**PLAIN, "id": 1, "answer": []}, "answer: names nothing"),
        ({**PLAIN, "id": 1, "answer": [[]]}, "answer: names nothing"),
        ({**PLAIN, "id": 1, "query": ""}, "query"),
        (PLAIN, "id '0' is also that of line 1"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, row: Mapping[str, object], said: str
) -> None:
    path = written(tmp_path, PLAIN, row)
    with pytest.raises(DatasetError) as caught:
        load_dataset(path)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert said in str(caught.value)
