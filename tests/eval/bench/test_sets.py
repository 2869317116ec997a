"""Sets of documents and questions as they are read, and refused."""

from pathlib import Path
from typing import Any

import pytest

from eval.bench.sets import load_set, load_sets
from eval.errors import DatasetError, EvalError
from tests.eval.bench.samples import DOCUMENTS, QUESTIONS, written


def test_a_set_is_read_with_the_documents_asked_about_first(town: Path) -> None:
    data = load_set(town)
    assert data.fields == ["question_en", "question_zh"]
    assert data.kinds == ["all"]
    assert {document.id: document.text for document in data.documents} == DOCUMENTS
    more = [
        {"id": "other", "text": "别的事。"},
        *({"id": i, "text": t} for i, t in DOCUMENTS.items()),
    ]
    limited = load_set(written(town.parent, more, QUESTIONS), limit=3)
    assert [document.id for document in limited.documents] == list(DOCUMENTS)


GOOD = {"id": "a", "text": "青川。"}


@pytest.mark.parametrize(
    ("documents", "questions", "problem"),
    [
        ([GOOD, {"id": "b"}], [{"question": "?", "gold": ["a"]}], r"town\.docs\.jsonl:2: text"),
        ([GOOD, GOOD], [{"question": "?", "gold": ["a"]}], "'a' stands there twice"),
        ([GOOD], [{"question": "?", "gold": ["b"]}], "names 'b'"),
        ([GOOD], [{"question": "?", "gold": []}], r"questions\.jsonl:1: gold"),
        ([GOOD], [{"ask": "?", "gold": ["a"]}], "no `question`"),
        ([GOOD], [], "no `question`"),
        ([GOOD], ["no object"], r"questions\.jsonl:1: the row"),
    ],
)
def test_a_set_that_cannot_be_used_is_one_clear_line(
    tmp_path: Path, documents: list[Any], questions: list[Any], problem: str
) -> None:
    with pytest.raises(DatasetError, match=problem) as caught:
        load_set(written(tmp_path, documents, questions))
    assert "\n" not in str(caught.value)


def test_a_set_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"no file town\.docs"):
        load_set(tmp_path / "town")


def test_only_two_letters_name_a_language(tmp_path: Path) -> None:
    row = {"question": "堤坝？", "question_en": "?", "question_id": "17", "question_x1": "?"}
    odd = {"question_eng": "?", "question_": "?", "questions": "?", "question_EN": "?"}
    data = load_set(written(tmp_path, [GOOD], [{**row, **odd, "gold": ["a"]}]))
    assert data.fields == ["question", "question_en"]


@pytest.mark.parametrize("limit", [0, -1])
def test_no_documents_cannot_be_asked_for(town: Path, limit: int) -> None:
    with pytest.raises(EvalError, match="1 or more"):
        load_set(town, limit)


def test_two_sets_of_one_name_are_told(town: Path) -> None:
    (found,) = load_sets([town])
    assert found == load_set(town)
    with pytest.raises(EvalError, match="two sets are called 'town'"):
        load_sets([town, town])
