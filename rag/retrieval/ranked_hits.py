"""What rankings of chunks come to: hits with their articles, and the filters they were found by."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.retrieval.fusion import Ranking
from rag.types import Article, Chunk, Filters, Hit


def covering(filters: Sequence[Filters]) -> Filters:
    """The narrowest filters that hold all that these hold, which differ in their days alone."""
    starts = [one.date_from for one in filters if one.date_from]
    ends = [one.date_until for one in filters if one.date_until]
    return replace(
        filters[0],
        date_from=min(starts) if len(starts) == len(filters) else None,
        date_until=max(ends) if len(ends) == len(filters) else None,
    )


def hits_of(
    ranking: Ranking,
    chunks: Mapping[str, Chunk],
    articles: Mapping[str, Article],
    dense: Ranking,
    lexical: Ranking,
) -> tuple[Hit, ...]:
    """A ranking's hits, with what each search made of them; chunks whose articles aren't there are
    left out."""
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
        for chunk_id, score in ranking
        if chunks[chunk_id].article_id in articles
    )


def without_copies(
    ranking: Ranking, chunks: Mapping[str, Chunk], articles: Mapping[str, Article]
) -> Ranking:
    """A ranking without the chunks of articles that print the same news as one before them."""
    shown: set[str] = set()
    hidden: set[str] = set()
    kept = []
    for chunk_id, score in ranking:
        article = articles.get(chunks[chunk_id].article_id)
        if article is None or article.id in hidden:
            continue
        if article.id not in shown:
            shown.add(article.id)
            hidden.update(copy.article_id for copy in article.also_in)
        kept.append((chunk_id, score))
    return kept


def _ranks(ranking: Sequence[tuple[str, float]]) -> dict[str, int]:
    return {chunk_id: rank for rank, (chunk_id, _) in enumerate(ranking, start=1)}
