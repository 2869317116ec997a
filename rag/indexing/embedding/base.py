"""What every embedding model offers, whoever computes it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from rag.errors import EmbeddingError

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray


class Embedder(Protocol):
    """Texts to unit vectors. Passages and queries are embedded apart, as e5 models ask."""

    @property
    def name(self) -> str:
        """As in the settings: `bundled`, `sentence-transformers:<model>`, `openai:<model>`."""
        ...

    @property
    def revision(self) -> str:
        """What else decides the vectors: a package version or the model's revision."""
        ...

    @property
    def dimension(self) -> int:
        """Numbers in a vector; 0 while nothing has been embedded and the model has not told."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """(len(texts), dimension), each row of length 1. Raises EmbeddingError."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """(len(texts), dimension), each row of length 1. Raises EmbeddingError."""
        ...


def unit_rows(vectors: "NDArray[np.float32]", name: str) -> "NDArray[np.float32]":
    """The rows scaled to length 1. Raises EmbeddingError for a row that is zero or not finite."""
    import numpy as np  # heavy: loaded on first use

    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    if not bool(np.isfinite(lengths).all() and (lengths > 0).all()):
        raise EmbeddingError(
            f"{name}: a vector came back zero or not finite; check the model that is served"
        )
    return np.ascontiguousarray(vectors / lengths, dtype=np.float32)
