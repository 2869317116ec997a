"""What `ask` prints on a terminal: the words that a pipe gets, each as soon as it is settled."""

import io
from contextlib import redirect_stdout
from threading import Event

import pytest

from rag.faces.cli import main
from tests.cli.conftest import Newsdesk
from tests.fake_openai import server as fake
from tests.fake_openai import streaming
from tests.fake_openai.server import Body, FakeOpenAI, Reply
from tests.test_desk_with_language_model import source_with

QUESTION = "疏浚灌溉水渠要多少经费？"
FIRST = "会议决定，今年汛期前疏浚灌溉水渠十二条，总长86公里。"
SECOND = "经费430万元列入本级预算。"


class Terminal(io.StringIO):
    """A stdout that is a terminal; `told` is set once a text stands on it."""

    def __init__(self, awaited: str) -> None:
        super().__init__()
        self.told = Event()
        self._awaited = awaited

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        written = super().write(text)
        if self._awaited in self.getvalue():
            self.told.set()
        return written


def both(body: Body) -> str:
    source = source_with("疏浚灌溉水渠", body)
    return fake.answer_json((FIRST, source), (SECOND, source), ("经费900万元。", source))


def on_terminal(terminal: Terminal, *words: str) -> str:
    with redirect_stdout(terminal):
        assert main(["ask", *words]) == 0
    return terminal.getvalue()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> "pytest.MonkeyPatch":
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-a-key")
    monkeypatch.setenv("NEWSDESK_RESPONSE_CACHE", "0")
    return monkeypatch


def test_a_sentence_stands_on_the_terminal_before_the_next_is_written(
    newsdesk: Newsdesk, asked: pytest.MonkeyPatch
) -> None:
    terminal = Terminal(FIRST)
    reply = streaming.streams_until(both, "}", streaming.waits_for(terminal.told))
    with FakeOpenAI(reply) as server:
        asked.setenv("OPENAI_BASE_URL", server.url)
        printed = on_terminal(terminal, QUESTION)
        elsewhere = newsdesk("ask", QUESTION).output
    assert printed == elsewhere
    assert printed.startswith(f"{FIRST}[1]\n{SECOND}")
    assert "note: left out “经费900万元。”" in printed


@pytest.mark.parametrize(
    "reply",
    [streaming.streams(both), fake.declines(), fake.fails(401, "no"), fake.says("<html>")],
    ids=["answer", "refusal", "no entry", "nonsense"],
)
def test_a_terminal_shows_what_a_pipe_gets(
    newsdesk: Newsdesk, asked: pytest.MonkeyPatch, reply: Reply
) -> None:
    with FakeOpenAI(reply) as server:
        asked.setenv("OPENAI_BASE_URL", server.url)
        printed = on_terminal(Terminal(""), QUESTION)
        assert printed == newsdesk("ask", QUESTION).output
        assert server.received[0]["stream"] is True


def test_without_a_language_model_a_terminal_shows_what_a_pipe_gets(newsdesk: Newsdesk) -> None:
    for question in (QUESTION, "How many lanterns were sold?"):
        assert on_terminal(Terminal(""), question) == newsdesk("ask", question).output


def test_a_short_answer_stands_before_the_quotes(newsdesk: Newsdesk) -> None:
    question = "全县小麦种植面积是多少亩？"
    printed = on_terminal(Terminal(""), question)
    assert printed == newsdesk("ask", question).output
    short, empty, first, *_ = printed.splitlines()
    assert (short, empty) == ("21万亩[1]", "")
    assert first == "今年小麦种植面积21万亩，投入联合收割机380台。[1]〔今年：2024年〕"


def test_json_and_explanations_come_whole(newsdesk: Newsdesk, asked: pytest.MonkeyPatch) -> None:
    with FakeOpenAI(streaming.streams(both)) as server:
        asked.setenv("OPENAI_BASE_URL", server.url)
        for option in ("--json", "--explain"):
            printed = on_terminal(Terminal(""), QUESTION, option)
            assert len(printed) > len(FIRST)
        assert not any(body.get("stream") for body in server.received)
