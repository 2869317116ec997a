"""Text layers of PDF files whose fonts don't say which characters they print."""

import unicodedata
from collections import Counter
from collections.abc import Iterable

from rag.reading.encoding import is_everyday

_SAMPLE = 4000
_FEWEST = 20
# Of a text's characters: letters beyond ASCII, below which it is taken as it is.
_TELLING = 0.3
# Of those letters: what one script has at least, and what of 汉字 is in everyday use. Simplified
# Chinese has 0.99, traditional 0.65; 汉字 drawn by lot have 0.18.
_ONE_SCRIPT = 0.6
_EVERYDAY = 0.35
_EAST_ASIAN = ("CJK", "HIRAGANA", "KATAKANA")


def is_garbled(characters: Iterable[str]) -> bool:
    """Whether characters are no text of any language: of many scripts, or 汉字 that hardly anybody
    writes. A text in which each letter stands for another of its script isn't found out."""
    sample = [text[0] for text, _ in zip(characters, range(_SAMPLE), strict=False)]
    letters = [c for c in sample if not c.isascii() and c.isalpha()]
    if len(letters) < max(_FEWEST, _TELLING * len(sample)):
        return False
    script, count = Counter(map(_script, letters)).most_common(1)[0]
    if count < _ONE_SCRIPT * len(letters):
        return True
    chinese = [c for c in letters if "\u3400" <= c <= "\u9fff"]
    if script != "CJK" or 2 * len(chinese) < len(letters):
        return False
    return sum(map(is_everyday, chinese)) < _EVERYDAY * len(chinese)


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "?").partition(" ")[0]
    return "CJK" if name in _EAST_ASIAN else name
