"""Texts as questions and articles are compared: one script, one width, one case."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from store.segmentation import simplified

HANZI = "\u3400-\u4dbf\u4e00-\u9fff〇"
"""The inside of a character class of Chinese characters."""

_MARKED = re.compile("([A-Za-z])([\u0300-\u036f]+)")
_UMLAUT = "\u0308"
_BESIDE_HANZI = re.compile(rf"(?<=[{HANZI}]) | (?=[{HANZI}])")


def fold(text: str) -> str:
    """NFKC, lower case, simplified characters, spaced as `closed_up`: as words are looked for."""
    return closed_up(simplified(unicodedata.normalize("NFKC", text).lower()))


def closed_up(text: str) -> str:
    """The text without white space at its ends and beside hanzi, a single space elsewhere."""
    return _BESIDE_HANZI.sub("", " ".join(text.split()))


def unaccented(text: str) -> str:
    """The text with Latin letters without their marks: Zürich is Zurich, Zhāng is Zhang."""
    return _remarked(text, lambda letter: letter[1])


def without_tones(text: str) -> str:
    """The text as `unaccented`, but with the ü of pinyin, which is a letter of its own."""
    return _remarked(
        text,
        lambda letter: (
            letter[1] + _UMLAUT if letter[1] in "uU" and _UMLAUT in letter[2] else letter[1]
        ),
    )


def _remarked(text: str, letter: Callable[[re.Match[str]], str]) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", _MARKED.sub(letter, decomposed))


def occurrences(form: str, folded: str) -> int:
    """How often a folded word stands in a folded text: hanzi anywhere, a Latin word where a word
    begins (decide in “decided”), a number where it is the whole number (5, not in 15 or 5.2, and
    2月 not in 12月)."""
    return len(_whole_form(form).findall(folded)) if bounded(form) else folded.count(form)


def bounded(form: str) -> bool:
    """Whether a form counts only where it is no part of a longer Latin word or number."""
    return form.isascii() or form[0].isdigit() or form[-1].isdigit()


@lru_cache(maxsize=4096)
def _whole_form(form: str) -> re.Pattern[str]:
    end = r"(?!\d|\.\d)" if form[-1:].isdigit() else ""
    return re.compile(rf"(?<![a-z0-9])(?<!\d\.){re.escape(form)}{end}")
