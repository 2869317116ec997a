"""The measurements of briefings, on a few articles."""

import json
from pathlib import Path

import pytest

from eval.bench import briefing_size, briefing_stories, briefing_summaries
from eval.bench.briefing_summaries import NEWSDESK, SummaryRow
from eval.errors import EvalError
from rag import Desk

ROWS = [
    SummaryRow(
        id=str(at),
        text=f"{place}大桥昨天正式通车，全长{at + 2}公里。桥面双向四车道。通车后过江只要五分钟。"
        "市民纷纷前来参观。有人说，等这座桥等了十年。",
        title=f"{place}大桥通车",
        summary=f"{place}大桥昨天通车，全长{at + 2}公里，过江只要五分钟。",
    )
    for at, place in enumerate(("霁澜", "柳澄"))
]

pytestmark = pytest.mark.slow


def test_summaries_are_as_long_as_newsdesks_and_the_rest_is_behind_or_ahead() -> None:
    figures = briefing_summaries.measure(ROWS)
    assert set(figures.ways) >= {NEWSDESK, "lead", "TextRank", "random", "lead-3 whole"}
    own = figures.ways[NEWSDESK]
    for name in ("lead", "TextRank", "random"):
        way = figures.ways[name]
        assert way.characters <= own.characters
        assert way.behind is not None
        assert way.behind.mean == pytest.approx(own.rouge - way.rouge)
    assert own.behind is None
    assert "| lead |" in "\n".join(briefing_summaries.table(figures))


def test_stories_are_scored_by_the_events_that_are_named(tmp_path: Path) -> None:
    lines = briefing_stories.STORIES.read_text("utf-8").splitlines()[:12]
    file = tmp_path / "some.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    figures = briefing_stories.measure(file, tmp_path / "home")
    assert figures.articles == 12
    assert figures.events == len({json.loads(line)["event"] for line in lines})
    assert all(0 < score.f1 <= 1 for score in figures.scores.values())
    assert figures.days.found <= figures.days.updates
    assert "| newsdesk |" in "\n".join(briefing_stories.table(figures))


def test_the_time_of_a_briefing_is_measured_by_size(tmp_path: Path) -> None:
    with Desk.open(tmp_path) as desk:
        desk.ingest([briefing_stories.STORIES])
    size = briefing_size.measure(tmp_path, 10)
    assert size.articles == 10
    assert 0 < size.stories <= 10
    assert size.peak_mib > 0
    with pytest.raises(EvalError, match="60 articles"):
        briefing_size.measure(tmp_path, 61)
