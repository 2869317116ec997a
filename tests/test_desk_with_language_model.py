"""The Desk with a language model behind a real HTTP server on loopback."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag import Desk
from rag.types import Answer
from tests.fake_openai import server as fake
from tests.fake_openai.server import Body, FakeOpenAI, Reply

PAGES = Path(__file__).parents[1] / "eval" / "golden" / "pages"
QUESTION = "防汛应急周转资金用在哪里？"
TRUE = "1200万元防汛应急周转资金专项用于抢险物资储备和群众转移安置。"
FALSE = "3500万元防汛应急周转资金专项用于抢险物资储备和群众转移安置。"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    with Desk.open(home) as desk:
        desk.ingest([PAGES])
    return home


@contextmanager
def served(*script: Reply) -> Iterator[FakeOpenAI]:
    with pytest.MonkeyPatch.context() as patch, FakeOpenAI(*script) as server:
        patch.setenv("OPENAI_BASE_URL", server.url)
        patch.setenv("OPENAI_API_KEY", "sk-not-a-key")
        patch.setenv("NEWSDESK_RESPONSE_CACHE", "0")
        yield server


def asked(home: Path, *script: Reply, question: str = QUESTION) -> Answer:
    with served(*script), Desk.open(home) as desk:
        return desk.ask(question)


def source_with(words: str, body: Body) -> str:
    """The id of the sentence that holds these words, as the prompt prints it."""
    prompt = "\n".join(message["content"] for message in body["messages"])
    (found,) = re.findall(rf"^(S\d+\.\d+) .*{words}", prompt, re.MULTILINE)
    return str(found)


def saying(*sentences: str, words: str = "抢险物资储备") -> Reply:
    return fake.says(
        lambda body: fake.answer_json(*((text, source_with(words, body)) for text in sentences))
    )


def test_a_good_answer_is_passed_on_with_citations(home: Path) -> None:
    answer = asked(home, saying(TRUE))
    assert (answer.mode, answer.model, answer.refused) == ("llm", "fake-1", False)
    assert [sentence.text for sentence in answer.sentences] == [TRUE]
    assert answer.notes == ()
    (citation,) = answer.citations
    assert "抢险物资储备和群众转移安置" in citation.quote
    assert answer.usage.prompt_tokens > 0
    with Desk.open(home) as desk:
        text = desk.article(citation.article_id).text
    assert text[citation.start : citation.end] == citation.quote


def test_an_english_answer_is_held_against_the_chinese_words(home: Path) -> None:
    sentence = "The 12 million yuan flood control fund is for rescue supplies and relocation."
    question = "What is the flood control emergency fund for?"
    translation = fake.says("防汛应急资金用于什么？")
    answer = asked(home, translation, saying(sentence), question=question)
    assert answer.mode == "llm"
    assert [kept.text for kept in answer.sentences] == [sentence]
    assert answer.lead == ""


def test_an_invented_number_is_caught_and_the_user_sees_it(home: Path) -> None:
    answer = asked(home, saying(TRUE, FALSE))
    assert [sentence.text for sentence in answer.sentences] == [TRUE]
    assert "3500" not in answer.answer
    assert any("3500万" in note for note in answer.notes)


def test_an_unknown_source_with_invented_words_is_caught(home: Path) -> None:
    answer = asked(home, fake.cites((FALSE, "S99.1")))
    assert answer.mode == "extractive"
    assert "3500" not in answer.answer
    assert any("S99.1" in note for note in answer.notes)


@pytest.mark.parametrize("text", ["", "   ", "{}", "<html>busy</html>", '{"sentences": 3}'])
def test_an_answer_that_says_nothing_gives_way_to_the_archives_words(home: Path, text: str) -> None:
    answer = asked(home, fake.says(text))
    assert answer.mode == "extractive"
    assert not answer.refused
    assert any("language model" in note for note in answer.notes)


def test_a_models_refusal_is_a_refusal(home: Path) -> None:
    answer = asked(home, fake.declines())
    assert answer.refused
    assert answer.citations == ()


def test_a_dead_server_is_named_and_the_archive_answers(home: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
        patch.setenv("NEWSDESK_MODEL_TIMEOUT", "3")
        with Desk.open(home) as desk:
            answer = desk.ask(QUESTION)
    assert answer.mode == "extractive"
    assert not answer.refused
    assert any("127.0.0.1:9" in note for note in answer.notes)


def test_a_briefing_drops_what_the_model_invents(home: Path) -> None:
    with served(fake.cites((FALSE, "S1.1"))) as server, Desk.open(home) as desk:
        day = desk.issue_dates()[0][0]
        briefing = desk.brief(day)
    points = [point.text for story in briefing.stories for point in story.points]
    assert len(server.received) == len(briefing.stories)
    assert points
    assert FALSE not in points
    assert any("3500万" in note for note in briefing.notes)
