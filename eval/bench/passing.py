"""An embedder that passes on another's, to be extended where something is to be done beside."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.indexing.embedding.base import Embedder
from rag.types import PassageEmbedding, QuestionEmbedding

Vectors = NDArray[np.float32]


class PassingEmbedder:
    """Everything as another gives it, under its name, so that an archive opens with either."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def name(self) -> str:
        """The other's."""
        return self._embedder.name

    @property
    def revision(self) -> str:
        """The other's."""
        return self._embedder.revision

    @property
    def dimension(self) -> int:
        """The other's."""
        return self._embedder.dimension

    @property
    def own_language(self) -> float:
        """The other's."""
        return self._embedder.own_language

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimension), each row of length 1. Raises EmbeddingError."""
        return self._embedder.embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimension), each row of length 1. Raises EmbeddingError."""
        return self._embedder.embed_queries(texts)

    def embed_chunks(self, texts: Sequence[str]) -> list[PassageEmbedding]:
        """Vectors with packed tokens, one a text. Raises EmbeddingError."""
        return self._embedder.embed_chunks(texts)

    def embed_question(self, text: str) -> QuestionEmbedding:
        """A vector with the question's tokens. Raises EmbeddingError."""
        return self._embedder.embed_question(text)
