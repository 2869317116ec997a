"""Texts as verification compares them: one script, one width, no white space inside Chinese."""

import re
import unicodedata
from functools import lru_cache

from rag.retrieval.folding import HANZI, closed_up
from store.segmentation import simplified

_HANZI = re.compile(f"[{HANZI}]")
_LATIN = re.compile(r"[A-Za-z]")
# NFKC would turn these into ASCII signs that stand inside numbers and Latin names.
_PUNCTUATION = str.maketrans({"，": "、", "：": "︰", "．": "·", "•": "·", "○": "〇", "零": "〇"})
SENTENCE_END = re.compile("[。！？；;\n]")
"""Where a sentence of a folded source ends for those checks that look at one at a time."""
_CLAUSE = re.compile(r"[。！？!?；;、\n]|,(?!\d)|\.(?!\d)")
_PART = re.compile(rf"{_CLAUSE.pattern}|:")
_RUN = re.compile(r"\w+")
_REMEMBERED = 64  # folded texts: a sentence and its article are held against several quotes


@lru_cache(maxsize=_REMEMBERED)
def fold(text: str) -> str:
    """NFKC, simplified characters, spaced as `closed_up`; in upper and lower case as given."""
    text = unicodedata.normalize("NFKC", text.translate(_PUNCTUATION).replace("︰", ":"))
    if _HANZI.search(text):
        text = simplified(text)
    return closed_up(text)


def is_chinese(text: str) -> bool:
    """Whether hanzi carry the text; hanzi in brackets after English names don't."""
    hanzi, latin = len(_HANZI.findall(text)), len(_LATIN.findall(text))
    return hanzi * 2 > latin


def has_hanzi(text: str) -> bool:
    """Whether there is any hanzi in the text."""
    return _HANZI.search(text) is not None


def clauses(folded: str) -> list[str]:
    """The clauses of a folded text, without their punctuation."""
    return [part.strip() for part in _CLAUSE.split(folded) if part.strip()]


def letters(folded: str) -> str:
    """A folded text's letters and digits alone, in lower case."""
    return "".join(character for character in folded.lower() if character.isalnum())


def parts(folded: str) -> list[str]:
    """The clauses of a folded text, parted at colons besides."""
    return [part.strip() for part in _PART.split(folded) if part.strip()]


def character_pairs(text: str) -> frozenset[str]:
    """The pairs of characters that stand together within a text's words."""
    runs = _RUN.findall(text)
    return frozenset(run[at : at + 2] for run in runs for at in range(len(run) - 1))
