"""Pages into the library: read and stored by the caller's thread, embedded beside it."""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from rag.errors import EmbeddingError
from rag.indexing.chunking import CHUNKER_VERSION, chunk_article, passage_text
from rag.indexing.embedding.base import Embedder
from rag.indexing.embedding_threads import EmbeddingThreads
from rag.indexing.lookahead import Lookahead, PlannedPage
from rag.intake_types import (
    DOUBTFUL_BELOW,
    DoubtfulPage,
    IngestFailure,
    IngestReport,
    LeftOutOfPage,
    Unchanged,
)
from rag.settings import Settings
from rag.types import LeftOutKind, Page
from store.library import Library
from store.manifest import Manifest
from store.records import IndexedChunk, IndexedPage
from store.segmentation import NORMALISER_VERSION

STORED_TOGETHER = 4
"""Embedding batches that are stored in one step, where they come fast enough: a step costs several
waits for the disk, whatever is in it."""

STORED_WITHIN = 2.0
"""Seconds after which what could be embedded or stored is, with few others too. It is looked after
between one page that is read and the next."""


class Progress(Protocol):
    """Told how far a stage is: `pages` stored or found stored, `chunks` embedded of those read."""

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
        headline_context=settings.headline_context,
    )


def ingest(
    pages: Iterable[Page | IngestFailure | Unchanged],
    library: Library,
    embedder: Embedder,
    settings: Settings,
    progress: Progress | None = None,
    *,
    total: int | None = None,
) -> IngestReport:
    """Stores pages; one whose origin holds it already is counted and left alone.

    Reading, storing and `progress` run in the caller's thread, the embedder beside it (several
    calls at a time where it is a server). total: how many pages there are, where that is known, for
    `progress`. The report's articles and chunks are those of new and updated pages. Memory: the
    pages of `batches_ahead` batches, or one page that is larger. Raises ArchiveLockedError where
    another process writes, and EmbeddingError, StoreError where the model or the store fails: the
    pages before stay, and the error says how many.
    """
    with (
        library.writing(),
        EmbeddingThreads(embedder, embedding_calls(embedder, settings)) as threads,
    ):
        ahead = Lookahead(
            threads, settings.embedding_batch, STORED_WITHIN, library.cached_embeddings
        )
        run = _Run(library, ahead, settings, batches_ahead(embedder, settings), progress, total)
        for page in pages:
            run.take(page)
        run.store_all()
        return run.report()


def embedding_calls(embedder: Embedder, settings: Settings) -> int:
    """How many batches are embedded at a time: a model of this process takes all its processors
    for one, a server has to be kept busy."""
    return settings.embedding_requests if embedder.name.startswith("openai:") else 1


def batches_ahead(embedder: Embedder, settings: Settings) -> int:
    """How many batches may be read and not yet stored: those that are stored together, those that
    are embedded meanwhile, and those next in turn."""
    return STORED_TOGETHER + 2 + 2 * embedding_calls(embedder, settings)


class _Run:
    """One ingest: the pages on their way and the counts so far."""

    def __init__(
        self,
        library: Library,
        ahead: Lookahead,
        settings: Settings,
        batches: int,
        progress: Progress | None,
        total: int | None,
    ) -> None:
        self._library = library
        self._ahead = ahead
        self._settings = settings
        self._together = STORED_TOGETHER * settings.embedding_batch
        self._most_ahead = batches * settings.embedding_batch
        self._progress = progress
        self._origins: set[str] = set()
        self._page_ids: set[str] = set()
        self._displaced: Counter[str] = Counter()  # pages that lose an origin
        self._counts = {"new": 0, "updated": 0, "unchanged": 0, "articles": 0, "chunks": 0}
        self._failed: list[IngestFailure] = []
        self._doubtful: list[DoubtfulPage] = []
        self._left_out: list[LeftOutOfPage] = []
        self._done = 0
        self._total = total

    def take(self, page: Page | IngestFailure | Unchanged) -> None:
        """Counts a page, and stores it now or with those that follow."""
        if isinstance(page, IngestFailure):
            self._failed.append(page)
            self._tell_pages(1)
        elif isinstance(page, Unchanged):
            self._counts["unchanged"] += page.pages
            self._tell_pages(page.pages)
        else:
            self._take_page(page)
        self._settle(self._most_ahead)

    def store_all(self) -> None:
        """Embeds and stores all that is on its way."""
        self._settle(0)

    def report(self) -> IngestReport:
        """The counts so far."""
        return IngestReport(
            **self._counts,
            failed=tuple(self._failed),
            doubtful=tuple(self._doubtful),
            left_out=tuple(self._left_out),
        )

    def _take_page(self, page: Page) -> None:
        if page.origin in self._origins or self._displaced[page.id]:
            # What the origin holds, or whether the page is still there, shows once all is stored.
            self.store_all()
        known = self._library.page_of(page.origin)
        if known == page.id:
            self._counts["unchanged"] += 1
            self._tell_pages(1)
            return
        self._origins.add(page.origin)
        if known is not None:
            self._displaced[known] += 1
        if page.id in self._page_ids or self._library.has_page(page.id):
            self._ahead.take(PlannedPage(page, known, copy=True))
        else:
            self._page_ids.add(page.id)
            self._ahead.take(self._planned(page, known))

    def _planned(self, page: Page, known: str | None) -> PlannedPage:
        target, cap = self._settings.chunk_characters, self._settings.chunk_cap
        in_context = self._settings.headline_context
        chunks = tuple(
            chunk
            for article in page.articles
            for chunk in chunk_article(article, target, cap, in_context=in_context)
        )
        texts = tuple(map(passage_text, chunks))
        return PlannedPage(page, known, chunks, texts, tuple(map(self._library.vector_key, texts)))

    def _settle(self, most: int) -> None:
        """Stores what is due, and waits until at most so many chunks are on their way."""
        self._collect(0)
        while True:
            if self._due(most):
                self._store()
            elif self._ahead.weight > most:
                self._collect(max(STORED_WITHIN - self._ahead.ready_seconds, 0.01))
            else:
                return

    def _due(self, most: int) -> bool:
        ahead = self._ahead
        if ahead.ready_seconds >= STORED_WITHIN:
            return True
        # Not before enough is handed over to keep the embedder busy meanwhile.
        return ahead.weight > most and (
            ahead.ready_weight >= self._together or ahead.ready_weight == ahead.weight
        )

    def _collect(self, seconds: float) -> None:
        """Takes in what is embedded; where the model fails, stores the pages that are whole."""
        try:
            embedded = self._ahead.collect(seconds)
        except EmbeddingError as error:
            self._store_ready()
            stored = self._counts["new"] + self._counts["updated"]
            raise EmbeddingError(
                f"{error}. Pages stored before that: {stored}; run this again to go on from there"
            ) from error
        except Exception:
            self._store_ready()
            raise
        if embedded:
            self._tell("chunks", self._ahead.texts_embedded, self._ahead.texts_taken)

    def _store_ready(self) -> None:
        """Stores all the pages of which every embedding is there."""
        while self._ahead.ready_weight:
            self._store()

    def _store(self) -> None:
        """Stores pages of which every embedding is there, in one step."""
        ready = self._ahead.release(self._together)
        self._library.put(
            [
                IndexedPage(
                    embedded.planned.page,
                    tuple(
                        map(
                            IndexedChunk,
                            embedded.planned.chunks,
                            embedded.embeddings,
                            embedded.planned.keys,
                        )
                    ),
                )
                for embedded in ready
            ]
        )
        for embedded in ready:
            self._count(embedded.planned)
        self._tell_pages(len(ready))

    def _count(self, planned: PlannedPage) -> None:
        self._origins.discard(planned.page.origin)
        self._counts["new" if planned.known is None else "updated"] += 1
        if planned.known is not None:
            self._displaced -= Counter([planned.known])
        self._note(planned.page)
        if not planned.copy:
            self._page_ids.discard(planned.page.id)
            self._counts["articles"] += len(planned.page.articles)
            self._counts["chunks"] += len(planned.chunks)

    def _note(self, page: Page) -> None:
        """Keeps what is to be said of a page beside that it is stored."""
        confidence, reasons = page.split.confidence, page.split.reasons
        if confidence is not None and confidence < DOUBTFUL_BELOW:
            self._doubtful.append(DoubtfulPage(page.origin, confidence, reasons))
        kinds: Counter[LeftOutKind] = Counter(
            one.kind for one in page.left_out if one.kind != "furniture"
        )
        if kinds:
            self._left_out.append(LeftOutOfPage(page.origin, dict(kinds)))

    def _tell_pages(self, count: int) -> None:
        self._done += count
        self._tell("pages", self._done, self._total)

    def _tell(self, stage: str, done: int, total: int | None) -> None:
        if self._progress is not None:
            self._progress(stage, done, total)
