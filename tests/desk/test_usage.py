"""What answers used, by day and language model."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from rag import Desk
from rag.errors import UsageError
from rag.usage import Usage
from tests.desk.flood_fund import HELD, NOON, QUESTION, saying, served, usage_of
from tests.fake_openai import server as fake
from tests.fake_openai.server import FakeOpenAI


def test_a_call_that_failed_leaves_the_cost_unknown(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSDESK_MODEL_PROMPT_PRICE", "1")
    monkeypatch.setenv("NEWSDESK_MODEL_COMPLETION_PRICE", "1")
    with served(home, fake.fails(401)) as (_, desk):
        answer, explanation = desk.explain(QUESTION)
    assert answer.usage == Usage(cost_usd=None, calls=1)
    assert explanation.messages
    assert explanation.raw_output is None
    (total,) = usage_of(home)
    assert (total.model, total.answers, total.unpriced) == ("gpt-5-mini", 1, 1)


def test_usage_is_told_by_day_and_model_with_its_cost(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSDESK_MODEL_PROMPT_PRICE", "1")
    monkeypatch.setenv("NEWSDESK_MODEL_COMPLETION_PRICE", "10")
    clock = iter([NOON, NOON, NOON + timedelta(days=1)])
    with FakeOpenAI(saying(HELD)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        with Desk.open(home, now=lambda: next(clock)) as desk:
            fresh, kept, other = desk.ask(QUESTION), desk.ask(QUESTION), desk.ask("谁主持了会议？")
            first, second = desk.usage()
            assert desk.usage(date_from=date(2024, 5, 22)) == [second]
            assert desk.usage(date_to=date(2024, 5, 21)) == [first]
            with pytest.raises(UsageError, match="before it begins"):
                desk.usage(date_from=date(2024, 5, 2), date_to=date(2024, 5, 1))
    assert fresh.usage == Usage(11, 7, 0.000081, calls=1)
    assert kept.usage == Usage(0, 0, 0.0, cached_calls=1)
    assert other.usage.calls == 1
    assert (first.day, first.model, first.answers, first.cached) == (
        *(date(2024, 5, 21), "fake-1"),
        *(2, 1),
    )
    assert (first.prompt_tokens, first.cost_usd, first.unpriced) == (11, 0.000081, 0)
