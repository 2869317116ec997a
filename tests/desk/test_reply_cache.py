"""Answers from kept replies of a language model, and which are kept."""

import json
from pathlib import Path

from rag import Desk
from rag.types import Answer, Usage
from tests.desk.flood_fund import (
    CHINESE,
    ENGLISH,
    HELD,
    INVENTED,
    QUESTION,
    saying,
    served,
    translating,
)


def test_a_question_asked_again_is_answered_from_the_cache_and_checked_again(home: Path) -> None:
    with served(home, saying(HELD, INVENTED)) as (server, desk):
        first = desk.ask(QUESTION)
        with Desk.open(home) as other:
            again, explanation = other.explain(QUESTION)
        fresh = desk.ask(QUESTION, use_cache=False)
    assert (again.answer, again.citations) == (first.answer, first.citations)
    assert [drop.text for drop in explanation.dropped] == [INVENTED]
    assert [one.usage.cached for one in (first, again, fresh)] == [False, True, False]
    assert len(server.received) == 2


def test_a_streamed_answer_has_its_record_and_is_cached(home: Path) -> None:
    with served(home, saying(HELD, INVENTED)) as (server, desk):
        *_, first = desk.ask_stream(QUESTION)
        *_, again = desk.ask_stream(QUESTION)
        *_, fresh = desk.ask_stream(QUESTION, use_cache=False)
        assert isinstance(first, Answer)
        assert isinstance(again, Answer)
        assert isinstance(fresh, Answer)
        record = desk.trace(str(first.id))
    assert record.answer == first
    assert [drop.text for drop in record.explanation.dropped] == [INVENTED]
    assert [one.usage.cached for one in (first, again, fresh)] == [False, True, False]
    assert again.answer == first.answer
    assert len(server.received) == 2


def test_an_english_question_is_cached_as_a_whole(home: Path) -> None:
    sentence = "The 12 million yuan flood control fund is for rescue supplies and relocation."
    with served(home, translating(CHINESE, saying(sentence))) as (server, desk):
        first = desk.ask(ENGLISH)
        with Desk.open(home) as other:
            again = other.ask(ENGLISH)
    assert (first.usage.calls, again.usage) == (2, Usage(0, 0, 0.0, cached_calls=2))
    assert again.answer == first.answer
    assert len(server.received) == 2


def test_an_article_that_changed_is_asked_about_anew(home: Path, tmp_path: Path) -> None:
    row = {"id": "fund", "text": f"会议决定，{HELD}", "date": "2024-05-30"}
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps(row), encoding="utf-8")
    with served(home, saying(HELD)) as (server, desk):
        desk.ingest([rows])
        assert desk.ask(QUESTION).usage.calls == 1
        assert desk.ask(QUESTION).usage.cached
        rows.write_text(json.dumps({**row, "text": f"会议再次决定，{HELD}"}), encoding="utf-8")
        desk.ingest([rows])
        assert desk.ask(QUESTION).usage.calls == 1
    assert len(server.received) == 2


def test_an_unusable_reply_is_asked_for_again(home: Path) -> None:
    with served(home, saying(INVENTED), saying(HELD)) as (_, desk):
        assert desk.ask(QUESTION).mode == "extractive"
        assert desk.ask(QUESTION).mode == "llm"


def test_the_cache_can_be_turned_off(home: Path) -> None:
    with served(home, saying(HELD), NEWSDESK_RESPONSE_CACHE="0") as (server, desk):
        assert not desk.ask(QUESTION).usage.cached
        assert not desk.ask(QUESTION).usage.cached
    assert len(server.received) == 2
