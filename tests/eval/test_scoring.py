"""One answer held against its question: by which measures, and against which articles."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from eval.datasets import Question
from eval.measures import MEASURES
from eval.records import QuestionRecord
from eval.report import why_not_right
from eval.scoring import ArchiveIndex, Asked, failed, score
from eval.summary import abstention
from rag import Desk
from rag.answering.explanation import Explanation
from rag.settings import Settings
from rag.types import Answer, Article, Citation, SourceMap

CitationOf = Callable[..., Citation]
AnswerOf = Callable[..., Answer]

TEXT = "大桥全长1.28公里，桥面宽24.5米。"
OTHER = "公路年内通车。"
ASKED = Question("q", "桥有多长？", "zh", True, (("1.28公里",), ("24.5米",)), ("大桥合龙",))
UNANSWERABLE = Question("u", "Who built it?", "en", False)


def article(name: str, headline: str, text: str, source_id: str | None = None) -> Article:
    return Article(
        id=name,
        page_id="p",
        position=0,
        headline=headline,
        kicker="",
        byline=(),
        dateline="",
        text=text,
        source_map=SourceMap(((0, 0, len(text)),)),
        issue_date=date(2024, 5, 17),
        event_date=None,
        date_inferred=False,
        publication="",
        page="",
        source="page.txt",
        source_id=source_id,
    )


INDEX = ArchiveIndex([article("a", "大桥合龙", TEXT), article("b", "公路通车", OTHER, "row-b")])


@pytest.fixture(scope="module")
def explanation(tmp_path_factory: pytest.TempPathFactory) -> Explanation:
    """Of a question that found nothing."""
    home = tmp_path_factory.mktemp("home")
    with Desk.open(settings=Settings(home=home, mode="extractive")) as desk:
        return desk.explain("桥有多长？")[1]


@pytest.fixture
def scored(explanation: Explanation) -> Callable[[Question, Answer], QuestionRecord]:
    return lambda question, answer: score(question, Asked(answer, explanation, 0.5), INDEX)


def test_facts_and_sources_are_held_against_the_question(
    scored: Any, citation_of: CitationOf, answer_of: AnswerOf
) -> None:
    half = scored(ASKED, answer_of("大桥全长1.28公里[1]。", citation_of(TEXT, 0, 10)))
    assert half.scores["fact_recall"] == 0.5
    assert half.scores["right_source"] == 1.0
    assert half.citations[0].right is True
    assert not half.right
    whole = scored(ASKED, answer_of("…", citation_of(TEXT, 0, len(TEXT))))
    assert whole.right
    other = scored(ASKED, answer_of("…", citation_of(OTHER, 0, 7, article_id="b")))
    assert (other.scores["right_source"], other.citations[0].right) == (0.0, False)


def test_a_refusal_recalls_nothing_whatever_it_says(scored: Any, answer_of: AnswerOf) -> None:
    refused = scored(ASKED, answer_of("没有找到：1.28公里，24.5米。"))
    assert (refused.refused, refused.scores["fact_recall"]) == (True, 0.0)
    assert not refused.right


def test_nothing_is_expected_of_an_answer_where_there_is_none(
    scored: Any, citation_of: CitationOf, answer_of: AnswerOf
) -> None:
    refused = scored(UNANSWERABLE, answer_of("没有找到。"))
    assert (dict(refused.scores), refused.right) == ({}, True)
    answered = scored(UNANSWERABLE, answer_of("…", citation_of(TEXT, 0, 4)))
    assert not answered.right
    assert "fact_recall" not in answered.scores


def test_a_forged_quote_makes_a_full_answer_wrong(
    scored: Any, citation_of: CitationOf, answer_of: AnswerOf
) -> None:
    forged = citation_of(TEXT, 0, len(TEXT), quote=TEXT.replace("1.28", "12.8"))
    record = scored(ASKED, answer_of("全长1.28公里，宽24.5米。", forged))
    assert (record.scores["fact_recall"], record.bad_citations, record.right) == (1.0, 1, False)


def test_reference_answers_are_measured_by_match_and_overlap(
    scored: Any, citation_of: CitationOf, answer_of: AnswerOf
) -> None:
    short = Question("q", "桥有多长？", "zh", True, answers=("1.28公里",), gold=("row-b",))
    record = scored(short, answer_of("1.28公里", citation_of(TEXT, 0, 10)))
    assert (record.scores["exact_match"], record.scores["f1"]) == (1.0, 1.0)
    assert record.scores["fact_recall"] == 1.0
    assert record.scores["right_source"] == 0.0
    whole = Question("q", "桥怎样？", "zh", True, reference=TEXT, gold=("row-b",))
    record = scored(whole, answer_of(TEXT, citation_of(TEXT, 0, len(TEXT))))
    assert record.scores["rouge_l"] == pytest.approx(1.0)


def test_gold_articles_are_named_by_row_headline_or_quote() -> None:
    def gold(**changes: Any) -> tuple[str, ...]:
        return INDEX.gold(Question("q", "桥？", "zh", True, (("x",),), **changes))

    assert gold(headlines=("大桥 合龙",)) == ("a",)
    assert gold(gold=("row-b",)) == ("row-b",)
    assert gold(quotes=("桥面宽 24.5米",)) == ("a",)
    assert gold(headlines=("没有这篇",)) == ("没有这篇",)
    assert gold(gold=("row-c",)) == ("row-c",)


def test_a_question_that_failed_scores_nothing_at_all() -> None:
    record = failed(ASKED, "the server is gone", 1.0, INDEX)
    assert record.failure == "the server is gone"
    assert record.gold == ("a",)
    assert set(record.scores.values()) == {0.0}
    assert {"fact_recall", "right_source", "recall@1", "ndcg@10"} <= set(record.scores)
    assert not record.right
    assert dict(failed(UNANSWERABLE, "gone", 1.0, INDEX).scores) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"facts": (("1.28公里",),), "gold": ("row-b",)},
        {"answers": ("1.28公里",), "quotes": ("桥面宽 24.5米",)},
        {"reference": TEXT, "gold": ("row-b",)},
    ],
)
def test_one_that_failed_is_measured_by_what_an_answer_is_measured_by(
    scored: Any, answer_of: AnswerOf, changes: dict[str, Any]
) -> None:
    question = Question("q", "桥有多长？", "zh", True, **changes)
    refused = scored(question, answer_of("没有找到。"))
    assert set(failed(question, "gone", 1.0, INDEX).scores) == set(refused.scores)


def test_a_reference_alone_says_nothing_of_right_or_wrong(
    scored: Any, citation_of: CitationOf, answer_of: AnswerOf
) -> None:
    question = Question("q", "桥怎样？", "zh", True, reference=TEXT, headlines=("大桥合龙",))
    record = scored(question, answer_of(TEXT, citation_of(TEXT, 0, len(TEXT))))
    assert record.scores["rouge_l"] == pytest.approx(1.0)
    assert not record.decidable
    assert MEASURES["right"].value([record]) is None
    assert abstention([record]) == {}
    assert why_not_right(record) == "has only a reference to be held against"


def test_an_archive_lacks_an_answer_where_none_of_its_articles_is_there() -> None:
    def lacks(**changes: Any) -> bool:
        return INDEX.lacks(Question("q", "桥？", "zh", True, (("x",),), **changes))

    assert lacks(gold=("row-c",))
    assert lacks(quotes=("没有这句话",))
    assert not lacks(gold=("row-c", "row-b"))
    assert not lacks()
