"""Entailment told by words: what a text holds, what it doesn't, and what can't be told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import entails
from eval.metrics.entailment import language_of

QUOTE = (
    "云溪市水务局3月14日宣布，青石水厂扩建工程全面开工，总投资12.5亿元，"
    "预计2025年建成，届时每天可供水30万吨，惠及城北八个社区。"
)
ENGLISH = "Yunxi began to enlarge the Qingshi plant in March. It costs 1.25 billion yuan."


@pytest.mark.parametrize(
    "sentence",
    [
        QUOTE,
        "青石水厂扩建工程全面开工，总投资12.5亿元。",
        "水厂扩建的总投资为125,000万元。",
        "总投资１２.５亿元，惠及８个社区。",
        "青石水廠擴建工程全面開工。",
        "惠及城北八个社区，每天可供水30万吨。",
    ],
    ids=["itself", "clauses", "number written out", "full width", "traditional", "other order"],
)
def test_what_the_text_says_is_held(sentence: str) -> None:
    assert entails(QUOTE, sentence) is True


@pytest.mark.parametrize(
    "sentence",
    [
        "青石水厂扩建工程总投资13.5亿元。",
        "青石水厂扩建工程总投资12.5万元。",
        "青石水厂扩建工程总投资12.5亿美元。",
        "白石水厂扩建工程在海宁市开工。",
        "青石水厂扩建工程没有开工。",
        "“青石明珠”水厂扩建工程开工。",
        "青石水厂扩建工程由ABC公司开工。",
        "市图书馆周末延长开放时间，读者可以预约。",
    ],
    ids=[
        "number",
        "scale",
        "unit",
        "name",
        "negation",
        "quoted name",
        "Latin name",
        "another matter",
    ],
)
def test_what_the_text_does_not_say_is_not_held(sentence: str) -> None:
    assert entails(QUOTE, sentence) is False


@pytest.mark.parametrize(
    ("sentence", "held"),
    [
        ("The Qingshi plant costs 1,250,000,000 yuan.", True),
        ("Yunxi began enlarging the plant.", True),
        ("The plant costs 1.35 billion yuan.", False),
        ("Last March, Haining began to enlarge the plant.", False),
        ("Yunxi did not begin to enlarge the plant.", False),
        ("The library will open longer on weekends.", False),
    ],
)
def test_english_is_held_against_english(sentence: str, held: bool) -> None:
    assert entails(ENGLISH, sentence) is held


def test_another_language_than_the_text_cannot_be_judged() -> None:
    assert entails(QUOTE, "The Qingshi plant is being enlarged.") is None
    assert entails(ENGLISH, "青石水厂扩建工程开工。") is None


def test_an_empty_text_holds_nothing() -> None:
    assert entails("", "青石水厂扩建工程开工。") is False
    assert entails("", "The plant is being enlarged.") is False


def test_the_share_decides_how_many_words_may_be_missing() -> None:
    sentence = "青石水厂扩建工程全面开工，居民生活更加便利。"
    assert entails(QUOTE, sentence, share=0.5) is True
    assert entails(QUOTE, sentence, share=0.95) is False


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (QUOTE, "zh"),
        (ENGLISH, "en"),
        ("Chen Ming (陈明) opened the plant", "en"),
        ("GDP增长", "zh"),
        ("12.5", None),
    ],
)
def test_the_language_of_a_text(text: str, language: str | None) -> None:
    assert language_of(text) == language


@given(st.text("云溪市水厂没有开工12.5亿元，。“”Chen ", max_size=30))
def test_every_text_holds_itself(text: str) -> None:
    assert entails(text, text) is True
