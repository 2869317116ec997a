"""What a dry run shows, and that it sends nothing."""

from datetime import date
from pathlib import Path

import pytest

from rag import Desk
from rag.errors import SettingsError, UsageError
from rag.types import Filters
from tests.desk.flood_fund import CHINESE, ENGLISH, HELD, QUESTION, saying, served, translating
from tests.fake_openai import server as fake


def test_a_dry_run_shows_what_would_be_sent_and_sends_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSDESK_MODEL_PROMPT_PRICE", "1")
    monkeypatch.setenv("NEWSDESK_MODEL_COMPLETION_PRICE", "10")
    with served(home, saying(HELD)) as (server, desk):
        planned = desk.dry_run(QUESTION)
        assert server.received == []
        assert desk.traces() == []
        answer, explanation = desk.explain(QUESTION)
        (request,) = planned.requests
        assert request.messages == explanation.messages
        assert (request.prompt, request.cached) == (explanation.prompt, False)
        assert planned.model == f"gpt-5-mini at {server.url}"
        assert planned.prompt_cost_usd == pytest.approx(request.prompt_tokens / 1e6)
        assert planned.most_cost_usd == pytest.approx((request.prompt_tokens + 40_000) / 1e6)
        again = desk.dry_run(QUESTION)
        assert again.requests[0].cached
        assert (again.prompt_cost_usd, again.most_cost_usd) == (0.0, 0.0)
        assert not desk.dry_run(QUESTION, use_cache=False).requests[0].cached
    assert len(server.received) == 1
    assert answer.usage.calls == 1


def test_a_dry_run_of_an_english_question_sends_no_translation_either(home: Path) -> None:
    with served(home, translating(CHINESE, fake.declines())) as (server, desk):
        planned = desk.dry_run(ENGLISH)
        assert server.received == []
        assert [one.prompt.split()[0] for one in planned.requests] == ["translate", "answer"]
        assert ENGLISH in planned.requests[0].messages[-1].content
        assert (planned.prompt_cost_usd, planned.most_cost_usd) == (None, None)
        assert any("translation" in note for note in planned.notes)
        desk.ask(ENGLISH)
        known = desk.dry_run(ENGLISH)
    assert [request.cached for request in known.requests] == [True, True]
    assert known.notes == ()


def test_a_dry_run_that_finds_nothing_says_so(home: Path) -> None:
    never = Filters(date_from=date(1999, 1, 1), date_until=date(1999, 1, 2))
    with served(home, fake.declines()) as (_, desk):
        planned = desk.dry_run(QUESTION, filters=never)
    assert planned.requests == ()
    assert any("finds no passage" in note for note in planned.notes)


def test_a_dry_run_without_a_model_is_wrong_usage(home: Path) -> None:
    with Desk.open(home) as desk:
        with pytest.raises(SettingsError, match="no language model is set"):
            desk.dry_run(QUESTION)
        with pytest.raises(UsageError, match="blank"):
            desk.dry_run(" ")
