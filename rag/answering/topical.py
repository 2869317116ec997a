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


class Subject:
    """What a question names, held against articles and sentences."""

    def __init__(self, query: Query, library: Library) -> None:
        named = _named(query)
        self._coverage = Coverage(named, term_rarity(library, named.terms, named.bigrams))
        self._least = _LEAST_ABOUT[query.language]

    def is_in(self, text: str) -> bool:
        """Whether a sentence names it."""
        return self._held(text) >= self._least

    def is_of(self, article: Article) -> bool:
        """Whether an article is about it: whether its head and lead name it."""
        return self.is_in(f"{article.kicker}\n{article.headline}\n{article.text[:_LEAD]}")

    def told_in(self, article: Article) -> list[Told]:
        """The sentences of an article, those with most news of it first."""
        told = [
            replace(one, score=one.score + _ON_SUBJECT * self._held(one.text))
            for one in sentences_of(article)
        ]
        return sorted(told, key=lambda one: (-one.score, one.span.start))

    def _held(self, text: str) -> float:
        """How much of it a text holds, by words, or by pairs where a name is cut apart."""
        folded = fold(text)
        return max(self._coverage.words(folded), self._coverage.pairs(folded))


def told_of(
    retrieved: Retrieved,
    library: Library,
    fits: Callable[[str, Article], bool] = lambda text, article: True,
) -> list[Told]:
    """The sentences of the best articles about a question's subject, those with most news first;
    where no article is about it, the sentences that name it; none where none does. fits: whether a
    sentence, in its article, may be taken."""
    subject = Subject(retrieved.query, library)
    found = list({hit.article_id: hit.article for hit in retrieved.hits}.values())
    about = [one for one in found if subject.is_of(one)][:MOST_ARTICLES]
    told = [one for article in about or found for one in subject.told_in(article)]
    kept = [
        one for one in told if fits(one.text, one.article) and (about or subject.is_in(one.text))
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
