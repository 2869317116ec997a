"""Sixty invented articles on twenty events over three days, in an archive of their own."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from rag import Desk
from rag.briefing_types import Briefing
from tests.answering.conftest import council, library, serve

__all__ = ["council", "library", "serve"]

STORIES = Path(__file__).parents[2] / "eval" / "golden" / "stories.jsonl"
DAYS = (date(2024, 7, 8), date(2024, 7, 9), date(2024, 7, 10))


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("stories")
    with Desk.open(home) as desk:
        assert not desk.ingest([STORIES]).failed
    return home


@pytest.fixture(scope="session")
def desk(home: Path) -> Iterator[Desk]:
    with Desk.open(home) as desk:
        yield desk


@pytest.fixture(scope="session")
def events(desk: Desk) -> Mapping[str, str]:
    """The event that each article tells of, by the article's id."""
    rows = [json.loads(line) for line in STORIES.read_text("utf-8").splitlines()]
    told = {row["id"]: row["event"] for row in rows}
    return {one.id: told[one.source_id] for one in desk.articles() if one.source_id}


@pytest.fixture(scope="session")
def three_days(desk: Desk) -> list[Briefing]:
    """A briefing for each day, each with those before it to go on with."""
    made: list[Briefing] = []
    for day in DAYS:
        made.append(desk.brief(day, length="long", earlier=made))
    return made
