"""Dense and lexical search over the same chunks, fused into one ranking: the one retrieval path."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.indexing.embedding.base import Embedder
from rag.retrieval.glossary import Glossary
from rag.retrieval.query import Query, understand, with_names_found
from rag.retrieval.translated import translated_search
from rag.types import Filters, Hit, Language
from store.library import Library
from store.segmentation import simplified

# Share of the dense score in the fused one, by question language: best on the XQuAD and CMRC
# development halves, as docs/retrieval.md shows.
DENSE_WEIGHT: Mapping[Language, float] = {"zh": 0.4, "en": 0.6}

Ranking = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What one question found: the fused hits, best first, and the two rankings behind them."""

    query: Query
    filters: Filters
    hits: tuple[Hit, ...]
    dense: tuple[tuple[str, float], ...]
    lexical: tuple[tuple[str, float], ...]


class Retriever:
    """Searches one archive; every face, answer, briefing and measurement goes through it."""

    def __init__(
        self, library: Library, embedder: Embedder, glossary: Glossary, candidates: int
    ) -> None:
        self._library = library
        self._embedder = embedder
        self._glossary = glossary
        self._candidates = candidates

    def retrieve(self, question: str, limit: int, filters: Filters) -> Retrieved:
        """The `limit` best chunks for a question among the articles that match the filters."""
        query = understand(question, self._glossary)
        candidates = max(self._candidates, limit)
        vector = self._embedder.embed_queries([simplified(question)])[0]
        dense = self._library.dense(vector, candidates, filters)
        if query.names:
            near = self._library.chunks([chunk_id for chunk_id, _ in dense])
            query = with_names_found(query, (c.context + "\n" + c.text for c in near.values()))
        lexical = self._lexical(query, candidates, filters)
        return self.fuse(query, filters, dense, lexical, limit)

    def fuse(
        self, query: Query, filters: Filters, dense: Ranking, lexical: Ranking, limit: int
    ) -> Retrieved:
        """The `limit` best chunks of two rankings of chunk ids taken together."""
        fused = convex_fusion(dense, lexical, DENSE_WEIGHT[query.language])[:limit]
        return Retrieved(
            query, filters, self._hits(fused, dense, lexical), tuple(dense), tuple(lexical)
        )

    def _lexical(self, query: Query, limit: int, filters: Filters) -> list[tuple[str, float]]:
        if query.language == "zh":
            return self._library.lexical(query.text, limit, filters)
        return translated_search(self._library, query.terms, limit, filters)

    def _hits(self, fused: Ranking, dense: Ranking, lexical: Ranking) -> tuple[Hit, ...]:
        chunks = self._library.chunks([chunk_id for chunk_id, _ in fused])
        articles = self._library.articles_by_id(
            list({chunk.article_id for chunk in chunks.values()})
        )
        dense_ranks, lexical_ranks = _ranks(dense), _ranks(lexical)
        dense_scores, lexical_scores = dict(dense), dict(lexical)
        return tuple(
            Hit(
                article=articles[chunks[chunk_id].article_id],
                chunk=chunks[chunk_id],
                score=score,
                dense_rank=dense_ranks.get(chunk_id),
                lexical_rank=lexical_ranks.get(chunk_id),
                dense_score=dense_scores.get(chunk_id),
                lexical_score=lexical_scores.get(chunk_id),
            )
            for chunk_id, score in fused
            if chunk_id in chunks
        )


def by_article(hits: Iterable[Hit]) -> list[list[Hit]]:
    """Ranked hits, grouped by their articles: the article of the best hit first."""
    grouped: dict[str, list[Hit]] = {}
    for hit in hits:
        grouped.setdefault(hit.article_id, []).append(hit)
    return list(grouped.values())


def convex_fusion(dense: Ranking, lexical: Ranking, dense_weight: float) -> list[tuple[str, float]]:
    """Two rankings as one: dense_weight · dense + (1 - dense_weight) · lexical, each scaled to 0-1.

    Convex combination of min-max scaled scores (Bruch, Gai and Ingber 2023, "An Analysis of Fusion
    Functions for Hybrid Retrieval"); what only one ranking found has 0 in the other. Ties are
    broken by id, so that the same archive always answers alike.
    """
    scores: dict[str, float] = {}
    for ranking, weight in ((dense, dense_weight), (lexical, 1 - dense_weight)):
        for chunk_id, score in _scaled(ranking):
            scores[chunk_id] = scores.get(chunk_id, 0.0) + weight * score
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _scaled(ranking: Ranking) -> list[tuple[str, float]]:
    if not ranking:
        return []
    low, high = min(score for _, score in ranking), max(score for _, score in ranking)
    if high == low:
        return [(chunk_id, 1.0) for chunk_id, _ in ranking]
    return [(chunk_id, (score - low) / (high - low)) for chunk_id, score in ranking]


def _ranks(ranking: Ranking) -> dict[str, int]:
    return {chunk_id: rank for rank, (chunk_id, _) in enumerate(ranking, start=1)}
