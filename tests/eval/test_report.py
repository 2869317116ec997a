"""The tables: lined up under Chinese text, with a reason for every miss."""

import json
from collections.abc import Callable
from dataclasses import replace
from io import StringIO

from rich.cells import cell_len
from rich.console import Console

from eval.comparison import compare
from eval.gate import gate
from eval.report import (
    as_json,
    comparison_json,
    print_comparison,
    print_table,
    print_verdict,
    verdict_json,
    why_not_right,
)
from tests.eval.samples import MANIFEST, quoted, record, run_of, unanswerable, wrong

RIGHT = record("q-zh")
ANSWERED = unanswerable("q-en", refused=False, question="Who [really] built it?")


def lines_of(show: Callable[[Console], None], width: int = 140) -> list[str]:
    console = Console(file=StringIO(), width=width)
    with console.capture() as capture:
        show(console)
    return capture.get().splitlines()


def test_each_measure_has_a_line_with_its_interval_and_a_figure_a_language() -> None:
    run = run_of(RIGHT, ANSWERED)
    lines = [line.split() for line in lines_of(lambda console: print_table(run, console))]
    assert lines[0] == ["measure", "all", "95", "%", "questions", "zh", "en"]
    assert ["fact", "recall", "1.000", "1.000-1.000", "1", "1.000", "-"] in lines
    assert ["right", "answers", "0.500", "0.000-1.000", "2", "1.000", "0.000"] in lines
    refused = ["refused", "when", "unanswerable", "0.000", "0.000-0.000", "1", "-", "0.000"]
    assert refused in lines


def test_reasons_start_in_the_same_column_under_chinese_and_english_questions() -> None:
    run = run_of(record("q-zh", refused=True, citations=()), ANSWERED)
    lines = lines_of(lambda console: print_table(run, console))
    chinese = next(line for line in lines if line.startswith("q-zh"))
    english = next(line for line in lines if line.startswith("q-en"))
    column = cell_len(chinese[: chinese.index("refused")])
    assert column == cell_len(english[: english.index("answered")])
    assert "Who [really] built it?" in english


def test_a_run_without_a_miss_lists_no_question() -> None:
    text = "\n".join(lines_of(lambda console: print_table(run_of(RIGHT), console)))
    assert "not right" not in text
    assert "questions.jsonl 5f5f5f5f5f5f · articles: 1 · embedding bundled r1" in text
    assert "nobody confirmed" not in text
    drafted = run_of(record("q-zh", confirmed=False))
    text = "\n".join(lines_of(lambda console: print_table(drafted, console), 200))
    assert "drafted questions that nobody confirmed: 1" in text


def test_answers_that_no_language_model_wrote_are_counted_in_the_run_of_one() -> None:
    answers = (record("q1", mode="llm", model="m"), record("q2"), unanswerable("u"))
    run = run_of(*answers, manifest=replace(MANIFEST, model="m"))
    text = "\n".join(lines_of(lambda console: print_table(run, console), 300))
    assert "answered without the language model: 1" in text
    text = "\n".join(lines_of(lambda console: print_table(run_of(*answers), console), 300))
    assert "without the language model" not in text


def test_an_archive_may_have_any_name() -> None:
    run = run_of(record("q1", archive="[/red]"), record("q2", archive="a\x1b[2J"))
    header = lines_of(lambda console: print_table(run, console))[0]
    assert "[/red]" in header
    assert "\x1b" not in header


def test_the_reason_says_what_is_wrong() -> None:
    assert why_not_right(RIGHT) == ""
    assert why_not_right(ANSWERED) == "answered, but the archive holds no answer"
    forged = (quoted(valid=False), quoted(valid=False))
    half = {"fact_recall": 0.5, "right_source": 1.0}
    cases = {
        "refused, but the archive holds the answer": record(refused=True, scores={}),
        "failed: the server is gone": record(failure="the server is gone"),
        "quotes that are not the article's text: 2": record(citations=forged),
        "facts 0.50": record(scores=half),
        "first citation is of another article, facts 0.00": wrong(),
    }
    for reason, one in cases.items():
        assert why_not_right(one) == reason


def test_json_gives_chinese_and_figures_as_they_are() -> None:
    shape = json.loads(json.dumps(as_json(run_of(RIGHT, ANSWERED))))
    assert shape["records"][0]["question"] == "桥有多长？"
    assert [one["right"] for one in shape["records"]] == [True, False]
    assert "fact_recall" not in shape["figures"]["lang: en"]
    assert shape["figures"]["lang: zh"]["fact_recall"]["questions"] == 1
    assert shape["manifest"]["embedding"] == {"embedding": "bundled", "revision": "r1"}
    assert shape["risk_coverage"]["all"]["points"][-1]["coverage"] == 1.0


def test_a_comparison_shows_measures_and_the_questions_that_turned() -> None:
    first = run_of(RIGHT, record("q2"), ANSWERED)
    second = run_of(wrong("q-zh"), record("q2", answer="全长1.28公里。"), ANSWERED, name="run-2")
    comparison = compare(first, second)
    lines = lines_of(lambda console: print_comparison(comparison, console))
    recall = next(line.split() for line in lines if line.startswith("fact recall"))
    assert recall[2:5] == ["1.000", "0.500", "-0.500"]
    assert any(line.startswith("q-zh") and "worse" in line for line in lines)
    assert "in other words, as right or wrong as before: 1" in lines
    shape = json.loads(json.dumps(comparison_json(comparison)))
    assert [(one["id"], one["change"]) for one in shape["changed"]] == [
        ("q-zh", "worse"),
        ("q2", "other"),
    ]


def test_a_verdict_names_each_measure_that_fell_too_far() -> None:
    first, second = run_of(RIGHT, record("q2")), run_of(wrong("q-zh"), record("q2"), name="run-2")
    verdict = gate(compare(first, second))
    lines = lines_of(lambda console: print_verdict(verdict, console))
    worse = {line.split("  ")[0].strip() for line in lines if line.endswith("WORSE")}
    assert {"fact recall", "right source first"} <= worse
    assert lines[-1] == "FAILED"
    assert verdict_json(verdict)["passed"] is False
    same = gate(compare(first, run_of(*first.records, name="run-3")))
    assert lines_of(lambda console: print_verdict(same, console))[-1] == "passed"
