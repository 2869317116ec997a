"""More vectors than there is time to embed: mixtures of embedded ones, spread as they are."""

import threading
from collections.abc import Sequence

import numpy as np

from eval.bench.passing import PassingEmbedder, Vectors
from rag.indexing.embedding.base import Embedder
from rag.types import PassageEmbedding

# Of 17,710 news passages and of as many mixtures of eight, made of 500 of them, the nearest other
# has a cosine of .935 either way, the 60th .888 and .894, the median one .841 and .844.
MIXED = 8
_SEED = 1


class MixingEmbedder(PassingEmbedder):
    """An embedder whose first chunks are another's, and whose further ones are mixed from theirs.

    A mixture is their mean and a random combination of how some of them differ from it, with
    weights of length 1: so mean and covariance stay what they are. It bears the other's name, so
    that the archive opens with it.
    """

    def __init__(self, embedder: Embedder, embedded: int) -> None:
        """embedded: how many chunks are the other's."""
        super().__init__(embedder)
        self._wanted = embedded
        self._known: list[PassageEmbedding] = []
        self._chance = np.random.default_rng(_SEED)
        self._mutex = threading.Lock()

    def embed_chunks(self, texts: Sequence[str]) -> list[PassageEmbedding]:
        """The other's while any are wanted, then mixtures. Raises EmbeddingError."""
        with self._mutex:
            fresh = super().embed_chunks(texts[: self._wanted - len(self._known)])
            self._known += fresh
            return fresh + self._mixtures(len(texts) - len(fresh))

    def _mixtures(self, count: int) -> list[PassageEmbedding]:
        if not count:
            return []
        known = np.stack([embedding.vector for embedding in self._known])
        mean = known.mean(axis=0)
        chosen = self._chance.integers(0, len(known), (count, MIXED))
        weights = _unit(self._chance.standard_normal((count, MIXED), dtype=np.float32))
        vectors = _unit(mean + np.einsum("cm,cmd->cd", weights, (known - mean)[chosen]))
        return [
            PassageEmbedding(vector, self._known[first].tokens)
            for vector, first in zip(vectors, chosen[:, 0], strict=True)
        ]


def _unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
