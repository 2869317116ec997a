"""What is handed to the library to store."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.types import Chunk, Page

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class IndexedChunk:
    """A chunk with its unit vector, float32, as long as the manifest's dimension."""

    chunk: Chunk
    vector: "NDArray[np.float32]"
    vector_key: str


@dataclass(frozen=True, slots=True)
class IndexedPage:
    """A page with the chunks of all its articles."""

    page: Page
    chunks: tuple[IndexedChunk, ...]
