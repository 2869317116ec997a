"""Whether a short sentence stands in its source, or only pieces of it do."""

from itertools import pairwise

import rjieba

from rag.answering.verification_text import character_pairs, letters, parts

SHORT = 14  # pairs of characters; a sentence of fewer says little, and pieces of it are in any text
MINIMUM_CLOSENESS = 0.5  # the mean of three shares that true short sentences reach

_WORD_TAGS = ("n", "v", "a", "t", "s", "i", "l", "j")  # jieba's, of words that say something


def too_far(folded: str, source: str, share: float) -> bool:
    """Whether a folded Chinese sentence is short and too little of it stands together in its
    folded source. Taken are the share of its pairs of characters that the source holds (share),
    the share that two neighbouring clauses hold, and that of its words."""
    pairs = character_pairs(folded)
    if not 0 < len(pairs) < SHORT:
        return False
    together = _held_together(pairs, source) / len(pairs)
    return (share + together + _held_words(folded, source)) / 3 < MINIMUM_CLOSENESS


def _held_together(pairs: frozenset[str], source: str) -> int:
    held = [pairs & character_pairs(part) for part in parts(source)]
    return max((len(one | other) for one, other in pairwise([*held, frozenset()])), default=0)


def _held_words(folded: str, source: str) -> float:
    words = [
        word
        for word, tag in rjieba.tag(folded)
        if len(word) > 1 and str(tag).startswith(_WORD_TAGS)
    ]
    held = letters(source)
    return sum(letters(word) in held for word in words) / len(words) if words else 1.0
