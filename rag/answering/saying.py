"""What a sentence says, to tell whether another says nothing else."""

import re
import unicodedata
from itertools import pairwise

from rag.retrieval.folding import fold
from store.segmentation import simplified

REPEATED = 0.6
"""A sentence says the same as another where that holds this share of its character pairs, and all
of its numbers and negations."""

_TELLING = re.compile(
    r"\d+(?:\.\d+)?|[〇零一二三四五六七八九十百千万亿两]+|[没未不非无]|\b(?:no|not|never)\b|n't",
    re.IGNORECASE,
)


class Saying:
    """What a sentence says: its character pairs, and its numbers and negations."""

    def __init__(self, text: str) -> None:
        plain = unicodedata.normalize("NFKC", simplified(text)).lower()
        self._pairs = frozenset(map("".join, pairwise(fold(text))))
        self._telling = frozenset(_TELLING.findall(plain))

    def repeats(self, other: "Saying", share: float = REPEATED) -> bool:
        """Whether it says nothing that another doesn't."""
        common = len(self._pairs & other._pairs)
        return common >= share * len(self._pairs) and self._telling <= other._telling
