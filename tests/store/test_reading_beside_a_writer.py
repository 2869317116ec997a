"""Readers beside a writer, in its process and in others: each search finds whole states alone."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from rag.errors import ArchiveLockedError
from rag.settings import Settings
from rag.types import Filters
from store.library import Library
from tests.store import swapping_process
from tests.store.samples import indexed, open_library, page_of, question_vector, sentence
from tests.store.writer_process import ARTICLES, ORIGINS, changed_page

REPOSITORY = Path(__file__).parents[2]
EVERYTHING = Filters(date.min, date.max)  # a filter that all match; a search with one is exact
MANY = 5000
Search = Callable[[Library], list[tuple[str, float]]]


def dense(library: Library) -> list[tuple[str, float]]:
    return library.dense(question_vector("水库"), MANY, EVERYTHING)


def lexical(library: Library) -> list[tuple[str, float]]:
    return library.lexical("水库堤坝", MANY)


@contextmanager
def running(module: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A writer in a process of its own that has said its first line; killed at the end."""
    writer = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    with writer:
        assert writer.stdout is not None
        assert writer.stdout.readline()
        try:
            yield writer
        finally:
            assert writer.poll() is None, "the writer ended by itself"
            writer.kill()
            writer.stdout.read()


@pytest.mark.parametrize("search", [dense, lexical])
def test_a_page_on_its_way_in_or_out_is_never_found(settings: Settings, search: Search) -> None:
    """One page takes the place of another, over and over, with readers inside and beside."""
    with open_library(settings) as beside, open_library(settings) as library:
        states = []
        for page in (swapping_process.OLD, swapping_process.NEW):
            library.put([indexed(page, library)])
            states.append(found_in(search(library)))
        assert [len(state) for state in states] == [2, 1]

        def swap() -> None:
            for page in (swapping_process.OLD, swapping_process.NEW) * 4:
                library.put([indexed(page, library)])

        with ThreadPoolExecutor(1) as writer:
            writing = writer.submit(swap)
            seen = 0
            while not writing.done() or not seen:
                assert found_in(search(library)) in states
                assert found_in(search(beside)) in states
                seen += 1
            writing.result()
        assert found_in(search(beside)) == states[1]


def found_in(found: list[tuple[str, float]]) -> set[str]:
    ids = [chunk_id for chunk_id, _ in found]
    assert len(set(ids)) == len(ids)
    return set(ids)


@pytest.mark.slow
@pytest.mark.parametrize("search", [dense, lexical])
def test_a_page_that_another_process_swaps_is_found_whole(
    settings: Settings, search: Search
) -> None:
    with open_library(settings) as library:
        others = [page_of(f"/{n}", *map(sentence, range(n, n + 40))) for n in range(100, 500, 40)]
        library.put([indexed(page, library) for page in others])
        rest = found_in(search(library))
        states = []
        for page in (swapping_process.OLD, swapping_process.NEW):
            library.put([indexed(page, library)])
            states.append(found_in(search(library)) - rest)
    assert (len(rest), [len(state) for state in states]) == (400, [2, 1])
    seen = []
    with running("tests.store.swapping_process", str(settings.home)), open_library(settings) as own:
        until = time.monotonic() + 5
        while time.monotonic() < until:
            found = found_in(search(own))
            assert rest <= found
            seen.append(found - rest)
    assert all(state in states for state in seen)
    assert all(state in seen for state in states)


def test_a_living_writer_is_named_and_readers_read_on(settings: Settings) -> None:
    """Each search finds the last pages put under every origin, and no other, each of them whole."""
    with (
        running("tests.store.writer_process", str(settings.home), "0") as writer,
        open_library(settings) as library,
    ):
        with pytest.raises(ArchiveLockedError, match=rf"pid {writer.pid} .*writer_process"):
            library.put([indexed(page_of("/mine.txt", sentence(1)), library)])
        chunks = Chunks(library)
        last = -1
        until = time.monotonic() + 3
        # The writer may be slow where others use the machine.
        latest = until + 60
        while time.monotonic() < (until if last > ORIGINS else latest):
            for search in (lexical, dense):
                newest = chunks.newest_of_whole_state(found_in(search(library)))
                assert newest >= last
                last = newest
            # Chroma's own answer may lack what came or went since, but holds nothing else.
            nearest = library.dense(question_vector(sentence(5)), 40)
            newest = chunks.newest_of_whole_state(found_in(lexical(library)))
            numbers = {chunks.number_of(chunk_id) for chunk_id, _ in nearest}
            assert numbers <= set(range(last - ORIGINS + 1, newest + 1))
            scores = [score for _, score in nearest]
            assert scores == sorted(scores, reverse=True)
            last = newest
        assert last > ORIGINS
    with open_library(settings) as library:
        assert library.verify().ok


class Chunks:
    """Which of the writer's pages each chunk is of."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._numbers: dict[str, int] = {}
        self._made = 0

    def number_of(self, chunk_id: str) -> int:
        while chunk_id not in self._numbers:
            assert self._made < 5000, "a chunk of no page"
            page = indexed(changed_page(self._made), self._library)
            assert len(page.chunks) == ARTICLES
            self._numbers |= dict.fromkeys([chunk.chunk.id for chunk in page.chunks], self._made)
            self._made += 1
        return self._numbers[chunk_id]

    def newest_of_whole_state(self, found: set[str]) -> int:
        """The number of the last page; -1 where there is none."""
        numbers = [self.number_of(chunk_id) for chunk_id in found]
        newest = max(numbers, default=-1)
        expected = range(max(newest - ORIGINS + 1, 0), newest + 1)
        assert sorted(numbers) == [number for number in expected for _ in range(ARTICLES)]
        return newest
