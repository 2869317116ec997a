"""Aggregation: which records count for which figure."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.datasets import Question
from eval.records import QuestionRecord, aggregate, aggregate_by_language
from eval.runner import score
from rag.types import Answer, Citation

CitationOf = Callable[..., Citation]
AnswerOf = Callable[..., Answer]

TEXT = "大桥全长1.28公里，桥面宽24.5米。"
ASKED = Question("q", "桥有多长？", "zh", True, (("1.28公里",), ("24.5米",)), ("大桥合龙",))
UNANSWERABLE = Question("u", "Who built it?", "en", False)

shares = st.floats(0, 1)
records = st.builds(
    QuestionRecord,
    id=st.text(),
    question=st.text(),
    lang=st.sampled_from(["zh", "en"]),
    answerable=st.booleans(),
    tags=st.just(()),
    refused=st.booleans(),
    mode=st.just("extractive"),
    model=st.none(),
    answer=st.text(),
    cited_headlines=st.just(()),
    citations=st.integers(3, 9),
    bad_citations=st.integers(0, 3),
    quoted_characters=st.integers(0, 900),
    fact_recall=shares,
    right_source=st.booleans(),
    seconds=st.floats(0, 60),
    failure=st.sampled_from(["", "the server is gone"]),
)


def test_an_answer_is_scored_against_its_question(
    citation_of: CitationOf, answer_of: AnswerOf
) -> None:
    answer = answer_of("大桥全长1.28公里[1]。", citation_of(TEXT, 0, 10))
    record = score(ASKED, answer, {"a": TEXT}, 0.5)
    assert record.fact_recall == 0.5
    assert record.right_source is True
    assert (record.citations, record.bad_citations, record.quoted_characters) == (1, 0, 10)
    assert record.cited_headlines == ("大桥合龙",)
    assert not record.right
    whole = score(ASKED, answer_of("…", citation_of(TEXT, 0, len(TEXT))), {"a": TEXT}, 0.5)
    assert whole.right


def test_a_refusal_recalls_nothing_whatever_it_says(answer_of: AnswerOf) -> None:
    record = score(ASKED, answer_of("没有找到：1.28公里，24.5米。"), {"a": TEXT}, 0.5)
    assert (record.refused, record.fact_recall, record.right_source) == (True, 0.0, False)
    assert not record.right


def test_facts_of_an_unanswerable_question_are_not_measured(
    citation_of: CitationOf, answer_of: AnswerOf
) -> None:
    refused = score(UNANSWERABLE, answer_of("没有找到。"), {"a": TEXT}, 0.5)
    assert (refused.fact_recall, refused.right_source, refused.right) == (None, None, True)
    answered = score(UNANSWERABLE, answer_of("…", citation_of(TEXT, 0, 4)), {"a": TEXT}, 0.5)
    assert not answered.right


def test_a_forged_quote_makes_a_full_answer_wrong(
    citation_of: CitationOf, answer_of: AnswerOf
) -> None:
    forged = citation_of(TEXT, 0, len(TEXT), quote=TEXT.replace("1.28", "12.8"))
    record = score(ASKED, answer_of("全长1.28公里，宽24.5米。", forged), {"a": TEXT}, 0.5)
    assert (record.fact_recall, record.bad_citations, record.right) == (1.0, 1, False)
    assert aggregate([record]).citation_validity == 0.0


def test_each_figure_is_over_its_own_kind_of_question(
    citation_of: CitationOf, answer_of: AnswerOf
) -> None:
    full = score(ASKED, answer_of("…", citation_of(TEXT, 0, len(TEXT))), {"a": TEXT}, 1.0)
    half = score(ASKED, answer_of("…", citation_of(TEXT, 0, 10)), {"a": TEXT}, 2.0)
    unrefused = score(ASKED, answer_of("没有找到。"), {"a": TEXT}, 3.0)
    refused = score(UNANSWERABLE, answer_of("没有找到。"), {"a": TEXT}, 4.0)
    scores = aggregate([full, half, unrefused, refused])
    assert (scores.questions, scores.unanswerable, scores.failed) == (4, 1, 0)
    assert scores.fact_recall == pytest.approx(0.5)
    assert scores.right_source == pytest.approx(2 / 3)
    assert scores.false_refusal_rate == pytest.approx(1 / 3)
    assert scores.refusal_recall == 1.0
    assert scores.citation_validity == 1.0
    assert scores.quoted_characters == 10
    assert scores.seconds == 2.5
    by_language = aggregate_by_language([full, refused])
    assert list(by_language) == ["zh", "en"]
    assert by_language["zh"].fact_recall == 1.0
    assert by_language["en"].fact_recall is None


def test_a_failed_question_counts_neither_as_refused_nor_as_right(answer_of: AnswerOf) -> None:
    refused = score(UNANSWERABLE, answer_of("没有找到。"), {}, 1.0)
    failed = replace(refused, refused=False, failure="the server is gone")
    scores = aggregate([refused, failed])
    assert (scores.failed, scores.refusal_recall) == (1, 0.5)
    assert not failed.right


def test_nothing_asked_is_nothing_measured() -> None:
    scores = aggregate([])
    assert scores.questions == scores.bad_citations == 0
    assert scores.fact_recall is scores.refusal_recall is scores.citation_validity is None


@given(st.lists(records, max_size=12))
def test_shares_stay_shares_and_languages_add_up(asked: list[QuestionRecord]) -> None:
    scores = aggregate(asked)
    for share in (
        scores.fact_recall,
        scores.right_source,
        scores.refusal_recall,
        scores.false_refusal_rate,
        scores.citation_validity,
    ):
        assert share is None or 0 <= share <= 1
    parts = aggregate_by_language(asked).values()
    assert sum(part.questions for part in parts) == scores.questions
    assert sum(part.bad_citations for part in parts) == scores.bad_citations
