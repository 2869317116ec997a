"""Dense and lexical search over the same chunks, fused and reranked: the one retrieval path."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.indexing.embedding.base import Embedder
from rag.retrieval.fusion import DENSE_WEIGHT, Ranking, convex_fusion
from rag.retrieval.glossary import Glossary
from rag.retrieval.hints import Hints, boost, hints, with_people
from rag.retrieval.level import levelled
from rag.retrieval.merging import behind, merge, united
from rag.retrieval.names_found import people_asked, with_names_found
from rag.retrieval.names_in_archive import find_name
from rag.retrieval.parts import split_question
from rag.retrieval.people import people_in
from rag.retrieval.periods import spans
from rag.retrieval.query import Query, language_of, understand, with_translation
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
# Stretches of days that one part of a question is searched in; more are joined, the nearest first.
MOST_SPANS = 12
NOT_TRANSLATED = QuestionTranslation(())


@dataclass(frozen=True, slots=True)
class Method:
    """Which parts of retrieval take part: all of them, but where their worth is measured."""

    dense: bool = True
    lexical: bool = True
    split: bool = True
    hints: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """A question without parts, as it is searched. chinese: its translation, if it has one.
    filters: it is searched by each of them."""

    text: str
    chinese: str
    embedding: QuestionEmbedding
    hints: Hints
    filters: tuple[Filters, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What one part of a question found: the two rankings, and their ranking together, whose
    chunks `chunks` holds."""

    part: Part
    query: Query
    dense: Ranking
    lexical: Ranking
    ranking: Ranking
    chunks: Mapping[str, Chunk]


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What one question found: the hits, best first, and what is behind them. `filters` are the
    narrowest that hold all that was searched: those given, or the days whose news every part asks
    for. `parts` are the questions it was searched as, and `translation` those in Chinese."""

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
        """candidates: chunks that each search brings before fusion, and that are reranked.
        translate: puts English questions into Chinese, and both are searched for."""
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

        A question with parts is searched part by part. News that a part asks for by its date is
        looked for in the issues of those days alone; what else the question says of dates, papers
        and people lifts the chunks that fit, whichever part found them.
        """
        publications = self._library.publications() if self._method.hints else ()
        whole = self._part(question, "", filters, publications)
        texts = split_question(question) if self._method.split else (question,)
        translation = self._translation(question, texts)
        chinese = translation.chinese or ("",) * len(texts)
        parts = [
            replace(whole, chinese=words)
            if text == question
            else self._part(text, words, filters, publications)
            for text, words in zip(texts, chinese, strict=True)
        ]
        found = [self._search(part, max(self._candidates, limit)) for part in parts]
        whole = replace(whole, hints=self._with_people(whole, found))
        if len(parts) == 1:
            query = found[0].query
        else:
            query = self._understood(question, "，".join(chinese))
        retrieved = self._retrieved(query, whole, texts, found, limit)
        return replace(retrieved, translation=translation)

    def among(self, retrieved: Retrieved, chunk_ids: Collection[str], limit: int) -> Retrieved:
        """A question without parts, ranked again among some of the chunks that it found: as in an
        archive that lacks the others, which is how abstention is calibrated."""
        query = retrieved.query
        part = Part(query.text, "", retrieved.embedding, retrieved.hints, (retrieved.filters,))
        dense = [item for item in retrieved.dense if item[0] in chunk_ids]
        lexical = [item for item in retrieved.lexical if item[0] in chunk_ids]
        found = self._ranked(part, query, dense, lexical, limit)
        return self._retrieved(query, part, retrieved.parts, [found], limit)

    def _part(self, text: str, chinese: str, filters: Filters, publications: Sequence[str]) -> Part:
        said = hints(text, self._today(), publications) if self._method.hints else Hints()
        return Part(text, chinese, self._embedded(text), said, self._searched(said, filters))

    def _searched(self, said: Hints, filters: Filters) -> tuple[Filters, ...]:
        """The filters given; where they leave the days open, those whose news is asked for."""
        explicit = [period for period in said.periods if period.explicit]
        if not explicit or filters.date_from or filters.date_until:
            return (filters,)
        held = self._library.issue_span()
        meant = [period.within(*held) if held else period for period in explicit]
        return tuple(
            replace(filters, date_from=start, date_until=end)
            for start, end in spans(meant, MOST_SPANS)
        )

    def _retrieved(
        self,
        query: Query,
        whole: Part,
        parts: tuple[str, ...],
        found: Sequence[Found],
        limit: int,
    ) -> Retrieved:
        """What the parts of a question found, as one."""
        chunks = {chunk_id: chunk for one in found for chunk_id, chunk in one.chunks.items()}
        articles = self._library.articles_by_id(
            list(dict.fromkeys(chunk.article_id for chunk in chunks.values()))
        )
        rankings = [_lifted(one, _lifting(whole.hints, one.part.hints), articles) for one in found]
        ranking = merge(rankings) if len(rankings) > 1 else rankings[0]
        dense = tuple(united(one.dense for one in found))
        lexical = tuple(united(one.lexical for one in found))
        hits = _hits(ranking[:limit], chunks, articles, dense, lexical)
        filters = _covering([filters for one in found for filters in one.part.filters])
        return Retrieved(query, filters, hits, dense, lexical, whole.embedding, whole.hints, parts)

    def _search(self, part: Part, limit: int) -> Found:
        """Both searches, fused and reranked; in several stretches of days, as in all of them."""
        query = self._understood(part.text, part.chinese)
        if part.chinese:
            both = as_one(part.embedding, self._embedded(part.chinese))
            part = replace(part, embedding=both)
        vector = part.embedding.vector
        dense: Ranking = ()
        if self._method.dense:
            dense = united(self._library.dense(vector, limit, one) for one in part.filters)[:limit]
        if query.names or query.foreign_names:
            near = self._library.chunks([chunk_id for chunk_id, _ in dense[:NAMES_READ]])
            texts = (chunk.context + "\n" + chunk.text for chunk in near.values())
            named = {name: find_name(self._library, name) for name in query.names}
            query = with_names_found(query, named, texts)
        lexical: Ranking = ()
        if self._method.lexical:
            lexical = united(self._lexical(query, limit, one) for one in part.filters)[:limit]
        return self._ranked(part, query, dense, lexical, limit)

    def _ranked(
        self, part: Part, query: Query, dense: Ranking, lexical: Ranking, limit: int
    ) -> Found:
        chunks = self._library.chunks(
            list(dict.fromkeys(chunk_id for chunk_id, _ in (*dense, *lexical)))
        )
        level = levelled(dense, chunks, query.language, self._embedder.own_language)
        fused = convex_fusion(level, lexical, DENSE_WEIGHT[query.language])[:limit]
        held = [item for item in fused if item[0] in chunks]
        asked = Asked(query, part.embedding.tokens)
        ranking = self._reranked(asked, held, chunks, level, lexical)
        return Found(part, query, dense, lexical, ranking, chunks)

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

    def _reranked(
        self,
        asked: Asked,
        fused: Ranking,
        chunks: Mapping[str, Chunk],
        dense: Ranking,
        lexical: Ranking,
    ) -> Ranking:
        """The first candidates as the reranker has them, and the others behind them."""
        if self._reranker is None or not fused:
            return fused
        first, rest = fused[: self._candidates], fused[self._candidates :]
        dense_scores, lexical_scores = dict(dense), dict(lexical)
        candidates = [
            Candidate(
                chunks[chunk_id], score, dense_scores.get(chunk_id), lexical_scores.get(chunk_id)
            )
            for chunk_id, score in first
        ]
        scores = self._reranker.rerank(asked, candidates)
        ranked = zip((chunk_id for chunk_id, _ in first), scores, strict=True)
        return behind(sorted(ranked, key=lambda item: (-item[1], item[0])), rest)

    def _with_people(self, whole: Part, found: Iterable[Found]) -> Hints:
        """What a question says, with the people it names, in pinyin as its parts found them."""
        if not self._method.hints:
            return whole.hints
        people: dict[str, tuple[str, ...]] = dict.fromkeys(
            people_in(whole.text, whole.hints.publications), ()
        )
        return with_people(whole.hints, people | people_asked(one.query for one in found))


def by_article(hits: Iterable[Hit]) -> list[list[Hit]]:
    """Ranked hits, grouped by their articles: the article of the best hit first."""
    grouped: dict[str, list[Hit]] = {}
    for hit in hits:
        grouped.setdefault(hit.article_id, []).append(hit)
    return list(grouped.values())


def _lifting(whole: Hints, part: Hints) -> Hints:
    """What lifts in one part: all that the whole question says, as its parts mostly ask of one
    matter, but for the dates of other parts' news."""
    kept = [one for one in whole.periods if not one.explicit or one in part.periods]
    return replace(whole, periods=tuple(kept))


def _lifted(found: Found, said: Hints, articles: Mapping[str, Article]) -> Ranking:
    """A part's ranking with what fits dates, papers and people lifted."""
    if said.empty:
        return found.ranking
    ids = {chunk_id: found.chunks[chunk_id].article_id for chunk_id, _ in found.ranking}
    fits = {name: boost(said, articles[name]) for name in set(ids.values()) if name in articles}
    lifted = [
        (chunk_id, score + HINT_WEIGHT * fits.get(ids[chunk_id], 0.0))
        for chunk_id, score in found.ranking
    ]
    return sorted(lifted, key=lambda item: -item[1])


def _covering(filters: Sequence[Filters]) -> Filters:
    """The narrowest filters that hold all that these hold, which differ in their days alone."""
    starts = [one.date_from for one in filters if one.date_from]
    ends = [one.date_until for one in filters if one.date_until]
    return replace(
        filters[0],
        date_from=min(starts) if len(starts) == len(filters) else None,
        date_until=max(ends) if len(ends) == len(filters) else None,
    )


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
        if chunks[chunk_id].article_id in articles
    )


def _ranks(ranking: Sequence[tuple[str, float]]) -> dict[str, int]:
    return {chunk_id: rank for rank, (chunk_id, _) in enumerate(ranking, start=1)}
