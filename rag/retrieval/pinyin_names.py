"""Names in pinyin in an English question, told by their capitals, their syllables and a surname."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from rag.reading.surnames import DOUBLE_SURNAMES, SURNAMES
from rag.retrieval.glossary import STOPWORDS
from rag.retrieval.pinyin import NAME_SYLLABLES, is_pinyin, spells, syllables

MOST_NAMES = 8
"""As many names of one question are read: each is looked for in the whole archive."""

# Xi'an and Qun-huan are each one word; the 's of a possessive is no part of any.
_TITLE_CASE = r"[A-ZÜ][a-zü]+(?:['-](?!s\b)[A-Za-zÜü][a-zü]+)?"
_UPPER_CASE = r"[A-ZÜ]{2,}(?:['-](?!S\b)[A-ZÜ]{2,})?"
_LOWER_CASE = r"[a-zü]+(?:['-](?!s\b)[a-zü]+)?"
_CAPITALISED_WORD = rf"(?:{_TITLE_CASE}|{_UPPER_CASE})(?![A-Za-zÜü])"
_NO_LETTER_BEFORE = "(?<![A-Za-zÜü])(?<![A-Za-zÜü]['-])"
_CAPITALISED = re.compile(rf"{_NO_LETTER_BEFORE}{_CAPITALISED_WORD}(?: {_CAPITALISED_WORD})*")
_LOWER = re.compile(rf"{_NO_LETTER_BEFORE}{_LOWER_CASE}(?: {_LOWER_CASE})+(?![A-Za-zÜü])")


def names_in_pinyin(text: str, romanised: Callable[[str], bool]) -> tuple[str, ...]:
    """What may be names in pinyin in an English text without tones, each once, MOST_NAMES at most:
    capitalised words in a row, a single one, or a whole name in small letters.

    A title before a name (Mayor) and a question word (Did) are no part of it. Capitals throughout
    and small letters say less than a capital at the beginning does: then a surname has to stand in
    front, or in capitals at the end, and the other words have to be romanised, as the surname in
    small letters. romanised: whether a word is no English.
    """
    names: dict[str, None] = {}
    for run in _CAPITALISED.findall(text):
        for words in _groups(_divided(run), _is_name_part):
            names.update(dict.fromkeys(_capitalised(words, romanised)))
    for run in _LOWER.findall(text):
        for words in _groups(run.split(), lambda word: _is_name_part(word) and romanised(word)):
            if _is_whole(words) and is_surname(words[0]):
                names[" ".join(words)] = None
    return tuple(names)[:MOST_NAMES]


@lru_cache(maxsize=4096)
def is_surname(word: str) -> bool:
    """Whether a word is a Chinese surname in pinyin."""
    return any(spells(word, surname) for surname in SURNAMES | DOUBLE_SURNAMES)


def has_surname(hanzi: str, word: str) -> bool:
    """Whether hanzi begin with a surname that is all of this word in pinyin."""
    single, double = hanzi[:1], hanzi[:2]
    if single in SURNAMES and spells(word, single):
        return True
    return double in DOUBLE_SURNAMES and spells(word, double)


def _capitalised(words: Sequence[str], romanised: Callable[[str], bool]) -> Iterator[str]:
    """The names that words in a row are: one, or where that is too long for a name, each."""
    if any(word.isupper() for word in words):
        if _is_whole(words) and _named_in_capitals(words, romanised):
            yield " ".join(words)
        else:
            for title in _groups(words, lambda word: not word.isupper()):
                yield from _capitalised(title, romanised)
    elif len(words) == 1 or _is_whole(words):
        yield " ".join(words)
    else:
        yield from words


def _named_in_capitals(words: Sequence[str], romanised: Callable[[str], bool]) -> bool:
    """Whether words, some of them all in capitals, are a name: ZHANG Qunhuan, ZHANG QUNHUAN."""
    return any(
        surname.isupper()
        and is_surname(surname)
        and all(romanised(word) for word in given if word.isupper())
        for surname, given in ((words[0], words[1:]), (words[-1], words[:-1]))
    )


def _is_whole(words: Sequence[str]) -> bool:
    """Whether words have the syllables of a surname and a given name."""
    return len(words) > 1 and sum(syllables(word) or 0 for word in words) in NAME_SYLLABLES


def _groups(words: Sequence[str], wanted: Callable[[str], bool]) -> Iterator[list[str]]:
    for so, group in groupby(words, wanted):
        if so:
            yield list(group)


def _divided(run: str) -> list[str]:
    """Capitalised words in a row; joined ones are one only where they may be a name together, as
    in Qun-huan, not in Xinhe-based."""
    return [
        part for word in run.split() for part in ([word] if is_pinyin(word) else word.split("-"))
    ]


def _is_name_part(word: str) -> bool:
    return is_pinyin(word) and word.lower() not in STOPWORDS
