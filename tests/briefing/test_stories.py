"""Articles into stories, and stories into a briefing, through the desk."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from eval.metrics.clusters import b_cubed
from rag import Desk
from rag.briefing_types import Briefing
from rag.errors import UsageError
from tests.briefing.conftest import DAYS, STORIES


def test_articles_on_one_event_are_one_story(desk: Desk, events: Mapping[str, str]) -> None:
    briefing = desk.brief(date_from=DAYS[0], date_to=DAYS[-1], length="long")
    groups = [story.article_ids for story in briefing.stories]
    assert sorted(one for group in groups for one in group) == sorted(events)
    assert b_cubed(groups, events).f1 >= 0.85


def test_an_event_is_told_once_a_day(three_days: list[Briefing], events: Mapping[str, str]) -> None:
    for briefing in three_days:
        told = [events[story.article_ids[0]] for story in briefing.stories]
        assert len(told) == len(set(told))
        assert briefing.untold == 0


def test_what_was_told_before_is_an_update_that_says_what_is_new(
    desk: Desk, three_days: list[Briefing], events: Mapping[str, str]
) -> None:
    known: set[str] = set()
    for briefing in three_days:
        for story in briefing.stories:
            event = events[story.article_ids[0]]
            assert (story.update is not None) == (event in known), story.headline
            if story.update is not None:
                assert {events[one] for one in story.update.article_ids} == {event}
                assert story.update.date_to < briefing.date_from
                assert story.update.news
            assert all(point.new == (story.update is not None) for point in story.points)
        known.update(events[story.article_ids[0]] for story in briefing.stories)


@pytest.mark.slow
def test_a_briefing_repeated_on_the_next_day_has_no_news(desk: Desk, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in STORIES.read_text("utf-8").splitlines()]
    again = [
        {**row, "id": f"{row['id']}-{day}", "date": day}
        for row in rows
        if row["id"] == "loquat-1"
        for day in ("2024-07-08", "2024-07-09")
    ]
    file = tmp_path / "again.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in again), encoding="utf-8")
    with Desk.open(tmp_path / "home") as other:
        other.ingest([file])
        first = other.brief(DAYS[0])
        [story] = other.brief(DAYS[1], earlier=[first]).stories
    assert story.update is not None
    assert not story.update.news
    assert len(story.points) == 1
    assert not story.points[0].new


def test_every_quote_is_the_articles_own_and_every_point_is_verified(
    desk: Desk, three_days: list[Briefing]
) -> None:
    for briefing in three_days:
        for citation in briefing.citations:
            text = desk.article(citation.article_id).text
            assert citation.quote == text[citation.start : citation.end]
        numbers = [citation.number for citation in briefing.citations]
        assert numbers == list(range(1, len(numbers) + 1))
        for story in briefing.stories:
            assert 1 <= len(story.points) <= 4
            for point in story.points:
                assert point.supported
                assert point.citations
                assert set(point.citations) <= set(numbers)


def test_a_briefing_made_again_is_the_same(desk: Desk, three_days: list[Briefing]) -> None:
    assert desk.brief(DAYS[0], length="long") == three_days[0]


@pytest.mark.slow
def test_the_order_of_ingest_makes_no_difference(
    desk: Desk, three_days: list[Briefing], tmp_path: Path
) -> None:
    lines = [one for one in STORIES.read_text("utf-8").splitlines() if DAYS[0].isoformat() in one]
    file = tmp_path / STORIES.name
    file.write_text("\n".join(reversed(lines)) + "\n", encoding="utf-8")
    with Desk.open(tmp_path / "home") as other:
        other.ingest([file])
        assert other.brief(DAYS[0], length="long").stories == three_days[0].stories


def test_the_best_story_comes_first_for_reasons_that_add_up(three_days: list[Briefing]) -> None:
    for briefing in three_days:
        scores = [story.rank.score for story in briefing.stories]
        assert scores == sorted(scores, reverse=True)
        for story in briefing.stories:
            reasons = story.rank.reasons
            assert story.rank.score == pytest.approx(sum(r.value * r.weight for r in reasons))
            assert all(0 <= reason.value <= 1 for reason in reasons)


def test_the_table_holds_what_the_quotes_hold(three_days: list[Briefing]) -> None:
    for briefing in three_days:
        quotes = {citation.number: citation.quote for citation in briefing.citations}
        assert briefing.table
        for row in briefing.table:
            assert row.what in quotes[row.citation]
            assert row.value in row.what
            cited = [n for point in briefing.stories[row.story - 1].points for n in point.citations]
            assert row.citation in cited
    values = {row.value for row in three_days[1].table}
    assert "9400万元" in values


def test_a_short_briefing_tells_less_and_says_how_much_is_left(desk: Desk) -> None:
    short = desk.brief(DAYS[0], length="short")
    assert len(short.stories) == 5
    assert short.untold > 0
    assert short.articles == 21
    assert all(len(story.points) <= 2 for story in short.stories)


def test_people_and_paper_narrow_a_briefing(desk: Desk) -> None:
    named = desk.brief(date_from=DAYS[0], date_to=DAYS[2], people=["桑禾川"])
    assert named.people == ("桑禾川",)
    assert 0 < named.articles < 60
    for story in named.stories:
        for one in story.article_ids:
            article = desk.article(one)
            assert "桑禾川" in article.headline + article.text
    paper = desk.brief(DAYS[0], publication="澄州晚报")
    assert {name for story in paper.stories for name in story.papers} == {"澄州晚报"}


def test_a_day_without_news_names_the_nearest_that_have_some(desk: Desk) -> None:
    empty = desk.brief(date(2024, 7, 12))
    assert (empty.stories, empty.citations, empty.articles) == ((), (), 0)
    assert [(one.day, one.articles) for one in empty.nearest] == [
        (DAYS[0], 21),
        (DAYS[1], 21),
        (DAYS[2], 18),
    ]


def test_progress_ends_with_all_stories_told(desk: Desk) -> None:
    told: list[tuple[str, int, int | None]] = []
    briefing = desk.brief(DAYS[0], progress=lambda *step: told.append(step))
    assert told[0] == ("stories", 0, None)
    assert told[-1] == ("points", len(briefing.stories), len(briefing.stories))


def test_a_range_that_ends_before_it_begins_is_wrong_usage(desk: Desk) -> None:
    with pytest.raises(UsageError, match="before"):
        desk.brief(date_from=DAYS[1], date_to=DAYS[0])


@pytest.mark.slow
def test_what_only_shares_a_town_is_no_update(tmp_path: Path) -> None:
    with Desk.open(tmp_path) as other:
        other.ingest([STORIES.parent / "pages"])
        first = other.brief(date(2024, 5, 16))
        second = other.brief(date(2024, 5, 17), earlier=[first])
    updates = {story.headline: story.update for story in second.stories}
    assert updates["县实验小学城东校区九月启用"] is None
