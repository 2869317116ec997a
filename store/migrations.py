"""Numbered migrations of an SQLite file; `PRAGMA user_version` holds the last one done."""

import sqlite3
from collections.abc import Iterator, Sequence

from rag.errors import StoreError


def run(database: sqlite3.Connection, migrations: Sequence[str], file: str) -> None:
    """Brings a file to the last migration, each in a transaction of its own.

    Others may do the same at the same time. file: what an error calls it. Raises StoreError for a
    file made by a later version, and sqlite3.DatabaseError for one that is no such file.
    """
    while _version(database, migrations, file) < len(migrations):
        database.execute("BEGIN IMMEDIATE")
        try:
            # Looked at again: another process may have been first.
            version = _version(database, migrations, file)
            if version < len(migrations):
                for statement in _statements(migrations[version]):
                    database.execute(statement)
                database.execute(f"PRAGMA user_version = {version + 1}")
            database.execute("COMMIT")
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise


def _version(database: sqlite3.Connection, migrations: Sequence[str], file: str) -> int:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > len(migrations):
        raise StoreError(
            f"{file} has version {version}, this newsdesk knows {len(migrations)};"
            " use the newsdesk that wrote it, or a later one"
        )
    return int(version)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; `executescript` would end the transaction it is called in."""
    statement = ""
    for part in script.split(";")[:-1]:
        statement += f"{part};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
