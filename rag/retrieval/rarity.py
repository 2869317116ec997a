"""How much a word tells in this archive: inverse document frequencies of words and terms."""

import math
from collections.abc import Callable, Mapping

from rag.retrieval.query import Term

Idf = Callable[[str], float]
LIKELY_SENSES = 5  # a translated term is as rare as the commonest of its likeliest senses


def inverse_document_frequency(frequencies: Mapping[str, int], total: int) -> Idf:
    """BM25's inverse document frequency over chunks (Robertson and Zaragoza 2009), at least 0."""

    def idf(token: str) -> float:
        frequency = frequencies.get(token, 0)
        return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))

    return idf


def tokens_of(word: str) -> list[str]:
    """The tokens of the lexical index that a word is made of: itself, or a Chinese word's pairs."""
    if len(word) <= 2 or word.isascii():
        return [word]
    return [word[i : i + 2] for i in range(len(word) - 1)]


def word_weight(word: str, idf: Idf) -> float:
    """A word's rarity: that of its rarest token."""
    return max(idf(token) for token in tokens_of(word))


def term_weight(term: Term, idf: Idf) -> float:
    """A term's rarity: that of the commonest of its likeliest forms, as printed or translated."""
    translations = [(form, weight) for form, weight in term.forms if not form.isascii()]
    likeliest = sorted(translations, key=lambda form: -form[1])[:LIKELY_SENSES]
    return min(word_weight(form, idf) for form in (term.text, *(form for form, _ in likeliest)))
