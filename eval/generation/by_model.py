"""Questions that a language model writes about articles, each held against the article in code."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from pydantic import BaseModel, ValidationError

from eval.dataset_shapes import Question, Text
from eval.generation.archive_search import ArchiveTexts
from eval.generation.near import swapped
from eval.generation.shared import DRAFTED, NEAR, Progress, name_of, places, spread
from eval.generation.wording import gives_away
from prompts import load
from rag.answering.generative_reply import without_thought
from rag.answering.request import request
from rag.answering.response_cache import Completes
from rag.answering.summary import language_of, whole_article
from rag.errors import LanguageModelError
from rag.types import Article

EACH = 3  # questions asked for about an article
MOST_ARTICLES = 4  # for each question wanted
MOST_FAILURES = 3  # one after the other: then the language model is down
WRITTEN = "model"

SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "questions": {
            "type": "array",
            "maxItems": EACH,
            "items": {
                "type": "object",
                "properties": {
                    "question": {"type": "string"},
                    "answer": {"type": "string"},
                    "quote": {"type": "string"},
                },
                "required": ["question", "answer", "quote"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["questions"],
    "additionalProperties": False,
}

_OBJECT = re.compile(r"\{")


class _Written(BaseModel):
    question: Text
    answer: Text
    quote: Text


@dataclass(slots=True)
class _Drafting:
    """What came of it so far. dropped: reasons, each with how many questions it cost."""

    texts: ArchiveTexts
    asked: set[str] = field(default_factory=set)
    dropped: Counter[str] = field(default_factory=Counter)


def draft_by_model(
    articles: Sequence[Article],
    model: Completes,
    count: int,
    seed: int,
    unanswerable: float = 0.0,
    progress: Progress | None = None,
) -> tuple[list[Question], Counter[str]]:
    """Up to `count` questions that no person has confirmed, spread over days and articles, and the
    reasons for which others were dropped, with their number.

    A quote has to stand in the article, the answer in the quote, and not in the question. Of the
    share `unanswerable`, 0 to 1, a name, year or number is exchanged for one that the archive
    doesn't hold. Raises LanguageModelError where the model fails MOST_FAILURES times on
    end, or for every article.
    """
    random = Random(seed)
    drafting = _Drafting(ArchiveTexts(articles))
    near_wanted = round(count * unanswerable)
    questions: list[Question] = []
    near: list[Question] = []
    for question in _written(spread(articles, random), model, count, drafting):
        other = None
        if len(near) < near_wanted and len(near) * count <= len(questions) * near_wanted:
            other = swapped(question.question, drafting.texts, random)
        if other is not None:
            near.append(_unanswerable(other, question))
        elif len(questions) < count - near_wanted:
            questions.append(question)
        if progress is not None:
            progress("questions", len(questions) + len(near), count)
        if len(questions) + len(near) == count:
            break
    return [*questions, *near], drafting.dropped


def _written(
    articles: Iterator[Article], model: Completes, count: int, drafting: _Drafting
) -> Iterator[Question]:
    failures = 0
    for number, article in enumerate(articles):
        if number == MOST_ARTICLES * count:
            return
        if not article.text.strip():
            continue
        try:
            text = _asked(article, model)
        except LanguageModelError:
            failures += 1
            if failures == MOST_FAILURES or failures == len(drafting.texts):
                raise
            drafting.dropped["the language model failed"] += 1
            continue
        failures = 0
        for written in _read(text, drafting):
            if question := _question(written, article, drafting):
                yield question


def _asked(article: Article, model: Completes) -> str:
    language = language_of(article)
    asking = request(
        load("question"), language, [whole_article(article)], {"number": str(EACH)}, model.room
    )
    if not asking.passages:
        return '{"questions": []}'  # all of it is kept from the model: it gives orders
    return without_thought(model.complete(asking.messages, SCHEMA).text)


def _read(text: str, drafting: _Drafting) -> list[_Written]:
    """The questions in a model's text, bare JSON or JSON among words."""
    for opening in _OBJECT.finditer(text):
        try:
            value, _ = json.JSONDecoder().raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and isinstance(value.get("questions"), list):
            return list(_shaped(value["questions"], drafting))
    drafting.dropped["the reply was no JSON of the shape asked for"] += 1
    return []


def _shaped(values: Sequence[object], drafting: _Drafting) -> Iterator[_Written]:
    for value in values[:EACH]:
        try:
            yield _Written.model_validate(value)
        except ValidationError:
            drafting.dropped["a question came without its answer or quote"] += 1


def _question(written: _Written, article: Article, drafting: _Drafting) -> Question | None:
    quote = _located(article.text, written.quote)
    if problem := _problem(written, quote, article, drafting):
        drafting.dropped[problem] += 1
        return None
    drafting.asked.add(written.question)
    telling = drafting.texts.telling(written.question, article)
    gold, headlines = places([article, *(one for one in telling if one.id != article.id)])
    answers = tuple(dict.fromkeys((written.answer, _plain(written.answer))))
    return Question(
        id=name_of(written.question),
        question=written.question,
        lang=language_of(article),
        answerable=True,
        facts=(answers,),
        headlines=headlines,
        tags=(DRAFTED, WRITTEN),
        answers=answers,
        gold=gold,
        quotes=(quote,),
        confirmed=False,
    )


def _problem(written: _Written, quote: str, article: Article, drafting: _Drafting) -> str:
    """Why a question isn't kept; "" where it is."""
    checks: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("the quote doesn't stand in the article", lambda: not quote),
        (
            "the answer doesn't stand in the quote",
            lambda: _plain(written.answer) not in _plain(quote),
        ),
        ("the question holds its answer", lambda: gives_away(written.question, written.answer)),
        ("the same question came before", lambda: written.question in drafting.asked),
        (
            "another article tells of it otherwise",
            lambda: not drafting.texts.agree(written.question, article, [written.answer]),
        ),
    )
    return next((reason for reason, fails in checks if fails()), "")


def _located(text: str, quote: str) -> str:
    """The article's own words for a quote, whatever its white space; "" where it has none."""
    letters = [re.escape(letter) for letter in quote if not letter.isspace()]
    found = re.search(r"\s*".join(letters), text)
    return found[0] if found else ""


def _unanswerable(other: str, question: Question) -> Question:
    return Question(
        id=name_of(other),
        question=other,
        lang=question.lang,
        answerable=False,
        tags=(DRAFTED, NEAR, WRITTEN),
        confirmed=False,
    )


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
