"""Sets of documents and questions in files beside each other."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from eval.datasets import load_dataset
from eval.errors import DatasetError

DOCUMENTS: list[dict[str, object]] = [
    {"id": "d1", "text": "霁澜大桥全长1.28公里。", "date": "2024-06-03"},
    {"id": "d2", "text": "青岭水库库容3200万立方米。", "date": None, "title": None},
]
ALONE = {
    "id": "s1",
    "type": "1doc",
    "question": "霁澜大桥全长多少？",
    "gold": ["d1"],
    "answer": "1.28公里",
    "answers": ["1.28公里", "全长1.28公里"],
}
COMPOUND = {
    "id": "c1",
    "type": "2doc",
    "question": "霁澜大桥全长多少？青岭水库库容多大？",
    "gold": ["d1", "d2"],
    "answer": "1.28公里；3200万立方米",
    "answers": ["1.28公里", "3200万立方米"],
}
BILINGUAL = {
    "id": "b1",
    "question_zh": "青岭水库库容多大？",
    "question_en": "How much water does the Qingling reservoir hold?",
    "gold": ["d2"],
    "answer_zh": "3200万立方米",
    "answer_en": "32 million cubic metres",
}


def jsonl(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")
    return path


def written(folder: Path, *questions: Mapping[str, object]) -> Path:
    """The prefix of a set with these questions, its documents in two files."""
    jsonl(folder / "news.docs_a.jsonl", DOCUMENTS[:1])
    jsonl(folder / "news.docs_b.jsonl", DOCUMENTS[1:])
    jsonl(folder / "news.questions.jsonl", list(questions))
    return folder / "news"


def test_a_set_is_named_by_its_prefix_or_by_either_file(tmp_path: Path) -> None:
    prefix = written(tmp_path, ALONE)
    dataset = load_dataset(prefix)
    assert dataset == load_dataset(tmp_path / "news.questions.jsonl")
    assert dataset == load_dataset(tmp_path / "news.docs_b.jsonl")
    assert dataset.name == "news"
    (archive,) = dataset.archives
    assert [(one.id, one.date) for one in archive.documents] == [("d1", "2024-06-03"), ("d2", None)]


def test_the_hash_is_of_every_file(tmp_path: Path) -> None:
    prefix = written(tmp_path, ALONE)
    names = ("news.docs_a.jsonl", "news.docs_b.jsonl", "news.questions.jsonl")
    together = b"".join((tmp_path / name).read_bytes() for name in names)
    assert load_dataset(prefix).sha256 == hashlib.sha256(together).hexdigest()


def test_several_answers_are_alternatives(tmp_path: Path) -> None:
    (question,) = load_dataset(written(tmp_path, ALONE)).questions
    assert question.facts == (("1.28公里", "全长1.28公里"),)
    assert question.answers == question.facts[0]
    assert (question.tags, question.reference) == (("1doc",), "")


def test_a_compound_has_a_fact_for_each_part(tmp_path: Path) -> None:
    (question,) = load_dataset(written(tmp_path, COMPOUND)).questions
    assert question.facts == (("1.28公里",), ("3200万立方米",))
    assert question.reference == "1.28公里；3200万立方米"
    assert (question.answers, question.gold) == ((), ("d1", "d2"))


def test_each_language_is_a_question_of_its_own(tmp_path: Path) -> None:
    chinese, english = load_dataset(written(tmp_path, BILINGUAL)).questions
    assert (chinese.id, chinese.lang, chinese.answers) == ("b1-zh", "zh", ("3200万立方米",))
    assert (english.id, english.lang) == ("b1-en", "en")
    assert english.answers == ("32 million cubic metres", "3200万立方米")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**ALONE, "gold": ["d9"]}, "'d9', which is not among the 2 documents"),
        ({**ALONE, "gold": []}, "gold: "),
        ({**ALONE, "question": ""}, "no `question`, nor `question_zh`"),
        ({**ALONE, "answers": [], "answer": ""}, "no `answers`, nor `answer`"),
        (COMPOUND, "id 'c1' is also that of line 1"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, row: Mapping[str, object], said: str
) -> None:
    prefix = written(tmp_path, COMPOUND, row)
    with pytest.raises(DatasetError) as caught:
        load_dataset(prefix)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'news.questions.jsonl'}:2: ")
    assert said in message


def test_documents_alike_but_for_their_ids_are_one(tmp_path: Path) -> None:
    prefix = written(tmp_path, {**ALONE, "gold": ["d4", "d1"]}, {**BILINGUAL, "gold": ["d3"]})
    other_day = {**DOCUMENTS[0], "date": "2024-06-04"}
    more = [{**DOCUMENTS[1], "id": "d3"}, {**DOCUMENTS[0], "id": "d4"}, {**other_day, "id": "d5"}]
    jsonl(tmp_path / "news.docs_c.jsonl", more)
    dataset = load_dataset(prefix)
    assert [one.id for one in dataset.archives[0].documents] == ["d1", "d2", "d5"]
    assert [one.gold for one in dataset.questions] == [("d1",), ("d2",), ("d2",)]


def test_a_date_that_is_none_is_named_with_its_line(tmp_path: Path) -> None:
    prefix = written(tmp_path, ALONE)
    jsonl(tmp_path / "news.docs_b.jsonl", [DOCUMENTS[1], {**DOCUMENTS[0], "date": "2024-13-45"}])
    with pytest.raises(DatasetError, match=r"news\.docs_b\.jsonl:2: date: '2024-13-45'"):
        load_dataset(prefix)


def test_a_set_of_no_documents_is_not_asked_of_another_archive(tmp_path: Path) -> None:
    prefix = written(tmp_path, ALONE)
    for path in tmp_path.glob("news.docs*.jsonl"):
        path.write_text("", encoding="utf-8")
    with pytest.raises(DatasetError, match="holds no document"):
        load_dataset(prefix)


def test_questions_without_documents_are_read_as_a_file_alone(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "mine.questions.jsonl", [ALONE])
    with pytest.raises(DatasetError, match="lang: Field required"):
        load_dataset(path)
