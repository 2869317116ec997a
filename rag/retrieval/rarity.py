"""How much a word tells in this archive: inverse document frequencies of words and terms."""

import math
import re
from collections.abc import Callable, Mapping

from rag.retrieval.folding import HANZI
from rag.retrieval.query import Term

_PIECE = re.compile(rf"[{HANZI}]+|[a-z0-9]+(?:\.\d+)?%?")

Idf = Callable[[str], float]
LIKELY_SENSES = 5  # a translated term is as rare as the commonest of its likeliest senses


def inverse_document_frequency(frequencies: Mapping[str, int], total: int) -> Idf:
    """BM25's inverse document frequency over chunks (Robertson and Zaragoza 2009), at least 0."""

    def idf(token: str) -> float:
        frequency = frequencies.get(token, 0)
        return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))

    return idf


def tokens_of(word: str) -> list[str]:
    """The tokens of the lexical index that a folded word is made of: itself, or a Chinese word's
    pairs; of hanzi and numbers mixed (12月), those of each."""
    if len(word) == 1 or word.isascii():
        return [word]
    found: list[str] = []
    for piece in _PIECE.findall(word):
        pairs = [piece[i : i + 2] for i in range(len(piece) - 1)]
        found.extend([piece] if piece.isascii() or not pairs else pairs)
    return found or [word]


def word_weight(word: str, idf: Idf) -> float:
    """A word's rarity: that of its rarest token."""
    return max(idf(token) for token in tokens_of(word))


def term_weight(term: Term, idf: Idf) -> float:
    """A term's rarity: that of the commonest of its likeliest forms, as printed or translated."""
    translations = [(form, weight) for form, weight in term.forms if not form.isascii()]
    likeliest = sorted(translations, key=lambda form: -form[1])[:LIKELY_SENSES]
    return min(word_weight(form, idf) for form in (term.text, *(form for form, _ in likeliest)))
