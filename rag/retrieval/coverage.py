"""How much of what a question names a text holds, each part weighted by how rare it is."""

from rag.retrieval.folding import occurrences
from rag.retrieval.query import Query, Term
from rag.retrieval.rarity import Idf, term_weight, tokens_of

KNOWN = 0.5  # a topic that holds this much of a term answers for it
PARTIAL_WORD = 0.7  # what a word's scattered character pairs are worth against the word itself


class Coverage:
    """Measures how much of one question a text holds."""

    def __init__(self, query: Query, idf: Idf) -> None:
        self._terms = [(term, term_weight(term, idf)) for term in query.terms]
        self._pairs = [(pair, idf(pair)) for pair in query.bigrams]

    def words(self, text: str) -> float:
        """The weighted share of the question's terms that the folded text holds."""
        total = sum(weight for _, weight in self._terms)
        if not total:
            return 0.0
        held = sum(weight * self._best(term, text) for term, weight in self._terms)
        return held / total

    def pairs(self, text: str) -> float:
        """The weighted share of the question's character pairs that the folded text holds."""
        total = sum(weight for _, weight in self._pairs)
        if not total:
            return self.words(text)
        return sum(weight for pair, weight in self._pairs if pair in text) / total

    def focus(self, text: str, topic: str) -> float:
        """The weighted share that the folded text holds of the terms which the topic (headline and
        lead) leaves open; of all terms where it leaves none."""
        left = [(term, weight) for term, weight in self._terms if self._best(term, topic) < KNOWN]
        if not left:
            return self.words(text)
        held = sum(weight * self._best(term, text) for term, weight in left)
        return held / sum(weight for _, weight in left)

    def _best(self, term: Term, text: str) -> float:
        held = (self._held(form, text) * strength for form, strength in term.forms)
        return max(held, default=0.0)

    def _held(self, form: str, text: str) -> float:
        if occurrences(form, text):
            return 1.0
        if len(form) < 3 or form.isascii():
            return 0.0
        pairs = tokens_of(form)
        return PARTIAL_WORD * sum(pair in text for pair in pairs) / len(pairs)
