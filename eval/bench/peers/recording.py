"""An embedder that finds out which passages a system makes of its documents."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from eval.bench.passing import PassingEmbedder, Vectors
from rag.indexing.embedding.base import Embedder
from rag.types import PassageEmbedding


class RecordingEmbedder(PassingEmbedder):
    """Notes what is to be indexed, and gives vectors that mean nothing for it."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(embedder)
        self._passages: dict[str, None] = {}
        self._chunks: dict[str, None] = {}
        self._chance = np.random.default_rng(0)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Random, each row of length 1."""
        self._passages |= dict.fromkeys(texts)
        return self._random(len(texts))

    def embed_chunks(self, texts: Sequence[str]) -> list[PassageEmbedding]:
        """Random vectors, without tokens."""
        self._chunks |= dict.fromkeys(texts)
        return [PassageEmbedding(vector) for vector in self._random(len(texts))]

    def embed_noted(self, batch: int) -> None:
        """Has the other embedder embed all that was noted, so many texts at a time, while nothing
        else is done."""
        _in_batches(self._embedder.embed_passages, self._passages, batch)
        _in_batches(self._embedder.embed_chunks, self._chunks, batch)

    def _random(self, count: int) -> Vectors:
        rows = self._chance.standard_normal((count, self.dimension), dtype=np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def _in_batches(embed: Callable[[Sequence[str]], object], texts: Iterable[str], batch: int) -> None:
    waiting = list(texts)
    for at in range(0, len(waiting), batch):
        embed(waiting[at : at + batch])
