"""Question files: what is read, and what a bad line is told."""

import gzip
import json
from pathlib import Path

import pytest

from eval.datasets import load_dataset
from eval.errors import DatasetError
from rag.errors import NewsdeskError

GOOD = {
    "id": "a-1",
    "question": "桥有多长？",
    "lang": "zh",
    "answerable": True,
    "facts": [["1.28公里", "1.28 km"], ["24.5米"]],
    "headlines": ["大桥合龙"],
    "tags": ["number"],
}
UNANSWERABLE = {"id": "a-2", "question": "Who won?", "lang": "en", "answerable": False}


def written(folder: Path, *rows: object) -> Path:
    path = folder / "questions.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_rows_become_questions_in_their_order(tmp_path: Path) -> None:
    dataset = load_dataset(written(tmp_path, GOOD, "", UNANSWERABLE, "  "))
    first, second = dataset.questions
    assert first.facts == (("1.28公里", "1.28 km"), ("24.5米",))
    assert first.headlines == ("大桥合龙",)
    assert first.tags == ("number",)
    assert (second.id, second.lang, second.answerable) == ("a-2", "en", False)
    assert [*second.facts, *second.headlines, *second.tags] == []
    assert dataset.name == "questions.jsonl"


def test_the_hash_is_of_the_content_and_changes_with_it(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    before = load_dataset(path).sha256
    assert load_dataset(path).sha256 == before
    written(tmp_path, {**GOOD, "question": "桥有多宽？"})
    assert load_dataset(path).sha256 != before


def test_a_byte_order_mark_windows_lines_and_further_keys_are_tolerated(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    row = json.dumps({**GOOD, "note": "kept by the author"}, ensure_ascii=False)
    path.write_bytes(b"\xef\xbb\xbf" + f"{row}\r\n".encode())
    assert [question.id for question in load_dataset(path).questions] == ["a-1"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('{"id": "x", ', "Invalid JSON"),
        ("[1, 2]", "Input should be an object"),
        ({key: GOOD[key] for key in GOOD if key != "question"}, "question: Field required"),
        ({**GOOD, "question": "   "}, "question: String should have at least 1 character"),
        ({**GOOD, "lang": "fr"}, "lang: Input should be 'zh' or 'en'"),
        ({**GOOD, "answerable": "yes"}, "answerable: Input should be a valid boolean"),
        ({**GOOD, "facts": ["1.28公里"]}, "facts.0: "),
        ({**GOOD, "facts": [["1.28公里"], []]}, "facts.1: "),
        ({**GOOD, "facts": [["1.28公里", ""]]}, "facts.0.1: "),
        ({**GOOD, "facts": []}, "facts: an answerable question needs one, or answers"),
        ({**GOOD, "headlines": []}, "headlines: an answerable question names its article"),
        ({**UNANSWERABLE, "facts": [["x"]]}, "an unanswerable question has no facts"),
        ({**UNANSWERABLE, "headlines": ["x"]}, "an unanswerable question has no facts"),
    ],
)
def test_a_bad_line_is_named_with_file_line_and_fault(
    tmp_path: Path, row: object, said: str
) -> None:
    path = written(tmp_path, {**GOOD, "id": "before"}, "", row)
    with pytest.raises(DatasetError) as caught:
        load_dataset(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:3: ")
    assert said in message
    assert "\n" not in message


def test_a_repeated_id_names_both_lines(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD, UNANSWERABLE, GOOD)
    with pytest.raises(DatasetError, match=r"questions\.jsonl:3: id 'a-1' is also that of line 1"):
        load_dataset(path)


def test_a_file_without_questions_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="holds no question"):
        load_dataset(written(tmp_path, "", "  "))


def test_a_file_in_another_encoding_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(json.dumps(GOOD, ensure_ascii=False).encode("gb18030"))
    with pytest.raises(DatasetError, match="not UTF-8"):
        load_dataset(path)


@pytest.mark.parametrize("opened", ["[", '{"data":', '{"answerable":'])
def test_json_nested_without_end_is_an_error_like_any_other(tmp_path: Path, opened: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(opened * 100_000, encoding="utf-8")
    with pytest.raises(DatasetError, match=r"questions\.jsonl:1: Invalid JSON"):
        load_dataset(path)


def test_a_fault_in_json_is_placed_in_its_own_line(tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        load_dataset(written(tmp_path, GOOD, '{"id": "x", '))
    assert "jsonl:2: " in str(caught.value)
    assert "line 1" not in str(caught.value)


@pytest.mark.parametrize("packed", [gzip.compress(b"{}", mtime=0), b"PK\x03\x04\x14\x00\xff\xff"])
def test_a_packed_file_is_to_be_unpacked(tmp_path: Path, packed: bytes) -> None:
    path = tmp_path / "set.json"
    path.write_bytes(packed)
    with pytest.raises(DatasetError, match="a packed file; unpack it"):
        load_dataset(path)


def test_a_file_of_another_format_is_told_by_its_keys(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text(json.dumps({"continuing_writing": [], "x": 1}), encoding="utf-8")
    with pytest.raises(DatasetError, match=r"no format that is read .*'continuing_writing', 'x'"):
        load_dataset(path)


def test_a_missing_file_and_a_folder_are_errors_that_faces_explain(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.jsonl", tmp_path):
        with pytest.raises(NewsdeskError, match="can't be read"):
            load_dataset(path)
