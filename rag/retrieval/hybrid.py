"""Dense and lexical search over the same chunks, fused and reranked: the one retrieval path."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.indexing.embedding.base import Embedder
from rag.retrieval.fusion import DENSE_WEIGHT, Ranking, convex_fusion
from rag.retrieval.glossary import Glossary
from rag.retrieval.hints import Hints, boost, hints, with_people_found
from rag.retrieval.merging import merge
from rag.retrieval.names_in_archive import find_name
from rag.retrieval.parts import split_question
from rag.retrieval.query import (
    Query,
    language_of,
    understand,
    with_names_found,
    with_translation,
)
from rag.retrieval.question_translation import QuestionTranslation, Translate, as_one
from rag.retrieval.reranking.base import Asked, Candidate, Reranker
from rag.retrieval.translated import translated_search
from rag.types import Article, Chunk, Filters, Hit, QuestionEmbedding
from store.library import Library
from store.segmentation import simplified

# How much a chunk gains, against 1 for the best, whose article fits the dates, papers and people
# that the question names.
HINT_WEIGHT = 0.1
# Of the nearest chunks, those in which the names of an English question are looked for.
NAMES_READ = 20
NOT_TRANSLATED = QuestionTranslation(())


@dataclass(frozen=True, slots=True)
class Method:
    """Which parts of retrieval take part: all of them, but where their worth is measured."""

    dense: bool = True
    lexical: bool = True
    split: bool = True
    hints: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """What one part of a question found: the two rankings, and their ranking together."""

    query: Query
    dense: Ranking
    lexical: Ranking
    ranking: Ranking


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What one question found: the hits, best first, and what is behind them. `filters` are those
    searched with, the question's own included; `parts` are the questions it was searched as, and
    `translation` those in Chinese."""

    query: Query
    filters: Filters
    hits: tuple[Hit, ...]
    dense: tuple[tuple[str, float], ...]
    lexical: tuple[tuple[str, float], ...]
    embedding: QuestionEmbedding
    hints: Hints
    parts: tuple[str, ...]
    translation: QuestionTranslation = NOT_TRANSLATED


class Retriever:
    """Searches one archive; every face, answer, briefing and measurement goes through it."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        glossary: Glossary,
        candidates: int,
        reranker: Reranker | None,
        today: Callable[[], date],
        method: Method = Method(),
        translate: Translate | None = None,
    ) -> None:
        """candidates: chunks that each search brings before fusion. translate: puts English
        questions into Chinese, and both are searched for."""
        self._library = library
        self._embedder = embedder
        self._glossary = glossary
        self._candidates = candidates
        self._reranker = reranker
        self._today = today
        self._method = method
        self._translate = translate

    def retrieve(self, question: str, limit: int, filters: Filters) -> Retrieved:
        """The `limit` best chunks for a question among the articles that match the filters.

        A question with parts is searched part by part. News asked for by its date is looked for in
        the issues of those days alone; what else a question says of dates, papers and people lifts
        the chunks that fit.
        """
        said = self._hints(question)
        filters = self._filters(said, filters)
        candidates = max(self._candidates, limit)
        parts = split_question(question) if self._method.split else (question,)
        embedding = self._embedded(question)
        translation = self._translation(question, parts)
        chinese = translation.chinese or ("",) * len(parts)
        embeddings = [embedding if part == question else self._embedded(part) for part in parts]
        found = [
            self._search(part, words, near, candidates, filters)
            for part, words, near in zip(parts, chinese, embeddings, strict=True)
        ]
        if len(parts) == 1:
            query = found[0].query
        else:
            query = self._understood(question, "，".join(chinese))
        retrieved = self._retrieved(query, filters, embedding, said, parts, found, limit)
        return replace(retrieved, translation=translation)

    def among(self, retrieved: Retrieved, chunk_ids: Collection[str], limit: int) -> Retrieved:
        """A question without parts, ranked again among some of the chunks that it found: as in an
        archive that lacks the others, which is how abstention is calibrated."""
        dense = [item for item in retrieved.dense if item[0] in chunk_ids]
        lexical = [item for item in retrieved.lexical if item[0] in chunk_ids]
        found = self._ranked(retrieved.query, retrieved.embedding, dense, lexical, limit)
        return self._retrieved(
            retrieved.query,
            retrieved.filters,
            retrieved.embedding,
            retrieved.hints,
            retrieved.parts,
            [found],
            limit,
        )

    def _retrieved(
        self,
        query: Query,
        filters: Filters,
        embedding: QuestionEmbedding,
        said: Hints,
        parts: tuple[str, ...],
        found: Sequence[Found],
        limit: int,
    ) -> Retrieved:
        """What the parts found, as one."""
        chunks = self._library.chunks([chunk_id for part in found for chunk_id, _ in part.ranking])
        articles = self._library.articles_by_id(
            list(dict.fromkeys(chunk.article_id for chunk in chunks.values()))
        )
        rankings = [_lifted(part.ranking, said, chunks, articles) for part in found]
        ranking = merge(rankings) if len(rankings) > 1 else rankings[0]
        dense, lexical = _best(part.dense for part in found), _best(part.lexical for part in found)
        hits = _hits(ranking[:limit], chunks, articles, dense, lexical)
        return Retrieved(query, filters, hits, dense, lexical, embedding, said, parts)

    def _search(
        self,
        question: str,
        chinese: str,
        embedding: QuestionEmbedding,
        candidates: int,
        filters: Filters,
    ) -> Found:
        """One question without parts: both searches, fused and reranked."""
        query = self._understood(question, chinese)
        if chinese:
            embedding = as_one(embedding, self._embedded(chinese))
        dense: Ranking = ()
        if self._method.dense:
            dense = self._library.dense(embedding.vector, candidates, filters)
        if query.names or query.foreign_names:
            near = self._library.chunks([chunk_id for chunk_id, _ in dense[:NAMES_READ]])
            texts = (chunk.context + "\n" + chunk.text for chunk in near.values())
            named = {name: find_name(self._library, name) for name in query.names}
            query = with_names_found(query, texts, named)
        lexical: Ranking = ()
        if self._method.lexical:
            lexical = self._lexical(query, candidates, filters)
        return self._ranked(query, embedding, dense, lexical, candidates)

    def _ranked(
        self,
        query: Query,
        embedding: QuestionEmbedding,
        dense: Ranking,
        lexical: Ranking,
        candidates: int,
    ) -> Found:
        fused = convex_fusion(dense, lexical, DENSE_WEIGHT[query.language])[:candidates]
        ranking = self._reranked(Asked(query, embedding.tokens), fused, dense, lexical)
        return Found(query, dense, lexical, ranking)

    def _embedded(self, text: str) -> QuestionEmbedding:
        return self._embedder.embed_question(simplified(text))

    def _understood(self, question: str, chinese: str) -> Query:
        return with_translation(understand(question, self._glossary), chinese)

    def _translation(self, question: str, parts: Sequence[str]) -> QuestionTranslation:
        if self._translate is None or language_of(question) != "en" or not self._method.lexical:
            return NOT_TRANSLATED
        return self._translate(parts)

    def _lexical(self, query: Query, limit: int, filters: Filters) -> Ranking:
        if query.language == "zh":
            return self._library.lexical(query.text, limit, filters)
        return translated_search(self._library, query.terms, limit, filters)

    def _reranked(self, asked: Asked, fused: Ranking, dense: Ranking, lexical: Ranking) -> Ranking:
        if self._reranker is None or not fused:
            return fused
        chunks = self._library.chunks([chunk_id for chunk_id, _ in fused])
        dense_scores, lexical_scores = dict(dense), dict(lexical)
        candidates = [
            Candidate(
                chunks[chunk_id], score, dense_scores.get(chunk_id), lexical_scores.get(chunk_id)
            )
            for chunk_id, score in fused
            if chunk_id in chunks
        ]
        scores = self._reranker.rerank(asked, candidates)
        ranked = zip((candidate.chunk.id for candidate in candidates), scores, strict=True)
        return sorted(ranked, key=lambda item: (-item[1], item[0]))

    def _hints(self, question: str) -> Hints:
        if not self._method.hints:
            return Hints()
        return hints(question, self._today(), self._library.publications())

    def _filters(self, said: Hints, filters: Filters) -> Filters:
        """The filters given, and the days whose news the question asks for where none are given."""
        explicit = [period for period in said.periods if period.explicit]
        if not explicit or filters.date_from or filters.date_until:
            return filters
        span = self._library.issue_span()
        if span is None:
            return filters
        periods = [period.within(*span) for period in explicit]
        return replace(
            filters,
            date_from=min(period.start for period in periods),
            date_until=max(period.end for period in periods),
        )


def by_article(hits: Iterable[Hit]) -> list[list[Hit]]:
    """Ranked hits, grouped by their articles: the article of the best hit first."""
    grouped: dict[str, list[Hit]] = {}
    for hit in hits:
        grouped.setdefault(hit.article_id, []).append(hit)
    return list(grouped.values())


def _lifted(
    ranking: Ranking, said: Hints, chunks: Mapping[str, Chunk], articles: Mapping[str, Article]
) -> Ranking:
    """The ranking with what fits the question's dates, papers and people lifted."""
    if said.empty:
        return ranking
    found = with_people_found(said, (chunk.text for chunk in chunks.values()))
    fits = {article_id: boost(found, article) for article_id, article in articles.items()}
    lifted = [
        (chunk_id, score + HINT_WEIGHT * fits[chunks[chunk_id].article_id])
        for chunk_id, score in ranking
        if chunk_id in chunks
    ]
    return sorted(lifted, key=lambda item: (-item[1], item[0]))


def _best(rankings: Iterable[Ranking]) -> tuple[tuple[str, float], ...]:
    """The rankings of several parts as one, each chunk by its best score."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for chunk_id, score in ranking:
            scores[chunk_id] = max(scores.get(chunk_id, score), score)
    return tuple(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def _hits(
    ranking: Ranking,
    chunks: Mapping[str, Chunk],
    articles: Mapping[str, Article],
    dense: Ranking,
    lexical: Ranking,
) -> tuple[Hit, ...]:
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
        if chunk_id in chunks
    )


def _ranks(ranking: Sequence[tuple[str, float]]) -> dict[str, int]:
    return {chunk_id: rank for rank, (chunk_id, _) in enumerate(ranking, start=1)}
