"""The index made anew from the stored pages, by the settings as they are."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rag.errors import EmbeddingError
from rag.indexing.embedding.base import Embedder
from rag.indexing.pipeline import Progress, ingest, manifest_of
from rag.intake_types import IngestReport
from rag.settings import Settings
from rag.types import Page
from store.library import Library
from store.rebuild import rebuilding


def reindex(
    home: Path, settings: Settings, embedder: Embedder, progress: Progress | None = None
) -> IngestReport:
    """Chunks and embeds every stored page again, beside the old index, and swaps the new one in.

    Embeddings that the same model made of the same text are taken over. Killed half-way, it leaves
    the old index in use. In the report every page is new. Raises ArchiveLockedError,
    EmbeddingError, HomeError, StoreError.
    """
    manifest = manifest_of(embedder, settings)
    with rebuilding(home, manifest, chroma_url=settings.chroma_url) as (old, fresh):
        total = len(old.origins())
        try:
            return ingest(_pages(old), fresh, embedder, settings, progress, total=total)
        except EmbeddingError as error:
            # What it says of pages stored is of the index that is thrown away.
            raise EmbeddingError(f"{error.__cause__}. The index in use stays as it was") from error


def _pages(library: Library) -> Iterator[Page]:
    for origin, page_id in library.origins():
        yield replace(library.page(page_id), origin=origin)
