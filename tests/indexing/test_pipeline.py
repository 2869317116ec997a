"""Ingest and reindex through their doors, with a real store."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.errors import EmbeddingError, IndexMismatchError
from rag.indexing.pipeline import ingest
from rag.indexing.reindex import reindex
from rag.intake_types import IngestFailure, IngestReport
from rag.settings import Settings
from rag.types import Page, PassageEmbedding
from tests.store.samples import (
    HashingEmbedder,
    open_library,
    page_of,
    question_vector,
    sentence,
    settings_for,
)


class BreakingEmbedder(HashingEmbedder):
    """Fails as a server does that goes down after a number of calls."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self.calls = calls

    def embed_chunks(self, texts: Sequence[str]) -> list[PassageEmbedding]:
        if self.calls == 0:
            raise EmbeddingError("the server is gone")
        self.calls -= 1
        return super().embed_chunks(texts)


def run(
    settings: Settings, pages: Sequence[Page | IngestFailure], embedder: HashingEmbedder
) -> IngestReport:
    with open_library(settings) as library:
        return ingest(pages, library, embedder, settings)


def pages_of(count: int) -> list[Page]:
    return [page_of(f"/{n}.txt", sentence(n), headline=f"第{n}号") for n in range(count)]


def test_ingest_counts_new_unchanged_updated_and_failed(settings: Settings) -> None:
    embedder = HashingEmbedder()
    failure = IngestFailure("/bad.txt", "is empty")
    first = run(settings, [*pages_of(3), failure], embedder)
    assert first == IngestReport(3, 0, 0, articles=3, chunks=3, failed=(failure,))
    again = run(settings, pages_of(3), embedder)
    assert again == IngestReport(0, 0, 3, articles=0, chunks=0, failed=())
    assert len(embedder.embedded) == 3
    changed = [page_of("/1.txt", sentence(9), sentence(10)), *pages_of(3)[2:]]
    assert run(settings, changed, embedder) == IngestReport(
        0, 1, 1, articles=2, chunks=2, failed=()
    )
    with open_library(settings) as library:
        verified = library.verify()
    assert verified.ok
    assert (verified.pages, verified.articles, verified.chunks, verified.vectors) == (3, 4, 4, 4)


def test_the_embedder_is_given_headline_and_text_once(settings: Settings) -> None:
    embedder = HashingEmbedder()
    run(settings, pages_of(2), embedder)
    assert embedder.embedded == [f"第{n}号\n{sentence(n)}" for n in range(2)]


def test_a_copy_under_another_origin_is_stored_once(settings: Settings) -> None:
    embedder = HashingEmbedder()
    original, copy = page_of("/a.txt", sentence(1)), page_of("/b.txt", sentence(1))
    report = run(settings, [original, copy], embedder)
    assert (report.new, report.articles) == (2, 1)
    assert len(embedder.embedded) == 1
    with open_library(settings) as library:
        assert library.page_of("/a.txt") == library.page_of("/b.txt") == original.id
        assert len(library.articles()) == 1


def test_an_origin_that_comes_twice_ends_as_it_came_last(settings: Settings) -> None:
    stored = page_of("/other.txt", sentence(3))
    run(settings, [stored], HashingEmbedder())
    report = run(
        settings,
        [page_of("/a.txt", sentence(1)), page_of("/a.txt", sentence(3))],
        HashingEmbedder(),
    )
    assert (report.new, report.updated) == (1, 1)
    with open_library(settings) as library:
        assert library.page_of("/a.txt") == stored.id
        assert len(library.articles()) == 1
        assert library.verify().ok


def test_a_model_that_fails_leaves_what_came_before(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home", embedding_batch=4)
    with pytest.raises(EmbeddingError, match=r"server is gone.*stored before that: 8"):
        run(settings, pages_of(20), BreakingEmbedder(calls=2))
    with open_library(settings) as library:
        assert library.verify().ok
        assert len(library.articles()) == 8
    report = run(settings, pages_of(20), HashingEmbedder())
    assert (report.new, report.unchanged) == (12, 8)


def test_of_a_batch_the_finished_pages_stay(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home", embedding_batch=4, chunk_characters=60, chunk_cap=80)
    long = page_of("/long.txt", "".join(sentence(number) for number in range(20)))
    with pytest.raises(EmbeddingError, match="stored before that: 1"):
        run(settings, [page_of("/short.txt", sentence(50)), long], BreakingEmbedder(calls=1))
    with open_library(settings) as library:
        assert [article.source for article in library.articles()] == ["short.txt"]
        assert library.verify().ok


def test_progress_is_told_and_reaches_the_end(settings: Settings) -> None:
    told: list[tuple[str, int, int | None]] = []
    with open_library(settings) as library:
        ingest(
            iter(pages_of(5)),
            library,
            HashingEmbedder(),
            settings,
            lambda *step: told.append(step),
            total=5,
        )
    assert ("pages", 5, 5) in told
    assert ("chunks", 5, 5) in told


def test_another_model_is_refused_and_reindex_takes_it_over(settings: Settings) -> None:
    run(
        settings,
        [*pages_of(4), page_of("/copy.txt", sentence(0), headline="第0号")],
        HashingEmbedder(),
    )
    other = HashingEmbedder("hashing-wide", dimension=128)
    with pytest.raises(IndexMismatchError, match=r"hashing.*hashing-wide.*newsdesk reindex"):
        open_library(settings, other)
    report = reindex(settings.home, settings, other)
    assert (report.new, report.articles) == (5, 4)
    with pytest.raises(IndexMismatchError):
        open_library(settings)
    with open_library(settings, other) as library:
        assert library.manifest.dimension == 128
        assert library.verify().ok
        assert library.page_of("/copy.txt") == library.page_of("/0.txt")
        [(chunk_id, _)] = library.dense(other.embed_queries([sentence(2)])[0], 1)
        assert library.chunks([chunk_id])[chunk_id].text == sentence(2)
    assert len(list((settings.home / "archives").iterdir())) == 1


def test_reindex_with_other_sizes_embeds_only_what_differs(settings: Settings) -> None:
    page = page_of("/a.txt", "".join(sentence(n) for n in range(30)), sentence(40))
    run(settings, [page], HashingEmbedder())
    smaller = settings.model_copy(update={"chunk_characters": 100, "chunk_cap": 150})
    with pytest.raises(IndexMismatchError, match="chunk characters is 240, the settings give 100"):
        open_library(smaller)
    embedder = HashingEmbedder()
    report = reindex(settings.home, smaller, embedder)
    assert sentence(40) not in embedder.embedded
    assert len(embedder.embedded) == report.chunks - 1


def test_a_reindex_that_fails_leaves_the_old_index_in_use(settings: Settings) -> None:
    run(settings, pages_of(40), HashingEmbedder())
    with pytest.raises(EmbeddingError, match=r"\. The index in use stays as it was$") as failure:
        reindex(
            settings.home, settings.model_copy(update={"chunk_characters": 100}), Renamed(calls=1)
        )
    assert "Pages stored" not in str(failure.value)
    with open_library(settings) as library:
        assert library.verify().ok
        assert len(library.articles()) == 40
        assert len(library.dense(question_vector(sentence(1)), 5)) == 5
        with library.writing():
            assert len(list((settings.home / "archives").iterdir())) == 1


class Renamed(BreakingEmbedder):
    """Another model, so that no vector is taken over."""

    def __init__(self, calls: int) -> None:
        super().__init__(calls)
        self.name = "renamed"
