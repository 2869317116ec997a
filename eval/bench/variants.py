"""Retrieval with parts of it left out, to tell what each part is worth."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.indexing.embedding.base import Embedder
from rag.retrieval.fusion import Ranking, convex_fusion, reciprocal_rank_fusion
from rag.retrieval.glossary import Glossary, glossary_path
from rag.retrieval.hybrid import Retriever
from rag.retrieval.method import Method
from rag.retrieval.reranking.base import Reranker
from rag.retrieval.reranking.bundled import WEIGHTS, BundledReranker
from rag.retrieval.reranking.providers import open_reranker
from rag.settings import Settings
from rag.types import Filters
from store.library import Library

DENSE_WEIGHTS = (0.3, 0.4, 0.5, 0.6, 0.7)

Fusion = Callable[[Ranking, Ranking], Ranking]
Ranker = Callable[[str], list[str]]
"""The ids of the documents that a question finds, best first."""


_ALL = Method()
# The two searches and ways to join them, with nothing around them.
_BARE = Method(split=False, hints=False)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to search. signal: what the bundled reranker does without. fuse: how dense and
    lexical search are joined, in place of newsdesk's own way."""

    method: Method = _ALL
    rerank: bool = True
    signal: str | None = None
    fuse: Fusion | None = None


def convex(dense_weight: float) -> Fusion:
    """The convex combination that retrieval uses, with this dense weight in every language."""
    return lambda dense, lexical: convex_fusion(dense, lexical, dense_weight)


_VARIANTS: Mapping[str, Variant] = {
    "without late interaction": Variant(signal="interaction"),
    "without sentence coverage": Variant(signal="coverage"),
    "without dense scores in the reranker": Variant(signal="dense"),
    "without lexical scores in the reranker": Variant(signal="lexical"),
    "without reranking": Variant(rerank=False),
    "without splitting questions": Variant(Method(split=False)),
    "without dates, papers and people": Variant(Method(hints=False)),
    "dense search alone": Variant(replace(_BARE, lexical=False), rerank=False),
    "lexical search alone": Variant(replace(_BARE, dense=False), rerank=False),
    "both, reciprocal rank fusion": Variant(_BARE, rerank=False, fuse=reciprocal_rank_fusion),
    "both, convex fusion": Variant(_BARE, rerank=False),
    **{
        f"both, convex fusion, dense {weight}": Variant(_BARE, rerank=False, fuse=convex(weight))
        for weight in DENSE_WEIGHTS
    },
}


def variants(settings: Settings) -> dict[str, Variant]:
    """Every way to search that differs from the one which these settings ask for, by its name."""
    return {
        name: variant
        for name, variant in _VARIANTS.items()
        if (variant.signal is None or settings.reranker == "bundled")
        and (variant != Variant(rerank=False) or settings.reranker != "none")
    }


class Rankers:
    """Makes rankers of variants, over one open archive."""

    def __init__(self, library: Library, embedder: Embedder, settings: Settings) -> None:
        self._library = library
        self._embedder = embedder
        self._settings = settings
        self._glossary = Glossary(glossary_path())

    def close(self) -> None:
        """Closes what was opened beside the archive."""
        self._glossary.close()

    def ranker(self, variant: Variant, chunks: int) -> Ranker:
        """What ranks documents by their best one of so many chunks."""
        retriever = Retriever(
            self._library,
            self._embedder,
            self._glossary,
            self._settings.candidates,
            self._reranker(variant),
            date.today,
            variant.method,
        )

        def rank(question: str) -> list[str]:
            found = retriever.retrieve(question, chunks, Filters())
            if variant.fuse is None:
                return documents(hit.source_id for hit in found.hits)
            fused = variant.fuse(found.dense, found.lexical)[:chunks]
            return self._documents([chunk_id for chunk_id, _ in fused])

        return rank

    def _reranker(self, variant: Variant) -> Reranker | None:
        if not variant.rerank:
            return None
        if variant.signal is None:
            return open_reranker(self._settings, self._library)
        weights = {
            language: replace(signals, **{variant.signal: 0.0})
            for language, signals in WEIGHTS.items()
        }
        return BundledReranker(self._library, weights)

    def _documents(self, chunk_ids: Sequence[str]) -> list[str]:
        chunks = self._library.chunks(chunk_ids)
        ids = [chunks[chunk_id].article_id for chunk_id in chunk_ids]
        articles = self._library.articles_by_id(list(dict.fromkeys(ids)))
        return documents(articles[article_id].source_id for article_id in ids)


def documents(ids: Iterable[str | None]) -> list[str]:
    """Each id once, at its first place."""
    return list(dict.fromkeys(name for name in ids if name is not None))
