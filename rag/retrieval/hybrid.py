"""Dense and lexical search over the same chunks, fused and reranked: the one retrieval path."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.indexing.embedding.base import Embedder
from rag.retrieval.fusion import Ranking, convex_fusion, fused
from rag.retrieval.glossary import Glossary
from rag.retrieval.hints import Hints, boost, hints, with_people
from rag.retrieval.level import levelled
from rag.retrieval.merging import behind, merge, united
from rag.retrieval.method import ALL_PARTS, Method
from rag.retrieval.names_found import Forms, people_asked, with_names_found
from rag.retrieval.names_in_archive import find_name
from rag.retrieval.people import people_in
from rag.retrieval.periods import spans
from rag.retrieval.query import Query, language_of, understand, with_translation
from rag.retrieval.question_plan import QuestionPlan, Side, plan_question, texts_of, whole_question
from rag.retrieval.question_translation import QuestionTranslation, Translate, as_one
from rag.retrieval.ranked_hits import covering, hits_of, without_copies
from rag.retrieval.reranking.base import Asked, Candidate, Reranker
from rag.retrieval.side_days import days_before, days_of, found_by_number, since_event, within
from rag.retrieval.translated import translated_search
from rag.types import Article, Chunk, Filters, Hit, Language, QuestionEmbedding
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
class Part:
    """A question without parts, as it is searched. chinese: its translation, if it has one.
    filters: it is searched by each of them. language: that of the question it is a part of."""

    text: str
    chinese: str
    embedding: QuestionEmbedding
    hints: Hints
    filters: tuple[Filters, ...]
    language: Language


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
    for. `parts` are the questions it was searched as, and `translation` those in Chinese. `plan` is
    how it was taken apart, `sides` what each side found (none where it asks one thing), and
    `earlier`, of a change, what there was before it."""

    query: Query
    filters: Filters
    hits: tuple[Hit, ...]
    dense: tuple[tuple[str, float], ...]
    lexical: tuple[tuple[str, float], ...]
    embedding: QuestionEmbedding
    hints: Hints
    parts: tuple[str, ...]
    plan: QuestionPlan
    sides: tuple["SideFound", ...] = ()
    earlier: "Retrieved | None" = None
    translation: QuestionTranslation = NOT_TRANSLATED

    @property
    def articles(self) -> tuple[Article, ...]:
        """All articles that were found, each once."""
        found = [self, *(side.retrieved for side in self.sides)]
        found += [self.earlier] if self.earlier else []
        return tuple({hit.article_id: hit.article for one in found for hit in one.hits}.values())


@dataclass(frozen=True, slots=True)
class SideFound:
    """One side of a question, and what was found for it alone."""

    side: Side
    retrieved: Retrieved


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
        method: Method = ALL_PARTS,
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

        A question with parts is searched part by part; one that compares side by side, each in its
        days; one of a change in the days since. News that a part asks for by its date is looked for
        in the issues of those days alone; what else the question says of dates, papers and people
        lifts the chunks that fit, whichever part found them.
        """
        publications = self._library.publications() if self._method.hints else ()
        whole = self._part(question, "", filters, publications)
        plan = self._plan(whole, filters, limit)
        texts = texts_of(plan.sides, question)
        translation = self._translation(question, texts)
        chinese = translation.chinese or ("",) * len(texts)
        language = whole.language if plan.kind != "parts" else None
        parts = [
            replace(whole, chinese=words)
            if text == question and side.period is None
            else self._side(side, text, words, filters, publications, language)
            for side, text, words in zip(plan.sides, texts, chinese, strict=True)
        ]
        depth = max(self._candidates, limit)
        found = [
            _of_side(self._search(part, depth), side)
            for side, part in zip(plan.sides, parts, strict=True)
        ]
        whole = replace(whole, hints=self._with_people(whole, found))
        if plan.kind == "single":
            query = found[0].query
        else:
            query = self._understood(question, "，".join(chinese), whole.language)
        retrieved = self._retrieved(query, whole, plan, found, limit)
        if plan.kind != "single":
            sides = zip(plan.sides, found, strict=True)
            apart = [SideFound(side, self._alone(whole, one, limit)) for side, one in sides]
            retrieved = replace(retrieved, sides=tuple(apart))
        if plan.kind == "changes":
            before = replace(parts[0], filters=(days_before(plan.sides[0], filters),))
            earlier = self._alone(whole, self._search(before, depth), limit)
            retrieved = replace(retrieved, earlier=earlier)
        return replace(retrieved, translation=translation)

    def among(self, retrieved: Retrieved, chunk_ids: Collection[str], limit: int) -> Retrieved:
        """A question without parts, ranked again among some of the chunks that it found: as in an
        archive that lacks the others, which is how abstention is calibrated."""
        query = retrieved.query
        filters, said = (retrieved.filters,), retrieved.hints
        part = Part(query.text, "", retrieved.embedding, said, filters, query.language)
        dense = [item for item in retrieved.dense if item[0] in chunk_ids]
        lexical = [item for item in retrieved.lexical if item[0] in chunk_ids]
        found = self._ranked(part, query, dense, lexical, limit)
        return self._retrieved(query, part, retrieved.plan, [found], limit)

    def _plan(self, whole: Part, filters: Filters, limit: int) -> QuestionPlan:
        """How a question is taken apart, with the days that only the archive tells: of dates
        without their year, of the event that a change is counted from, of things of which only the
        number is said. It is asked as it stands where the archive can't tell."""
        alone = whole_question(whole.text)
        if not self._method.split:
            return alone
        plan: QuestionPlan | None = plan_question(whole.text, self._today())
        held = self._library.issue_span()
        if plan and plan.kind == "changes" and held is None:
            return alone
        if plan and (asked := plan.anchor or (plan.unnamed and plan.sides[0].text)):
            part = self._part(asked, "", filters, (), whole.language)
            found = self._search(part, max(self._candidates, limit))
            event = self._alone(part, found, limit)
            tell = since_event if plan.anchor else found_by_number
            plan = tell(plan, event.query, event.hits, whole.language)
        return within(plan or alone, *held) if held else plan or alone

    def _part(
        self,
        text: str,
        chinese: str,
        filters: Filters,
        publications: Sequence[str],
        language: Language | None = None,
    ) -> Part:
        said = hints(text, self._today(), publications) if self._method.hints else Hints()
        searched, language = self._searched(said, filters), language or language_of(text)
        return Part(text, chinese, self._embedded(text), said, searched, language)

    def _side(
        self,
        side: Side,
        text: str,
        chinese: str,
        filters: Filters,
        publications: Sequence[str],
        language: Language | None,
    ) -> Part:
        """A side as it is searched: in its days alone, where they say when its news was printed."""
        part = self._part(text, chinese, filters, publications, language)
        days = days_of(side, filters)
        return replace(part, filters=(days,)) if days else part

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
        plan: QuestionPlan,
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
        ranking = without_copies(ranking, chunks, articles)
        dense = tuple(united(one.dense for one in found))
        lexical = tuple(united(one.lexical for one in found))
        hits = hits_of(ranking[:limit], chunks, articles, dense, lexical)
        filters = covering([filters for one in found for filters in one.part.filters])
        parts = tuple(one.part.text for one in found)
        embedding, said = whole.embedding, whole.hints
        return Retrieved(query, filters, hits, dense, lexical, embedding, said, parts, plan)

    def _alone(self, whole: Part, found: Found, limit: int) -> Retrieved:
        """What one part of a question found, by itself."""
        one = replace(whole, embedding=found.part.embedding)
        return self._retrieved(found.query, one, whole_question(found.part.text), [found], limit)

    def _search(self, part: Part, limit: int) -> Found:
        """Both searches, fused and reranked; in several stretches of days, as in all of them."""
        query = self._understood(part.text, part.chinese, part.language)
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
            query = with_names_found(query, self._names_in_archive(query), texts)
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
        joined = self._joined(level, lexical, query.language)[:limit]
        held = [item for item in joined if item[0] in chunks]
        asked = Asked(query, part.embedding.tokens)
        ranking = self._reranked(asked, held, chunks, level, lexical)
        return Found(part, query, dense, lexical, ranking, chunks)

    def _joined(self, dense: Ranking, lexical: Ranking, language: Language) -> Ranking:
        method = self._method
        if method.dense and method.lexical:
            return fused(dense, lexical, language, method.fusion)
        return convex_fusion(dense or lexical, (), 1.0)

    def _names_in_archive(self, query: Query) -> Mapping[str, Forms]:
        """How the archive writes the names in pinyin; none where its words aren't searched."""
        if not self._method.lexical:
            return {}
        return {name: find_name(self._library, name) for name in query.names}

    def _embedded(self, text: str) -> QuestionEmbedding:
        return self._embedder.embed_question(simplified(text))

    def _understood(self, question: str, chinese: str, language: Language) -> Query:
        return with_translation(understand(question, self._glossary, language), chinese)

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
        ranking: Ranking,
        chunks: Mapping[str, Chunk],
        dense: Ranking,
        lexical: Ranking,
    ) -> Ranking:
        """The first candidates as the reranker has them, and the others behind them."""
        if self._reranker is None or not ranking:
            return ranking
        first, rest = ranking[: self._candidates], ranking[self._candidates :]
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


def _of_side(found: Found, side: Side) -> Found:
    """What was found, of the articles that may tell of a side."""
    if not side.article_id and not side.without:
        return found
    articles = {chunk_id: found.chunks[chunk_id].article_id for chunk_id, _ in found.ranking}
    ranking = [
        one
        for one in found.ranking
        if articles[one[0]] != side.without and side.article_id in ("", articles[one[0]])
    ]
    return replace(found, ranking=ranking)


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
