"""A language model's text as it comes."""

import time
from collections.abc import Iterable
from threading import Event

import pytest

from prompts import Message
from rag.answering.llm import Completion, LanguageModel
from rag.answering.reply_schema import SCHEMA
from rag.errors import LanguageModelError
from tests.fake_openai import server as fake
from tests.fake_openai import streaming
from tests.fake_openai.server import Reply, Serve
from tests.fake_openai.streaming import done, event, finishes, says_piece

ASKED = (Message("system", "Be brief."), Message("user", "问题"))
PIECE = says_piece("好的")
SLOW_PIECE = streaming.slow(0.05, PIECE)  # well within any time-out on one read


def collected(parts: Iterable[str | Completion]) -> tuple[list[str], Completion]:
    """The pieces of text of a stream, and its last item."""
    *pieces, last = parts
    assert isinstance(last, Completion)
    return [piece for piece in pieces if isinstance(piece, str)], last


def until_it_fails(model: LanguageModel) -> tuple[list[str | Completion], str]:
    """What a stream gives before it fails, and how it fails."""
    parts: list[str | Completion] = []
    with pytest.raises(LanguageModelError) as error:  # noqa: PT012
        for part in model.stream(ASKED, SCHEMA):
            parts.append(part)
    return parts, str(error.value)


def test_gives_pieces_and_last_the_whole_with_its_usage(serve: Serve) -> None:
    server, model = serve(streaming.streams("你好\u2028，世界", size=2))
    pieces, last = collected(model.stream(ASKED, SCHEMA))
    assert pieces == ["你好", "\u2028，", "世界"]
    assert (last.text, last.model, last.finish_reason) == ("你好\u2028，世界", "fake-1", "stop")
    assert (last.usage.prompt_tokens, last.usage.completion_tokens) == (11, 7)
    sent = server.received[0]
    assert sent["stream"] is True
    assert sent["stream_options"] == {"include_usage": True}
    assert sent["response_format"]["json_schema"]["schema"] == SCHEMA
    assert sent["max_completion_tokens"] == 400


def test_a_piece_is_given_before_the_next_is_written(serve: Serve) -> None:
    read = Event()
    _, model = serve(
        streaming.sent(PIECE, streaming.waits_for(read), says_piece("。"), finishes(), done)
    )
    parts = model.stream(ASKED)
    assert next(parts) == "好的"
    read.set()
    assert collected(parts)[1].text == "好的。"


@pytest.mark.parametrize("option", ["stream_options", "response_format", "temperature"])
def test_streams_without_what_the_server_turns_down_and_remembers(
    serve: Serve, option: str
) -> None:
    server, model = serve(fake.turns_down(option, streaming.streams("好的", usage=False)))
    for _ in range(2):
        _, last = collected(model.stream(ASKED, SCHEMA))
        assert (last.text, last.usage.prompt_tokens) == ("好的", 0)
    assert [option in body for body in server.received] == [True, False, False]
    assert all(body["stream"] for body in server.received)


@pytest.mark.parametrize("message", ["", "unknown request"])
def test_a_server_that_streams_nothing_is_asked_for_the_whole_and_remembered(
    serve: Serve, message: str
) -> None:
    server, model = serve(fake.turns_down("stream", fake.says("好"), message))
    assert collected(model.stream(ASKED)) == (["好"], model.complete(ASKED))
    asked = len(server.received)
    assert collected(model.stream(ASKED))[0] == ["好"]
    assert len(server.received) == asked + 1


def test_a_server_that_answers_whole_all_the_same(serve: Serve) -> None:
    server, model = serve(fake.says("好"))
    assert collected(model.stream(ASKED))[0] == ["好"]
    assert len(server.received) == 1


@pytest.mark.parametrize(
    "stream",
    [
        streaming.sent(streaming.breaks),
        streaming.sent(),
        streaming.sent(event({"error": {"message": "overloaded"}})),
        streaming.sent(streaming.data("{nonsense")),
        streaming.sent(streaming.data("[1]"), kind="text/plain"),
    ],
)
def test_a_stream_that_breaks_off_before_any_text_is_tried_once_more_as_a_whole(
    serve: Serve, stream: Reply
) -> None:
    server, model = serve(streaming.where_asked(stream, fake.says("好")))
    assert collected(model.stream(ASKED))[0] == ["好"]
    assert [body.get("stream", False) for body in server.received] == [True, False]


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (streaming.sent(PIECE, streaming.breaks), "broke off its answer"),
        (streaming.sent(PIECE), "broke off its answer"),
        (
            streaming.sent(PIECE, event({"error": {"message": "no sk-secret"}}), done),
            "broke off its answer (no ***)",
        ),
        (streaming.sent(PIECE, event({"error": "quota"})), "broke off its answer (quota)"),
        (streaming.sent(PIECE, streaming.data("{nonsense")), "broke off its answer (sent {nons"),
        (streaming.sent(PIECE, event({"choices": 3})), 'broke off its answer (sent {"choices": 3'),
        (
            streaming.sent(PIECE, streaming.raw(b'data: {"model": "\xff"}\n\n')),
            "broke off its answer (sent",
        ),
    ],
)
def test_a_stream_that_breaks_off_half_way_is_one_clear_line_without_the_key(
    serve: Serve, reply: Reply, says: str
) -> None:
    server, model = serve(reply)
    parts, message = until_it_fails(model)
    assert parts == ["好的"]
    assert says in message
    assert server.url in message
    assert "\n" not in message
    assert "sk-secret" not in message
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ((finishes(),), "empty answer; try again"),
        ((finishes("length"), done), "empty answer; raise NEWSDESK_MODEL_TOKENS"),
        ((done,), "empty answer"),
        (
            (event({"choices": [{"delta": {"refusal": "I won't"}}]}), finishes(), done),
            "declined to answer: I won't",
        ),
    ],
)
def test_a_stream_without_an_answer(
    serve: Serve, steps: tuple[streaming.Step, ...], says: str
) -> None:
    _, model = serve(streaming.sent(*steps))
    parts, message = until_it_fails(model)
    assert parts == []
    assert says in message


@pytest.mark.parametrize(
    "steps",
    [
        (event({"choices": None}), event({"choices": [{"delta": None}]})),
        (streaming.raw(b": still here\n\nevent: x\r\nid: 7\rretry: 9\n\n"),),
        (event({"choices": [{"delta": {"role": "assistant", "reasoning_content": "hm"}}]}),),
    ],
)
def test_events_without_text_are_passed_over(
    serve: Serve, steps: tuple[streaming.Step, ...]
) -> None:
    _, model = serve(streaming.sent(*steps, PIECE, *steps, finishes()))
    assert collected(model.stream(ASKED))[0] == ["好的"]


def test_an_event_may_come_in_any_blocks(serve: Serve) -> None:
    block = (
        b'data:{"choices":[{"delta":{"content":"\xe5\xa5\xbd"},"finish_reason":"stop"}]}\r\n\r\n'
    )
    _, model = serve(streaming.sent(*(streaming.raw(block[i : i + 1]) for i in range(len(block)))))
    assert collected(model.stream(ASKED))[0] == ["好"]


def test_text_without_end_is_cut(serve: Serve) -> None:
    _, model = serve(streaming.sent(streaming.goes_on(says_piece("好" * 100))))
    pieces, last = collected(model.stream(ASKED))
    assert last.text == "".join(pieces)
    assert last.finish_reason == "length"
    assert len(last.text) < 10 * 400


def test_events_without_end_and_without_text_are_cut(serve: Serve) -> None:
    flood = streaming.sent(streaming.goes_on(streaming.raw(b": wait\n\n" * 10_000)))
    _, model = serve(streaming.where_asked(flood, fake.fails(500, retry_after_ms="10")))
    parts, message = until_it_fails(model)
    assert parts == []
    assert "HTTP 500" in message


@pytest.mark.parametrize(
    "reply",
    [
        fake.hangs,
        fake.drips_headers,
        streaming.sent(streaming.waits),
        streaming.sent(streaming.goes_on(SLOW_PIECE)),
        streaming.sent(streaming.goes_on(streaming.raw(b":" * 20))),
    ],
    ids=["silence", "headers", "stream", "pieces", "comments"],
)
def test_the_deadline_holds(serve: Serve, reply: Reply) -> None:
    _, model = serve(reply, seconds=0.6)
    assert "within 0.6 s" in until_it_fails(model)[1]


def test_the_deadline_holds_for_one_who_takes_long_over_each_piece(serve: Serve) -> None:
    _, model = serve(streaming.sent(streaming.goes_on(SLOW_PIECE)), seconds=0.5)
    parts = model.stream(ASKED)
    assert next(parts) == "好的"
    time.sleep(0.6)
    with pytest.raises(LanguageModelError, match=r"within 0\.5 s"):
        list(parts)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_tries_again_after_a_passing_failure(serve: Serve, status: int) -> None:
    server, model = serve(fake.fails(status, retry_after_ms="10"), streaming.streams("好"))
    assert collected(model.stream(ASKED))[0] == ["好"]
    assert len(server.received) == 2


def test_one_who_stops_reading_leaves_no_request_open(serve: Serve) -> None:
    ended = Event()

    def tells(exchange: fake.Exchange) -> None:
        try:
            streaming.sent(streaming.goes_on(PIECE))(exchange)
        finally:
            ended.set()

    _, model = serve(tells)
    parts = model.stream(ASKED)
    next(parts)
    parts.close()  # type: ignore[attr-defined]
    assert ended.wait(10)
