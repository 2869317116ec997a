"""What articles report on a subject, where nothing certain is asked of it: their news first.

A subject (流感, “the bridge”) is no question, and what would answer one tells little of it. The
news is what an article says first, what was decided or done, and the figures.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from rag.answering.briefing_selection import scored_sentences
from rag.answering.overview import by_time
from rag.retrieval.coverage import Coverage
from rag.retrieval.folding import fold
from rag.retrieval.hybrid import Retrieved
from rag.retrieval.query import Query
from rag.retrieval.translated import term_rarity
from rag.types import Article, Language, Span
from store.library import Library

MOST_ARTICLES = 8
# Of what a subject names, what headline and lead of an article about it hold: more than the half of
# a name (霁澜溪, asked of 霁澜大桥), in English less, as the dictionary hasn't every word.
_LEAST_ABOUT: Mapping[Language, float] = {"zh": 0.6, "en": 0.4}
_LEAD = 80  # characters
# What a sentence that holds all of the subject's words has ahead, against briefing_selection's
# weights: more than the first sentence of an article, as much as what was decided.
_ON_SUBJECT = 3.0


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of an article about a subject. score: how much news of it the sentence holds."""

    span: Span
    text: str
    article: Article
    score: float


def told_of(
    retrieved: Retrieved,
    library: Library,
    fits: Callable[[str, Article], bool] = lambda text, article: True,
) -> list[Told]:
    """The sentences of the best articles about a question's subject, those with most news first;
    where no article is about it, the sentences that name it; none where none does. fits: whether a
    sentence, in its article, may be taken."""
    query = _named(retrieved.query)
    coverage = Coverage(query, term_rarity(library, query.terms, query.bigrams))
    least = _LEAST_ABOUT[query.language]
    found = list({hit.article_id: hit.article for hit in retrieved.hits}.values())
    about = [one for one in found if _about(one, coverage) >= least][:MOST_ARTICLES]
    told = [one for article in about or found for one in _told(article, coverage)]
    kept = [
        one
        for one in told
        if fits(one.text, one.article) and (about or _held(one.text, coverage) >= least)
    ]
    return sorted(kept, key=lambda one: (-one.score, by_time(one.article), one.span.start))


def sentences_of(article: Article) -> list[Told]:
    """The sentences of an article, those with most news first."""
    told = [
        Told(one.span, article.text[one.span.start : one.span.end], article, one.score)
        for one in scored_sentences(article)
    ]
    return sorted(told, key=lambda one: (-one.score, one.span.start))


def _named(query: Query) -> Query:
    """A subject without the measure that is asked of it (病例数, 客运量): no news needs it."""
    terms = tuple(term for term in query.terms if len(term.text) > 1)
    return replace(query, terms=terms) if terms else query


def _held(text: str, coverage: Coverage) -> float:
    """How much of a subject a text holds, by words, or by pairs where the segmenter cuts a name of
    the subject apart."""
    folded = fold(text)
    return max(coverage.words(folded), coverage.pairs(folded))


def _about(article: Article, coverage: Coverage) -> float:
    head = f"{article.kicker}\n{article.headline}\n{article.text[:_LEAD]}"
    return _held(head, coverage)


def _told(article: Article, coverage: Coverage) -> list[Told]:
    return [
        replace(one, score=one.score + _ON_SUBJECT * _held(one.text, coverage))
        for one in sentences_of(article)
    ]
