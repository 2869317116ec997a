"""Finished briefings: one SQLite file in the home, beside the archives, so that a reindex leaves it
alone."""

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rag.errors import BriefingNotFoundError
from store.database import Database
from store.migrations import run
from store.record_ids import new_id, only_one

BRIEFINGS_NAME = "briefings.sqlite"
_BUSY_SECONDS = 2.0
_IF_DAMAGED = "remove it: it holds the finished briefings, and nothing else"

_FIRST = """
-- One row a briefing, the latest has the highest number. key: equal where the same would be made
-- again. whole: whether it may be given again for its key. body: all of it, as JSON.
CREATE TABLE briefing (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL,
    whole INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    scope TEXT NOT NULL,
    stories INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX briefing_key ON briefing (key, number);
CREATE INDEX briefing_days ON briefing (scope, last_day, number);
"""
MIGRATIONS: tuple[str, ...] = (_FIRST,)


@dataclass(frozen=True, slots=True)
class NewBriefing:
    """A briefing to be kept. key: equal where the same would be made again. whole: whether it may
    be given again then. scope: which of a period's news it is of. body: all of it, as JSON."""

    key: str
    whole: bool
    made_at: datetime
    first_day: date
    last_day: date
    scope: str
    stories: int
    body: str


@dataclass(frozen=True, slots=True)
class StoredBriefing:
    """A briefing as it is kept."""

    id: str
    made_at: datetime
    body: str


@dataclass(frozen=True, slots=True)
class ListedBriefing:
    """A briefing without its body."""

    id: str
    made_at: datetime
    first_day: date
    last_day: date
    scope: str
    stories: int


class BriefingStore:
    """The briefings' file of one home, opened (and made) on first use. Safe to use from several
    threads and processes. Every method raises StoreError or HomeError where the file fails."""

    def __init__(self, home: Path, *, most: int) -> None:
        """most: how many are kept, the newest."""
        self._path = home / BRIEFINGS_NAME
        self._most = most
        self._mutex = threading.Lock()
        self._opened: Database | None = None

    def close(self) -> None:
        """Closes the file; the next use opens it again."""
        with self._mutex:
            opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()

    def add(self, new: NewBriefing) -> str:
        """Keeps a briefing, and removes the oldest where there are too many; its id."""
        database = self._database()
        values = (
            new.key,
            new.whole,
            new.made_at.isoformat(timespec="seconds"),
            new.first_day.toordinal(),
            new.last_day.toordinal(),
            new.scope,
            new.stories,
            new.body,
        )
        with database.transaction():
            added = 0
            while not added:
                briefing_id = new_id(new.made_at)
                added = database.change(
                    "INSERT INTO briefing"
                    " (id, key, whole, made_at, first_day, last_day, scope, stories, body)"
                    f" VALUES ({', '.join('?' * (len(values) + 1))}) ON CONFLICT (id) DO NOTHING",
                    (briefing_id, *values),
                )
            database.change(
                "DELETE FROM briefing WHERE number NOT IN"
                " (SELECT number FROM briefing ORDER BY number DESC LIMIT ?)",
                (self._most,),
            )
        return briefing_id

    def made_for(self, key: str) -> StoredBriefing | None:
        """The latest that is whole and was made for a key."""
        found = self._read(
            "SELECT id, made_at, body FROM briefing WHERE key = ? AND whole"
            " ORDER BY number DESC LIMIT 1",
            (key,),
        )
        return found[0] if found else None

    def find(self, beginning: str) -> StoredBriefing:
        """The briefing with this id, or with the only one that begins so. Raises
        BriefingNotFoundError."""
        return only_one(
            beginning,
            lambda first, last: self._read(
                "SELECT id, made_at, body FROM briefing WHERE id >= ? AND id < ? LIMIT 2",
                (first, last),
            ),
            BriefingNotFoundError,
            several="briefings",
            none=f"no kept briefing has the id {beginning!r};"
            " `newsdesk briefings` lists the latest",
        )

    def count(self) -> int:
        """How many there are."""
        rows = self._rows("SELECT count(*) FROM briefing", ())
        return int(rows[0][0]) if rows else 0

    def latest(self, limit: int, offset: int = 0) -> list[ListedBriefing]:
        """Those made last, the newest first, after the first `offset`."""
        rows = self._rows(
            "SELECT id, made_at, first_day, last_day, scope, stories FROM briefing"
            " ORDER BY number DESC LIMIT ? OFFSET ?",
            (limit, offset),
        )
        return [
            ListedBriefing(
                id=row[0],
                made_at=datetime.fromisoformat(row[1]),
                first_day=date.fromordinal(row[2]),
                last_day=date.fromordinal(row[3]),
                scope=row[4],
                stories=row[5],
            )
            for row in rows
        ]

    def before(self, day: date, since: date, scope: str) -> list[StoredBriefing]:
        """Those of a scope with news whose days all lie before a day, and end at `since` or after:
        of the same days the one made last, in order of their days."""
        return self._read(
            "SELECT id, made_at, body FROM briefing WHERE number IN"
            " (SELECT max(number) FROM briefing WHERE scope = ? AND stories > 0"
            "  AND last_day < ? AND last_day >= ? GROUP BY first_day, last_day)"
            " ORDER BY last_day, first_day",
            (scope, day.toordinal(), since.toordinal()),
        )

    def _read(self, statement: str, values: Sequence[object]) -> list[StoredBriefing]:
        return [_stored(row) for row in self._rows(statement, values)]

    def _rows(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """What a query gives; nothing where no file has been made, and then none is."""
        made = self._opened is not None or self._path.exists()
        return self._database().rows(statement, values) if made else []

    def _database(self) -> Database:
        with self._mutex:
            if self._opened is None:
                self._opened = Database(
                    self._path, _migrate, if_damaged=_IF_DAMAGED, busy_seconds=_BUSY_SECONDS
                )
            return self._opened


def _stored(row: tuple[Any, ...]) -> StoredBriefing:
    briefing_id, made_at, body = row
    return StoredBriefing(briefing_id, datetime.fromisoformat(made_at), body)


def _migrate(database: sqlite3.Connection) -> None:
    run(database, MIGRATIONS, "the file of briefings")
