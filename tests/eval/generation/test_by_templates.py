"""Drafting over a whole archive: the same by seed, clear, and near misses that it doesn't hold."""

from collections.abc import Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from eval.datasets import Question, load_dataset
from eval.generation.by_templates import draft_by_templates
from eval.generation.drafting import as_lines
from rag.types import Article
from tests.eval.generation.conftest import TEXTS, ArticlesOf


def test_every_draft_stands_on_its_quote_and_is_unconfirmed(archive: list[Article]) -> None:
    texts = {article.source_id: article.text for article in archive}
    questions = draft_by_templates(archive, 20, seed=1)
    assert len(questions) == len(TEXTS)
    for question in questions:
        (gold,), (quote,) = question.gold, question.quotes
        assert quote in texts[gold]
        assert question.facts[0][0] in quote
        assert question.facts[0][0] not in question.question
        assert not question.confirmed
        assert question.tags[0] == "drafted"
    assert {"who", "when", "number"} <= {question.tags[1] for question in questions}


@settings(max_examples=10)
@given(seed=st.integers(0, 1000), share=st.sampled_from([0.0, 0.3, 1.0]))
def test_the_same_seed_drafts_the_same(archive: list[Article], seed: int, share: float) -> None:
    drafts = draft_by_templates(archive, 6, seed, share)
    assert draft_by_templates(archive, 6, seed, share) == drafts
    assert len({question.id for question in drafts}) == len(drafts) <= 6


def test_a_question_that_another_article_answers_otherwise_is_left(articles_of: ArticlesOf) -> None:
    one, other = "霁澜大桥总投资3.6亿元。", "霁澜大桥总投资增至4.2亿元，霁川县负责。"
    assert draft_by_templates(articles_of([one]), 5, seed=0)
    asked = [one.question for one in draft_by_templates(articles_of([one, other]), 5, seed=0)]
    assert "霁澜大桥总投资多少亿元？" not in asked


def test_an_article_that_says_the_same_is_gold_too(articles_of: ArticlesOf) -> None:
    archive = articles_of(["霁澜大桥总投资3.6亿元。", "霁川县建成霁澜大桥，大桥总投资3.6亿元整。"])
    (question,) = draft_by_templates(archive[:1] + archive[1:], 1, seed=0)
    assert question.gold == ("a0", "a1")


def near_misses(archive: Sequence[Article], seed: int = 3) -> list[Question]:
    drafts = draft_by_templates(archive, 20, seed, 1.0)
    return [question for question in drafts if not question.answerable]


def test_near_misses_hold_something_that_the_archive_does_not(archive: list[Article]) -> None:
    near = near_misses(archive)
    assert near
    asked = {one.question for one in draft_by_templates(archive, 20, 3)}
    held = "".join(article.text for article in archive)
    for question in near:
        assert question.tags[:2] == ("drafted", "near")
        assert question.question not in asked
        assert [*question.facts, *question.gold, *question.quotes] == []
    drawn = [question for seed in range(8) for question in near_misses(archive, seed)]
    years = [one.question[:5] for one in drawn if one.question[:2] == "20"]
    assert years
    assert not any(year in held for year in years)


def test_drafts_are_read_back_as_they_were(archive: list[Article], tmp_path: Path) -> None:
    drafts = draft_by_templates(archive, 6, 1, 0.3)
    path = tmp_path / "drafts.jsonl"
    path.write_text(as_lines(drafts), encoding="utf-8")
    assert list(load_dataset(path).questions) == drafts


def test_an_archive_that_tells_nothing_gives_nothing(articles_of: ArticlesOf) -> None:
    assert draft_by_templates(articles_of(["今天天气很好，大家都很高兴。"]), 5, seed=0) == []


def test_a_question_of_one_day_has_the_article_of_that_day_as_gold(articles_of: ArticlesOf) -> None:
    told = "{}，霁川县政府召开会议，研究{}。霁川县县长桑禾川主持会议。"
    archive = articles_of([told.format("5月15日", "备汛"), told.format("5月25日", "备耕")])
    questions = draft_by_templates(archive, 2, seed=0)
    assert sorted(question.gold for question in questions) == [("a0",), ("a1",)]
