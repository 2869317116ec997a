"""The glossary's file: made once, shared, renewed when old, mended when damaged."""

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.retrieval.glossary import Glossary, stem

QUESTIONS = ("the county standing committee", "reservoirs were completed", "1,200 trees planted")
LOOK_UP = """
import sys
from pathlib import Path
from rag.retrieval.glossary import Glossary
glossary = Glossary(Path(sys.argv[1]))
print("水库" in dict(glossary.translate("reservoir")[0].words))
"""


@pytest.fixture
def built(glossary: Glossary, tmp_path: Path) -> Path:
    """A copy of the finished table, to be harmed."""
    glossary.translate("reservoir")
    path = tmp_path / "glossary.sqlite"
    path.write_bytes(glossary.path.read_bytes())
    return path


def knows_reservoirs(glossary: Glossary) -> bool:
    (term,) = glossary.translate("reservoir")
    return "水库" in dict(term.words)


@pytest.fixture
def opened(built: Path) -> Iterator[Glossary]:
    with_table = Glossary(built)
    yield with_table
    with_table.close()


def test_a_finished_table_is_taken_as_it_is(built: Path, opened: Glossary) -> None:
    before = built.stat().st_mtime_ns
    assert knows_reservoirs(opened)
    assert built.stat().st_mtime_ns == before


def test_a_table_of_another_version_is_made_anew(built: Path, opened: Glossary) -> None:
    with sqlite3.connect(built) as connection:
        connection.execute("UPDATE stamp SET value = 'version 0'")
        connection.execute("DELETE FROM senses")
    connection.close()
    assert knows_reservoirs(opened)


def test_a_damaged_table_is_made_anew(built: Path, opened: Glossary) -> None:
    built.write_bytes(b"this is no database" * 300)
    assert knows_reservoirs(opened)
    with sqlite3.connect(built) as connection:
        assert connection.execute("SELECT count(*) FROM senses").fetchone()[0] > 0
    connection.close()


def test_a_folder_that_is_not_there_costs_no_answer(tmp_path: Path) -> None:
    glossary = Glossary(tmp_path / "absent" / "glossary.sqlite")
    assert knows_reservoirs(glossary)
    glossary.close()


def test_a_read_only_table_is_enough(built: Path, opened: Glossary) -> None:
    built.chmod(stat.S_IRUSR)
    before = built.read_bytes()
    assert knows_reservoirs(opened)
    assert built.read_bytes() == before


def test_two_processes_may_make_the_table_at_once(tmp_path: Path) -> None:
    path = tmp_path / "glossary.sqlite"
    processes = [
        subprocess.Popen([sys.executable, "-c", LOOK_UP, str(path)], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [process.communicate()[0].strip() for process in processes] == [b"True", b"True"]
    glossary = Glossary(path)
    assert knows_reservoirs(glossary)
    glossary.close()


def test_threads_get_what_one_thread_gets(opened: Glossary, glossary: Glossary) -> None:
    asked = QUESTIONS * 40
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(opened.translate, asked))
    assert answers == [glossary.translate(question) for question in asked]


def test_threads_stem_without_disturbing_one_another() -> None:
    words = [f"{start}{end}" for start in ("nation", "relat") for end in ("al", "ally", "ing")]
    many = [f"{word}{number}" for number in range(200) for word in words]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(stem, many))
    stem.cache_clear()
    assert together == [stem(word) for word in many]


def test_numbers_and_apostrophes_are_read_as_the_index_has_them(glossary: Glossary) -> None:
    assert [term.term for term in glossary.translate("1,200.5 trees")] == ["1200.5", "trees"]
    (term,) = glossary.translate("Xi’an")
    assert "西安" in dict(term.words)


def test_a_closed_glossary_opens_again_when_it_is_asked(opened: Glossary) -> None:
    opened.close()
    assert knows_reservoirs(opened)
