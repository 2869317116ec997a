"""An answer without a language model to any question: one thing, its parts, sides, or a change."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from rag.answering.changes import changes
from rag.answering.extractive import (
    Evidence,
    Selection,
    calibrated_bar,
    chosen,
    evidence_of,
    select,
)
from rag.answering.overview import by_time, overview
from rag.answering.saying import Saying
from rag.answering.side_words import label
from rag.answering.sides import SideOf
from rag.answering.topical import Told, told_of
from rag.indexing.embedding.base import Embedder
from rag.retrieval.coverage import Coverage
from rag.retrieval.folding import fold
from rag.retrieval.hybrid import Retrieved, SideFound
from rag.retrieval.kinds import FIGURES, holds_kind
from rag.retrieval.question_plan import DAYS_OF_NEWS
from rag.retrieval.translated import term_rarity
from rag.types import Article, Draft, Language, Span
from store.library import Library
from store.segmentation import simplified

MOST_OF_SIDE = 2  # sentences that one side or part adds
MOST_OF_OVERVIEW = 3  # where all the news of its days is asked for
_LEAST_NEWS = 0.5  # of a side's best sentence, what a second one must have
_LIKELY = 0.5  # a part's answer that needs nothing else to speak for it
_DIFFERS = re.compile("不同|不一样|区别|差异|差别|差距|相比|differ|compared", re.IGNORECASE)
Fits = Callable[[str, Article], bool]
_AND: Mapping[Language, str] = {"zh": "、", "en": " and "}


@dataclass(frozen=True, slots=True)
class SideAnswer:
    """What tells of one side. spans: none where the archive has nothing. evidence: all that was
    weighed for it, best first."""

    found: SideFound
    spans: tuple[Span, ...]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Composed:
    """The sentences that answer a question, and of which of its sides they tell; no sides where it
    asks one thing, or where only the whole of it was answered."""

    selection: Selection
    sides: tuple[SideAnswer, ...] = ()


def compose(
    retrieved: Retrieved, library: Library, embedder: Embedder, bar: float | None = None
) -> Composed:
    """The sentences that answer a question, or none.

    bar: the probability, 0 to 1, that a sentence needs to be given; None as calibrated for the
    question's language. What needs none: the news of days, and what changed since one.

    A part, or a side of a comparison, is answered by itself, by at most MOST_OF_SIDE sentences.
    Where none of them is, the question is answered as a whole, if it can be; but not one that
    compares days, unless the bar is 0, as what is not of those days tells nothing of them.
    """
    bar = calibrated_bar(retrieved.query.language) if bar is None else bar
    if retrieved.plan.kind == "single":
        return Composed(select(retrieved, library, embedder, bar))
    if retrieved.plan.kind == "changes":
        drafts = changes(retrieved, library)
        spans = tuple(span for draft in drafts for span in draft.spans)
        return Composed(Selection(drafts, (), bar), (SideAnswer(retrieved.sides[0], spans),))
    if retrieved.plan.kind == "parts":
        sides = _parts(retrieved, library, embedder, bar)
    else:
        sides = _sides(retrieved, library, embedder, bar)
        sides = _with_differences(sides, select(retrieved, library, embedder, bar))
    evidence = tuple(one for side in sides for one in side.evidence)
    if any(side.spans for side in sides):
        drafts = _drafts(retrieved, sides)
        ranked = tuple(sorted(evidence, key=lambda one: -one.probability))
        return Composed(Selection(drafts, ranked, bar), tuple(sides))
    if bar and all(_is_of_days(side.found) for side in sides):
        return Composed(Selection((), evidence, bar), tuple(sides))
    return Composed(select(retrieved, library, embedder, bar))


def _parts(
    retrieved: Retrieved, library: Library, embedder: Embedder, bar: float
) -> list[SideAnswer]:
    """Each part's answer. One that only the words it shares with other parts speak for is none:
    停车费是多少, of what a market's article says of its stalls."""
    answers = []
    for found in retrieved.sides:
        evidence = evidence_of(found.retrieved, library, embedder, bar)
        spans = _spans(evidence, found.retrieved, bar)
        answers.append(SideAnswer(found, spans, tuple(evidence)))
    return [
        replace(one, spans=())
        if _is_borrowed(one, [other for other in answers if other is not one], library)
        else one
        for one in answers
    ]


def _is_borrowed(part: SideAnswer, others: Sequence[SideAnswer], library: Library) -> bool:
    """Whether nothing but shared words speaks for a part: its articles hold nothing that it alone
    names, and its answer is less than likely."""
    if not part.spans or part.evidence[0].probability >= _LIKELY:
        return False
    retrieved = part.found.retrieved
    shared = {term.text for other in others for term in other.found.retrieved.query.terms}
    terms = tuple(term for term in retrieved.query.terms if term.text not in shared)
    own = Coverage(
        replace(retrieved.query, terms=terms, bigrams=()), term_rarity(library, terms, ())
    )
    articles = {article.id: fold(article.text) for article in retrieved.articles}
    return bool(terms) and not any(own.words(articles[span.article_id]) for span in part.spans)


def _sides(
    retrieved: Retrieved, library: Library, embedder: Embedder, bar: float
) -> list[SideAnswer]:
    terms = [term for one in retrieved.sides for term in one.retrieved.query.terms]
    idf = term_rarity(library, terms, ())
    fits = [SideOf(at, retrieved.sides, idf).holds for at in range(len(retrieved.sides))]
    told = [
        told_of(one.retrieved, library, holds) if _is_subject(one) else []
        for one, holds in zip(retrieved.sides, fits, strict=True)
    ]
    return [
        SideAnswer(one, _news(told, at))
        if told[at]
        else _side(one, library, embedder, bar, fits[at])
        for at, one in enumerate(retrieved.sides)
    ]


def _with_differences(sides: Sequence[SideAnswer], whole: Selection) -> list[SideAnswer]:
    """The sides of a comparison of things, not days, with the sentences for the whole question that
    themselves say what differs, which tell of each of them."""
    if any(side.found.side.period or side.found.side.article_id for side in sides):
        return list(sides)
    differing = [draft for draft in whole.drafts if _DIFFERS.search(simplified(draft.text))]
    spans = tuple(span for draft in differing for span in draft.spans)
    return [replace(side, spans=tuple(dict.fromkeys((*spans, *side.spans)))) for side in sides]


def _side(
    found: SideFound, library: Library, embedder: Embedder, bar: float, fits: Fits
) -> SideAnswer:
    """The answer of a side of which something certain is asked, or all the news of its days."""
    articles = {hit.article_id: hit.article for hit in found.retrieved.hits}
    if not found.side.text:
        return SideAnswer(found, tuple(overview(articles.values(), MOST_OF_OVERVIEW)))
    evidence = [
        one
        for one in evidence_of(found.retrieved, library, embedder, bar)
        if fits(one.text, articles[one.span.article_id])
    ]
    spans = _spans(evidence, found.retrieved, bar) or _figures(found, library, fits)
    return SideAnswer(found, spans, tuple(evidence))


def _figures(found: SideFound, library: Library, fits: Fits) -> tuple[Span, ...]:
    """The sentence with most news of a side's subject that holds the figure asked for: of a day's
    few articles it may be the one, where among all it would not be likely enough."""
    kinds = found.retrieved.query.kinds
    if not (_is_of_days(found) and kinds & FIGURES):
        return ()
    told = told_of(found.retrieved, library, fits)
    holding = (one.span for one in told if holds_kind(kinds, simplified(one.text)) == 1)
    return tuple(islice(holding, 1))


def _is_of_days(found: SideFound) -> bool:
    """Whether a side has days that say when its news was printed."""
    period = found.side.period
    return period is not None and (found.side.explicit or period.days <= DAYS_OF_NEWS)


def _is_subject(found: SideFound) -> bool:
    """Whether a side asks for the news of its days, or of an event, on a subject, and for nothing
    certain of that."""
    of_news = bool(found.side.article_id) or _is_of_days(found)
    return of_news and bool(found.side.text) and found.retrieved.query.kinds == {"other"}


def _news(told: Sequence[Sequence[Told]], at: int) -> tuple[Span, ...]:
    """The sentences of a side with most news, but for those that say what another side's do, unless
    it has no others."""
    others = [one for place, side in enumerate(told) if place != at for one in side]
    elsewhere = [Saying(one.text) for one in others]
    own = [one for one in told[at] if not any(map(Saying(one.text).repeats, elsewhere))]
    own = own or list(told[at][:1])
    least = _LEAST_NEWS * own[0].score if own else 0.0
    kept = [one for one in own[:MOST_OF_SIDE] if one.score >= least]
    kept.sort(key=lambda one: (by_time(one.article), one.span.start))
    return tuple(one.span for one in kept)


def _spans(evidence: Sequence[Evidence], retrieved: Retrieved, bar: float) -> tuple[Span, ...]:
    """What answers one side: of the sentences that would answer it alone, the likeliest."""
    drafts = chosen(evidence, retrieved, bar).drafts
    spans = [span for draft in drafts for span in draft.spans]
    likely = {one.span: one.probability for one in evidence}

    def probability(span: Span) -> float:
        inside = [
            value
            for one, value in likely.items()
            if one.article_id == span.article_id and span.start <= one.start < span.end
        ]
        return max(inside, default=0.0)

    kept = sorted(spans, key=probability, reverse=True)[:MOST_OF_SIDE]
    return tuple(span for span in spans if span in kept)


def _drafts(retrieved: Retrieved, sides: Sequence[SideAnswer]) -> tuple[Draft, ...]:
    """The sentences of all sides, each once, in their order; the first of a side, or of several
    that it tells of, begins with their names."""
    articles = {article.id: article for article in retrieved.articles}
    told: dict[Span, list[str]] = {}
    for side in sides:
        for span in side.spans:
            told.setdefault(span, []).append(side.found.side.name)
    drafts, last = [], ""
    for span, names in told.items():
        told_of = _AND[retrieved.query.language].join(names)
        text = articles[span.article_id].text[span.start : span.end]
        shown = retrieved.plan.kind == "comparison" and told_of != last
        drafts.append(Draft(text, (span,), label(told_of) if shown else ""))
        last = told_of
    return tuple(drafts)
