"""What a language model used to understand follow-up questions: in the usage, and on record."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from rag import Desk
from rag.answering.conversation import Conversation
from rag.answering.explanation import trace_lines
from rag.types import Answer
from store.answers import ANSWERS_NAME
from tests.desk.flood_fund import HELD, NOON, QUESTION, saying, served
from tests.fake_openai import server as fake
from tests.fake_openai.server import FakeOpenAI, Reply

TYPED = "它用在哪里？"
PRICES = {"NEWSDESK_MODEL_PROMPT_PRICE": "1", "NEWSDESK_MODEL_COMPLETION_PRICE": "10"}
COST = 0.000081


def wording(text: str) -> Reply:
    """Words follow-up questions in one way, and answers."""
    says = fake.says(text)
    answers = saying(HELD)
    return lambda exchange: (answers if "response_format" in exchange.body else says)(exchange)


def test_understanding_is_counted_at_once_and_apart_from_the_answer(home: Path) -> None:
    with served(home, wording(QUESTION), **PRICES) as (_, desk):
        talk = Conversation().after(QUESTION, desk.ask(QUESTION))
        before = desk.usage()
        understood = desk.follow_up(TYPED, talk)
        (total,) = desk.usage()
        assert [(one.answers, one.follow_ups) for one in before] == [(1, 0)]
        assert (total.model, total.answers, total.follow_ups) == ("fake-1", 1, 1)
        assert total.prompt_tokens == 22
        assert total.cost_usd == pytest.approx(2 * COST)
        answer = desk.ask(understood)
        assert answer.usage.cached
        (total,) = desk.usage()
    assert (total.answers, total.follow_ups, total.prompt_tokens) == (2, 1, 22)
    assert understood.usage.cost_usd == pytest.approx(COST)


@pytest.mark.parametrize("streamed", [False, True])
def test_the_record_tells_how_a_question_was_understood(home: Path, streamed: bool) -> None:
    with served(home, wording(QUESTION), **PRICES) as (server, desk):
        talk = Conversation().after(QUESTION, desk.ask(QUESTION))
        understood = desk.follow_up(TYPED, talk)
        answer: object = desk.ask(understood)
        if streamed:
            *_, answer = desk.ask_stream(understood)
        assert isinstance(answer, Answer)
        record = desk.trace(str(answer.id))
    assert answer.question == QUESTION
    assert record.explanation.made.follow_up == understood
    assert understood.raw_output == QUESTION
    sent = [{"role": one.role, "content": one.content} for one in understood.messages]
    assert sent == server.received[1]["messages"]
    lines = trace_lines(record.answer, record.explanation)
    assert f"typed      {TYPED}" in lines
    assert any(line.startswith("prompt     followup ") for line in lines)
    assert any(line.startswith("usage      11 prompt tokens") for line in lines)


def test_a_wording_that_is_turned_down_was_paid_for(home: Path) -> None:
    with served(home, wording("陆青禾在2019年说了什么？"), **PRICES) as (_, desk):
        talk = Conversation().after(QUESTION, desk.ask(QUESTION, use_cache=False))
        understood = desk.follow_up(TYPED, talk)
        (total,) = desk.usage()
        record = desk.trace(str(desk.ask(understood).id))
    assert understood.note
    assert (total.follow_ups, total.prompt_tokens) == (1, 22)
    lines = trace_lines(record.answer, record.explanation)
    assert f"note       {understood.note}" in lines
    assert "output     陆青禾在2019年说了什么？" in lines


def test_a_follow_up_by_rules_is_on_record_and_costs_nothing(home: Path) -> None:
    with Desk.open(home) as desk:
        talk = Conversation().after(QUESTION, desk.ask(QUESTION))
        understood = desk.follow_up("那天还发生了什么？", talk)
        record = desk.trace(str(desk.ask(understood).id))
        assert [one.follow_ups for one in desk.usage()] == [0]
    assert understood.carried
    assert record.explanation.made.follow_up == understood
    lines = trace_lines(record.answer, record.explanation)
    assert "typed      那天还发生了什么？" in lines


def test_a_question_that_stands_alone_has_no_such_lines(home: Path) -> None:
    with Desk.open(home) as desk:
        answer = desk.ask(desk.follow_up(QUESTION, Conversation()))
        assert desk.trace(str(answer.id)).explanation.made.follow_up is None


def test_a_follow_up_is_counted_on_the_day_it_is_asked(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = iter([NOON, NOON + timedelta(days=1)])
    with FakeOpenAI(wording(QUESTION)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        with Desk.open(home, now=lambda: next(days)) as desk:
            talk = Conversation().after(QUESTION, desk.ask(QUESTION))
            desk.follow_up(TYPED, talk)
            assert [(one.day.day, one.follow_ups) for one in desk.usage()] == [(21, 0), (22, 1)]


def test_without_records_nothing_is_counted(home: Path) -> None:
    with served(home, wording(QUESTION), NEWSDESK_ANSWER_RECORDS="0") as (_, desk):
        talk = Conversation().after(QUESTION, desk.ask(QUESTION))
        assert desk.follow_up(TYPED, talk).usage.calls == 1
        assert desk.usage() == []


def test_a_count_that_fails_costs_no_question(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    (home / ANSWERS_NAME).mkdir()
    with served(home, wording(QUESTION)) as (_, desk):
        talk = Conversation().after(QUESTION, desk.ask(QUESTION))
        assert desk.follow_up(TYPED, talk).question == QUESTION
    said = [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]
    assert any("can't be counted" in line for line in said)
