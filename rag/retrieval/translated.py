"""Lexical search with the translated terms of a question, each by its best sense."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.retrieval.folding import bounded, fold, occurrences
from rag.retrieval.query import Term
from rag.retrieval.rarity import Idf, inverse_document_frequency, tokens_of, word_weight
from rag.types import Chunk, Filters
from store.lexical import Clause
from store.library import Library

SATURATION = 1.2  # BM25's k1
LENGTH_SHARE = 0.75  # BM25's b
HANZI_SHARE = 0.3  # of a word's single characters, against its pairs: 移居者 is near 移民
PARTS_SHARE = 0.9  # of a phrase's words by themselves, against the phrase
WIDER = 2  # chunks fetched by any sense for each one kept by best sense
MOST_CLAUSES = 128  # tokens asked for in one search: those that can count for most


@dataclass(frozen=True, slots=True)
class _Asked:
    """A term as this archive can tell it. rarity: its inverse document frequency, by any sense.
    grams: what to count in a text, each with (sense, share) for the senses it is part of."""

    rarity: float
    senses: int
    grams: Mapping[str, Sequence[tuple[int, float]]]
    parts: tuple["_Asked", ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A term whose senses have the slots first:last."""

    rarity: float
    first: int
    last: int


def translated_search(
    library: Library, terms: Sequence[Term], limit: int, filters: Filters
) -> list[tuple[str, float]]:
    """Chunk ids with scores, best first; [] where nothing of a term's forms is in the archive.

    A term counts once, by the best of its senses, and as much as it is rare in all of them, so
    that a word with many translations does not outweigh the rest of the question (structured
    queries, Pirkola 1998). A sense counts in the share of its character pairs that a chunk holds,
    each with BM25's saturation, and one full sight of a term is enough.
    """
    tokens = sorted({token for gram in _all_grams(terms) for token in tokens_of(gram)})
    frequencies, total = library.document_frequency(tokens)
    idf = inverse_document_frequency(frequencies, total)
    asked = [_asked(term, idf, frequencies, total) for term in terms]
    found = library.lexical(_clauses(asked, idf), limit * WIDER, filters)
    chunks = library.chunks([chunk_id for chunk_id, _ in found])
    average = sum(len(chunk.text) for chunk in chunks.values()) / max(len(chunks), 1)
    sheet = _Sheet(asked)
    scored = [(chunk_id, sheet.score(chunk, average)) for chunk_id, chunk in chunks.items()]
    ranked = sorted(scored, key=lambda item: (-item[1], item[0]))
    return [(chunk_id, score) for chunk_id, score in ranked[:limit] if score > 0]


def term_rarity(library: Library, terms: Sequence[Term], pairs: Sequence[str] = ()) -> Idf:
    """Inverse document frequencies in this archive, of all that terms and pairs are made of."""
    tokens = {part for term in terms for form, _ in term.forms for part in tokens_of(form)}
    tokens.update(term.text for term in terms)
    tokens.update(pairs)
    frequencies, total = library.document_frequency(sorted(tokens))
    return inverse_document_frequency(frequencies, total)


def _all_grams(terms: Iterable[Term]) -> Iterable[str]:
    for term in terms:
        for form, _ in term.forms:
            yield from _grams(form)
        yield from _all_grams(term.parts)


@lru_cache(maxsize=8192)
def _grams(form: str) -> Mapping[str, float]:
    """What is counted for a form, each with its share before rarity: a Chinese word's character
    pairs and, for less, its characters; any other form (12月23日, xi'an) whole."""
    pairs = tokens_of(form)
    if len(form) == 1 or any(pair.isascii() for pair in pairs):
        return {form: 1.0}
    return dict.fromkeys(pairs, 1.0) | dict.fromkeys("".join(pairs), HANZI_SHARE)


def _asked(term: Term, idf: Idf, frequencies: Mapping[str, int], total: int) -> _Asked:
    grams: dict[str, list[tuple[int, float]]] = {}
    absent = 1.0
    for sense, (form, weight) in enumerate(term.forms):
        frequency = min(frequencies[token] for token in tokens_of(form))
        absent *= 1 - weight * min(frequency / max(total, 1), 1.0)
        weights = {gram: share * word_weight(gram, idf) for gram, share in _grams(form).items()}
        whole = sum(weights.values())
        for gram, part in weights.items():
            if part and all(frequencies[token] for token in tokens_of(gram)):
                grams.setdefault(gram, []).append((sense, weight * part / whole))
    rarity = inverse_document_frequency({"": round((1 - absent) * total)}, total)("")
    parts = tuple(_asked(part, idf, frequencies, total) for part in term.parts)
    return _Asked(rarity, len(term.forms), grams, parts)


def _clauses(asked: Iterable[_Asked], idf: Idf) -> list[Clause]:
    """The tokens that can count for most, each with what makes its BM25 the most it can count."""
    worth: dict[str, float] = {}
    for term in (part for whole in asked for part in (whole, *whole.parts)):
        for gram, shares in term.grams.items():
            most = term.rarity * max(share for _, share in shares)
            tokens = tokens_of(gram)
            for token in tokens:
                worth[token] = max(worth.get(token, 0.0), most / len(tokens))
    chosen = sorted(worth.items(), key=lambda item: (-item[1], item[0]))[:MOST_CLAUSES]
    return [Clause((token,), most / max(idf(token), 0.01)) for token, most in chosen if most]


class _Sheet:
    """Scores chunks for one question."""

    def __init__(self, asked: Iterable[_Asked]) -> None:
        # Every sense has a slot; a term's are first:last, and its parts' follow.
        self._slots: dict[str, list[tuple[int, float]]] = {}
        self._size = 0
        self._terms = [
            (self._place(term), [self._place(part) for part in term.parts]) for term in asked
        ]
        self._plain = [gram for gram in self._slots if not bounded(gram)]
        self._bounded = [gram for gram in self._slots if bounded(gram)]

    def score(self, chunk: Chunk, average: float) -> float:
        """What a chunk is worth; `average` is the length of the chunks it is compared with."""
        text = _folded(chunk.context + "\n" + chunk.text)
        length = 1 - LENGTH_SHARE + LENGTH_SHARE * len(chunk.text) / max(average, 1.0)
        found = [0.0] * self._size
        # Next to nothing of what is asked for stands in one text: a look is cheaper than a count.
        counts = [(gram, text.count(gram)) for gram in self._plain if gram in text]
        counts += [(gram, occurrences(gram, text)) for gram in self._bounded if gram in text]
        for gram, count in counts:
            degree = count * (SATURATION + 1) / (count + SATURATION * length)
            for slot, share in self._slots[gram]:
                found[slot] += share * degree
        return sum(
            max(_worth(term, found), PARTS_SHARE * sum(_worth(part, found) for part in parts))
            for term, parts in self._terms
        )

    def _place(self, term: _Asked) -> _Placed:
        first, self._size = self._size, self._size + term.senses
        for gram, shares in term.grams.items():
            placed = [(first + sense, share) for sense, share in shares]
            self._slots.setdefault(gram, []).extend(placed)
        return _Placed(term.rarity, first, self._size)


def _worth(term: _Placed, found: Sequence[float]) -> float:
    return term.rarity * min(1.0, max(found[term.first : term.last], default=0.0))


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return fold(text)
