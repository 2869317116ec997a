"""Ingests over HTTP: one SQLite file in the home, so that a restart says what became of them."""

import sqlite3
from pathlib import Path

from store.database import Database
from store.migrations import run

JOBS_NAME = "jobs.sqlite"

_BUSY_SECONDS = 2.0
_IF_DAMAGED = "remove it: it holds what became of uploads, and nothing else"

_FIRST = """
-- One row a job, the latest has the highest number. over: nothing more comes of it. body: JSON.
CREATE TABLE job (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    over INTEGER NOT NULL,
    body TEXT NOT NULL
);
"""
MIGRATIONS: tuple[str, ...] = (_FIRST,)


class JobStore:
    """The jobs' file of one home. Safe to use from several threads. Every method raises StoreError
    or HomeError where the file fails."""

    def __init__(self, home: Path, *, most: int) -> None:
        """most: how many that are over are kept, the newest."""
        self._most = most
        self._database = Database(
            home / JOBS_NAME, _migrate, if_damaged=_IF_DAMAGED, busy_seconds=_BUSY_SECONDS
        )

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    def keep(self, job_id: str, body: str, *, over: bool) -> None:
        """Writes a job down as it stands, and removes the oldest where too many are over."""
        with self._database.transaction():
            self._database.change(
                "INSERT INTO job (id, over, body) VALUES (?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET over = excluded.over, body = excluded.body",
                (job_id, over, body),
            )
            self._database.change(
                "DELETE FROM job WHERE over AND number NOT IN"
                " (SELECT number FROM job WHERE over ORDER BY number DESC LIMIT ?)",
                (self._most,),
            )

    def find(self, job_id: str) -> str | None:
        """The body of a job; None where it isn't there, or there no more."""
        rows = self._database.rows("SELECT body FROM job WHERE id = ?", (job_id,))
        return rows[0][0] if rows else None

    def all(self) -> list[tuple[str, bool]]:
        """The jobs' ids, the earliest first, each with whether it is over."""
        rows = self._database.rows("SELECT id, over FROM job ORDER BY number")
        return [(job_id, bool(over)) for job_id, over in rows]


def _migrate(database: sqlite3.Connection) -> None:
    run(database, MIGRATIONS, "the file of jobs")
