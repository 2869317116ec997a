"""One SQLite file: transactions, threads, and errors that say which file.

One connection writes, for one thread at a time; others read beside it, one for each thread that
reads, so that no read waits for a write that waits for the disk.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from rag.errors import HomeError, StoreError
from store.schema import migrate

_BUSY_SECONDS = 30.0  # longer than any one transaction of a writer in another process
RESTORE = "restore it from a copy, or ingest again into another home"
_WAIT = 0.02  # seconds before another try
_MOST_IDLE = 4  # connections that read, beyond those in use
_VALUES_AT_ONCE = 900  # below the bound on host parameters of every SQLite


class Database:
    """The catalogue's file, or another. Safe to use from several threads; a read sees whole
    transactions only, and each that was committed before it began. In a transaction, its thread
    sees what it has written so far.

    Every failure of SQLite comes out as StoreError with the file's name.
    """

    def __init__(
        self,
        path: Path,
        migrate: Callable[[sqlite3.Connection], None] = migrate,
        *,
        if_damaged: str = RESTORE,
        busy_seconds: float = _BUSY_SECONDS,
    ) -> None:
        """migrate: brings the file's tables up to date. if_damaged: what an error says to do.
        busy_seconds: how long it waits for others who write."""
        self._path = path
        self._if_damaged = if_damaged
        self._busy_seconds = busy_seconds
        self._mutex = threading.RLock()  # held by whoever writes
        self._depth = 0
        self._writer: int | None = None  # the thread that is in a transaction
        self._reading = _Reading()
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False
        with self._explained():
            self._connection = sqlite3.connect(
                path, timeout=busy_seconds, isolation_level=None, check_same_thread=False
            )
        try:
            with self._explained():
                _use_wal(self._connection, busy_seconds)
                # FULL: what was reported as done survives a power cut too.
                self._connection.execute("PRAGMA synchronous = FULL")
                self._connection.execute("PRAGMA foreign_keys = ON")
                migrate(self._connection)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Closes the file; a read under way ends first."""
        with self._mutex:
            self._closed = True
            self._drop_idle(0)
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; a transaction inside another is part of it."""
        with self._mutex, self._explained():
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            self._writer = threading.get_ident()
            try:
                yield
                if self._depth == 1:
                    self._connection.execute("COMMIT")
            except BaseException:
                if self._depth == 1 and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._writer = None

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Reads inside, of this thread, see one state of the file, whatever others write
        meanwhile: the one that the first of them finds. Nothing is to be written inside."""
        with self._reader() as connection, self._explained():
            if connection.in_transaction:
                yield
                return
            connection.execute("BEGIN")
            self._reading.connection = connection
            try:
                yield
            finally:
                self._reading.connection = None
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What a query gives."""
        with self._reader() as connection, self._explained():
            return connection.execute(statement, values).fetchall()

    def rows_in(
        self, statement: str, values: Iterable[Any], before: Sequence[Any] = ()
    ) -> list[tuple[Any, ...]]:
        """What a query with one `IN ({})` gives for any number of values.

        before: the values of the parameters that stand ahead of it.
        """
        found: list[tuple[Any, ...]] = []
        for part in _parts(values):
            found += self.rows(statement.format(_marks(part)), [*before, *part])
        return found

    def each_in(
        self, statement: str, values: Iterable[Any], take: Callable[[tuple[Any, ...]], None]
    ) -> None:
        """Hands over what `rows_in` gives row by row: large rows are never held together."""
        for part in _parts(values):
            with self._reader() as connection, self._explained():
                for row in connection.execute(statement.format(_marks(part)), part):
                    take(row)

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Runs one statement; the number of rows it touched."""
        with self._mutex, self._explained():
            return self._connection.execute(statement, values).rowcount

    def change_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Runs one statement for each row of values."""
        with self._mutex, self._explained():
            self._connection.executemany(statement, rows)

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        """What this thread reads by: its transaction's or snapshot's connection, or one that nobody
        else uses meanwhile. The one that writes, where no other can be had."""
        if self._writer == threading.get_ident():
            yield self._connection
        elif self._reading.connection is not None:
            yield self._reading.connection
        elif (own := self._taken()) is not None:
            try:
                yield own
            finally:
                self._give_back(own)
        else:
            with self._mutex:
                yield self._connection

    def _taken(self) -> sqlite3.Connection | None:
        if self._closed:
            return None
        try:
            return self._idle.pop()
        except IndexError:
            pass
        try:
            # By URI: a file that is gone isn't made again; the connection that writes has it still.
            own = sqlite3.connect(
                f"{self._path.absolute().as_uri()}?mode=rw",
                uri=True,
                timeout=self._busy_seconds,
                isolation_level=None,
                check_same_thread=False,
            )
        except sqlite3.OperationalError:
            return None
        try:
            own.execute("PRAGMA query_only = ON")
            own.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        except sqlite3.Error:
            own.close()
            return None
        return own

    def _give_back(self, own: sqlite3.Connection) -> None:
        self._idle.append(own)
        self._drop_idle(0 if self._closed else _MOST_IDLE)

    def _drop_idle(self, most: int) -> None:
        with suppress(IndexError):  # another thread has taken the last
            while len(self._idle) > most:
                self._idle.popleft().close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _explain(error, self._path, self._if_damaged) from error
        except UnicodeEncodeError as error:
            raise StoreError(
                f"{self._path}: {error.object!r:.80} holds halves of characters, which can't be"
                " stored or looked up; mend its encoding"
            ) from error


class _Reading(threading.local):
    """The connection of a thread's snapshot."""

    connection: sqlite3.Connection | None = None


def _parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    """The distinct values, as many at a time as one statement takes."""
    unique = list(dict.fromkeys(values))
    for at in range(0, len(unique), _VALUES_AT_ONCE):
        yield unique[at : at + _VALUES_AT_ONCE]


def _use_wal(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Puts a file into WAL mode. SQLite gives up at once, and doesn't wait for others, where two
    processes do this to a new file at the same time."""
    until = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorname.startswith("SQLITE_BUSY")
            if not busy or time.monotonic() > until:
                raise
        time.sleep(_WAIT)


def _marks(values: Sequence[Any]) -> str:
    return ",".join("?" * len(values))


def _explain(error: sqlite3.Error, path: Path, if_damaged: str) -> StoreError | HomeError:
    code = getattr(error, "sqlite_errorname", "")
    if code.startswith("SQLITE_READONLY") or code.startswith("SQLITE_CANTOPEN"):
        return HomeError(
            f"{path}: can't be written ({error}); give write access to its folder and all in it"
        )
    if code.startswith("SQLITE_FULL"):
        return StoreError(f"{path}: the disk is full; make room and run this again")
    if code.startswith("SQLITE_BUSY"):
        return StoreError(f"{path}: another process keeps it locked; wait for it or stop it")
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return StoreError(f"{path}: damaged ({error}); {if_damaged}")
    return StoreError(f"{path}: {error}")
