"""What was read and what could not be: files as they were, web addresses, failures.

A file or URL is noted once all of it is stored; where a kill comes before, it is read again, which
changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rag.intake_types import FailedSource, IngestFailure
from store.database import Database

FAILURES_OF_ONE = 1000
"""How many failures of one file are kept, the first ones."""

_TABLES = ("scan", "visit", "failure")
_FAILURE = "number, source, input, reason, first_at, last_at, tries"


@dataclass(frozen=True, slots=True)
class Scan:
    """A file as it was read. modified: in nanoseconds since 1970, 0 where that can't be relied on.
    digest: of its bytes. hints: all else that decides what is read from it. pages: how many."""

    size: int
    modified: int
    digest: str
    hints: str
    pages: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A web address as it was read, with its server's names for that version."""

    etag: str
    last_modified: str
    pages: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of reading one file or URL. hints: what was said with it, for another try. seen:
    what to know it again by, if all of it was read."""

    input: str
    hints: str
    failures: tuple[IngestFailure, ...] = ()
    seen: Scan | Visit | None = None


class IntakeLedger:
    """Reading is for anyone; what changes it, for holders of the writer lock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def scan(self, path: str) -> Scan | None:
        """A file as it was when it was last read."""
        rows = self._database.rows(
            "SELECT size, modified, digest, hints, pages FROM scan WHERE path = ?", (path,)
        )
        return Scan(*rows[0]) if rows else None

    def visit(self, url: str) -> Visit | None:
        """A web address as it was when it was last read."""
        rows = self._database.rows(
            "SELECT etag, last_modified, pages FROM visit WHERE url = ?", (url,)
        )
        return Visit(*rows[0]) if rows else None

    def failures(self) -> list[FailedSource]:
        """All that could not be read, the earliest first."""
        return [
            _failed(row)
            for row in self._database.rows(f"SELECT {_FAILURE} FROM failure ORDER BY number")
        ]

    def failures_of(self, input: str) -> list[FailedSource]:
        """What could not be read of one file or URL, in order."""
        return [
            _failed(row)
            for row in self._database.rows(
                f"SELECT {_FAILURE} FROM failure WHERE input = ? ORDER BY number", (input,)
            )
        ]

    def hints_of(self, number: int) -> str:
        """What was said with the input of a failure."""
        [(hints,)] = self._database.rows("SELECT hints FROM failure WHERE number = ?", (number,))
        return str(hints)

    def note(self, outcomes: Sequence[Outcome]) -> None:
        """Keeps what came of reading: failures that are gone are removed, others count a try."""
        with self._database.transaction():
            for outcome in outcomes:
                self._note_failures(outcome)
                if isinstance(outcome.seen, Scan):
                    seen = outcome.seen
                    self._database.change(
                        "INSERT OR REPLACE INTO scan VALUES (?, ?, ?, ?, ?, ?)",
                        (
                            *(outcome.input, seen.size, seen.modified),
                            *(seen.digest, seen.hints, seen.pages),
                        ),
                    )
                elif isinstance(outcome.seen, Visit):
                    visit = outcome.seen
                    self._database.change(
                        "INSERT OR REPLACE INTO visit VALUES (?, ?, ?, ?)",
                        (outcome.input, visit.etag, visit.last_modified, visit.pages),
                    )

    def forget(self, inputs: Sequence[str]) -> None:
        """Removes the failures of files that are gone."""
        with self._database.transaction():
            for input in inputs:
                self._database.change("DELETE FROM failure WHERE input = ?", (input,))

    def take_over(self, other: "IntakeLedger") -> None:
        """Copies all that another archive's ledger holds into this empty one."""
        with self._database.transaction():
            for table in _TABLES:
                rows = other._database.rows(f"SELECT * FROM {table}")
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    self._database.change_many(f"INSERT INTO {table} VALUES ({marks})", rows)

    def _note_failures(self, outcome: Outcome) -> None:
        kept = {failure.source: failure.reason for failure in outcome.failures}
        for known in self.failures_of(outcome.input):
            if known.source not in kept:
                self._database.change("DELETE FROM failure WHERE number = ?", (known.number,))
        now = _stamp()
        self._database.change_many(
            "INSERT INTO failure (source, input, hints, reason, first_at, last_at, tries)"
            " VALUES (?, ?, ?, ?, ?, ?, 1) ON CONFLICT (source) DO UPDATE SET"
            " input = excluded.input, hints = excluded.hints, reason = excluded.reason,"
            " last_at = excluded.last_at, tries = tries + 1",
            [
                (source, outcome.input, outcome.hints, reason, now, now)
                for source, reason in list(kept.items())[:FAILURES_OF_ONE]
            ],
        )


def _failed(row: tuple[object, ...]) -> FailedSource:
    number, source, input, reason, first_at, last_at, tries = row
    return FailedSource(
        int(str(number)),
        str(source),
        str(input),
        str(reason),
        datetime.fromisoformat(str(first_at)),
        datetime.fromisoformat(str(last_at)),
        int(str(tries)),
    )


def _stamp() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
