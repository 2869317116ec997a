"""Catalogues of every earlier version are brought up to date, by whoever comes, and only once."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from rag.errors import StoreError
from store.database import Database
from store.schema import MIGRATIONS

REPOSITORY = Path(__file__).parents[2]
CHUNKS = 3000
# Catalogues from this version on keep a chunk's token vectors themselves.
TOKENS_SINCE = 4


def catalogue_of_version(path: Path, version: int) -> None:
    """A catalogue as an earlier version left it, with enough in it to take a moment to migrate."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        for number in range(version):
            database.executescript(MIGRATIONS[number])
        database.execute(f"PRAGMA user_version = {version}")
        database.execute("BEGIN")
        database.execute(
            "INSERT INTO page (id, state, origin, source, raw, encoding, issue_date, publication,"
            " page, stored_at) VALUES ('p', 'live', 'o', 's', 'raw', 'utf-8', 1, 'p', '1', 't')"
        )
        database.execute(
            "INSERT INTO article (id, page_id, position, headline, kicker, byline, dateline, text,"
            " source_map, issue_date, event_date, date_inferred, publication, page, source,"
            " source_id, url) VALUES"
            " ('a', 'p', 0, 'h', '', '[]', '', 't', '[]', 1, 1, 0, 'p', '1', 's', NULL, NULL)"
        )
        for number in range(CHUNKS):
            database.execute(
                "INSERT INTO chunk VALUES (?, ?, 'a', ?, 0, 1, '')", (number, str(number), number)
            )
            database.execute(
                "INSERT INTO chunk_vector VALUES (?, ?, ?)", (number, str(number), b"x" * 256)
            )
            if version >= TOKENS_SINCE:
                database.execute("INSERT INTO chunk_tokens VALUES (?, ?)", (number, b""))
        database.execute("COMMIT")


def tables_of(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT type, sql FROM sqlite_master ORDER BY name").fetchall()


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_all_who_open_an_old_catalogue_at_once_find_it_migrated(
    tmp_path: Path, version: int
) -> None:
    Database(tmp_path / "fresh.sqlite").close()
    for attempt in range(3):
        path = tmp_path / f"{attempt}.sqlite"
        catalogue_of_version(path, version)
        barrier = Barrier(4)

        def open_it(path: Path = path, barrier: Barrier = barrier) -> int:
            barrier.wait()
            with closing(Database(path)) as database:
                [(count,)] = database.rows("SELECT count(*) FROM chunk_tokens")
                return int(count)

        with ThreadPoolExecutor(4) as threads:
            opened = [threads.submit(open_it) for _ in range(4)]
            assert [future.result() for future in opened] == [CHUNKS] * 4
        assert tables_of(path) == tables_of(tmp_path / "fresh.sqlite")


def test_processes_that_open_an_old_catalogue_at_once_all_can(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    catalogue_of_version(path, 3)
    opening = "import sys; from pathlib import Path; from store.database import Database;"
    opening += "sys.stdin.readline(); Database(Path(sys.argv[1])).close()"
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", opening, str(path)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        )
        for _ in range(3)
    ]
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write("\n")
        opener.stdin.flush()
    assert [opener.communicate()[1] for opener in openers] == [""] * 3
    assert [opener.returncode for opener in openers] == [0] * 3


def test_a_migration_that_fails_leaves_the_catalogue_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.sqlite"
    catalogue_of_version(path, len(MIGRATIONS))
    before = tables_of(path)
    broken = "CREATE TABLE begun (number INTEGER); CREATE TABLE page (number INTEGER);"
    with monkeypatch.context() as patch:
        patch.setattr("store.schema.MIGRATIONS", (*MIGRATIONS, broken))
        with pytest.raises(StoreError, match="table page already exists"):
            Database(path)
    assert tables_of(path) == before
    Database(path).close()
