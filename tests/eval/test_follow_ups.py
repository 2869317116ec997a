"""The count of questions that a conversation changes."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.follow_ups import changed, main
from rag.retrieval.glossary import Glossary

ALONE = ["霁澜大桥全长多少公里？", "How many stalls opened at the night market?"]
LEANING = "他还说了什么？"


@pytest.fixture
def glossary(tmp_path: Path) -> Iterator[Glossary]:
    glossary = Glossary(tmp_path / "glossary.sqlite")
    yield glossary
    glossary.close()


def test_each_time_a_question_is_changed_is_counted(glossary: Glossary) -> None:
    asked, found = changed([[*ALONE, LEANING], ["谁主持了会议？"]], glossary, turns=3)
    assert asked == 12
    assert {(one.question, one.understood) for one in found} == {(LEANING, "桑禾川还说了什么？")}
    assert len(found) == 3


def test_the_command_prints_the_count_and_every_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "questions.jsonl"
    rows = [{"zh": LEANING, "en": ALONE[1]}, {"zh": ALONE[0], "en": ALONE[1]}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["follow_ups", str(path), "zh,en"])
    main()
    first, *changes = capsys.readouterr().out.splitlines()
    assert first.startswith("3 questions, asked 30 times, changed ")
    assert changes
    assert all(LEANING in line for line in changes)
