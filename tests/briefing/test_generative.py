"""Stories by a language model behind a real HTTP server: read, put together, verified, bounded."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag import Desk
from rag.briefing_types import Briefing
from tests.briefing.conftest import DAYS
from tests.fake_openai import server as fake
from tests.fake_openai.server import Body, FakeOpenAI, Reply


@contextmanager
def served(*script: Reply, **environment: str) -> Iterator[FakeOpenAI]:
    with pytest.MonkeyPatch.context() as patch, FakeOpenAI(*script) as server:
        patch.setenv("OPENAI_BASE_URL", server.url)
        patch.setenv("OPENAI_API_KEY", "sk-not-a-key")
        patch.setenv("NEWSDESK_RESPONSE_CACHE", "0")
        for name, value in environment.items():
            patch.setenv(name, value)
        yield server


def briefed(home: Path) -> Briefing:
    with Desk.open(home) as desk:
        return desk.brief(DAYS[0], publication="霁川日报", length="short")


def prompt_of(body: Body) -> str:
    return "\n".join(message["content"] for message in body["messages"])


def first_sentence(body: Body) -> str:
    """A reply that says the first sentence that it is shown."""
    found = re.search(r"^(S\d+\.\d+) (.+)$", prompt_of(body), re.MULTILINE)
    assert found is not None
    return fake.answer_json((found[2], found[1]))


@pytest.mark.slow
def test_each_article_is_read_and_each_story_of_several_put_together(home: Path) -> None:
    with served(fake.says(first_sentence)) as server, Desk.open(home) as desk:
        briefing = desk.brief(DAYS[0], length="short")
    assert (briefing.mode, briefing.model) == ("llm", "fake-1")
    articles = sum(len(story.article_ids) for story in briefing.stories)
    several = sum(len(story.article_ids) > 1 for story in briefing.stories)
    assert len(server.received) == articles + several
    quotes = {citation.number: citation.quote for citation in briefing.citations}
    for story in briefing.stories:
        for point in story.points:
            assert point.supported
            assert point.text in quotes[point.citations[0]]


def test_a_story_that_the_model_makes_up_is_told_in_the_articles_words(home: Path) -> None:
    with served(fake.cites(("县里拨款9亿元修路。", "S1.1"))):
        made_up = briefed(home)
    assert made_up.mode == "extractive"
    assert not any("9亿元" in point.text for story in made_up.stories for point in story.points)
    assert any("9亿" in note for note in made_up.notes)
    assert all("in the article's own words" in note for note in made_up.notes)
    assert len(made_up.notes) == len(made_up.stories)


def test_a_dead_server_is_asked_once(home: Path) -> None:
    with served(fake.fails(401, "no")) as server:
        briefing = briefed(home)
    assert len(server.received) == 1
    assert briefing.mode == "extractive"
    assert all(story.points for story in briefing.stories)
    assert "OPENAI_API_KEY" in briefing.notes[0]


def test_a_spent_budget_leaves_the_rest_to_the_articles_words(home: Path) -> None:
    with served(fake.says(first_sentence), NEWSDESK_BRIEFING_TOKENS="1000") as server:
        briefing = briefed(home)
    assert len(server.received) > 0
    assert all(story.points for story in briefing.stories)
    spent = [note for note in briefing.notes if "NEWSDESK_BRIEFING_TOKENS" in note]
    assert (len(server.received) < len(briefing.stories)) == bool(spent)


def test_a_briefing_that_was_made_goes_on_with_kept_replies(home: Path, tmp_path: Path) -> None:
    with served(fake.says(first_sentence), NEWSDESK_RESPONSE_CACHE="100") as server:
        first = briefed(home)
        asked = len(server.received)
        assert briefed(home) == first
        assert len(server.received) == asked
