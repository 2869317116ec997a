"""Answer records and a language model's replies: one SQLite file in the home, beside the archives,
so that a reindex leaves it alone."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rag.errors import AnswerNotFoundError, StoreError
from rag.summary_types import AnswerSummary
from rag.types import AnswerMode
from rag.usage import Usage, UsageTotal
from store.answer_usage import Used, count, totals
from store.answers_schema import migrate
from store.database import Database
from store.record_ids import new_id, only_one

ANSWERS_NAME = "answers.sqlite"
MEGABYTE = 1_000_000
# A record must not keep its answer waiting for what others write.
_BUSY_SECONDS = 2.0
_IF_DAMAGED = "remove it: it holds the records of answers, and nothing else"

_SUMMARY = (
    "id, asked_at, question, refused, mode, model,"
    " prompt_tokens, completion_tokens, cost_usd, calls, cached_calls, estimated_calls, broken_off"
)


@dataclass(frozen=True, slots=True)
class NewRecord:
    """An answer to be recorded. model: the language model that was asked, if one was. body: the
    whole record, as JSON. broken_off: whoever asked left before the answer was whole."""

    asked_at: datetime
    question: str
    refused: bool
    mode: AnswerMode
    model: str | None
    usage: Usage
    body: str
    broken_off: bool = False


@dataclass(frozen=True, slots=True)
class StoredReply:
    """What a language model wrote, why it ended, and the name that its server gave it."""

    text: str
    model: str
    finish_reason: str


class AnswerStore:
    """The answers' file of one home, opened (and made) on first use. Safe to use from several
    threads and processes. Every method raises StoreError or HomeError where the file fails."""

    def __init__(self, home: Path, *, records: int, replies: int, megabytes: int) -> None:
        """records, replies: how many are kept, the newest; each in so many megabytes."""
        self._path = home / ANSWERS_NAME
        self._records = records
        self._replies = replies
        self._bytes = megabytes * MEGABYTE
        self._mutex = threading.Lock()
        self._opened: Database | None = None

    def close(self) -> None:
        """Closes the file; the next use opens it again."""
        with self._mutex:
            opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()

    def add(self, record: NewRecord) -> str:
        """Keeps a record, counts what it used, and removes the oldest where there are too many;
        the new record's id. Raises StoreError for a record over the bound on all."""
        size = _size(record.body) + _size(record.question)
        if size > self._bytes:
            raise StoreError(
                f"it takes {size / MEGABYTE:.1f} MB; raise NEWSDESK_ANSWER_MEGABYTES to keep it"
            )
        database = self._database()
        usage = record.usage
        values = (
            record.asked_at.isoformat(timespec="seconds"),
            record.question,
            record.refused,
            record.mode,
            record.model,
            usage.prompt_tokens,
            usage.completion_tokens,
            usage.cost_usd,
            usage.calls,
            usage.cached_calls,
            usage.estimated_calls,
            record.broken_off,
            size,
            record.body,
        )
        with database.transaction():
            added = 0
            while not added:
                answer_id = new_id(record.asked_at)
                added = database.change(
                    f"INSERT INTO answer ({_SUMMARY}, size, body)"
                    f" VALUES ({', '.join('?' * (len(values) + 1))}) ON CONFLICT (id) DO NOTHING",
                    (answer_id, *values),
                )
            count(database, Used(record.asked_at.date(), record.model, usage, record.refused))
            _trim(database, "answer", self._records, self._bytes)
        return answer_id

    def count(self, used: Used) -> None:
        """Counts what was used for no answer."""
        database = self._database()
        with database.transaction():
            count(database, used)

    def find(self, beginning: str) -> tuple[str, str]:
        """The id and the body of the record with this id, or with the only one that begins so.
        Raises AnswerNotFoundError."""
        answer_id, body = only_one(
            beginning,
            lambda first, last: self._read(
                "SELECT id, body FROM answer WHERE id >= ? AND id < ? LIMIT 2", (first, last)
            ),
            AnswerNotFoundError,
            several="answers",
            none=f"no answer on record has the id {beginning!r}; `newsdesk trace` lists the latest",
        )
        return answer_id, body

    def count_kept(self) -> int:
        """How many records there are."""
        rows = self._read("SELECT count(*) FROM answer", ())
        return int(rows[0][0]) if rows else 0

    def latest(self, limit: int, offset: int = 0) -> list[AnswerSummary]:
        """The records that came last, the newest first, after the first `offset`."""
        rows = self._read(
            f"SELECT {_SUMMARY} FROM answer ORDER BY number DESC LIMIT ? OFFSET ?", (limit, offset)
        )
        return [
            AnswerSummary(
                id=row[0],
                asked_at=datetime.fromisoformat(row[1]),
                question=row[2],
                refused=bool(row[3]),
                mode=row[4],
                model=row[5],
                usage=Usage(*row[6:-1]),
                broken_off=bool(row[-1]),
            )
            for row in rows
        ]

    def usage(self, first: date | None = None, last: date | None = None) -> list[UsageTotal]:
        """What was used on these days, both included, by day and model, in order; as
        `answer_usage.totals` where days are added up."""
        if not self._made():
            return []
        return totals(self._database(), first or date.min, last or date.max)

    def reply(self, key: str) -> StoredReply | None:
        """The reply kept under a key, if there is one."""
        rows = self._read("SELECT text, model, finish_reason FROM reply WHERE key = ?", (key,))
        return StoredReply(*rows[0]) if rows else None

    def keep_reply(self, key: str, reply: StoredReply) -> None:
        """Keeps a reply in place of an earlier one, and removes the oldest where there are too
        many; one over the bound on all is not kept."""
        size = _size(reply.text)
        if size > self._bytes:
            return
        database = self._database()
        with database.transaction():
            database.change(
                "INSERT OR REPLACE INTO reply (key, model, finish_reason, size, text)"
                " VALUES (?, ?, ?, ?, ?)",
                (key, reply.model, reply.finish_reason, size, reply.text),
            )
            _trim(database, "reply", self._replies, self._bytes)

    def forget_reply(self, key: str) -> None:
        """Removes the reply kept under a key, if there is one."""
        self._database().change("DELETE FROM reply WHERE key = ?", (key,))

    def _read(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """What a query gives; nothing where no file has been made, and then none is."""
        return self._database().rows(statement, values) if self._made() else []

    def _made(self) -> bool:
        return self._opened is not None or self._path.exists()

    def _database(self) -> Database:
        with self._mutex:
            if self._opened is None:
                self._opened = Database(
                    self._path, migrate, if_damaged=_IF_DAMAGED, busy_seconds=_BUSY_SECONDS
                )
            return self._opened


def _size(text: str) -> int:
    """Bytes, whatever the text holds: what can't be stored is turned down by the file."""
    return len(text.encode("utf-8", "surrogatepass"))


def _trim(database: Database, table: str, count: int, size: int) -> None:
    """Removes the oldest rows until so many are left, in so many bytes."""
    database.change(
        f"DELETE FROM {table} WHERE number <= (SELECT max(number) FROM ("
        " SELECT number, row_number() OVER newest AS place, sum(size) OVER newest AS total"
        f" FROM {table} WINDOW newest AS (ORDER BY number DESC ROWS UNBOUNDED PRECEDING)"
        ") WHERE place > ? OR total > ?)",
        (count, size),
    )
