"""What a search finds, or a period, in a few cited points."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag import Desk
from rag.errors import UsageError
from rag.types import Filters
from tests.cli.conftest import run
from tests.desk.flood_fund import HELD, served, source_in
from tests.fake_openai import server as fake

pytestmark = pytest.mark.slow

DAYS = Filters(date(2024, 5, 16), date(2024, 5, 18))


@pytest.fixture
def home(briefed: Path, tmp_path: Path) -> Path:
    """An archive of the test's own, in which briefings are cheap."""
    return Path(shutil.copytree(briefed, tmp_path / "home"))


def test_what_a_search_finds_is_told_in_points_of_its_articles(home: Path) -> None:
    with Desk.open(home) as desk:
        digest = desk.digest("防汛", limit=3, points=2)
        assert (digest.mode, len(digest.sentences)) == ("extractive", 2)
        assert 1 <= len(digest.article_ids) <= 3
        for citation in digest.citations:
            assert citation.article_id in digest.article_ids
            text = desk.article(citation.article_id).text
            assert citation.quote == text[citation.start : citation.end]
        assert any("1200万元防汛应急周转资金" in one.text for one in digest.sentences)
        one = desk.digest("防汛", limit=1, points=1)
        assert (len(one.article_ids), len(one.sentences)) == (1, 1)


def test_nothing_is_told_of_what_the_archive_lacks(home: Path) -> None:
    with Desk.open(home) as desk:
        assert desk.digest("火星探测器着陆").sentences == ()
        assert desk.digest("防汛", filters=Filters(date(2030, 1, 1))).article_ids == ()
        for wrong in ({"search": " "}, {}, {"search": "防汛", "points": 0}):
            with pytest.raises(UsageError):
                desk.digest(**wrong)


def test_a_period_is_told_by_the_first_points_of_its_stories(home: Path) -> None:
    with Desk.open(home) as desk:
        digest = desk.digest(filters=DAYS, points=4)
        briefing = desk.brief(date_from=date(2024, 5, 16), date_to=date(2024, 5, 17))
    first = [story.points[0].text for story in briefing.stories[:4]]
    assert [one.text for one in digest.sentences] == first
    numbers = [number for one in digest.sentences for number in one.citations]
    assert sorted(set(numbers)) == [one.number for one in digest.citations]
    assert numbers[0] == 1
    quotes = {one.number: one.quote for one in digest.citations}
    assert all(one.text.rstrip("。") in quotes[one.citations[0]] for one in digest.sentences)


def test_a_language_model_writes_points_that_are_verified(home: Path) -> None:
    def write(body: dict[str, Any]) -> str:
        prompt = body["messages"][-1]["content"]
        if "专项用于抢险物资储备" not in prompt:
            return fake.answer_json()
        return fake.answer_json((HELD, source_in(body)))

    with served(home, fake.says(write)) as (_, desk):
        digest = desk.digest("防汛应急周转资金", limit=1)
        assert (digest.mode, digest.model) == ("llm", "fake-1")
        assert [one.text for one in digest.sentences] == [HELD]
        assert "专项用于抢险物资储备" in digest.citations[0].quote


def test_the_command_tells_a_search_and_a_period(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSDESK_HOME", str(home))
    value = run("summarize", "--search", "防汛", "--points", "1", "--json").value
    assert (value["refused"], len(value["sentences"])) == (False, 1)
    told = run("summarize", "--from", "2024-05-16", "--to", "2024-05-17", "--points", "2").output
    assert told.count("\n[") == 2
    assert run("summarize", "--search", "火星探测器着陆").output == (
        "the archive holds nothing on this\n"
    )
    for words, said in (
        ((), "say what to sum up"),
        (("--from", "2024-05-16"), "say what to sum up"),
        (("78c0902427aa", "--search", "防汛"), "goes without"),
        (("--search", " "), "blank"),
    ):
        outcome = run("summarize", *words)
        assert (outcome.status, said in outcome.complaint) == (2, True), outcome.complaint
