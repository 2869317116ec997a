"""Finished briefings: made once, given again while nothing changes, listed, found."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rag import Desk
from rag.errors import BriefingNotFoundError, HomeError, UsageError
from rag.settings import load_settings
from store.briefings import BRIEFINGS_NAME
from tests.desk.flood_fund import served
from tests.fake_openai import server as fake

DAY = date(2024, 5, 16)
NEXT = date(2024, 5, 17)
pytestmark = pytest.mark.slow

MORNING = datetime(2024, 5, 18, 7, 0, tzinfo=UTC)


@pytest.fixture
def home(briefed: Path, tmp_path: Path) -> Path:
    """An archive of the test's own, in which briefings are cheap."""
    return Path(shutil.copytree(briefed, tmp_path / "home"))


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    with Desk.open(home, now=lambda: MORNING) as opened:
        yield opened


def test_while_nothing_changes_the_same_is_given_again(desk: Desk, home: Path) -> None:
    first = desk.briefings.finish(DAY)
    assert (first.again, first.made_at) == (False, MORNING)
    assert first.id is not None
    with Desk.open(home) as later:
        again = later.briefings.finish(date_from=DAY, date_to=DAY)
    assert (again.again, again.id, again.made_at) == (True, first.id, MORNING)
    assert again.briefing == first.briefing
    assert desk.briefings.finish(DAY, length="short").id != first.id
    assert desk.briefings.finish(DAY, publication="霁川日报").id != first.id
    anew = desk.briefings.finish(DAY, anew=True)
    assert (anew.again, anew.briefing) == (False, first.briefing)
    assert desk.briefings.finish(DAY).id == anew.id


def test_other_articles_or_settings_make_it_anew(desk: Desk, home: Path, tmp_path: Path) -> None:
    first = desk.briefings.finish(DAY)
    topic = desk.briefings.finish(DAY, topic="防汛")
    row = {
        "text": "5月16日，白榆县的新码头启用。",
        "date": "2024-05-20",
        "publication": "白榆日报",
    }
    (tmp_path / "more.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    desk.ingest([tmp_path / "more.jsonl"])
    assert desk.briefings.finish(DAY).id == first.id  # of another day
    assert desk.briefings.finish(DAY, topic="防汛").id != topic.id  # a search knows all of them
    row["date"] = DAY.isoformat()
    (tmp_path / "same.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    desk.ingest([tmp_path / "same.jsonl"])
    assert not desk.briefings.finish(DAY).again
    changed = load_settings(home=home).model_copy(update={"candidates": 50})
    desk.close()
    with Desk.open(settings=changed) as other:
        assert not other.briefings.finish(DAY).again


def test_earlier_briefings_are_told_of_in_later_ones(desk: Desk) -> None:
    alone = desk.briefings.finish(NEXT)
    assert all(story.update is None for story in alone.briefing.stories)
    desk.briefings.finish(DAY, topic="防汛")  # another scope
    assert desk.briefings.finish(NEXT).again
    desk.briefings.finish(DAY)
    assert not desk.briefings.finish(NEXT).again  # now there is one to look back to


def test_they_are_listed_and_found_by_their_ids(desk: Desk) -> None:
    first = desk.briefings.finish(DAY)
    second = desk.briefings.finish(date_from=DAY, date_to=NEXT, topic="防汛", people=("桑禾川",))
    assert first.id is not None
    latest, earlier = desk.briefings.latest()
    assert (latest.id, latest.topic, latest.people) == (second.id, "防汛", ("桑禾川",))
    assert (latest.date_from, latest.date_to) == (DAY, NEXT)
    assert (earlier.id, earlier.stories) == (first.id, len(first.briefing.stories))
    assert len(desk.briefings.latest(limit=1)) == 1
    assert desk.briefings.find(first.id).briefing == first.briefing
    with pytest.raises(BriefingNotFoundError, match="newsdesk briefings"):
        desk.briefings.find("nothing")
    with pytest.raises(UsageError):
        desk.briefings.latest(limit=0)


def test_a_day_without_news_is_not_kept(desk: Desk) -> None:
    empty = desk.briefings.finish(date(2024, 5, 18))
    assert (empty.id, empty.briefing.stories) == (None, ())
    assert DAY in [one.day for one in empty.briefing.nearest]
    assert desk.briefings.latest() == []
    with pytest.raises(UsageError):
        desk.briefings.finish(date_from=NEXT, date_to=DAY)


def test_none_is_kept_where_none_should_be(home: Path) -> None:
    settings = load_settings(home=home).model_copy(update={"briefings": 0})
    with Desk.open(settings=settings) as desk:
        assert desk.briefings.finish(DAY).id is None
        assert desk.briefings.latest() == []
    assert not (home / BRIEFINGS_NAME).exists()


def test_a_file_that_cannot_be_opened_is_named(desk: Desk, home: Path) -> None:
    (home / BRIEFINGS_NAME).mkdir()
    with pytest.raises(HomeError, match=r"briefings\.sqlite"):
        desk.briefings.latest()


def test_a_damaged_file_costs_no_briefing(desk: Desk, home: Path) -> None:
    (home / BRIEFINGS_NAME).write_bytes(b"no database" * 1000)
    made = desk.briefings.finish(DAY)
    assert made.briefing.stories
    assert (made.id, made.again) == (None, False)
    assert any("damaged" in note and BRIEFINGS_NAME in note for note in made.briefing.notes)
    assert (home / BRIEFINGS_NAME).read_bytes().startswith(b"no database")


def test_what_another_version_wrote_costs_no_briefing(desk: Desk, home: Path) -> None:
    kept = desk.briefings.finish(DAY)
    assert kept.id is not None
    with closing(sqlite3.connect(home / BRIEFINGS_NAME)) as file, file:
        file.execute("UPDATE briefing SET body = '{}'")
    made = desk.briefings.finish(NEXT)
    assert any(f"the briefing {kept.id} can't be read" in note for note in made.briefing.notes)
    assert [one.id for one in desk.briefings.latest()] == [made.id, kept.id]
    same = desk.briefings.finish(DAY)
    assert (same.again, same.briefing.stories) == (False, kept.briefing.stories)


def test_quotes_have_their_contexts(desk: Desk) -> None:
    briefing = desk.briefings.finish(DAY).briefing
    contexts = desk.briefings.contexts(briefing.citations)
    assert set(contexts) == {one.number for one in briefing.citations}
    for one in briefing.citations:
        around = contexts[one.number]
        text = desk.article(one.article_id).text
        assert around.before.removeprefix("…") + one.quote in text
        assert one.quote + around.after.removesuffix("…") in text


def test_one_that_the_language_model_failed_to_write_is_tried_again(home: Path) -> None:
    with served(home, fake.fails(401, "no")) as (server, desk):
        first = desk.briefings.finish(DAY)
        assert (first.briefing.mode, first.again) == ("extractive", False)
        assert not desk.briefings.finish(DAY).again
        assert len(server.received) == 2
