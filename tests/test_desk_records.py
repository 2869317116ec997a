"""Every answer keeps a record: what it holds, how it is found again, what it must never cost."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rag import Desk, __version__
from rag.answering.explanation import trace_lines
from rag.desk import reindex
from rag.errors import AnswerNotFoundError, SettingsError, StoreError, UsageError
from rag.settings import load_settings
from rag.types import Answer, Filters, Usage
from store.answers import ANSWERS_NAME
from tests.fake_openai import server as fake
from tests.fake_openai.server import FakeOpenAI, Reply

REPOSITORY = Path(__file__).parents[1]
PAGES = REPOSITORY / "eval" / "golden" / "pages"
QUESTION = "防汛应急周转资金用在哪里？"
ENGLISH = "What is the flood control emergency fund for?"
CHINESE = "防汛应急资金用于什么？"
HELD = "1200万元防汛应急周转资金专项用于抢险物资储备和群众转移安置。"
INVENTED = "3500万元防汛应急周转资金专项用于抢险物资储备和群众转移安置。"
NOON = datetime(2024, 5, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("filled") / "home"
    with Desk.open(home) as desk:
        desk.ingest([PAGES])
    return home


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    """An archive of the test's own."""
    return Path(shutil.copytree(filled, tmp_path / "home"))


@contextmanager
def served(home: Path, *script: Reply, **settings: str) -> Iterator[tuple[FakeOpenAI, Desk]]:
    with pytest.MonkeyPatch.context() as patch, FakeOpenAI(*script) as server:
        patch.setenv("OPENAI_BASE_URL", server.url)
        for name, value in settings.items():
            patch.setenv(name, value)
        with Desk.open(home) as desk:
            yield server, desk


def saying(*sentences: str) -> Reply:
    """A model that answers with sentences and names the right source for them."""

    def write(body: dict[str, Any]) -> str:
        prompt = body["messages"][-1]["content"].splitlines()
        source = next(line.split()[0] for line in prompt if "专项用于抢险物资储备" in line)
        return fake.answer_json(*((text, source) for text in sentences))

    return fake.says(write)


def translating(text: str, answers: Reply) -> Reply:
    """Translates by one text, and answers by another reply."""
    says = fake.says(text)
    return lambda exchange: (answers if "response_format" in exchange.body else says)(exchange)


def test_a_record_gives_back_the_whole_answer_and_explanation(home: Path) -> None:
    with served(home, saying(HELD, INVENTED)) as (server, desk):
        answer, explanation = desk.explain(QUESTION)
        assert answer.id is not None
        record = desk.trace(answer.id)
    assert (record.answer, record.explanation) == (answer, explanation)
    assert record.explanation.prompt is not None
    assert record.explanation.prompt.startswith("answer ")
    assert INVENTED in str(record.explanation.raw_output)
    assert [drop.text for drop in record.explanation.dropped] == [INVENTED]
    assert [(hit.dense_rank, hit.lexical_rank) for hit in record.explanation.hits]
    sent = [{"role": one.role, "content": one.content} for one in record.explanation.messages]
    assert sent == server.received[0]["messages"]
    made = record.explanation.made
    assert (made.version, made.model) == (__version__, f"gpt-5-mini at {server.url}")


def test_a_record_is_found_by_another_desk_by_the_beginning_of_its_id(home: Path) -> None:
    with Desk.open(home, now=lambda: NOON) as desk:
        answer = desk.ask(QUESTION)
        desk.ask("谁主持了会议？", filters=Filters(publication="霁川日报"))
    assert answer.id is not None
    with Desk.open(home) as desk:
        assert desk.trace(answer.id).answer == answer
        assert desk.trace(answer.id).explanation.made.asked_at == NOON
        second, first = desk.traces()
        assert (first.id, first.question, first.mode, first.model) == (
            *(answer.id, QUESTION),
            *("extractive", None),
        )
        assert desk.trace(second.id).explanation.publication == "霁川日报"
        for unknown in ("", "zzzz", "' OR 1"):
            with pytest.raises(AnswerNotFoundError, match="no answer on record"):
                desk.trace(unknown)
        with pytest.raises(AnswerNotFoundError, match="several answers"):
            desk.trace(answer.id[:6])
        with pytest.raises(UsageError, match="limit"):
            desk.traces(limit=0)


def test_a_refusal_has_a_record_too(home: Path) -> None:
    with Desk.open(home) as desk:
        answer = desk.ask("Who won the national chess championship?")
        (summary,) = desk.traces()
    assert answer.refused
    assert (summary.id, summary.refused) == (answer.id, True)


def test_what_a_model_wrote_in_vain_is_on_record_with_its_tokens(home: Path) -> None:
    with served(home, saying(INVENTED)) as (_, desk):
        answer = desk.ask(QUESTION)
        record = desk.trace(str(answer.id))
    assert answer.mode == "extractive"
    assert INVENTED in str(record.explanation.raw_output)
    assert record.answer.usage == Usage(11, 7, None, calls=1)
    (total,) = usage_of(home)
    assert (total.model, total.prompt_tokens) == ("gpt-5-mini", 11)


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


def usage_of(home: Path) -> list[Any]:
    with Desk.open(home) as desk:
        return desk.usage()


def test_half_a_character_in_what_a_server_sends_costs_no_record(home: Path) -> None:
    with served(home, fake.sends(b'{"x": "\\ud800"}')) as (_, desk):
        answer = desk.ask(QUESTION)
        (note,) = desk.trace(str(answer.id)).answer.notes
    assert "\ud800" in answer.notes[0]
    assert note == answer.notes[0].replace("\ud800", "?")


def test_records_survive_a_reindex(home: Path) -> None:
    with Desk.open(home) as desk:
        answer = desk.ask(QUESTION)
    reindex(load_settings(home=home))
    with Desk.open(home) as desk:
        assert desk.trace(str(answer.id)).answer == answer


def test_records_can_be_turned_off(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_ANSWER_RECORDS", "0")
    with Desk.open(home) as desk:
        answer = desk.ask(QUESTION)
        assert (answer.id, answer.notes, desk.traces(), desk.usage()) == (None, (), [], [])
    assert not (home / ANSWERS_NAME).exists()


def test_the_oldest_records_go_and_their_usage_stays_counted(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSDESK_ANSWER_RECORDS", "2")
    with Desk.open(home) as desk:
        ids = [desk.ask(QUESTION).id for _ in range(3)]
        assert [one.id for one in desk.traces()] == [ids[2], ids[1]]
        with pytest.raises(AnswerNotFoundError):
            desk.trace(str(ids[0]))
        assert sum(total.answers for total in desk.usage()) == 3


def as_folder(file: Path) -> None:
    file.mkdir()


def as_nonsense(file: Path) -> None:
    file.write_bytes(b"no database" * 100)


def as_later(file: Path) -> None:
    with closing(sqlite3.connect(file)) as later:
        later.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize("spoil", [as_folder, as_nonsense, as_later])
def test_a_record_that_cannot_be_written_is_a_note_and_costs_nothing_else(
    home: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(home / ANSWERS_NAME)
    with Desk.open(home) as desk:
        answer = desk.ask(QUESTION)
    assert not answer.refused
    assert answer.id is None
    (note,) = answer.notes
    assert note.startswith("no record was kept of this answer: ")
    assert "\n" not in note


def test_a_record_of_another_shape_is_told_in_one_line(home: Path) -> None:
    with Desk.open(home) as desk:
        answer = desk.ask(QUESTION)
        with closing(sqlite3.connect(home / ANSWERS_NAME)) as file, file:
            file.execute("UPDATE answer SET body = '{}'")
        with pytest.raises(StoreError, match=r"^the record .* can't be read .* another version"):
            desk.trace(str(answer.id))


def test_two_processes_that_answer_at_once_both_keep_records(home: Path) -> None:
    asking = (
        "import sys; from rag import Desk\n"
        "with Desk.open(sys.argv[1]) as desk:\n"
        "    print(*(desk.ask(sys.argv[2]).id for _ in range(5)))"
    )
    askers = [
        subprocess.Popen(
            [sys.executable, "-c", asking, str(home), QUESTION],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        )
        for _ in range(2)
    ]
    ids = {one for asker in askers for one in asker.communicate()[0].split()}
    assert [asker.returncode for asker in askers] == [0, 0]
    assert len(ids) == 10
    with Desk.open(home) as desk:
        assert {one.id for one in desk.traces()} == ids


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


def test_the_fingerprint_follows_what_answers_depend_on(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fingerprint() -> str:
        with Desk.open(home) as desk:
            return desk.explain(QUESTION)[1].made.settings

    first = fingerprint()
    monkeypatch.setenv("NEWSDESK_ANSWER_MEGABYTES", "7")
    monkeypatch.setenv("NEWSDESK_MODEL_PROMPT_PRICE", "7")
    assert fingerprint() == first
    monkeypatch.setenv("NEWSDESK_CANDIDATES", "50")
    assert fingerprint() != first


def test_a_trace_tells_all_of_an_answer(home: Path) -> None:
    with served(home, saying(HELD, INVENTED)) as (_, desk):
        answer, explanation = desk.explain(QUESTION)
    lines = trace_lines(answer, explanation)
    begins = {line.split(" ", 1)[0] for line in lines}
    told = {"id", "asked", "question", "filters", "found", "prompt", "output"}
    assert begins >= told | {"dropped", "kept", "timings", "usage", "note"}
    assert f"id         {answer.id}" in lines
    assert any(line.startswith(f"dropped    {INVENTED}: ") for line in lines)
    assert any("11 prompt tokens, 7 completion tokens, cost unknown" in line for line in lines)


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
