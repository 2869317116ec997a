"""The chat command: questions line by line, on a pipe and on a terminal."""

import io
import json
import sys
from typing import Any

import pytest

from tests.cli.conftest import Newsdesk, Outcome
from tests.fake_openai import server as fake
from tests.fake_openai.server import FakeOpenAI

FIRST = "县政府常务会议研究了什么工作？"
NEXT = "那天还发生了什么？"


class Keyboard:
    """A stdin that is a terminal; where nothing is left to type, Ctrl-C is pressed or, by default,
    Ctrl-D."""

    def __init__(self, typed: str, *, interrupts: bool = False) -> None:
        self._typed = io.StringIO(typed)
        self._interrupts = interrupts

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        line = self._typed.readline()
        if not line and self._interrupts:
            raise KeyboardInterrupt
        return line


@pytest.fixture
def typed(newsdesk: Newsdesk, monkeypatch: pytest.MonkeyPatch) -> Newsdesk:
    """Runs chat on lines that are piped in: typed("…", "…", options=[…])."""

    def talk(*lines: str, options: tuple[str, ...] = ()) -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return newsdesk("chat", *options)

    return talk


def turns(outcome: Outcome) -> list[dict[str, Any]]:
    assert outcome.status == 0, outcome.complaint
    return [json.loads(line) for line in outcome.output.splitlines()]


def test_each_question_is_answered_as_ask_answers_it(typed: Newsdesk, newsdesk: Newsdesk) -> None:
    outcome = typed(FIRST, "", "流动图书车多久来一次？")
    assert outcome.status == 0
    assert outcome.complaint == ""
    asked = [newsdesk("ask", question).output for question in (FIRST, "流动图书车多久来一次？")]
    assert outcome.output == "".join(f"{answer}\n" for answer in asked)


def test_a_follow_up_shows_what_it_was_understood_as(typed: Newsdesk, newsdesk: Newsdesk) -> None:
    outcome = typed(FIRST, NEXT)
    understood = "2024年5月20日还发生了什么？"
    assert f"understood as: {understood}\n{newsdesk('ask', understood).output}" in outcome.output


def test_json_gives_a_line_for_each_question(typed: Newsdesk) -> None:
    first, second = turns(typed(FIRST, NEXT, options=("--json",)))
    assert (first["asked"], first["understood"], first["question"]) == (FIRST, FIRST, FIRST)
    assert second["asked"] == NEXT
    assert second["understood"] == second["question"] == "2024年5月20日还发生了什么？"
    assert {"answer", "citations", "refused", "notes"} <= first.keys()


def test_new_starts_over_and_quit_ends(typed: Newsdesk) -> None:
    told = turns(typed(FIRST, "/new", NEXT, "/quit", FIRST, options=("--json",)))
    assert [turn["understood"] for turn in told] == [FIRST, NEXT]


def test_filters_hold_for_every_question(typed: Newsdesk) -> None:
    options = ("--json", "--publication", "白榆晚报")
    told = turns(typed("添置了什么？", "图书车几号开进小学？", options=options))
    cited = [citation["publication"] for turn in told for citation in turn["citations"]]
    assert cited
    assert set(cited) == {"白榆晚报"}


def test_nothing_typed_is_done(typed: Newsdesk) -> None:
    assert typed() == Outcome(0, "", "")


@pytest.mark.parametrize("interrupts", [False, True], ids=["Ctrl-D", "Ctrl-C"])
def test_a_terminal_is_prompted_and_left_cleanly(
    newsdesk: Newsdesk, monkeypatch: pytest.MonkeyPatch, interrupts: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", Keyboard(f"{FIRST}\n", interrupts=interrupts))
    outcome = newsdesk("chat")
    assert outcome.status == 0
    assert "灌溉" in outcome.output
    assert outcome.complaint.startswith("> ")
    assert "newsdesk:" not in outcome.complaint


def test_what_is_no_text_is_told_and_the_next_question_answered(
    newsdesk: Newsdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped = io.BytesIO(b"\xff\xfe\n" + f"{FIRST}\n".encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(piped, encoding="utf-8"))
    outcome = newsdesk("chat", "--json")
    assert [turn["asked"] for turn in turns(outcome)] == [FIRST]
    assert "encoding" in outcome.complaint


def test_a_language_model_that_fails_is_noted(
    typed: Newsdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-a-key")
    with FakeOpenAI(fake.fails(401, "no")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        first, second = turns(typed(FIRST, NEXT, options=("--json",)))
        shown = typed(FIRST, NEXT).output
    assert not any(note.startswith("understood without") for note in first["notes"])
    assert second["notes"][0].startswith("understood without the language model: ")
    assert second["understood"] == "2024年5月20日还发生了什么？"
    assert "note: understood without the language model: " in shown


def test_a_range_that_runs_backwards_is_wrong_usage(typed: Newsdesk) -> None:
    outcome = typed(FIRST, options=("--from", "2024-05-02", "--to", "2024-05-01"))
    assert outcome.status == 2
    assert outcome.output == ""
