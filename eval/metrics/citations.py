"""Citation validity: a quote is the article's own text at its offsets, or it is no quote."""

from collections.abc import Mapping, Sequence

from rag.types import Citation


def is_valid(citation: Citation, text: str | None) -> bool:
    """Whether the quote is not empty and is exactly text[start:end]; never for a missing text."""
    if text is None or not 0 <= citation.start < citation.end <= len(text):
        return False
    return text[citation.start : citation.end] == citation.quote


def bad_citations(citations: Sequence[Citation], texts: Mapping[str, str]) -> int:
    """How many citations are not valid. texts: clean article texts by article id; a citation of an
    article that isn't there is bad."""
    return sum(not is_valid(citation, texts.get(citation.article_id)) for citation in citations)


def quote_validity(citations: Sequence[Citation], texts: Mapping[str, str]) -> float | None:
    """The share of the citations that are valid, between 0 and 1; None without citations."""
    if not citations:
        return None
    return 1 - bad_citations(citations, texts) / len(citations)


def is_whole(citation: Citation, text: str | None) -> bool:
    """Whether a citation cuts no sentence: before it stands nothing, a space or punctuation, and it
    ends in such or before such. Never for a span outside the text."""
    if text is None or not 0 <= citation.start < citation.end <= len(text):
        return False
    start, end = citation.start, citation.end
    begins = start == 0 or not (_in_word(text[start - 1]) and _in_word(text[start]))
    ends = end == len(text) or not (_in_word(text[end - 1]) and _in_word(text[end]))
    return begins and ends


def quoted_characters(citations: Sequence[Citation]) -> int:
    """Characters quoted in all: how much a reader must go through to check the answer."""
    return sum(len(citation.quote) for citation in citations)


def _in_word(character: str) -> bool:
    """Whether it may stand inside a word or number; Chinese characters all may."""
    return character.isalnum()
