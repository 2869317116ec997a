"""Measures: which questions have a part in which figure, and what groups there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures import MEASURES, groups
from eval.records import QuestionRecord
from eval.summary import resamples_of
from tests.eval.samples import quoted, record, unanswerable, wrong

records = st.builds(
    record,
    st.uuids().map(str),
    lang=st.sampled_from(["zh", "en"]),
    answerable=st.booleans(),
    refused=st.booleans(),
    tags=st.lists(st.sampled_from(["who", "when"]), unique=True).map(tuple),
    citations=st.lists(st.builds(quoted, valid=st.booleans()), max_size=3).map(tuple),
    scores=st.dictionaries(st.sampled_from(list(MEASURES)), st.floats(0, 1)),
    failure=st.sampled_from(["", "the server is gone"]),
)


def value(name: str, *of: QuestionRecord) -> float | None:
    return MEASURES[name].value(of)


def test_each_figure_is_over_its_own_kind_of_question() -> None:
    half = record("q2", scores={"fact_recall": 0.5, "right_source": 1.0})
    refused = record("q3", refused=True, citations=(), scores={"fact_recall": 0.0})
    asked = (record("q1"), half, refused, unanswerable("u1"), unanswerable("u2", refused=False))
    assert value("fact_recall", *asked) == pytest.approx(0.5)
    assert value("right_source", *asked) == 1.0
    assert value("false_refusals", *asked) == pytest.approx(1 / 3)
    assert value("refusal_recall", *asked) == 0.5
    assert value("refusal_precision", *asked) == 0.5
    assert value("right", *asked) == pytest.approx(2 / 5)
    assert value("exact_match", *asked) is None


def test_validity_is_a_share_of_all_citations_not_of_questions() -> None:
    three = record("q2", citations=(quoted(), quoted(), quoted(valid=False)))
    assert value("citation_validity", record("q1"), three) == pytest.approx(3 / 4)
    assert not three.right


def test_a_failed_question_is_neither_refused_nor_right_and_took_no_time() -> None:
    failed = unanswerable("u2", refused=False, failure="the server is gone", seconds=60.0)
    asked = (unanswerable("u1"), failed)
    assert value("refusal_recall", *asked) == 0.5
    assert value("right", *asked) == 0.5
    assert value("failed", *asked) == 0.5
    assert value("seconds", *asked) == 0.25


def test_a_summary_is_no_answer_to_be_refused_or_right() -> None:
    summary = record("s1", task="summarize", scores={"rouge_l": 0.4})
    assert value("right", summary) is value("false_refusals", summary) is None
    assert value("rouge_l", summary) == 0.4
    assert summary.right


def test_what_is_wrong_about_an_answer_makes_it_wrong() -> None:
    assert record().right
    assert not wrong().right
    assert not record(scores={"fact_recall": 1.0, "right_source": 0.0}).right
    assert not record(scores={"fact_recall": 0.5, "right_source": 1.0}).right
    assert not record(failure="the server is gone").right
    assert record(scores={"exact_match": 1.0, "right_source": 1.0}).right


def test_nothing_asked_is_nothing_measured() -> None:
    assert all(measure.value([]) is None for measure in MEASURES.values())


@given(st.lists(records, max_size=12))
def test_shares_stay_shares_and_groups_hold_each_question(asked: list[QuestionRecord]) -> None:
    for measure in MEASURES.values():
        if measure.of != "cost":
            share = measure.value(asked)
            assert share is None or 0 <= share <= 1
    found = groups(asked)
    assert found["all"] == tuple(asked)
    languages = [of for name, of in found.items() if name.startswith("lang: ")]
    assert sum(map(len, languages)) in (0, len(asked))
    assert all(of for of in found.values() if asked)


def test_many_questions_are_resampled_less_often_and_few_as_often_as_is_said() -> None:
    assert [resamples_of(count) for count in (1, 2_000, 4_000, 20_000, 10**9)] == [
        10_000,
        10_000,
        5_000,
        1_000,
        1_000,
    ]
