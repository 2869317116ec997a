"""trace, usage, and asking with --no-cache and --dry-run, with a language model on loopback."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from rich.cells import cell_len

from tests.fake_openai import server as fake
from tests.fake_openai.server import FakeOpenAI

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Newsdesk

pytestmark = pytest.mark.slow

QUESTION = "今年汛期前疏浚多少条灌溉水渠？"
HELD = "会议决定，今年汛期前疏浚灌溉水渠十二条。"


@pytest.fixture
def filled(fresh: "Newsdesk", pages: "Path") -> "Newsdesk":
    """An archive of the test's own, with pages in it."""
    assert fresh("ingest", pages).status == 0
    return fresh


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpenAI]:
    def write(body: dict[str, Any]) -> str:
        prompt = body["messages"][-1]["content"].splitlines()
        source = next(line.split()[0] for line in prompt if "疏浚灌溉水渠" in line)
        return fake.answer_json((HELD, source))

    with FakeOpenAI(fake.says(write)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        yield server


def test_a_trace_is_what_explain_printed(filled: "Newsdesk", server: FakeOpenAI) -> None:
    explained = filled("ask", QUESTION, "--explain")
    (listed,) = filled("trace", "--json").value
    traced = filled("trace", listed["id"])
    assert (explained.status, traced.status) == (0, 0)
    assert HELD in traced.output
    assert "\nprompt     answer " in traced.output
    assert traced.output == explained.output


def test_a_trace_in_json_is_what_explain_gave(filled: "Newsdesk") -> None:
    explained = filled("ask", QUESTION, "--explain", "--json").value
    assert filled("trace", explained["id"][:-1], "--json").value == explained
    assert explained["explanation"]["hits"][0]["dense_rank"]


def test_the_latest_answers_are_listed_one_a_line(
    filled: "Newsdesk", server: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled("ask", QUESTION)
    filled("ask", QUESTION)
    monkeypatch.setenv("NEWSDESK_MODE", "extractive")
    filled("ask", "谁赢得了全国象棋冠军？")
    header, refused, kept, paid = filled("trace").output.splitlines()
    assert header.split()[:2] == ["ID", "Asked"]
    assert "the archive (refused)" in refused
    assert refused.endswith("谁赢得了全国象棋冠军？")
    assert " cached " in kept
    assert " 11 + 7 " in paid
    question = header.index("Question")
    assert {cell_len(line[: line.index("今年")]) for line in (kept, paid)} == {question}
    assert len(filled("trace", "--limit", "2").output.splitlines()) == 3


def test_an_unknown_id_and_an_empty_list_are_one_line(
    fresh: "Newsdesk", monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = fresh("trace", "nothing")
    assert (outcome.status, outcome.output) == (1, "")
    assert outcome.complaint.count("\n") == 1
    assert "no answer on record has the id 'nothing'" in outcome.complaint
    assert fresh("trace").output == "no answer is on record\n"
    assert fresh("usage").output == "no answer was counted\n"
    assert (fresh("trace", "--json").value, fresh("usage", "--json").value) == ([], [])
    monkeypatch.setenv("NEWSDESK_ANSWER_RECORDS", "0")
    assert fresh("trace").output == "no answer is on record; NEWSDESK_ANSWER_RECORDS is 0\n"


def test_usage_is_a_table_that_aligns_any_model_name_and_a_total(
    filled: "Newsdesk", server: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled("ask", QUESTION)
    filled("ask", QUESTION)
    monkeypatch.setenv("NEWSDESK_MODEL_PROMPT_PRICE", "1")
    monkeypatch.setenv("NEWSDESK_MODEL_COMPLETION_PRICE", "10")
    filled("ask", QUESTION, "--no-cache")
    monkeypatch.setenv("NEWSDESK_MODE", "extractive")
    filled("ask", QUESTION)
    header, none, model, total = filled("usage").output.splitlines()
    columns = [header.index(name) for name in ("Model", "Answers", "Cached", "Cost")]
    assert none[columns[0] :].split() == ["-", *"100000", "0.000000"]
    assert model[columns[0] :].split()[:7] == ["fake-1", "3", "0", "0", "1", "22", "14"]
    assert model.endswith("0.000081 and 1 unknown")
    assert total[columns[0] :].split()[:7] == ["all", "4", "0", "0", "1", "22", "14"]
    assert [model[at - 1] for at in columns] == [" "] * 4
    values = filled("usage", "--json").value
    assert [(one["model"], one["unpriced"]) for one in values] == [(None, 0), ("fake-1", 1)]
    assert filled("usage", "--to", "2020-01-01", "--json").value == []
    assert filled("usage", "--from", "2020-02-01", "--to", "2020-01-01").status == 2


def test_no_cache_asks_the_model_anew(filled: "Newsdesk", server: FakeOpenAI) -> None:
    filled("ask", QUESTION)
    cached = filled("ask", QUESTION, "--json").value["usage"]
    assert (cached["cached"], cached["prompt_tokens"], cached["cost_usd"]) == (True, 0, 0.0)
    fresh = filled("ask", QUESTION, "--no-cache", "--json").value["usage"]
    assert (fresh["cached"], fresh["prompt_tokens"], fresh["cost_usd"]) == (False, 11, None)
    assert len(server.received) == 2


def test_a_dry_run_prints_the_messages_and_sends_nothing(
    filled: "Newsdesk", server: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = filled("ask", QUESTION, "--dry-run")
    assert outcome.status == 0
    assert outcome.output.startswith("nothing is sent; this would go to gpt-5-mini at http://127")
    assert "--- system\n" in outcome.output
    assert f"Question: {QUESTION}" in outcome.output
    assert "cost unknown: set NEWSDESK_MODEL_PROMPT_PRICE" in outcome.output
    monkeypatch.setenv("NEWSDESK_MODEL_PROMPT_PRICE", "1")
    monkeypatch.setenv("NEWSDESK_MODEL_COMPLETION_PRICE", "10")
    planned = filled("ask", QUESTION, "--dry-run", "--json").value
    (request,) = planned["requests"]
    assert request["prompt_tokens"] > 300
    assert planned["prompt_cost_usd"] == pytest.approx(request["prompt_tokens"] / 1e6)
    assert "about 0.000" in filled("ask", QUESTION, "--dry-run").output
    assert server.received == []
    filled("ask", QUESTION)
    again = filled("ask", QUESTION, "--dry-run").output
    assert "answered from the response cache" in again
    assert len(server.received) == 1


def test_a_dry_run_without_a_model_or_with_explain_is_wrong_usage(filled: "Newsdesk") -> None:
    for words, said in (
        (["--dry-run"], "no language model is set"),
        (["--dry-run", "--explain"], "goes without --explain"),
    ):
        outcome = filled("ask", QUESTION, *words)
        assert (outcome.status, outcome.output) == (2, "")
        assert said in outcome.complaint
        assert outcome.complaint.count("\n") == 1


def test_an_answer_whose_record_fails_is_printed_with_a_note(
    filled: "Newsdesk", home: "Path"
) -> None:
    (home / "answers.sqlite").mkdir()
    outcome = filled("ask", QUESTION)
    assert (outcome.status, outcome.complaint) == (0, "")
    assert "十二条" in outcome.output.replace("十\n二条", "十二条")
    assert "note: no record was kept of this answer: " in outcome.output
