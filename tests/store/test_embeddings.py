"""Embeddings in the archive: vector and tokens of a chunk come back together, and leave with it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from rag.indexing.chunking import passage_text
from rag.indexing.pipeline import ingest
from rag.indexing.reindex import reindex
from rag.settings import Settings
from rag.types import Chunk, PassageEmbedding
from store.archive import CATALOGUE_NAME
from store.library import Library
from store.records import IndexedChunk, IndexedPage
from tests.store.samples import (
    HashingEmbedder,
    indexed,
    open_library,
    packed_tokens,
    page_of,
    question_vector,
    sentence,
    settings_for,
)


def chunks_of(library: Library) -> list[Chunk]:
    return [chunk for article in library.articles() for chunk in library.chunks_of(article.id)]


def catalogue_of(archive: Path) -> "closing[sqlite3.Connection]":
    """The catalogue below the library, as a fault or an earlier version would leave it."""
    return closing(sqlite3.connect(archive / CATALOGUE_NAME, isolation_level=None))


def test_what_a_chunk_was_stored_with_comes_back(library: Library) -> None:
    page = indexed(page_of("/a.txt", *map(sentence, range(3)), headline="水库加固"), library)
    library.put([page])
    found = library.cached_embeddings([chunk.vector_key for chunk in page.chunks] + ["unknown"])
    tokens = library.chunk_tokens([chunk.chunk.id for chunk in page.chunks] + ["unknown"])
    assert len(found) == len(tokens) == 3
    for stored in page.chunks:
        embedding = found[stored.vector_key]
        assert np.array_equal(embedding.vector, stored.embedding.vector)
        assert embedding.tokens == stored.embedding.tokens != b""
        assert tokens[stored.chunk.id] == stored.embedding.tokens


@given(st.lists(st.binary(max_size=20_000), min_size=1, max_size=4))
@hypothesis_settings(deadline=None, max_examples=10)
def test_tokens_of_any_size_come_back(
    tmp_path_factory: pytest.TempPathFactory, blobs: list[bytes]
) -> None:
    page = page_of("/a.txt", *map(sentence, range(len(blobs))))
    with open_library(settings_for(tmp_path_factory.mktemp("home"))) as library:
        chunks = [
            IndexedChunk(chunk.chunk, PassageEmbedding(chunk.embedding.vector, blob), str(at))
            for at, (chunk, blob) in enumerate(
                zip(indexed(page, library).chunks, blobs, strict=True)
            )
        ]
        library.put([IndexedPage(page, tuple(chunks))])
        found = library.chunk_tokens([chunk.chunk.id for chunk in chunks])
        assert [found[chunk.chunk.id] for chunk in chunks] == blobs
        assert library.verify().ok


def test_a_vector_without_tokens_never_makes_a_chunk(settings: Settings) -> None:
    """A sentence's vector is remembered alone; a chunk of the same text is embedded in full."""
    embedder = HashingEmbedder()
    with open_library(settings) as library:
        key = library.vector_key(sentence(1))
        library.remember_vectors({key: embedder.embed_queries([sentence(1)])[0]})
        assert library.cached_embeddings([key]) == {}
        ingest([page_of("/a.txt", sentence(1))], library, embedder, settings)
        assert embedder.embedded == [sentence(1)]
        assert list(library.cached_vectors([key])) == [key]
        [chunk] = chunks_of(library)
        assert library.chunk_tokens([chunk.id]) == {chunk.id: packed_tokens(sentence(1))}


def test_tokens_leave_with_their_chunk(library: Library, settings: Settings) -> None:
    library.put([indexed(page_of("/a.txt", sentence(1)), library)])
    [gone] = chunks_of(library)
    library.put([indexed(page_of("/a.txt", sentence(2)), library)])
    [here] = chunks_of(library)
    assert list(library.chunk_tokens([gone.id, here.id])) == [here.id]
    with catalogue_of(library.archive) as catalogue:
        assert catalogue.execute("SELECT count(*) FROM chunk_tokens").fetchone() == (1,)


def test_a_reindex_takes_tokens_over_and_embeds_only_what_differs(settings: Settings) -> None:
    page = page_of("/a.txt", "".join(map(sentence, range(30))), sentence(40))
    with open_library(settings) as library:
        ingest([page], library, HashingEmbedder(), settings)
    smaller = settings.model_copy(update={"chunk_characters": 100, "chunk_cap": 150})
    embedder = HashingEmbedder()
    reindex(settings.home, smaller, embedder)
    assert sentence(40) not in embedder.embedded
    with open_library(smaller) as library:
        chunks = chunks_of(library)
        tokens = library.chunk_tokens([chunk.id for chunk in chunks])
        assert len(chunks) > 2
        assert tokens == {chunk.id: packed_tokens(passage_text(chunk)) for chunk in chunks}


def test_a_chunk_that_lost_its_tokens_is_reported_and_embedded_again(settings: Settings) -> None:
    with open_library(settings) as library:
        ingest([page_of("/a.txt", sentence(1), sentence(2))], library, HashingEmbedder(), settings)
        lost = chunks_of(library)[0]
        with catalogue_of(library.archive) as catalogue:
            catalogue.execute("DELETE FROM chunk_tokens WHERE number = 1")
        [problem] = library.verify().problems
        assert lost.id in problem
        assert "newsdesk reindex" in problem
        assert lost.id not in library.chunk_tokens([lost.id])
        assert library.dense(question_vector(lost.text), 1)[0][0] == lost.id
    embedder = HashingEmbedder()
    reindex(settings.home, settings, embedder)
    assert embedder.embedded == [lost.text]
    with open_library(settings) as library:
        assert library.verify().ok
        assert library.chunk_tokens([lost.id]) == {lost.id: packed_tokens(lost.text)}


def test_an_archive_of_an_earlier_version_opens_without_tokens(settings: Settings) -> None:
    with open_library(settings) as library:
        library.put([indexed(page_of("/a.txt", sentence(1)), library)])
        [chunk] = chunks_of(library)
        archive = library.archive
    with catalogue_of(archive) as catalogue:
        later = ("chunk_tokens", "scan", "visit", "failure", "sketch", "copy", "jump")
        catalogue.executescript("".join(f"DROP TABLE {table};" for table in later))
        for column in ("boxes", "notes"):
            catalogue.execute(f"ALTER TABLE article DROP COLUMN {column}")
        for column in ("split_confidence", "split_reasons", "split_signals", "left_out"):
            catalogue.execute(f"ALTER TABLE page DROP COLUMN {column}")
        catalogue.execute("PRAGMA user_version = 3")
    with open_library(settings) as library:
        assert library.verify().ok
        assert library.chunk_tokens([chunk.id]) == {chunk.id: b""}
        [known] = library.cached_embeddings([library.vector_key(sentence(1))]).values()
        assert known.tokens == b""
        library.put([indexed(page_of("/b.txt", sentence(2)), library)])
        assert set(library.chunk_tokens([chunk.id for chunk in chunks_of(library)]).values()) == {
            b"",
            packed_tokens(sentence(2)),
        }
