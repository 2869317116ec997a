"""A home that another process reindexes: who has the old archive open is told to open it again."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.errors import StoreError
from rag.indexing.reindex import reindex
from rag.settings import Settings
from rag.types import Filters
from store.archive import ARCHIVES_NAME, CURRENT_NAME, current_archive, fresh_archive, switch_to
from store.library import Library
from tests.store.samples import (
    HashingEmbedder,
    indexed,
    open_library,
    page_of,
    question_vector,
    sentence,
)

REPOSITORY = Path(__file__).parents[2]
REINDEX = """
import sys
from pathlib import Path
from rag.indexing.reindex import reindex
from tests.store.samples import HashingEmbedder, settings_for
for _ in range(int(sys.argv[2])):
    settings = settings_for(Path(sys.argv[1]))
    reindex(settings.home, settings, HashingEmbedder())
"""
REINDEXED = "was reindexed meanwhile; open it again"

READS: dict[str, Callable[[Library], object]] = {
    "lexical": lambda library: library.lexical("水库", 5),
    "dense": lambda library: library.dense(question_vector("水库"), 5),
    "dense filtered": lambda library: library.dense(
        question_vector("水库"), 5, Filters(publication="青禾日报")
    ),
    "frequency": lambda library: library.document_frequency(["水库"]),
    "tokens": lambda library: library.lexical_tokens(["水"]),
    "articles": lambda library: library.articles(),
}
WRITES: dict[str, Callable[[Library], object]] = {
    "put": lambda library: library.put([indexed(page_of("/new.txt", sentence(77)), library)]),
    "verify": lambda library: library.verify(),
    "repair": lambda library: library.repair(),
}


def filled(settings: Settings) -> None:
    with open_library(settings) as library:
        library.put([indexed(page_of(f"/{n}.txt", sentence(n)), library) for n in range(6)])


def reindexing(settings: Settings, times: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", REINDEX, settings.home, str(times)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1"},
    )


@pytest.mark.slow
@pytest.mark.parametrize("used_before", [True, False])
def test_an_archive_that_was_replaced_is_neither_read_nor_written(
    settings: Settings, used_before: bool
) -> None:
    filled(settings)
    with open_library(settings) as library:
        if used_before:
            for read in READS.values():
                assert read(library)
        assert reindexing(settings, 1).wait() == 0
        for name, action in {**READS, **WRITES}.items():
            with pytest.raises(StoreError, match=REINDEXED):
                pytest.fail(f"{name} gave {action(library)}")
    with open_library(settings) as library:
        assert len(library.articles()) == 6
        assert library.verify().ok


def test_a_writer_never_removes_its_own_archive(settings: Settings) -> None:
    filled(settings)
    with open_library(settings) as library:
        other = fresh_archive(settings.home)
        shutil.copytree(library.archive, other, dirs_exist_ok=True)
        switch_to(settings.home, other)
        for action in WRITES.values():
            with pytest.raises(StoreError, match=REINDEXED):
                action(library)
        # Not removed yet, it may still be read.
        assert len(library.articles()) == 6
        assert READS["dense filtered"](library)
    with open_library(settings) as library:
        assert library.archive == other
        assert library.verify().ok
    assert [folder.name for folder in (settings.home / ARCHIVES_NAME).iterdir()] == [other.name]


@pytest.mark.slow
def test_who_opens_while_another_reindexes_finds_everything(settings: Settings) -> None:
    filled(settings)
    process = reindexing(settings, 8)
    archives = set()
    told: list[str] = []
    try:
        while process.poll() is None:
            with open_library(settings) as library:
                archives.add(library.archive)
                try:
                    assert len(library.articles()) == 6
                    assert len(library.lexical("水库", 20)) == 6
                except StoreError as error:
                    told.append(str(error))
    finally:
        assert process.wait() == 0
    assert len(archives) > 1
    assert [line for line in told if REINDEXED not in line] == []


def test_what_a_kill_left_of_a_switch_is_removed(settings: Settings) -> None:
    filled(settings)
    left = settings.home / f"{CURRENT_NAME}.0123456789ab"
    left.write_text("0123456789ab", encoding="ascii")
    fresh_archive(settings.home)
    with open_library(settings) as library, library.writing():
        assert current_archive(settings.home) == library.archive
    assert not left.exists()
    assert list((settings.home / ARCHIVES_NAME).iterdir()) == [library.archive]


def test_a_reindex_in_the_same_process_is_noticed_too(settings: Settings) -> None:
    filled(settings)
    with open_library(settings) as library:
        reindex(settings.home, settings, HashingEmbedder())
        for action in (*READS.values(), *WRITES.values()):
            with pytest.raises(StoreError, match=REINDEXED):
                action(library)
