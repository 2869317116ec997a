"""Texts as verification compares them: one script, one width, no white space inside Chinese."""

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

HANZI = "\u3400-\u4dbf\u4e00-\u9fff〇"
_BESIDE_HANZI = re.compile(rf"(?<=[{HANZI}])\s+|\s+(?=[{HANZI}])")
_WHITE_SPACE = re.compile(r"\s+")
_HANZI = re.compile(f"[{HANZI}]")
_LATIN = re.compile(r"[A-Za-z]")
# NFKC would turn these into ASCII signs that stand inside numbers and Latin names.
_PUNCTUATION = str.maketrans({"，": "、", "：": "︰", "．": "·", "•": "·", "○": "〇", "零": "〇"})
_CLAUSE = re.compile(r"[。！？!?；;、\n]|,(?!\d)|\.(?!\d)")


def fold(text: str) -> str:
    """NFKC, simplified characters, no white space beside hanzi, single elsewhere. Case stays."""
    text = unicodedata.normalize("NFKC", text.translate(_PUNCTUATION).replace("︰", ":"))
    if _HANZI.search(text):
        text = _simplifier().convert(text)
    return _WHITE_SPACE.sub(" ", _BESIDE_HANZI.sub("", text)).strip()


def is_chinese(text: str) -> bool:
    """Whether hanzi carry the text; hanzi in brackets after English names don't."""
    hanzi, latin = len(_HANZI.findall(text)), len(_LATIN.findall(text))
    return hanzi * 2 > latin


def has_hanzi(text: str) -> bool:
    return _HANZI.search(text) is not None


def clauses(folded: str) -> list[str]:
    """The clauses of a folded text, without their punctuation."""
    return [part.strip() for part in _CLAUSE.split(folded) if part.strip()]


def letters(folded: str) -> str:
    """A folded text's letters and digits alone, in lower case."""
    return "".join(character for character in folded.lower() if character.isalnum())


@lru_cache(maxsize=1)
def _simplifier() -> "OpenCC":
    # heavy: loaded on first use
    from opencc import OpenCC

    return OpenCC("t2s")
