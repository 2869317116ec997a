"""Pages into the library: chunked, embedded, stored, a batch at a time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from rag.errors import EmbeddingError
from rag.indexing.chunking import CHUNKER_VERSION, chunk_article, passage_text
from rag.indexing.embedding.base import Embedder
from rag.settings import Settings
from rag.types import Chunk, IngestFailure, IngestReport, Page
from store.library import Library
from store.manifest import Manifest
from store.records import IndexedChunk, IndexedPage
from store.segmentation import NORMALISER_VERSION

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray


class Progress(Protocol):
    """Told how far a stage is: `pages` stored or found stored, `chunks` embedded in this batch."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """total: None where it can't be known."""
        ...


def manifest_of(embedder: Embedder, settings: Settings) -> Manifest:
    """What an index made by this model with these settings is made by. Raises EmbeddingError."""
    return Manifest(
        embedding=embedder.name,
        revision=embedder.revision,
        dimension=embedder.dimension,
        normaliser=NORMALISER_VERSION,
        chunker=CHUNKER_VERSION,
        chunk_characters=settings.chunk_characters,
        chunk_cap=settings.chunk_cap,
    )


def ingest(
    pages: Iterable[Page | IngestFailure],
    library: Library,
    embedder: Embedder,
    settings: Settings,
    progress: Progress | None = None,
    *,
    total: int | None = None,
) -> IngestReport:
    """Stores pages; one whose origin holds it already is counted and left alone.

    total: how many pages there are, where that is known, for `progress`. The report's articles and
    chunks are those of new and updated pages. Memory: one batch of pages. Raises ArchiveLockedError
    where another process writes, and EmbeddingError, StoreError where the model or the store fails:
    the pages before stay, and the error says how many.
    """
    with library.writing():
        run = _Run(library, embedder, settings, progress, total)
        for page in pages:
            run.take(page)
        run.store()
        return run.report()


@dataclass(slots=True)
class _Batch:
    """Pages that wait to be stored together."""

    pages: list[tuple[Page, tuple[Chunk, ...]]] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)
    page_ids: set[str] = field(default_factory=set)
    chunks: int = 0


class _Run:
    """One ingest: the batch at hand and the counts so far."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        settings: Settings,
        progress: Progress | None,
        total: int | None,
    ) -> None:
        self._library = library
        self._embedder = embedder
        self._settings = settings
        self._progress = progress
        self._batch = _Batch()
        self._counts = {"new": 0, "updated": 0, "unchanged": 0, "articles": 0, "chunks": 0}
        self._failed: list[IngestFailure] = []
        self._done = 0
        self._total = total

    def take(self, page: Page | IngestFailure) -> None:
        """Counts a page, and stores it now or with those that follow."""
        if isinstance(page, IngestFailure):
            self._failed.append(page)
            self._tell_pages(1)
            return
        if page.origin in self._batch.origins or page.id in self._batch.page_ids:
            # What comes next depends on whether these are stored.
            self.store()
        known = self._library.page_of(page.origin)
        if known == page.id:
            self._counts["unchanged"] += 1
            self._tell_pages(1)
        elif self._library.has_page(page.id):
            self._library.attach(page.origin, page.id)
            self._count_change(known)
            self._tell_pages(1)
        else:
            self._hold(page)

    def store(self) -> None:
        """Embeds and stores the pages at hand; where the model fails, those it had finished."""
        batch, self._batch = self._batch, _Batch()
        if not batch.pages:
            return
        vectors: dict[str, NDArray[np.float32]] = {}
        try:
            self._embed(batch, vectors)
        except EmbeddingError as error:
            self._put(batch, vectors)
            stored = self._counts["new"] + self._counts["updated"]
            raise EmbeddingError(
                f"{error}. Pages stored before that: {stored}; run this again to go on from there"
            ) from error
        self._put(batch, vectors)

    def report(self) -> IngestReport:
        """The counts so far."""
        return IngestReport(**self._counts, failed=tuple(self._failed))

    def _hold(self, page: Page) -> None:
        chunks = tuple(
            chunk
            for article in page.articles
            for chunk in chunk_article(
                article, self._settings.chunk_characters, self._settings.chunk_cap
            )
        )
        self._batch.pages.append((page, chunks))
        self._batch.origins.add(page.origin)
        self._batch.page_ids.add(page.id)
        self._batch.chunks += len(chunks)
        # One embedding batch at a time: a kill costs no more than that.
        waiting = max(self._batch.chunks, len(self._batch.pages))
        if waiting >= self._settings.embedding_batch:
            self.store()

    def _embed(self, batch: _Batch, vectors: "dict[str, NDArray[np.float32]]") -> None:
        """Fills `vectors` by key, a part at a time, so that a failure leaves what came before."""
        texts = {
            self._library.vector_key(text): text
            for _, chunks in batch.pages
            for text in map(passage_text, chunks)
        }
        vectors.update(self._library.cached_vectors(list(texts)))
        missing = [key for key in texts if key not in vectors]
        size = self._settings.embedding_batch
        for at in range(0, len(missing), size):
            part = missing[at : at + size]
            rows = self._embedder.embed_passages([texts[key] for key in part])
            vectors.update(zip(part, rows, strict=True))
            self._tell("chunks", at + len(part), len(missing))

    def _put(self, batch: _Batch, vectors: "dict[str, NDArray[np.float32]]") -> None:
        """Stores the pages of which every vector is there, in one step."""
        ready = []
        for page, chunks in batch.pages:
            keys = [self._library.vector_key(passage_text(chunk)) for chunk in chunks]
            if all(key in vectors for key in keys):
                indexed_chunks = tuple(
                    IndexedChunk(chunk, vectors[key], key)
                    for chunk, key in zip(chunks, keys, strict=True)
                )
                indexed_page = IndexedPage(page, indexed_chunks)
                ready.append((self._library.page_of(page.origin), indexed_page))
        self._library.put([indexed for _, indexed in ready])
        for known, indexed in ready:
            self._count_change(known)
            self._counts["articles"] += len(indexed.page.articles)
            self._counts["chunks"] += len(indexed.chunks)
        self._tell_pages(len(ready))

    def _count_change(self, known: str | None) -> None:
        self._counts["new" if known is None else "updated"] += 1

    def _tell_pages(self, count: int) -> None:
        self._done += count
        self._tell("pages", self._done, self._total)

    def _tell(self, stage: str, done: int, total: int | None) -> None:
        if self._progress is not None:
            self._progress(stage, done, total)
