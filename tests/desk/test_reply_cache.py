"""Answers from kept replies of a language model, and which are kept."""

import json
from pathlib import Path
from typing import Any

import pytest

from rag import Desk
from rag.types import Answer
from rag.usage import Usage
from tests.desk.flood_fund import (
    CHINESE,
    ENGLISH,
    HELD,
    INVENTED,
    MORE,
    QUESTION,
    saying,
    served,
    source_in,
    translating,
)
from tests.fake_openai import server as fake
from tests.fake_openai import streaming
from tests.fake_openai.server import Reply


def held_whole(body: dict[str, Any]) -> str:
    """Both sentences as the whole of an answer."""
    return fake.answer_json((HELD, source_in(body)), (MORE, source_in(body)))


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


def cut_before(words: str, reason: str = "stop") -> Reply:
    """A server that says of half an answer that it is whole."""

    def write(body: dict[str, Any]) -> str:
        whole = held_whole(body)
        return whole[: whole.rindex(words)]

    return fake.says(write, reason)


HALVES = {
    "text": cut_before(MORE),
    "quotation mark": cut_before('", "sources"'),
    "list": cut_before("]}"),
    "brace": cut_before("}"),
    "limit": cut_before(MORE, "length"),
    "filter": fake.says(held_whole, "content_filter"),
    "no sentence": fake.says(lambda body: held_whole(body).replace(MORE, "{}")),
    "plain text": fake.says(lambda body: f"{HELD}[{source_in(body)}]\n另外还有"),
}


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES.keys())
def test_a_reply_that_is_not_whole_answers_but_is_not_kept(home: Path, half: Reply) -> None:
    with served(home, half, saying(HELD, MORE)) as (server, desk):
        first, again = desk.ask(QUESTION), desk.ask(QUESTION)
        assert desk.ask(QUESTION).usage.cached
    assert first.sentences[0].text == HELD
    assert (first.mode, again.usage.calls) == ("llm", 1)
    assert len(server.received) == 2


@pytest.mark.parametrize("half", ['{"answerable": false, "sent', '{"answerable": false,'])
def test_a_refusal_that_is_not_whole_is_not_kept(home: Path, half: str) -> None:
    with served(home, fake.says(half), fake.declines()) as (server, desk):
        assert desk.ask(QUESTION).refused
        assert desk.ask(QUESTION).refused
        assert desk.ask(QUESTION).usage.cached
    assert len(server.received) == 2


@pytest.mark.parametrize(
    "text", [lambda body: f"{HELD}[{source_in(body)}]", "NO_ANSWER", "```json\n{whole}\n```"]
)
def test_a_whole_reply_of_another_form_is_kept(home: Path, text: str | fake.Write) -> None:
    def write(body: dict[str, Any]) -> str:
        if callable(text):
            return text(body)
        return text.replace("{whole}", held_whole(body))

    with served(home, fake.says(write)) as (server, desk):
        desk.ask(QUESTION)
        assert desk.ask(QUESTION).usage.cached
    assert len(server.received) == 1


def test_half_a_stream_that_ends_well_is_not_kept(home: Path) -> None:
    def half(body: dict[str, Any]) -> str:
        return held_whole(body).partition(MORE)[0]

    with served(home, streaming.streams(half), saying(HELD)) as (server, desk):
        *_, first = desk.ask_stream(QUESTION)
        *_, again = desk.ask_stream(QUESTION)
    assert isinstance(first, Answer)
    assert isinstance(again, Answer)
    assert [one.text for one in first.sentences] == [HELD]
    assert "cut off" in first.notes[0]
    assert not again.usage.cached
    assert len(server.received) == 2
