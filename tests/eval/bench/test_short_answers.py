"""The measurement of short answers: what counts as right, and that it runs as shown."""

import json
from pathlib import Path

import pytest

from eval.bench.short_answers import Given, measure, right
from rag.retrieval.kinds import AnswerKind
from tests.eval.bench.samples import run


@pytest.mark.parametrize(
    ("kind", "short", "answer", "holds"),
    [
        ("who", "市长沈明川", "沈明川", True),
        ("who", "沈明川并", "沈明川", False),
        ("when", "3月14日上午", "在3月14日", True),
        ("when", "3月1", "3月14日", False),
        ("where", "云溪市白沙镇", "白沙镇", True),
        ("number", "约50万名", "50万名居民", True),
        ("number", "50名", "50万名", False),
        ("number", "50万名", "5", False),
        ("number", "308分", "308", True),
        ("number", "8.5万人", "6.5万、8.5万", False),
    ],
)
def test_right_is_what_gives_the_answer(
    kind: AnswerKind, short: str, answer: str, holds: bool
) -> None:
    assert right(kind, short, (answer,)) is holds


def test_the_table_counts_all_given_and_those_from_the_right_sentence() -> None:
    def given(short: str, correct: bool, held: bool, near: str = "") -> Given:
        return Given("谁？", "who", "zh", short, correct, held, near)

    made = [given("甲", True, True), given("乙", False, False, "乙"), given("", False, True)]
    (row,) = [line for line in "".join(measure(made)).splitlines() if line.startswith("| who")]
    assert "| 3 | 2 | 1 of 2" in row
    assert "| 1 of 1" in row
    assert row.endswith("| 1 |")


def test_it_runs_as_its_description_shows(tmp_path: Path) -> None:
    documents = [{"id": "bridge", "text": "青石大桥全长1.6公里，总投资3.2亿元。"}]
    questions = [
        {
            "id": "q",
            "question": "青石大桥全长多少公里？",
            "gold": ["bridge"],
            "answers": ["1.6公里"],
        }
    ]
    for name, rows in (("docs", documents), ("questions", questions)):
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    files = (str(tmp_path / "docs.jsonl"), str(tmp_path / "questions.jsonl"))
    done = run("short_answers", "--set", *files, "zh", "question", "--list")
    assert done.returncode == 0, done.stderr
    assert "number\tTrue\t1.6公里\t青石大桥全长多少公里？" in done.stdout
    failed = run("short_answers", "--set", *files, "zh", "question_fr")
    assert failed.returncode != 0
    assert failed.stderr.splitlines()[-1].startswith("short_answers: q: no question in")
