"""The measurement of word alignment runs as its description shows."""

import json
from pathlib import Path

from tests.eval.bench.samples import run


def test_words_are_nearer_to_their_own_translation(tmp_path: Path) -> None:
    rows = [
        {"question_en": "When was the bridge opened?", "question_zh": "大桥什么时候开放的？"},
        {"question_en": "Which doctors cured the patient?", "question_zh": "哪些医生治好了病人？"},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    told = run("word_alignment", str(file)).stdout
    last = told.strip().splitlines()[-1].strip("| ").split(" | ")
    assert "words of the same question" in told
    assert float(last[1]) < float(last[2])


def test_one_question_is_too_few(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps({"question_en": "Who?", "question_zh": "谁？"}), "utf-8")
    done = run("word_alignment", str(file))
    assert done.returncode != 0
    assert done.stderr.startswith("word_alignment: ")
