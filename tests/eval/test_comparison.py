"""Two runs held against each other, and the gate that stops a drop."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.comparison import Comparison, compare
from eval.errors import EvalError
from eval.gate import bars, gate
from eval.measures import MEASURES
from eval.records import EvalRun, QuestionRecord
from rag.errors import UsageError
from tests.eval.samples import MANIFEST, quoted, record, run_of, unanswerable, wrong

MANY = tuple(record(f"q{number}") for number in range(40)) + tuple(
    unanswerable(f"u{number}") for number in range(10)
)


def with_some(count: int, change: Any, of: tuple[QuestionRecord, ...] = MANY) -> EvalRun:
    """A run in which the first questions came out otherwise."""
    return run_of(*(change(one.id) for one in of[:count]), *of[count:], name="run-2")


def differences(comparison: Comparison) -> dict[str, float]:
    return {one.measure: one.difference.mean for one in comparison.differences}


def test_a_run_is_the_same_as_itself_and_passes() -> None:
    comparison = compare(run_of(*MANY), run_of(*MANY, name="run-2"))
    assert comparison.same
    assert comparison.changed == ()
    assert comparison.settings == {}
    assert set(differences(comparison).values()) == {0.0}
    assert all(one.p_value in (None, 1.0) for one in comparison.differences)
    assert gate(comparison).passed


def test_what_got_worse_is_measured_named_and_stopped() -> None:
    comparison = compare(run_of(*MANY), with_some(8, wrong))
    assert differences(comparison)["fact_recall"] == pytest.approx(-8 / 40)
    (recall,) = [one for one in comparison.differences if one.measure == "fact_recall"]
    assert recall.difference.high < 0
    assert recall.p_value is not None
    assert recall.p_value < 0.1
    assert [one.id for one in comparison.changed] == [f"q{number}" for number in range(8)]
    assert {one.change for one in comparison.changed} == {"worse"}
    verdict = gate(comparison)
    assert not verdict.passed
    failed = {drop.difference.measure for drop in verdict.drops if drop.failed}
    assert failed == {"right", "fact_recall", "right_source", "recall@1", "ndcg@10"}


def test_what_got_better_passes_and_a_lower_measure_gains_by_falling() -> None:
    comparison = compare(with_some(8, wrong), run_of(*MANY))
    assert gate(comparison).passed
    refused = with_some(4, lambda name: record(name, refused=True, citations=(), scores={}))
    falling = compare(refused, run_of(*MANY))
    (refusals,) = [one for one in falling.differences if one.measure == "false_refusals"]
    assert refusals.difference.mean == pytest.approx(-0.1)
    assert refusals.gain == pytest.approx(0.1)
    assert not gate(compare(run_of(*MANY), refused)).passed


def test_a_drop_as_large_as_is_allowed_passes() -> None:
    one_of_fifty = compare(run_of(*MANY), with_some(1, wrong))
    assert not gate(one_of_fifty).passed
    assert gate(one_of_fifty, bars(["0.03"])).passed
    assert not gate(one_of_fifty, bars(["0.03", "recall@1=0"])).passed


def test_one_forged_quote_is_never_allowed() -> None:
    forged = with_some(1, lambda name: record(name, citations=(quoted(valid=False),)))
    verdict = gate(compare(run_of(*MANY), forged), bars(["1"]))
    assert [drop.difference.measure for drop in verdict.drops if drop.failed] == [
        "citation_validity"
    ]


def test_a_run_that_lacks_questions_or_failed_does_not_pass() -> None:
    short = run_of(*MANY[1:], name="run-2")
    assert compare(run_of(*MANY), short).only_first == ("q0",)
    assert "not asked: q0" in gate(compare(run_of(*MANY), short)).problems
    unfinished = replace(short, questions=50)
    assert "run-2 is not finished: 49 of 50" in gate(compare(run_of(*MANY), unfinished)).problems
    failed = with_some(1, lambda name: record(name, failure="the server is gone"))
    assert "failed: q0" in gate(compare(run_of(*MANY), failed)).problems
    with pytest.raises(EvalError, match="this baseline is not finished"):
        gate(compare(unfinished, run_of(*MANY)))


def test_a_run_is_no_baseline_of_its_own_nor_is_one_with_failures() -> None:
    with pytest.raises(EvalError, match="run-1 is its own baseline"):
        gate(compare(run_of(*MANY), run_of(*MANY)))
    failed = with_some(1, lambda name: record(name, failure="the server is gone"))
    with pytest.raises(EvalError, match=r"questions failed \(q0\)"):
        gate(compare(failed, run_of(*MANY)))


def test_a_measure_that_is_gone_does_not_pass() -> None:
    bare = with_some(40, lambda name: record(name, scores={"fact_recall": 1.0}))
    assert "recall@1 can't be measured any more" in gate(compare(run_of(*MANY), bare)).problems


def test_other_questions_are_not_compared() -> None:
    other = run_of(*MANY, manifest=replace(MANIFEST, dataset_sha256="00" * 32))
    with pytest.raises(EvalError, match="asked different questions"):
        compare(run_of(*MANY), other)
    with pytest.raises(EvalError, match="no question in common"):
        compare(run_of(record("a")), run_of(record("b")))


def test_what_was_set_otherwise_is_said() -> None:
    dense = {"mode": "extractive", "retriever": "dense"}
    changed = replace(MANIFEST, settings=dense, packages={"newsdesk": "0.2.0"})
    comparison = compare(run_of(*MANY), run_of(*MANY, manifest=changed))
    assert comparison.settings == {
        "setting retriever": (None, "dense"),
        "package newsdesk": ("0.1.0", "0.2.0"),
    }


@pytest.mark.parametrize("text", ["x", "-1", "2", "fact_recall=", "nan", "=0.1x"])
def test_what_max_drop_cannot_mean_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="share between 0 and 1"):
        bars([text])


def test_an_unknown_measure_is_said() -> None:
    with pytest.raises(UsageError, match="not a gated measure"):
        gate(compare(run_of(*MANY), run_of(*MANY)), bars(["beauty=0.1"]))


@settings(max_examples=10)
@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_a_comparison_the_other_way_round_is_its_mirror(outcomes: list[bool]) -> None:
    first = run_of(*(record(f"q{n}") for n, _ in enumerate(outcomes)))
    second = run_of(*(record(f"q{n}") if ok else wrong(f"q{n}") for n, ok in enumerate(outcomes)))
    there, back = compare(first, second), compare(second, first)
    for before, after in zip(there.differences, back.differences, strict=True):
        assert before.difference.mean == pytest.approx(-after.difference.mean)
        assert before.p_value == after.p_value
        if MEASURES[before.measure].of != "cost":
            assert before.gain <= 0
