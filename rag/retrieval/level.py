"""Dense scores of passages in two languages, made comparable."""

import re
from collections.abc import Mapping

from rag.retrieval.folding import HANZI
from rag.retrieval.fusion import Ranking
from rag.types import Chunk, Language

# How much nearer a question is to passages in its own language, whatever they say. Cosines of
# multilingual-e5-small between XQuAD's questions, each in English and in Chinese: of English
# questions .04 for any two and .14 for two that say the same; of Chinese ones .07 and .13.
OWN_LANGUAGE = 0.06

_HANZI = re.compile(f"[{HANZI}]")
_LATIN = re.compile("[A-Za-z]")
_LATIN_A_HANZI = 4  # letters that say as much as one


def levelled(dense: Ranking, chunks: Mapping[str, Chunk], language: Language) -> Ranking:
    """A dense ranking without what its passages in the question's own language have ahead of the
    others. One of passages in a single language stays as it is."""
    own = {
        chunk_id: written_in(chunks[chunk_id].text) == language
        for chunk_id, _ in dense
        if chunk_id in chunks
    }
    if len(set(own.values())) < 2:
        return dense
    level = [
        (chunk_id, score - OWN_LANGUAGE * own.get(chunk_id, False)) for chunk_id, score in dense
    ]
    return sorted(level, key=lambda item: (-item[1], item[0]))


def written_in(text: str) -> Language:
    """The language that carries a text: Chinese where it holds hanzi enough."""
    hanzi, latin = len(_HANZI.findall(text)), len(_LATIN.findall(text))
    return "zh" if hanzi and hanzi * _LATIN_A_HANZI >= latin else "en"
