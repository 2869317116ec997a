"""Lexical search with the translated terms of a question, each by its best sense."""

from collections.abc import Sequence

from rag.retrieval.folding import fold, occurrences
from rag.retrieval.query import Term
from rag.retrieval.rarity import Idf, inverse_document_frequency, term_weight, tokens_of
from rag.types import Chunk, Filters
from store.library import Library

SATURATION = 1.2  # BM25's k1
LENGTH_SHARE = 0.75  # BM25's b
WIDER = 4  # chunks fetched by any sense for each one kept by best sense


def translated_search(
    library: Library, terms: Sequence[Term], limit: int, filters: Filters
) -> list[tuple[str, float]]:
    """Chunk ids with BM25-like scores, best first; [] where no term has a form.

    Scoring a term by the best of its senses keeps a word with many translations from outweighing
    the rest of the question (structured queries, Pirkola 1998).
    """
    forms = [form for term in terms for form, _ in term.forms]
    if not forms:
        return []
    found = library.lexical(" ".join(forms), limit * WIDER, filters)
    chunks = library.chunks([chunk_id for chunk_id, _ in found])
    idf = term_rarity(library, terms)
    average = sum(len(chunk.text) for chunk in chunks.values()) / max(len(chunks), 1)
    scored = [(chunk_id, _score(chunk, terms, idf, average)) for chunk_id, chunk in chunks.items()]
    ranked = sorted(scored, key=lambda item: (-item[1], item[0]))
    return [(chunk_id, score) for chunk_id, score in ranked[:limit] if score > 0]


def term_rarity(library: Library, terms: Sequence[Term], pairs: Sequence[str] = ()) -> Idf:
    """Inverse document frequencies in this archive, of all that terms and pairs are made of."""
    tokens = {part for term in terms for form, _ in term.forms for part in tokens_of(form)}
    tokens.update(term.text for term in terms)
    tokens.update(pairs)
    frequencies, total = library.document_frequency(sorted(tokens))
    return inverse_document_frequency(frequencies, total)


def _score(chunk: Chunk, terms: Sequence[Term], idf: Idf, average: float) -> float:
    text = fold(chunk.context + "\n" + chunk.text)
    length = 1 - LENGTH_SHARE + LENGTH_SHARE * len(chunk.text) / max(average, 1.0)
    return sum(term_weight(term, idf) * _best_form(term, text, length) for term in terms)


def _best_form(term: Term, text: str, length: float) -> float:
    frequencies = (
        strength * _saturated(occurrences(form, text), length) for form, strength in term.forms
    )
    return max(frequencies, default=0.0)


def _saturated(count: int, length: float) -> float:
    return count * (SATURATION + 1) / (count + SATURATION * length)
