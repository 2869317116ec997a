"""Two rankings of the same chunks as one."""

from collections.abc import Mapping, Sequence
from typing import Literal

from rag.types import Language

Ranking = Sequence[tuple[str, float]]
"""Chunk ids with their scores, best first."""

Fusion = Literal["convex", "rrf"]
"""How two rankings are joined: by their scores, or by their ranks alone."""

# Share of the dense score in the fused one, by question language, as docs/retrieval.md shows.
DENSE_WEIGHT: Mapping[Language, float] = {"zh": 0.4, "en": 0.6}
RANK_CONSTANT = 60  # the k of reciprocal rank fusion, as its authors set it


def fused(
    dense: Ranking, lexical: Ranking, language: Language, fusion: Fusion
) -> list[tuple[str, float]]:
    """Two rankings as one, scored 0 to 1. fusion: `convex` weighs by the question's language,
    `rrf` is scaled so that the best has 1."""
    if fusion == "convex":
        return convex_fusion(dense, lexical, DENSE_WEIGHT[language])
    ranking = reciprocal_rank_fusion(dense, lexical)
    scores = scaled([score for _, score in ranking])
    return [(chunk_id, score) for (chunk_id, _), score in zip(ranking, scores, strict=True)]


def convex_fusion(dense: Ranking, lexical: Ranking, dense_weight: float) -> list[tuple[str, float]]:
    """Two rankings as one: dense_weight · dense + (1 - dense_weight) · lexical, each scaled to 0-1.

    Convex combination of min-max scaled scores (Bruch, Gai and Ingber 2023, "An Analysis of Fusion
    Functions for Hybrid Retrieval"); what only one ranking found has 0 in the other. Ties are
    broken by id, so that the same archive always answers alike.
    """
    scores: dict[str, float] = {}
    for ranking, weight in ((dense, dense_weight), (lexical, 1 - dense_weight)):
        values = scaled([score for _, score in ranking])
        for (chunk_id, _), value in zip(ranking, values, strict=True):
            scores[chunk_id] = scores.get(chunk_id, 0.0) + weight * value
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def reciprocal_rank_fusion(dense: Ranking, lexical: Ranking) -> list[tuple[str, float]]:
    """Two rankings as one, by the sum of 1 / (k + rank) over both (Cormack, Clarke and Büttcher
    2009, "Reciprocal Rank Fusion Outperforms Condorcet"); k is RANK_CONSTANT, ranks count from 1.
    Ties are broken by id."""
    scores: dict[str, float] = {}
    for ranking in (dense, lexical):
        for rank, (chunk_id, _) in enumerate(ranking, start=1):
            scores[chunk_id] = scores.get(chunk_id, 0.0) + 1 / (RANK_CONSTANT + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def scaled(scores: Sequence[float | None]) -> list[float]:
    """Scores scaled so that the least is 0 and the best 1; None, for what was not found, is 0. All
    alike, they are 1."""
    known = [score for score in scores if score is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    if high == low:
        return [0.0 if score is None else 1.0 for score in scores]
    return [0.0 if score is None else (score - low) / (high - low) for score in scores]
