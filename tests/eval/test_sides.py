"""The questions with several sides that come with newsdesk, and the command that scores them."""

import sys
from pathlib import Path

import pytest

from eval import sides
from eval.datasets import golden_days, golden_sides
from eval.errors import DatasetError
from eval.metrics import fold

QUESTIONS = sides.load(golden_sides())


def test_the_set_is_as_large_and_as_mixed_as_it_promises() -> None:
    assert len(QUESTIONS) >= 20
    assert {one.kind for one in QUESTIONS} == {"comparison", "changes", "parts"}
    assert any(one.question.isascii() for one in QUESTIONS)
    assert len(list(golden_days().glob("*.txt"))) >= 4


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.id)
def test_every_fact_stands_on_a_page_and_in_no_question(question: sides.SidedQuestion) -> None:
    pages = "".join(fold(path.read_text("utf-8")) for path in golden_days().glob("*.txt"))
    for side in question.sides:
        for alternatives in side.facts:
            assert fold(alternatives[0]) in pages
            assert fold(alternatives[0]) not in fold(question.question)


def test_every_side_has_its_facts_and_what_is_lacking_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["sides"])
    sides.main()
    total = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| all |")]
    (cells,) = ([cell.strip() for cell in line.strip("|").split("|")] for line in total)
    asked, planned, mean = int(cells[1]), int(cells[2]), float(cells[4])
    said, empty = map(int, cells[6].split(" of "))
    assert (asked, planned) == (len(QUESTIONS), len(QUESTIONS))
    assert mean >= 0.95
    assert said == empty
    assert int(cells[7]) == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "holds no question"), ('{"id": "a"}\n', ":1: question"), ("[\n", ":1:")],
)
def test_a_bad_file_is_told_of_by_its_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match=told):
        sides.load(path)
