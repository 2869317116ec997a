"""Killed at any moment, the archive keeps what was reported as done, and mends the rest."""

import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import chromadb
import numpy as np
import pytest

from rag.errors import StoreError
from rag.settings import Settings
from rag.types import Filters
from store.doors import FOLDER_NAME
from tests.store.samples import indexed, open_library, page_of, question_vector, sentence
from tests.store.writer_process import changed_page

REPOSITORY = Path(__file__).parents[2]


def start_writer(home: Path, first: int) -> subprocess.Popen[str]:
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.store.writer_process", str(home), str(first)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    return writer


def kill(writer: subprocess.Popen[str]) -> list[tuple[str, str]]:
    """Kills the writer; the (origin, page id) pairs that it had reported as done."""
    writer.kill()
    assert writer.stdout is not None
    with writer.stdout as lines:
        done = [line.split() for line in lines if line.endswith("\n")]
    writer.wait()
    return [(origin, page_id) for origin, page_id in done]


@pytest.mark.slow
def test_kills_at_random_moments_lose_nothing_that_was_done(settings: Settings) -> None:
    chance = random.Random(20210304)
    first = 0
    for _ in range(8):
        writer = start_writer(settings.home, first)
        time.sleep(chance.uniform(0.05, 0.8))
        done = kill(writer)
        begun = changed_page(first + len(done))
        first += len(done) + 1
        with open_library(settings) as library:
            # The page begun after the last report may have been finished at this open.
            for origin, page_id in list(dict(done).items()):
                expected = {page_id, begun.id} if origin == begun.origin else {page_id}
                assert library.page_of(origin) in expected
            report = library.verify()
            assert report.problems == ()
            assert report.pages == len(library.origins())
            assert report.chunks == report.vectors


def test_a_dead_writer_leaves_no_lock(settings: Settings) -> None:
    kill(start_writer(settings.home, 0))
    with open_library(settings) as library, library.writing():
        library.put([indexed(page_of("/after.txt", sentence(1)), library)])
        assert library.verify().ok


def test_a_reader_sees_what_another_process_added(settings: Settings) -> None:
    with open_library(settings) as library:
        library.put([indexed(page_of("/before.txt", "松岭县的桥修好了。"), library)])
        library.dense(question_vector("桥"), 3)
        writer = start_writer(settings.home, 0)
        assert writer.stdout is not None
        writer.stdout.readline()
        kill(writer)
        for text in [article.text for article in library.articles()[:5]]:
            [(chunk_id, _)] = library.dense(question_vector(text), 1)
            assert library.chunks([chunk_id])[chunk_id].text == text


def test_a_write_after_one_that_failed_finds_nothing_half_done(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the failed one was about to remove comes again, under another origin."""
    old, new = page_of("/a.txt", sentence(1)), page_of("/a.txt", sentence(2))
    again = replace(old, origin="/again.txt")
    with open_library(settings) as library:
        library.put([indexed(old, library)])
        with library.writing():
            with monkeypatch.context() as patch:
                patch.delattr(chromadb.Collection, "delete")
                with pytest.raises(StoreError, match="delete"):
                    library.put([indexed(new, library)])
            library.put([indexed(again, library)])
        assert library.page_of("/a.txt") == new.id
        assert library.page_of("/again.txt") == old.id
        assert {article.text for article in library.articles()} == {sentence(1), sentence(2)}
        assert library.verify().ok


def test_vectors_that_are_lost_come_back_from_the_catalogue(settings: Settings) -> None:
    page = page_of("/a.txt", *(sentence(number) for number in range(5)))
    with open_library(settings) as library:
        library.put([indexed(page, library)])
        folder = library.archive / FOLDER_NAME
    for file in sorted(folder.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    with open_library(settings) as library:
        assert len(library.dense(question_vector(sentence(1)), 5)) == 5
        assert library.verify().ok


def test_lost_vectors_are_noticed_with_all_of_them_in_memory(settings: Settings) -> None:
    everything = Filters(date.min, date.max)
    page = page_of("/a.txt", *(sentence(number) for number in range(150)))
    with open_library(settings) as library:
        library.put([indexed(page, library)])
        folder = library.archive / FOLDER_NAME
    for file in sorted(folder.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    with open_library(settings) as library:
        for _ in range(2):  # the second finds too many chunks read to read them singly again
            library.dense(question_vector(sentence(1)), 5, everything)
        assert library._scan.loaded
        assert len(library.dense(question_vector(sentence(1)), 5)) == 5
        assert any(folder.rglob("chroma.sqlite3"))


def test_vector_files_that_are_damaged_are_made_again(settings: Settings) -> None:
    page = page_of("/a.txt", *(sentence(number) for number in range(5)))
    with open_library(settings) as library:
        library.put([indexed(page, library)])
        folder = library.archive / FOLDER_NAME
    [file] = folder.rglob("chroma.sqlite3")
    file.write_bytes(b"not a database" * 1000)
    with open_library(settings) as library:
        assert len(library.dense(question_vector(sentence(1)), 5)) == 5
        assert library.verify().ok


def test_a_file_in_the_place_of_the_vectors_is_replaced(settings: Settings) -> None:
    page = page_of("/a.txt", *(sentence(number) for number in range(5)))
    with open_library(settings) as library:
        library.put([indexed(page, library)])
        folder = library.archive / FOLDER_NAME
    shutil.rmtree(folder)
    folder.write_text("no folder", encoding="utf-8")
    with open_library(settings) as library:
        assert len(library.dense(question_vector(sentence(1)), 5)) == 5
        assert library.verify().ok


def test_verify_finds_and_repair_mends_what_differs(settings: Settings) -> None:
    page = page_of("/a.txt", *(sentence(number) for number in range(5)))
    with open_library(settings) as library:
        library.put([indexed(page, library)])
        # Straight at the parts, as a fault below the library would.
        [first, second, *_] = library._vectors.ids()
        library._vectors.delete([first])
        batch = library._ledger.vectors_of([second])
        batch.vectors[:] = np.roll(batch.vectors, 1)
        library._vectors.upsert([batch])
        with library.writing():
            library._lexical.remove([1])
        problems = "\n".join(library.verify().problems)
        assert "lexical index: 1 live chunks are missing" in problems
        assert "vectors: 1 live chunks are missing" in problems
        assert "vectors: 1 differ" in problems
        assert library.repair().ok
        assert library.verify().ok
