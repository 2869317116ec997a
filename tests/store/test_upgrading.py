"""Archives and records of every earlier version open, hold what they held, and verify."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rag.errors import StoreError
from rag.settings import Settings
from rag.usage import Usage
from store.answers import ANSWERS_NAME, AnswerStore, NewRecord
from store.answers_schema import MIGRATIONS as ANSWERS
from store.archive import CATALOGUE_NAME
from store.briefings import BRIEFINGS_NAME, BriefingStore
from store.schema import MIGRATIONS as CATALOGUE
from tests.store.old_archives import archive_made_older, made_older
from tests.store.samples import indexed, open_library, page_of, question_vector, sentence

NOON = datetime(2024, 5, 20, 12, tzinfo=UTC)


def filled(settings: Settings) -> Path:
    """An archive with pages that were stored, replaced and stored under a second origin."""
    with open_library(settings) as library:
        for origin, first in (("/a.txt", 0), ("/b.txt", 10), ("/a.txt", 20), ("/c.txt", 10)):
            page = page_of(origin, *(sentence(first + at) for at in range(4)), headline="水利")
            library.put([indexed(page, library)])
        return library.archive


@pytest.mark.parametrize("version", range(1, len(CATALOGUE) + 1))
def test_an_archive_of_every_version_opens_and_verifies(settings: Settings, version: int) -> None:
    filled(settings)
    with open_library(settings) as library:
        articles, origins = library.articles(), library.origins()
    archive_made_older(settings.home, CATALOGUE, version)
    with open_library(settings) as library:
        assert library.articles() == articles
        assert library.origins() == origins
        assert library.lexical("水库", 20)
        assert len(library.dense(question_vector("水库"), 20)) == len(articles)
        report = library.verify()
        assert report.problems == ()
        assert (report.articles, report.chunks) == (len(articles), report.vectors)


@pytest.mark.parametrize("version", range(1, len(ANSWERS) + 1))
def test_records_of_every_version_are_read(tmp_path: Path, version: int) -> None:
    kept = AnswerStore(tmp_path, records=10, replies=10, megabytes=1)
    answer_id = kept.add(NewRecord(NOON, "问？", False, "extractive", None, Usage(), "{}"))
    kept.close()
    made_older(tmp_path / ANSWERS_NAME, ANSWERS, version)
    again = AnswerStore(tmp_path, records=10, replies=10, megabytes=1)
    assert again.find(answer_id) == (answer_id, "{}")
    assert [summary.question for summary in again.latest(5)] == ["问？"]
    again.add(NewRecord(NOON, "再问？", True, "extractive", None, Usage(), "{}"))
    assert sum(total.answers for total in again.usage()) >= 1
    again.close()


def raised_by_one(file: Path) -> int:
    """Marks an SQLite file as one that the next version of newsdesk wrote; the version."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        [(version,)] = database.execute("PRAGMA user_version").fetchall()
        database.execute(f"PRAGMA user_version = {version + 1}")
        return int(version) + 1


def test_an_archive_of_a_later_version_is_refused_and_left_alone(settings: Settings) -> None:
    catalogue = filled(settings) / CATALOGUE_NAME
    version = raised_by_one(catalogue)
    before = catalogue.read_bytes()
    said = f"^the catalogue has version {version}, this newsdesk knows {version - 1}; use the"
    with pytest.raises(StoreError, match=said):
        open_library(settings)
    assert catalogue.read_bytes() == before


def test_records_and_briefings_of_a_later_version_are_refused(tmp_path: Path) -> None:
    answers = AnswerStore(tmp_path, records=10, replies=10, megabytes=1)
    answers.add(NewRecord(NOON, "问？", False, "extractive", None, Usage(), "{}"))
    answers.close()
    briefings = BriefingStore(tmp_path, most=3)
    assert briefings.before(date(2024, 5, 20), date(2024, 5, 1), "") == []
    raised_by_one(tmp_path / ANSWERS_NAME)
    with pytest.raises(StoreError, match="use the newsdesk that wrote it, or a later one"):
        answers.latest(5)
    with closing(sqlite3.connect(tmp_path / BRIEFINGS_NAME, isolation_level=None)) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="use the newsdesk that wrote it, or a later one"):
        briefings.latest(5)
