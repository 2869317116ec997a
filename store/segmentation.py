"""The words of the lexical index: the same for what is stored and for what is asked."""

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

NORMALISER_VERSION = 1
"""Rises with every change of `tokens`; an index made by another version asks for a reindex."""

_CJK = (
    r"々〇\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    r"\U00020000-\U0003ffff"
)
_TOKEN = re.compile(
    rf"(?P<run>[{_CJK}]+)"
    rf"|(?P<word>\d*[^\W\d_{_CJK}][^\W_{_CJK}]*)"
    r"|(?P<number>\d+(?:,\d{3})*(?:\.\d+)?(?P<percent>%)?)"
)


def fold(text: str) -> str:
    """The text as it is compared: NFKC, lower case, traditional characters made simplified."""
    plain = unicodedata.normalize("NFKC", text.replace("\0", " ")).lower()
    return simplified(plain)


def simplified(text: str) -> str:
    """The text with traditional characters made simplified; all else stays (OpenCC's t2s).

    For comparing alone: a word may change its length, so offsets belong to the text as given.
    """
    return str(_converter("t2s").convert(text))


def tokens(text: str) -> list[str]:
    """The lexical tokens of a text, in order, repeats kept.

    A run of hanzi (or kana, hangul) gives its characters and its overlapping pairs; a Latin word or
    a number is one token, thousands separators dropped. A percentage gives the bare number too.
    Tokens hold no white space and no ASCII but letters, digits, `.` and `%`.
    """
    found: list[str] = []
    for match in _TOKEN.finditer(fold(text)):
        token = match.group()
        if match["run"]:
            found.extend(token)
            found.extend(token[i : i + 2] for i in range(len(token) - 1))
        elif match["number"]:
            number = token.replace(",", "")
            if match["percent"]:
                found.append(number.removesuffix("%"))
            found.append(number)
        else:
            found.append(token)
    return found


def traditional(text: str) -> str:
    """The text with simplified characters made traditional; all else stays (OpenCC's s2t)."""
    return str(_converter("s2t").convert(text))


@cache
def _converter(direction: str) -> "OpenCC":
    from opencc import OpenCC  # heavy: loaded on first use

    return OpenCC(direction)
