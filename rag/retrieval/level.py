"""Dense scores of passages in two languages, made comparable."""

import re
from collections.abc import Mapping

from rag.retrieval.folding import HANZI
from rag.retrieval.fusion import Ranking
from rag.retrieval.glossary import STOPWORDS
from rag.types import Chunk, Language

_HANZI = re.compile(f"[{HANZI}]")
_WORD = re.compile("[A-Za-z]+")
# What English is told by, and addresses, names and tables are not: every fifth word of running text
# is a function word, and more.
_LEAST_WORDS = 8
_FUNCTION_WORDS = 0.2


def levelled(
    dense: Ranking, chunks: Mapping[str, Chunk], language: Language, ahead: float
) -> Ranking:
    """A dense ranking without what passages in the question's own language have ahead, in cosine.
    One of passages in a single language stays as it is."""
    if not ahead:
        return dense
    english = {
        chunk_id
        for chunk_id, _ in dense
        if chunk_id in chunks and is_english(chunks[chunk_id].text)
    }
    if not english or len(english) == len(dense):
        return dense
    shift = ahead if language == "en" else -ahead
    level = [
        (chunk_id, score - shift if chunk_id in english else score) for chunk_id, score in dense
    ]
    return sorted(level, key=lambda item: (-item[1], item[0]))


def is_english(text: str) -> bool:
    """Whether a text is running English."""
    words = _WORD.findall(text)
    function_words = sum(word.lower() in STOPWORDS for word in words)
    return len(words) >= max(
        _LEAST_WORDS, len(_HANZI.findall(text))
    ) and function_words >= _FUNCTION_WORDS * len(words)
