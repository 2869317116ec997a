"""The golden set agrees with itself: facts stand in the articles that are named for them."""

import json
import re
import unicodedata
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from eval.datasets import Question, golden_pages, golden_questions, load_dataset
from eval.metrics import fold

HAN = re.compile(r"[\u4e00-\u9fff]")
WEEKDAYS = "一二三四五六日"
PRINTED_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日星期(.)")
QUESTIONS = load_dataset(golden_questions()).questions
ANSWERABLE = [question for question in QUESTIONS if question.answerable]
GOLD_FILES = sorted(golden_pages().glob("*.gold.json"))


@cache
def gold(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def page_of(path: Path) -> str:
    return path.with_name(path.name.replace(".gold.json", ".txt")).read_text(encoding="utf-8")


@cache
def bodies() -> dict[str, str]:
    return {
        article["headline"]: fold(article["body"])
        for path in GOLD_FILES
        for article in gold(path)["articles"]
    }


def test_pages_and_articles_are_as_many_as_the_set_promises() -> None:
    assert len(GOLD_FILES) >= 2
    assert len(bodies()) >= 7
    assert {gold(path)["layout"] for path in GOLD_FILES} >= {"head", "tail"}
    assert len({gold(path)["issue_date"] for path in GOLD_FILES}) == 2


@pytest.mark.parametrize("path", GOLD_FILES, ids=lambda path: path.name)
def test_a_page_prints_every_part_of_its_articles(path: Path) -> None:
    printed = fold(page_of(path))
    for article in gold(path)["articles"]:
        for part in (article["headline"], article["kicker"], article["body"], *article["byline"]):
            assert fold(part) in printed
        assert 150 <= len(fold(article["body"])) <= 600


@pytest.mark.parametrize("path", GOLD_FILES, ids=lambda path: path.name)
def test_a_printed_weekday_is_right_and_an_inferred_date_is_not_printed(path: Path) -> None:
    printed = PRINTED_DAY.search(fold(page_of(path)))
    if gold(path)["date_inferred"]:
        assert printed is None
        return
    assert printed is not None
    day = date(int(printed[1]), int(printed[2]), int(printed[3]))
    assert WEEKDAYS[day.weekday()] == printed[4]
    assert day.isoformat() == gold(path)["issue_date"]


def test_one_page_has_a_blank_line_after_every_line_and_each_has_letter_spaced_lines() -> None:
    assert any(all(not line for line in page_of(path).split("\n")[1::2]) for path in GOLD_FILES)
    for path in GOLD_FILES:
        assert re.search(r"([\u4e00-\u9fff] ){6}", page_of(path))


def test_questions_are_as_many_and_as_mixed_as_the_set_promises() -> None:
    assert len(QUESTIONS) >= 30
    assert len(QUESTIONS) - len(ANSWERABLE) >= 6
    chinese = sum(question.lang == "zh" for question in QUESTIONS) / len(QUESTIONS)
    assert 0.5 <= chinese <= 0.7
    assert {question.lang for question in QUESTIONS if not question.answerable} == {"zh", "en"}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_a_question_is_in_the_language_it_says(question: Question) -> None:
    assert bool(HAN.search(question.question)) == (question.lang == "zh")


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question.id)
def test_every_fact_stands_in_every_article_that_is_named(question: Question) -> None:
    for headline in question.headlines:
        body = bodies()[headline]
        for alternatives in question.facts:
            assert fold(alternatives[0]) in body
            for alternative in alternatives[1:]:
                assert not HAN.search(alternative) or fold(alternative) in body


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question.id)
def test_a_question_gives_none_of_its_facts_away(question: Question) -> None:
    asked = fold(question.question)
    for alternatives in question.facts:
        assert not any(fold(alternative) in asked for alternative in alternatives)


def test_every_article_is_asked_about() -> None:
    asked = {headline for question in ANSWERABLE for headline in question.headlines}
    assert asked == set(bodies())


def test_pages_are_in_the_canonical_form_of_unicode() -> None:
    for path in GOLD_FILES:
        assert unicodedata.is_normalized("NFC", page_of(path))
