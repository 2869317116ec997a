"""Dense search with filters, through the library: exactly what a look at every vector gives."""

import tempfile
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.indexing.chunking import chunk_article, passage_text
from rag.indexing.reindex import reindex
from rag.settings import Settings
from rag.types import Filters, Page, PassageEmbedding
from store import ledger, vector_scan
from store.library import Library
from store.records import IndexedChunk, IndexedPage
from tests.store.samples import (
    HashingEmbedder,
    indexed,
    open_library,
    page_of,
    question_vector,
    sentence,
    settings_for,
)

FIRST = date(2021, 3, 1)
DAYS = 12
PAPERS = ("青禾日报", "松岭晚报", "")

days = st.none() | st.integers(0, DAYS).map(lambda number: FIRST + timedelta(number))
papers = st.none() | st.sampled_from((*PAPERS, "石桥周刊"))
filters_that_filter = st.builds(Filters, days, days, papers).filter(lambda found: not found.empty)


def page(number: int) -> Page:
    """Three articles; every seventh page bears no date."""
    return page_of(
        f"/{number}.txt",
        *(sentence(3 * number + part) for part in range(3)),
        issue_date=FIRST + timedelta(number * 5 % DAYS) if number % 7 else None,
        publication=PAPERS[number % len(PAPERS)],
    )


def matches(found: Page, filters: Filters) -> bool:
    day = found.issue_date
    if filters.date_from is not None and (day is None or day < filters.date_from):
        return False
    if filters.date_until is not None and (day is None or day >= filters.date_until):
        return False
    return filters.publication in (None, found.publication)


def by_brute_force(
    library: Library, pages: list[Page], vector: NDArray[np.float32], filters: Filters
) -> list[tuple[str, float]]:
    chunks = [
        chunk
        for found in pages
        if matches(found, filters)
        for article in found.articles
        for chunk in library.chunks_of(article.id)
    ]
    if not chunks:
        return []
    rows = HashingEmbedder().embed_passages([passage_text(chunk) for chunk in chunks])
    scored = zip((chunk.id for chunk in chunks), (rows @ vector).tolist(), strict=True)
    return sorted(scored, key=lambda item: -item[1])


def assert_equal(
    found: list[tuple[str, float]], expected: list[tuple[str, float]], limit: int
) -> None:
    """Equals may stand in any order, and any of them may be the last."""
    assert [score for _, score in found] == pytest.approx(
        [score for _, score in expected[:limit]], abs=1e-5
    )
    scores = dict(expected)
    assert len({chunk_id for chunk_id, _ in found}) == len(found)
    assert all(scores[chunk_id] == pytest.approx(score, abs=1e-5) for chunk_id, score in found)


@contextmanager
def filled(pages: list[Page]) -> Iterator[Library]:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_library(settings_for(Path(folder) / "home")) as library,
    ):
        library.put([indexed(found, library) for found in pages])
        yield library


@pytest.fixture(scope="module")
def archive() -> Iterator[tuple[Library, list[Page]]]:
    pages = [page(number) for number in range(240)]
    with filled(pages) as library:
        yield library, pages


@given(
    filters=filters_that_filter,
    asked=st.integers(0, 800),
    limit=st.integers(1, 40) | st.just(1000),
)
@hypothesis_settings(deadline=None, max_examples=80)
def test_filtered_search_is_brute_force(
    archive: tuple[Library, list[Page]], filters: Filters, asked: int, limit: int
) -> None:
    library, pages = archive
    vector = question_vector(sentence(asked))
    expected = by_brute_force(library, pages, vector, filters)
    assert_equal(library.dense(vector, limit, filters), expected, limit)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=5), st.integers(1, 30))
@hypothesis_settings(deadline=None, max_examples=4)
def test_filtered_search_follows_every_change(origins: list[int], limit: int) -> None:
    """One origin after another gets a page of another number: what it held before is gone."""
    filters = Filters(date_until=FIRST + timedelta(DAYS))
    vector = question_vector(sentence(4))
    held = {number: page(number) for number in range(10)}
    with filled(list(held.values())) as library:
        for step, origin in enumerate(origins, start=1):
            changed = page_of(
                f"/{origin}.txt",
                sentence(100 * step + origin),
                issue_date=FIRST + timedelta(step),
            )
            library.put([indexed(changed, library)])
            held[origin] = changed
            expected = by_brute_force(library, list(held.values()), vector, filters)
            assert_equal(library.dense(vector, limit, filters), expected, limit)


def test_with_the_vectors_in_memory_search_without_a_filter_is_brute_force(
    archive: tuple[Library, list[Page]],
) -> None:
    """The first wide filter reads them; undated chunks, which no date finds, are among them."""
    library, pages = archive
    library.dense(question_vector("水库"), 500, Filters(date_until=FIRST + timedelta(DAYS)))
    assert library._scan.loaded
    for asked in range(0, 700, 50):
        vector = question_vector(sentence(asked))
        expected = by_brute_force(library, pages, vector, Filters())
        assert_equal(library.dense(vector, 30), expected, 30)


def test_who_missed_more_changes_than_are_kept_reads_all_anew(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "CHANGES_KEPT", 6)
    monkeypatch.setattr(vector_scan, "_FEW", 0)
    everything = Filters(date.min, date.max)
    vector = question_vector("水库")
    with open_library(settings) as reader, open_library(settings) as library:
        for number in range(12):
            # An origin in turn, so that a page leaves with almost every one that comes.
            texts = [sentence(5 * number + part) for part in range(3)]
            library.put([indexed(page_of(f"/{number % 4}.txt", *texts), library)])
            if number % 5 == 1:
                live = {
                    chunk.id for _, chunks in library._catalogue.every_chunk() for chunk in chunks
                }
                assert {name for name, _ in reader.dense(vector, 100, everything)} == live
                assert reader._scan.loaded
        [(kept,)] = library._database.rows("SELECT count(*) FROM page_change")
        assert 0 < kept <= 6 + 2
        assert library.verify().ok


def test_dates_are_half_open_and_no_date_never_matches(library: Library) -> None:
    dated = page_of("/dated.txt", sentence(1), issue_date=FIRST)
    undated = page_of("/undated.txt", sentence(1), issue_date=None)
    library.put([indexed(dated, library), indexed(undated, library)])
    day = timedelta(1)
    cases = {
        Filters(date_from=FIRST): True,
        Filters(date_from=FIRST + day): False,
        Filters(date_until=FIRST): False,
        Filters(date_until=FIRST + day): True,
        Filters(FIRST, FIRST + day): True,
        Filters(FIRST, FIRST): False,
        Filters(date.min, date.max): True,
    }
    [chunk] = library.chunks_of(dated.articles[0].id)
    for filters, found in cases.items():
        expected = [chunk.id] if found else []
        assert [name for name, _ in library.dense(question_vector("水库"), 5, filters)] == expected


def test_a_publication_matches_whole_or_not_at_all(library: Library) -> None:
    library.put([indexed(page_of("/a.txt", sentence(1), publication="青禾日报"), library)])
    for name, count in {
        "青禾日报": 1,
        "青禾": 0,
        "青禾日报 ": 0,
        "": 0,
        "'; --": 0,
        "%": 0,
    }.items():
        assert len(library.dense(question_vector("水库"), 5, Filters(publication=name))) == count


def test_vectors_too_many_for_memory_are_filtered_by_chroma(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_scan, "MEMORY", 0)
    pages = [page(number) for number in range(20)]
    vector = question_vector(sentence(4))
    with open_library(settings) as library:
        library.put([indexed(found, library) for found in pages])
        for filters in (
            Filters(FIRST, FIRST + timedelta(4)),
            Filters(date_until=FIRST + timedelta(4)),
            Filters(publication=PAPERS[1]),
            Filters(date_from=FIRST + timedelta(DAYS)),
        ):
            expected = by_brute_force(library, pages, vector, filters)
            assert_equal(library.dense(vector, 10, filters), expected, 10)


def test_pages_that_are_replaced_again_and_again_leave_room_in_memory(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_scan, "MEMORY", 64 * 20)
    with open_library(settings) as library:
        for step in range(15):
            texts = [sentence(2 * step), sentence(2 * step + 1)]
            library.put([indexed(page_of("/a.txt", *texts), library)])
            assert library._scan.fits(64)
        [(last,)] = library._database.rows("SELECT max(number) FROM chunk_vector")
        assert last > 20
        library.put([indexed(page_of("/b.txt", *map(sentence, range(100, 118))), library)])
        assert library._scan.fits(64)
        library.put([indexed(page_of("/c.txt", sentence(200)), library)])
        assert not library._scan.fits(64)
        library.put([indexed(page_of("/b.txt", sentence(300)), library)])
        assert library._scan.fits(64)


@pytest.mark.slow
def test_vectors_are_read_into_the_memory_that_they_take(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not gathered first and put together then, which takes twice as much for a moment."""
    monkeypatch.setattr(vector_scan, "_BLOCK", 50)
    dimension, count = 1024, 8000
    page = page_of("/a.txt", *map(sentence, range(count)))
    rows = np.random.default_rng(1).standard_normal((count, dimension), dtype=np.float32)
    with open_library(settings, HashingEmbedder(dimension=dimension)) as library:
        manifest = library.manifest
        chunks = [
            chunk_article(article, manifest.chunk_characters, manifest.chunk_cap)[0]
            for article in page.articles
        ]
        # Straight into the catalogue, which is all that the scan reads.
        library._ledger.accept(
            [
                IndexedPage(
                    page,
                    tuple(
                        IndexedChunk(chunk, PassageEmbedding(row, b""), chunk.id)
                        for chunk, row in zip(chunks, rows, strict=True)
                    ),
                )
            ]
        )
        library._ledger.turn()
        scan = vector_scan.VectorScan(library._database)
        tracemalloc.start()
        try:
            found = scan.nearest(rows[77], 1, Filters(date.min, date.max))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert [chunk_id for chunk_id, _ in found] == [chunks[77].id]
        assert scan.loaded
        assert peak < 1.7 * count * dimension


def test_a_reindex_with_another_model_is_followed(settings: Settings) -> None:
    other = HashingEmbedder("other", dimension=32)
    everything = Filters(date.min, date.max)
    with open_library(settings) as library:
        library.put([indexed(page(1), library)])
    reindex(settings.home, settings, other)
    with open_library(settings, other) as library:
        vector = other.embed_queries([sentence(3)])[0]
        assert library.dense(vector, 1, everything)[0][1] == pytest.approx(1.0)
        assert library.verify().ok
