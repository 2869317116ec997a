"""Scores of questions that hold several."""

import json
import sys
from pathlib import Path

import pytest

from eval.bench import compounds
from eval.errors import DatasetError

DOCUMENTS = {
    "bridge": "霁澜大桥全长1.28公里，总投资3.6亿元。",
    "market": "滨河夜市首批有86个摊位营业。",
    "flood": "洪水造成12条乡村道路受损。",
}
QUESTION = "霁澜大桥总投资多少？滨河夜市首批有多少个摊位？"


def written(folder: Path, **changes: object) -> Path:
    documents = (json.dumps({"id": name, "text": text}) for name, text in DOCUMENTS.items())
    (folder / "set.docs.jsonl").write_text("\n".join(documents), encoding="utf-8")
    row = {"question": QUESTION, "gold": ["bridge", "market"], "answers": ["3.6亿元", "86个"]}
    (folder / "set.questions.jsonl").write_text(json.dumps(row | changes), encoding="utf-8")
    return folder / "set"


def test_the_command_counts_answers_documents_and_gaps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["compounds", str(written(tmp_path))])
    compounds.main()
    *_, row = capsys.readouterr().out.splitlines()
    assert row.startswith("| 1 | 2 | 1.000 | 1.000 | 0 | 0 |")


def test_a_set_without_compounds_is_told_of(tmp_path: Path) -> None:
    prefix = written(tmp_path, gold=["bridge"], answers=["3.6亿元"])
    with pytest.raises(DatasetError, match="no question has several"):
        compounds.compounds(prefix.with_name("set.questions.jsonl"))
