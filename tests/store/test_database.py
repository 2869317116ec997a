"""One SQLite file, read by several threads beside one that writes."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.errors import StoreError
from store.database import Database


def numbers_table(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE IF NOT EXISTS numbers (number INTEGER)")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "numbers.sqlite", numbers_table)
    yield made
    made.close()


def add(database: Database, number: int) -> None:
    database.change("INSERT INTO numbers VALUES (?)", (number,))


def numbers(database: Database) -> list[int]:
    return [number for (number,) in database.rows("SELECT number FROM numbers ORDER BY number")]


def test_others_read_what_was_there_before_a_transaction_and_its_own_thread_what_it_wrote(
    database: Database,
) -> None:
    add(database, 1)
    with ThreadPoolExecutor(1) as other:
        with database.transaction():
            add(database, 2)
            with database.snapshot():
                assert numbers(database) == [1, 2]
            # Inside the transaction: whoever reads doesn't wait for its end.
            assert other.submit(numbers, database).result(timeout=60) == [1]
        assert other.submit(numbers, database).result() == [1, 2]


def test_what_fails_is_undone_and_seen_by_nobody(database: Database) -> None:
    def fails() -> None:
        with database.transaction():
            add(database, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert numbers(database) == []


def test_a_snapshot_stays_while_others_write(database: Database) -> None:
    with ThreadPoolExecutor(1) as other:
        with database.snapshot():
            assert numbers(database) == []
            other.submit(add, database, 1).result()
            assert other.submit(numbers, database).result() == [1]
            with database.snapshot():
                assert numbers(database) == []
        assert numbers(database) == [1]


def test_a_thread_reads_what_it_has_just_written(database: Database) -> None:
    begin = threading.Barrier(4)

    def write(first: int) -> None:
        begin.wait()
        for number in range(first, first + 25):
            add(database, number)
            assert number in numbers(database)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(0, 100, 25)))
    assert numbers(database) == list(range(100))


def test_a_closed_file_says_so_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    database = Database(tmp_path / "numbers.sqlite", numbers_table)
    add(database, 1)
    assert numbers(database) == [1]
    database.close()
    with pytest.raises(StoreError, match=r"numbers\.sqlite"):
        numbers(database)
    assert [file.name for file in tmp_path.iterdir()] == ["numbers.sqlite"]
