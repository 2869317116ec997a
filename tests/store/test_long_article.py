"""An article as long as a file costs about its own length, not that times its chunks."""

import tracemalloc
from collections.abc import Callable
from itertools import pairwise

import pytest

from rag.settings import Settings
from store.library import Library
from tests.store.samples import indexed, open_library, page_of, question_vector, sentence

CHARACTERS = 300_000
MOST = 60 * 2**20  # bytes; the text takes 0.6 MB, with each of its chunks 800 MB


def peak_of(action: Callable[[], object]) -> int:
    """The most memory that Python held at a time for an action, beyond what it held before."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_a_long_article_is_stored_read_and_indexed_again_in_bounded_memory(
    settings: Settings,
) -> None:
    text = ""
    while len(text) < CHARACTERS:
        text += "".join(sentence(number) for number in range(len(text), len(text) + 1000))
    page = page_of("/long.txt", text)
    with open_library(settings) as library:
        whole = indexed(page, library)
        assert len(whole.chunks) > 900
        assert peak_of(lambda: library.put([whole])) < MOST
        [article] = page.articles
        chunks = library.chunks_of(article.id)
        assert chunks == [chunk.chunk for chunk in whole.chunks]
        assert peak_of(lambda: library.chunks_of(article.id)) < MOST
        assert peak_of(lambda: library.chunks([chunk.id for chunk in chunks])) < MOST
        assert peak_of(lambda: rebuild_words(library)) < MOST
        [(nearest, _)] = library.dense(question_vector(chunks[700].text), 1)
        assert library.chunks([nearest])[nearest].text == chunks[700].text
        assert library.verify().ok


def rebuild_words(library: Library) -> None:
    with library.writing():
        library._lexical.rebuild(library._ledger.lexical_entries("live"), "the test asks for it")


def test_neighbours_are_the_chunks_on_either_side(library: Library) -> None:
    page = page_of("/a.txt", "".join(map(sentence, range(60))), sentence(70))
    library.put([indexed(page, library)])
    chunks = library.chunks_of(page.articles[0].id)
    assert len(chunks) > 3
    assert library.neighbours(chunks[0]) == chunks[1:2]
    assert library.neighbours(chunks[-1]) == chunks[-2:-1]
    for before, chunk in pairwise(chunks[:-1]):
        assert library.neighbours(chunk) == [before, chunks[chunk.ordinal + 1]]
    [alone] = library.chunks_of(page.articles[1].id)
    assert library.neighbours(alone) == []


def test_offsets_count_characters_though_a_text_holds_nul_and_wide_ones(library: Library) -> None:
    text = "县里\0修了🚒桥。" * 60
    page = page_of("/a.txt", text)
    library.put([indexed(page, library)])
    chunks = library.chunks_of(page.articles[0].id)
    assert "".join(chunk.text for chunk in chunks) == text
    assert set(library.chunks([chunk.id for chunk in chunks]).values()) == set(chunks)
