"""Answers of the Desk while they are made, with a language model on a fake server and without."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from rag import Desk
from rag.errors import UsageError
from rag.types import Answer, AnswerEvent, Filters, Found, Settled
from tests.fake_openai import server as fake
from tests.fake_openai import streaming
from tests.fake_openai.server import Body, Reply
from tests.fake_openai.streaming import Step
from tests.test_desk_with_language_model import FALSE, PAGES, QUESTION, TRUE, served, source_with

SECOND = "群众转移安置也用这笔资金。"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    with Desk.open(home) as desk:
        desk.ingest([PAGES])
    return home


def writes(*sentences: str) -> fake.Write:
    """What writes these sentences as JSON, each citing the one that holds their words."""

    def write(body: Body) -> str:
        source = source_with("抢险物资储备", body)
        return fake.answer_json(*((text, source) for text in sentences))

    return write


def marked(body: Body) -> str:
    """The same answer in plain text, and one sentence that nothing holds."""
    source = source_with("抢险物资储备", body)
    return f"{TRUE}[{source}]{FALSE}[{source}]"


def comes(
    home: Path, *script: Reply, question: str = QUESTION, filters: Filters | None = None
) -> list[AnswerEvent]:
    with served(*script), Desk.open(home) as desk:
        return list(desk.ask_stream(question, filters=filters or Filters()))


def without_timings(answer: Answer) -> Answer:
    return replace(answer, timings_ms={}, id=None)


def assert_whole(events: list[AnswerEvent]) -> Answer:
    """The last of the events, which holds all that came before it."""
    found, *settled, answer = events
    assert isinstance(found, Found)
    assert isinstance(answer, Answer)
    assert answer.sentences == tuple(one.sentence for one in settled if isinstance(one, Settled))
    for one in settled:
        assert isinstance(one, Settled)
        assert one.sentence.supported
        assert [citation.number for citation in one.citations] == sorted(one.sentence.citations)
        assert set(one.citations) <= set(answer.citations)
        assert all(citation.quote for citation in one.citations)
    return answer


@pytest.mark.parametrize(
    "text", [writes(TRUE, FALSE), marked, '{"answerable": false, "sentences": []}', "NO_ANSWER"]
)
def test_the_last_event_is_the_answer_that_ask_gives(home: Path, text: str | fake.Write) -> None:
    answer = assert_whole(comes(home, streaming.streams(text)))
    with served(fake.says(text)), Desk.open(home) as desk:
        assert without_timings(desk.ask(QUESTION)) == without_timings(answer)
    assert (answer.mode, answer.usage.prompt_tokens) == ("llm", 11)
    assert FALSE not in answer.answer


def test_a_sentence_comes_with_its_quote_before_the_next_is_written(home: Path) -> None:
    read = Event()
    waits = streaming.streams_until(writes(TRUE, FALSE), "}", streaming.waits_for(read))
    with served(waits) as server, Desk.open(home) as desk:
        events = desk.ask_stream(QUESTION)
        assert isinstance(next(events), Found)
        assert server.received == []
        first = next(events)
        assert isinstance(first, Settled)
        assert first.sentence.text == TRUE
        assert "抢险物资储备" in first.citations[0].quote
        read.set()
        (last,) = events
    assert isinstance(last, Answer)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (streaming.breaks, "broke off"),
        (streaming.event({"error": {"message": "overloaded"}}), "overloaded"),
        (streaming.waits, "within 3 s"),
    ],
    ids=["connection", "error", "silence"],
)
def test_what_is_verified_stays_where_the_model_breaks_off(
    home: Path, monkeypatch: pytest.MonkeyPatch, step: Step, says: str
) -> None:
    monkeypatch.setenv("NEWSDESK_MODEL_TIMEOUT", "3")
    answer = assert_whole(comes(home, streaming.streams_until(writes(TRUE, FALSE), "}", step)))
    assert [sentence.text for sentence in answer.sentences] == [TRUE]
    assert answer.mode == "llm"
    (note,) = answer.notes
    assert note.startswith("the answer ends early: ")
    assert says in note


@pytest.mark.parametrize(
    "reply",
    [
        streaming.streams_until(writes(TRUE), '"text"', streaming.breaks),
        streaming.streams_until(writes(FALSE, TRUE), "}", streaming.breaks),
        streaming.streams(writes(FALSE)),
        streaming.streams("<html>busy</html>"),
        fake.fails(401, "bad key"),
    ],
    ids=["half a sentence", "a false one", "nothing true", "nonsense", "no entry"],
)
def test_where_nothing_is_verified_the_archives_own_sentences_follow(
    home: Path, reply: Reply
) -> None:
    answer = assert_whole(comes(home, reply))
    assert (answer.mode, answer.refused) == ("extractive", False)
    assert answer.notes[0].startswith("answered without the language model: ")
    assert FALSE not in answer.answer


def test_an_answer_cut_off_by_the_token_limit_keeps_its_whole_sentences(home: Path) -> None:
    def cut(body: Body) -> str:
        text = writes(TRUE, SECOND)(body)
        return text[: text.index(SECOND) + 5]

    answer = assert_whole(comes(home, streaming.streams(cut, finish_reason="length")))
    assert [sentence.text for sentence in answer.sentences] == [TRUE]
    assert "NEWSDESK_MODEL_TOKENS" in answer.notes[0]
    with served(fake.says(cut, "length")), Desk.open(home) as desk:
        assert without_timings(desk.ask(QUESTION)) == without_timings(answer)


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        (QUESTION, Filters()),
        ("What is the flood control emergency fund for?", Filters()),
        ("恐龙为什么灭绝？", Filters()),
        (QUESTION, Filters(publication="没有这张报纸")),
    ],
)
def test_without_a_language_model_the_same_events_come(
    home: Path, question: str, filters: Filters
) -> None:
    with Desk.open(home) as desk:
        events = list(desk.ask_stream(question, filters=filters))
        answer = assert_whole(events)
        assert without_timings(answer) == without_timings(desk.ask(question, filters=filters))
    leads = [event.lead for event in events if isinstance(event, Settled)]
    assert "".join(leads) == answer.lead


def test_a_blank_question_is_turned_down_at_once(home: Path) -> None:
    with Desk.open(home) as desk, pytest.raises(UsageError, match="blank"):
        desk.ask_stream(" ")


def test_one_who_stops_listening_frees_the_server(home: Path) -> None:
    ended = Event()

    def tells(exchange: fake.Exchange) -> None:
        try:
            streaming.goes_on(streaming.says_piece("好"))(exchange)
        finally:
            ended.set()

    reply = streaming.streams_until(writes(TRUE), "}", tells)
    with served(reply), Desk.open(home) as desk:
        events: Iterator[AnswerEvent] = desk.ask_stream(QUESTION)
        assert isinstance(next(events), Found)
        assert isinstance(next(events), Settled)
        del events
        assert ended.wait(10)


def test_a_prompt_longer_than_the_models_window_is_sent_again_with_half_the_sources(
    home: Path,
) -> None:
    too_long = fake.fails(400, "This model's maximum context length is 2048 tokens.")
    with served(too_long, streaming.streams(writes(TRUE))) as server, Desk.open(home) as desk:
        answer = assert_whole(list(desk.ask_stream(QUESTION)))
    first, second = (json.dumps(body["messages"], ensure_ascii=False) for body in server.received)
    assert len(second) < 0.8 * len(first)
    assert [sentence.text for sentence in answer.sentences] == [TRUE]
    assert "NEWSDESK_MODEL_WINDOW" in answer.notes[0]
    with served(too_long, fake.says(writes(TRUE))), Desk.open(home) as desk:
        assert without_timings(desk.ask(QUESTION)) == without_timings(answer)


def test_a_prompt_that_is_too_long_twice_gives_way_to_the_archives_words(home: Path) -> None:
    reply = fake.fails(400, "maximum context length exceeded")
    with served(reply) as server, Desk.open(home) as desk:
        for answer in (desk.ask(QUESTION), assert_whole(list(desk.ask_stream(QUESTION)))):
            assert answer.mode == "extractive"
            assert "NEWSDESK_MODEL_WINDOW" in answer.notes[0]
    assert len(server.received) == 4
