"""SQuAD's JSON and CMRC 2018's flat list, in small files of their published shapes."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.datasets import load_dataset
from eval.errors import DatasetError

# The bridges and figures here are invented.
SQUAD: dict[str, Any] = {
    "version": "v1.0",
    "data": [
        {
            "title": "霁澜大桥",
            "id": "T_1",
            "paragraphs": [
                {
                    "context": "霁澜大桥全长1.28公里，桥面宽24.5米。",
                    "qas": [
                        {
                            "id": "q-1",
                            "question": "霁澜大桥全长多少？",
                            "answers": [
                                {"text": "1.28公里", "answer_start": 6},
                                {"text": "1.28公里", "answer_start": 6},
                                {"text": "全长1.28公里", "answer_start": 4},
                            ],
                        },
                        {
                            "id": "q-2",
                            "question": "Who designed the bridge?",
                            "answers": [],
                            "plausible_answers": [{"text": "霁澜", "answer_start": 0}],
                            "is_impossible": True,
                        },
                    ],
                },
                {"context": "臺灣的橋樑由工務局管理。", "id": "P_9", "qas": []},
            ],
        }
    ],
}
FLAT = [
    {
        "context_id": "DEV_0",
        "context_text": "青岭水库库容3200万立方米。",
        "title": "青岭水库",
        "qas": [
            {"query_id": "DEV_0_QUERY_0", "query_text": "库容多大？", "answers": ["3200万立方米"]}
        ],
    }
]


def written(folder: Path, value: object) -> Path:
    path = folder / "set.json"
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def changed(**asked: object) -> dict[str, Any]:
    """SQUAD with another first question."""
    value: dict[str, Any] = json.loads(json.dumps(SQUAD))
    value["data"][0]["paragraphs"][0]["qas"][0].update(asked)
    return value


def test_a_paragraph_is_a_document_and_answers_are_alternatives(tmp_path: Path) -> None:
    dataset = load_dataset(written(tmp_path, SQUAD))
    (archive,) = dataset.archives
    assert [document.id for document in archive.documents] == ["0-0", "P_9"]
    assert archive.documents[0].text == "霁澜大桥全长1.28公里，桥面宽24.5米。"
    first = dataset.questions[0]
    assert (first.id, first.lang, first.gold) == ("q-1", "zh", ("0-0",))
    assert first.answers == ("1.28公里", "全长1.28公里")
    assert first.facts == (first.answers,)
    assert first.archive == archive.name


def test_an_impossible_question_is_unanswerable_and_tagged(tmp_path: Path) -> None:
    question = load_dataset(written(tmp_path, SQUAD)).questions[1]
    assert (question.answerable, question.lang) == (False, "en")
    assert question.tags == ("impossible",)
    assert [*question.facts, *question.answers, *question.gold] == []


def test_the_flat_list_keeps_its_ids(tmp_path: Path) -> None:
    dataset = load_dataset(written(tmp_path, FLAT))
    (question,) = dataset.questions
    assert (question.id, question.gold) == ("DEV_0_QUERY_0", ("DEV_0",))
    assert question.answers == ("3200万立方米",)
    assert [document.id for document in dataset.archives[0].documents] == ["DEV_0"]


def test_paragraphs_that_share_an_id_are_documents_of_their_own(tmp_path: Path) -> None:
    value = changed()
    for paragraph in value["data"][0]["paragraphs"]:
        paragraph["id"] = "T_1"
    names = [one.id for one in load_dataset(written(tmp_path, value)).archives[0].documents]
    assert names == ["T_1", "T_1-1"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (changed(answers=[]), "data.0.paragraphs.0.qas.0: no answer; mark"),
        (changed(question=" "), "data.0.paragraphs.0.qas.0.question: String should have"),
        (changed(id="q-2"), "data.0.paragraphs.0.qas.1: id 'q-2' is also that of data.0"),
        ({"version": "1", "data": []}, "holds no question"),
        ({"data": [{"paragraphs": [{"qas": []}]}]}, "data.0.paragraphs.0.context: Field required"),
        ([{"context_text": "桥。"}], "0.context_id: Field required"),
        ([*FLAT, {**FLAT[0], "qas": []}], "the document 'DEV_0' stands there twice"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, value: object, said: str) -> None:
    path = written(tmp_path, value)
    with pytest.raises(DatasetError) as caught:
        load_dataset(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert said in message
    assert "\n" not in message


def test_a_file_in_another_encoding_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_bytes(json.dumps(SQUAD, ensure_ascii=False).encode("gb18030"))
    with pytest.raises(DatasetError, match="not UTF-8"):
        load_dataset(path)
