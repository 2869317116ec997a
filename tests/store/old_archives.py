"""Archives as earlier versions of newsdesk left them: their tables, with what these can hold."""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from store.archive import ARCHIVES_NAME, CATALOGUE_NAME, current_archive


def made_older(file: Path, migrations: Sequence[str], version: int) -> None:
    """Puts an SQLite file back to an earlier version: the tables of that time, filled from the same
    columns of today's. Indexes beside it, and what later versions added, are gone."""
    today = file.with_suffix(".today")
    with closing(sqlite3.connect(file)) as database:
        # All of it into one file.
        database.execute("PRAGMA journal_mode = DELETE")
    file.rename(today)
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        for script in migrations[:version]:
            database.executescript(script)
        database.execute(f"PRAGMA user_version = {version}")
        database.execute("ATTACH ? AS today", (str(today),))
        for table in _tables(database, "main") & _tables(database, "today"):
            columns = ", ".join(
                f'"{name}"'
                for name in _columns(database, "main", table)
                if name in _columns(database, "today", table)
            )
            database.execute(
                f"INSERT OR IGNORE INTO main.{table} ({columns})"
                f" SELECT {columns} FROM today.{table}"
            )
        database.execute("PRAGMA journal_mode = WAL")
    today.unlink()


def archive_made_older(home: Path, migrations: Sequence[str], version: int) -> None:
    """Puts the archive of a home back to an earlier version of the catalogue."""
    archive = current_archive(home)
    assert archive is not None
    assert archive.parent == home / ARCHIVES_NAME
    made_older(archive / CATALOGUE_NAME, migrations, version)
    for folder in archive.iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)


def _tables(database: sqlite3.Connection, schema: str) -> set[str]:
    rows = database.execute(
        f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table'"
        " AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'lexical%'"
    )
    return {str(name) for (name,) in rows}


def _columns(database: sqlite3.Connection, schema: str, table: str) -> list[str]:
    rows = database.execute("SELECT name FROM pragma_table_info(?, ?)", (table, schema))
    return [str(name) for (name,) in rows]
