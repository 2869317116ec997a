"""Answers that nobody waits for to the end: on record as broken off, with what they used."""

import gc
import logging
import os
import signal
import sys
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread, main_thread

import pytest

from rag import Desk
from rag.answering.explanation import trace_lines
from rag.types import Answer, AnswerEvent, Found, Settled
from store.answers import ANSWERS_NAME
from tests.desk.flood_fund import (
    CHINESE,
    ENGLISH,
    HELD,
    MORE,
    QUESTION,
    served,
    source_in,
    usage_of,
)
from tests.fake_openai import server as fake
from tests.fake_openai import streaming
from tests.fake_openai.server import Body, Reply

PRICES = {"NEWSDESK_MODEL_PROMPT_PRICE": "1", "NEWSDESK_MODEL_COMPLETION_PRICE": "10"}


def both(body: Body) -> str:
    return fake.answer_json((HELD, source_in(body)), (MORE, source_in(body)))


def begun() -> Reply:
    """The first sentence, half of the second, and then silence."""
    half = streaming.says_piece(', {"text": "群众转移')
    return streaming.streams_until(both, "}", half, streaming.waits)


def left_after(events: Generator[AnswerEvent, None, None], kind: type[AnswerEvent]) -> None:
    """Takes events up to the first of a kind, and leaves."""
    with closing(events):
        next(event for event in events if isinstance(event, kind))


def names_of(thread: Thread) -> set[str]:
    """The functions that a thread is in."""
    frame, names = sys._current_frames()[thread.ident or 0], set[str]()
    while frame is not None:
        names.add(frame.f_code.co_name)
        frame = frame.f_back  # type: ignore[assignment]
    return names


def test_a_stream_that_is_left_is_on_record_with_what_came_of_it(home: Path) -> None:
    with served(home, begun(), **PRICES) as (_, desk):
        left_after(desk.ask_stream(QUESTION), Settled)
        (summary,) = desk.traces()
        record = desk.trace(summary.id)
        (total,) = desk.usage()
    assert (summary.broken_off, summary.refused, summary.mode) == (True, False, "llm")
    answer = record.answer
    assert [sentence.text for sentence in answer.sentences] == [HELD]
    assert answer.citations
    assert HELD in str(record.explanation.raw_output)
    assert any(note.startswith("broken off") for note in answer.notes)
    usage = answer.usage
    assert (usage.calls, usage.estimated_calls) == (1, 1)
    assert usage.prompt_tokens > 300
    assert usage.completion_tokens >= len(HELD) - 4
    cost = (usage.prompt_tokens + 10 * usage.completion_tokens) / 1e6
    assert usage.cost_usd == pytest.approx(cost)
    assert (total.answers, total.refusals, total.estimated, total.unpriced) == (1, 0, 1, 0)
    assert total.prompt_tokens == usage.prompt_tokens
    assert total.cost_usd == pytest.approx(cost)
    lines = trace_lines(answer, record.explanation)
    assert any(line.startswith("usage      about ") for line in lines)


def test_a_stream_that_is_dropped_is_as_one_that_is_closed(home: Path) -> None:
    with served(home, begun()) as (_, desk):
        for event in desk.ask_stream(QUESTION):
            if isinstance(event, Settled):
                break
        gc.collect()
        assert [one.broken_off for one in desk.traces()] == [True]


def test_one_who_leaves_before_the_model_is_asked_costs_nothing(home: Path) -> None:
    with served(home, begun()) as (server, desk):
        left_after(desk.ask_stream(QUESTION), Found)
        (summary,) = desk.traces()
        assert server.received == []
    assert (summary.broken_off, summary.mode, summary.usage.calls) == (True, "extractive", 0)


def test_what_the_translation_cost_is_counted_of_one_who_leaves(home: Path) -> None:
    with served(home, fake.says(CHINESE)) as (_, desk):
        left_after(desk.ask_stream(ENGLISH), Found)
        (total,) = desk.usage()
    assert (total.answers, total.prompt_tokens, total.estimated) == (1, 11, 0)


def test_a_stream_that_was_never_begun_is_no_question(home: Path) -> None:
    with served(home, begun()) as (_, desk):
        desk.ask_stream(QUESTION).close()
        assert desk.traces() == []


def test_the_archives_own_sentences_may_be_left_too(home: Path) -> None:
    with Desk.open(home) as desk:
        left_after(desk.ask_stream(QUESTION), Settled)
        (summary,) = desk.traces()
        answer = desk.trace(summary.id).answer
        assert answer.broken_off
        assert answer.sentences == desk.ask(QUESTION).sentences


def test_what_is_left_is_not_kept_as_a_reply(home: Path) -> None:
    with served(home, begun(), fake.says(both)) as (server, desk):
        left_after(desk.ask_stream(QUESTION), Settled)
        answer = desk.ask(QUESTION)
    assert (len(server.received), answer.usage.calls, answer.broken_off) == (2, 1, False)


def test_one_who_takes_the_last_event_has_not_left(home: Path) -> None:
    with served(home, streaming.streams(both)) as (_, desk):
        left_after(desk.ask_stream(QUESTION), Answer)
        assert [one.broken_off for one in desk.traces()] == [False]


def test_an_interrupt_while_the_model_writes_is_recorded(home: Path) -> None:
    taken = Event()

    def interrupts(exchange: fake.Exchange) -> None:
        assert taken.wait(30)
        while "streamed_within" not in names_of(main_thread()):
            exchange.server.closing.wait(0.01)
        os.kill(os.getpid(), signal.SIGINT)
        streaming.waits(exchange)

    reply = streaming.streams_until(both, "}", interrupts)
    with served(home, reply) as (_, desk):
        events = desk.ask_stream(QUESTION)
        assert isinstance(next(events), Found)
        assert isinstance(next(events), Settled)
        taken.set()
        with pytest.raises(KeyboardInterrupt):
            next(events)
        (summary,) = desk.traces()
    assert (summary.broken_off, summary.usage.estimated_calls) == (True, 1)


def test_an_interrupt_while_a_whole_answer_is_waited_for_is_recorded(home: Path) -> None:
    def interrupts(exchange: fake.Exchange) -> None:
        while "within" not in names_of(main_thread()):
            exchange.server.closing.wait(0.01)
        os.kill(os.getpid(), signal.SIGINT)
        fake.hangs(exchange)

    with served(home, interrupts) as (_, desk):
        with pytest.raises(KeyboardInterrupt):
            desk.ask(QUESTION)
        (summary,) = desk.traces()
        (total,) = desk.usage()
    assert (summary.broken_off, summary.mode, summary.usage.calls) == (True, "llm", 1)
    assert (summary.usage.cost_usd, total.unpriced) == (None, 1)


def test_a_stream_that_breaks_off_by_itself_counts_what_came(home: Path) -> None:
    reply = streaming.streams_until(both, "}", streaming.breaks)
    with served(home, reply, **PRICES) as (_, desk):
        *_, answer = desk.ask_stream(QUESTION)
    assert isinstance(answer, Answer)
    assert (answer.broken_off, answer.usage.estimated_calls) == (False, 1)
    assert answer.usage.cost_usd
    (total,) = usage_of(home)
    assert (total.model, total.estimated, total.completion_tokens > 20) == ("gpt-5-mini", 1, True)


def test_without_records_one_who_leaves_leaves_nothing(home: Path) -> None:
    with served(home, begun(), NEWSDESK_ANSWER_RECORDS="0") as (_, desk):
        left_after(desk.ask_stream(QUESTION), Settled)
        assert (desk.traces(), desk.usage()) == ([], [])


def test_a_record_that_fails_then_is_told_in_the_log(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (home / ANSWERS_NAME).mkdir()
    with served(home, begun()) as (_, desk):
        left_after(desk.ask_stream(QUESTION), Settled)
    said = [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]
    assert any(line.startswith("no record was kept of this answer: ") for line in said)


def test_a_stream_left_behind_by_a_closed_desk_is_still_recorded(home: Path) -> None:
    with served(home, begun()) as (_, desk):
        events = desk.ask_stream(QUESTION)
        assert isinstance(next(events), Found)
        assert isinstance(next(events), Settled)
    events.close()
    with Desk.open(home) as desk:
        assert [one.broken_off for one in desk.traces()] == [True]
