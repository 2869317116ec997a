"""Copies of SQLite files as they are at one moment, while others write to them."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rag.errors import HomeError, StoreError
from store.database import RESTORE

_PAGES_AT_ONCE = 2000
_BUSY_SECONDS = 30.0
_MEGABYTE = 1_000_000


def take_snapshot(
    source: Path, target: Path, progress: Callable[[int, int], None] | None = None
) -> None:
    """Copies a file with all that was committed to it, by SQLite's online backup.

    One read transaction holds for all of it: writers go on, and what they write meanwhile isn't in
    the copy. progress: told (megabytes copied, of so many). Raises StoreError where the source is
    missing or damaged, or the copy can't be written; HomeError for want of access.
    """

    def tell(_: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(_megabytes((total - remaining) * size), _megabytes(total * size))

    with _explained(source), closing(_connected(source)) as connection:
        connection.execute("BEGIN")
        # The first read is what takes the snapshot.
        [(size,)] = connection.execute("SELECT page_size FROM pragma_page_size").fetchall()
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            copy.execute("PRAGMA synchronous = OFF")
            connection.backup(copy, pages=_PAGES_AT_ONCE, progress=tell)
    with _explained(target), closing(sqlite3.connect(target)) as copy:
        [(line,), *_] = copy.execute("PRAGMA quick_check").fetchall()
    if line != "ok":
        raise StoreError(f"{source}: damaged ({line}); {RESTORE}")


def version_of(file: Path) -> int:
    """The last migration of an SQLite file. Raises StoreError."""
    with _explained(file), closing(_connected(file)) as connection:
        [(version,)] = connection.execute("PRAGMA user_version").fetchall()
        return int(version)


def rows_of(file: Path, statement: str) -> list[tuple[object, ...]]:
    """What a query gives of a file that is left unmigrated. Raises StoreError."""
    with _explained(file), closing(_connected(file)) as connection:
        return connection.execute(statement).fetchall()


def _connected(file: Path) -> sqlite3.Connection:
    # By URI: a file that is missing is an error, and isn't made.
    return sqlite3.connect(
        f"{file.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
    )


def _megabytes(size: int) -> int:
    return -(-size // _MEGABYTE)


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", "")
        if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
            raise HomeError(
                f"{file}: can't be opened ({error}); give read and write access to its folder and"
                " all in it"
            ) from error
        if code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
            raise StoreError(
                f"{file}: there is no room for a copy of it beside the backup ({error}); make room"
                " there, or name another file"
            ) from error
        raise StoreError(f"{file}: can't be copied ({error}); {RESTORE}") from error
