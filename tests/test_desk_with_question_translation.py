"""English questions that a language model on loopback puts into Chinese for the search."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag import Desk
from tests.fake_openai import server as fake
from tests.fake_openai.server import FakeOpenAI, Reply

# Names that no dictionary holds, in articles that differ in little else.
COMPANIES = {
    "mingquan": "明泉公司",
    "qingling": "青岭公司",
    "shuoyuan": "朔原公司",
    "tanwei": "檀苇公司",
}
QUESTION = "How many workers does Brightwell employ?"
CHINESE = "明泉公司有多少员工？"
TWO = "How many workers does Brightwell employ? Where is Greenridge?"


def row(identity: str, company: str, number: int) -> str:
    text = (
        f"{company}位于云溪市第{number}工业园，生产家用水表和管道配件。"
        f"{company}有员工{number}85人，去年产值{number}000万元。"
    )
    return json.dumps({"id": identity, "text": text, "date": "2023-03-16"}, ensure_ascii=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("companies")
    rows = [row(name, company, at) for at, (name, company) in enumerate(COMPANIES.items(), start=1)]
    (folder / "companies.jsonl").write_text("\n".join(rows), encoding="utf-8")
    with Desk.open(folder / "home") as desk:
        assert desk.ingest([folder / "companies.jsonl"]).new == len(COMPANIES)
    return folder / "home"


def translates(text: str, answers: Reply | None = None) -> Reply:
    """Translates by one text; answers, which are asked for by a schema, by another reply."""
    says, answer = fake.says(text), answers or fake.declines()
    return lambda exchange: (answer if "response_format" in exchange.body else says)(exchange)


@contextmanager
def served(home: Path, reply: Reply, **settings: str) -> Iterator[tuple[FakeOpenAI, Desk]]:
    with pytest.MonkeyPatch.context() as patch, FakeOpenAI(reply) as server:
        patch.setenv("OPENAI_BASE_URL", server.url)
        patch.setenv("OPENAI_API_KEY", "sk-not-a-key")
        patch.setenv("NEWSDESK_RESPONSE_CACHE", "0")
        for name, value in settings.items():
            patch.setenv(name, value)
        with Desk.open(home) as desk:
            yield server, desk


@pytest.mark.parametrize(("source_id", "company"), COMPANIES.items())
def test_a_name_that_the_dictionary_lacks_is_found(
    home: Path, source_id: str, company: str
) -> None:
    with served(home, translates(f"{company}有多少员工？")) as (_, desk):
        assert desk.search(QUESTION)[0].source_id == source_id


def test_the_parts_of_a_question_find_each_its_own(home: Path) -> None:
    with served(home, translates(f"{CHINESE}\n青岭公司在哪里？")) as (server, desk):
        found = {hit.source_id for hit in desk.search(TWO)[:2]}
    assert found == {"mingquan", "qingling"}
    assert len(server.received) == 1


def test_an_answer_counts_the_tokens_of_both_calls_and_explains_the_search(home: Path) -> None:
    reply = translates(CHINESE, fake.cites(("Brightwell (明泉公司) employs 185 workers.", "S1.2")))
    with served(home, reply) as (server, desk):
        answer, explanation = desk.explain(QUESTION)
    assert answer.mode == "llm"
    assert answer.notes == ()
    assert len(server.received) == 2
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (22, 14)
    assert explanation.translation == (CHINESE,)
    assert any(line.endswith(CHINESE) for line in explanation.lines())


def test_a_question_asked_twice_is_translated_once(home: Path) -> None:
    with served(home, translates(CHINESE)) as (server, desk):
        first, again = desk.ask(QUESTION), desk.ask(QUESTION)
    assert first.usage.prompt_tokens == 2 * again.usage.prompt_tokens
    assert sum("response_format" not in body for body in server.received) == 1


def test_no_article_is_sent_for_a_translation(home: Path) -> None:
    with served(home, translates(CHINESE)) as (server, desk):
        desk.ask(QUESTION)
    (sent,) = [body for body in server.received if "response_format" not in body]
    text = json.dumps(sent, ensure_ascii=False)
    assert QUESTION in text
    assert not any(company in text for company in COMPANIES.values())


@pytest.mark.parametrize(
    ("question", "mode"), [("明泉公司有多少员工？", "auto"), (QUESTION, "extractive")]
)
def test_a_chinese_question_and_the_extractive_mode_ask_no_model(
    home: Path, question: str, mode: str
) -> None:
    with served(home, translates(CHINESE), NEWSDESK_MODE=mode) as (server, desk):
        desk.search(question)
        if mode == "extractive":
            assert desk.explain(question)[1].translation == ()
    assert server.received == []


@pytest.mark.parametrize("text", ["", "Brightwell", "no idea\nat all", "明泉公司" * 30])
def test_a_useless_translation_leaves_the_search_as_it_is_and_is_noted(
    home: Path, text: str
) -> None:
    with served(home, translates(text), NEWSDESK_MODE="extractive") as (_, desk):
        plain = [(hit.chunk.id, hit.score) for hit in desk.search(QUESTION)]
    with served(home, translates(text)) as (_, desk):
        assert [(hit.chunk.id, hit.score) for hit in desk.search(QUESTION)] == plain
        answer = desk.ask(QUESTION)
    assert any(note.startswith("searched without a Chinese translation") for note in answer.notes)


def test_a_search_says_in_the_log_that_it_lacks_the_translation(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with served(home, fake.fails(400)) as (_, desk), caplog.at_level(logging.WARNING, "rag"):
        assert desk.search(QUESTION)
    assert "searched without a Chinese translation" in caplog.text


def test_a_server_that_hangs_delays_a_search_by_a_share_of_its_time(home: Path) -> None:
    with served(home, fake.hangs, NEWSDESK_MODEL_TIMEOUT="1.5") as (_, desk):
        answer = desk.ask(QUESTION)
    assert answer.mode == "extractive"
    assert len(answer.notes) == 2
    assert answer.timings_ms["retrieve"] < answer.timings_ms["compose"]
    assert "0.25 s" in answer.notes[0]
