"""What is handed to the library to store."""

from collections.abc import Iterable
from dataclasses import dataclass

from rag.errors import StoreError
from rag.types import Chunk, Page, PassageEmbedding
from store.manifest import Manifest


@dataclass(frozen=True, slots=True)
class IndexedChunk:
    """A chunk with what its model made of it: a vector as long as the manifest's dimension, and
    the key under which both are found again for the same text."""

    chunk: Chunk
    embedding: PassageEmbedding
    vector_key: str


@dataclass(frozen=True, slots=True)
class IndexedPage:
    """A page with the chunks of all its articles."""

    page: Page
    chunks: tuple[IndexedChunk, ...]


def dimension_of(pages: Iterable[IndexedPage], manifest: Manifest) -> int:
    """The length of all the vectors, 0 where there are none and the manifest names none.

    Raises StoreError for a vector of another length, or with a number that isn't finite.
    """
    import numpy as np  # heavy: loaded on first use

    dimension = manifest.dimension
    for indexed in pages:
        for chunk in indexed.chunks:
            vector = chunk.embedding.vector
            dimension = dimension or len(vector)
            if vector.shape != (dimension,) or not np.isfinite(vector).all():
                raise StoreError(
                    f"{indexed.page.source}: a vector isn't {dimension} finite numbers, which"
                    f" {manifest.embedding} gave before"
                )
    return dimension
