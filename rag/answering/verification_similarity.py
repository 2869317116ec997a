"""How near two texts of different languages are in meaning, by the archive's embedding model."""

from functools import lru_cache
from typing import TYPE_CHECKING

from rag.answering.verification import Bilingual
from rag.indexing.embedding.base import Embedder
from rag.indexing.embedding.bundled import BundledEmbedder
from rag.retrieval.glossary import Glossary

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

# By the model's name: the cosine above which hardly any sentence of another article comes. Measured
# with python -m eval.bench.verification_bars; a model without a measured bar isn't asked.
BARS = {"bundled": 0.80}
_KEPT = 256  # vectors remembered: a sentence is held against several quotes, again and again


def bilingual_with(glossary: Glossary, embedder: Embedder) -> Bilingual:
    """What compares sentences with words in another language: the glossary, and the embedding model
    where a bar was measured for it."""
    bar = BARS.get(embedder.name)
    if bar is None:
        return Bilingual(glossary=glossary)
    words = embedder.word_similarities if isinstance(embedder, BundledEmbedder) else None
    return Bilingual(glossary, Similarity(embedder), bar, words)


class Similarity:
    """The cosine of a sentence and a quote. Safe to call from several threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._sentence = lru_cache(_KEPT)(self._embedded_sentence)
        self._quote = lru_cache(_KEPT)(self._embedded_quote)

    def __call__(self, sentence: str, quote: str) -> float:
        """Between -1 and 1; higher is nearer. Raises EmbeddingError where the model fails."""
        return float(self._sentence(sentence) @ self._quote(quote))

    def _embedded_sentence(self, text: str) -> "NDArray[np.float32]":
        vectors = self._embedder.embed_queries([text])
        return vectors.reshape(-1)

    def _embedded_quote(self, text: str) -> "NDArray[np.float32]":
        vectors = self._embedder.embed_passages([text])
        return vectors.reshape(-1)
