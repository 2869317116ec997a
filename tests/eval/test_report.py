"""The report: a table that lines up under Chinese text, and a reason for every miss."""

import json
from collections.abc import Callable
from dataclasses import replace
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from eval.datasets import Question
from eval.records import (
    EvalRun,
    QuestionRecord,
    RunManifest,
    aggregate,
    aggregate_by_language,
)
from eval.report import as_json, print_table, why_not_right
from eval.runner import score
from rag.types import Answer, Citation

CitationOf = Callable[..., Citation]
AnswerOf = Callable[..., Answer]

TEXT = "大桥全长1.28公里，桥面宽24.5米。"
ASKED = Question("q-zh", "大桥有多长？", "zh", True, (("1.28公里",), ("24.5米",)), ("大桥合龙",))
UNANSWERABLE = Question("q-en", "Who [really] built it?", "en", False)


@pytest.fixture
def right(citation_of: CitationOf, answer_of: AnswerOf) -> QuestionRecord:
    return score(ASKED, answer_of("…", citation_of(TEXT, 0, len(TEXT))), {"a": TEXT}, 0.25)


@pytest.fixture
def answered(citation_of: CitationOf, answer_of: AnswerOf) -> QuestionRecord:
    return score(UNANSWERABLE, answer_of("…", citation_of(TEXT, 0, 4)), {"a": TEXT}, 0.75)


def run_of(*records: QuestionRecord) -> EvalRun:
    manifest = RunManifest(
        dataset="questions.jsonl",
        dataset_sha256="5f" * 32,
        limit=None,
        articles=1,
        archive_sha256="a0" * 32,
        settings={"mode": "extractive"},
        embedding={"embedding": "bundled", "revision": "r1"},
        models=(),
        packages={"newsdesk": "0.1.0"},
        prompts={},
    )
    return EvalRun(manifest, aggregate(records), aggregate_by_language(records), records)


def lines_of(run: EvalRun, width: int = 120) -> list[str]:
    console = Console(file=StringIO(), width=width)
    with console.capture() as capture:
        print_table(run, console)
    return capture.get().splitlines()


def test_each_measure_has_a_line_with_a_figure_a_language(
    right: QuestionRecord, answered: QuestionRecord
) -> None:
    figures = {tuple(line.rsplit(maxsplit=3)) for line in lines_of(run_of(right, answered))}
    assert ("fact recall", "1.000", "1.000", "-") in figures
    assert ("refused when unanswerable", "0.000", "-", "0.000") in figures
    assert ("citation validity", "1.000", "1.000", "1.000") in figures
    assert ("seconds, median", "0.50", "0.25", "0.75") in figures


def test_reasons_start_in_the_same_column_under_chinese_and_english_questions(
    right: QuestionRecord, answered: QuestionRecord
) -> None:
    wrongly_refused = replace(right, refused=True, fact_recall=0.0)
    lines = lines_of(run_of(wrongly_refused, answered))
    chinese = next(line for line in lines if line.startswith("q-zh"))
    english = next(line for line in lines if line.startswith("q-en"))
    column = cell_len(chinese[: chinese.index("refused")])
    assert column == cell_len(english[: english.index("answered")])
    assert "Who [really] built it?" in english


def test_a_run_without_a_miss_lists_no_question(right: QuestionRecord) -> None:
    text = "\n".join(lines_of(run_of(right)))
    assert "not right" not in text
    assert "questions.jsonl 5f5f5f5f5f5f · articles: 1 · embedding bundled r1" in text


def test_the_reason_says_what_is_wrong(right: QuestionRecord, answered: QuestionRecord) -> None:
    assert why_not_right(right) == ""
    assert why_not_right(answered) == "answered, but the pages hold no answer"
    cases = {
        "refused, but the pages hold the answer": replace(right, refused=True, fact_recall=0.0),
        "failed: the server is gone": replace(right, failure="the server is gone"),
        "quotes that are not the article's text: 2": replace(right, bad_citations=2),
        "facts 0.50": replace(right, fact_recall=0.5),
        "first citation is of another article, facts 0.50": replace(
            right, fact_recall=0.5, right_source=False
        ),
    }
    for reason, record in cases.items():
        assert why_not_right(record) == reason


def test_json_gives_chinese_and_missing_figures_as_they_are(
    right: QuestionRecord, answered: QuestionRecord
) -> None:
    shape = json.loads(json.dumps(as_json(run_of(right, answered))))
    assert shape["records"][0]["question"] == "大桥有多长？"
    assert [record["right"] for record in shape["records"]] == [True, False]
    assert shape["by_language"]["en"]["fact_recall"] is None
    assert shape["manifest"]["embedding"] == {"embedding": "bundled", "revision": "r1"}
