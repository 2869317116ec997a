"""Questions that an archive doesn't answer, though it answers one that differs in a single name,
year or number of a series."""

import re
from collections.abc import Iterator
from functools import cache
from random import Random

from eval.generation.archive_search import ArchiveTexts
from eval.generation.wording import tagged
from rag.retrieval.dictionary import entries

_YEAR = re.compile(r"(?<![\d\-—~～至到])(20\d\d)(?=年)")
_ORDINAL = re.compile(
    "第(?P<number>[一二三四五六七八九十]{1,3}|\\d{1,3})(?P<of>[届次期批轮])(?P<what>.{2,4})"
)
_PLACE_SENSE = re.compile(r"\b(?:county|prefecture-level city|county-level city)\b")
_PLACE = re.compile("(?P<stem>..)(?P<kind>[县市])")
_PLACE_TAGS = {"ns", "nt"}
_HAN = "一二三四五六七八九"
_FURTHEST = 12  # how far a year or a number of a series is moved
_TRIES = 40  # place names that are looked for in the archive


def swapped(question: str, texts: ArchiveTexts, random: Random) -> str | None:
    """The question with a place, a year or a number of a series exchanged for one that the archive
    doesn't hold with the rest; None where it names none, or the archive holds what was tried."""
    ways = [_places(question, random), _ordinals(question, random), _years(question, random)]
    random.shuffle(ways)
    for way in ways:
        for other, absent in way:
            if not texts.holds(absent) and not texts.telling(other):
                return other
    return None


_Swap = tuple[str, str]
"""A question, and the words in it that the archive must not hold."""


def _places(question: str, random: Random) -> Iterator[_Swap]:
    known = _chinese_places()
    words = [("", ""), *tagged(question), ("", "")]
    # One that stands alone: 山东威海 is one place by two names.
    named = [
        word
        for (_, before), (word, tag), (_, after) in zip(words, words[1:], words[2:], strict=False)
        if tag in _PLACE_TAGS and _stem(word) in known and not {before, after} & _PLACE_TAGS
    ]
    if not named:
        return
    word = random.choice(named)
    for stem in random.sample(sorted(known), _TRIES):
        yield question.replace(word, f"{stem}{word[2:]}"), stem


def _stem(word: str) -> str:
    return word if len(word) == 2 else word[:2] if _PLACE.fullmatch(word) else ""


def _ordinals(question: str, random: Random) -> Iterator[_Swap]:
    found = _ORDINAL.search(question)
    if found is None:
        return
    said = found["number"]
    number = int(said) if said.isdigit() else _number(said)
    for _ in range(3):
        other = number + random.randint(3, _FURTHEST)
        written = str(other) if said.isdigit() else _hanzi(other)
        absent = f"第{written}{found['of']}{found['what']}"
        yield question.replace(found[0], absent), absent


def _years(question: str, random: Random) -> Iterator[_Swap]:
    found = _YEAR.search(question)
    if found is None:
        return
    for _ in range(3):
        year = str(int(found[1]) - random.randint(3, _FURTHEST))
        absent = question[found.start() : found.end() + 4].replace(found[1], year)
        yield question.replace(found[1], year), absent


@cache
def _chinese_places() -> frozenset[str]:
    """The two characters before 县 or 市 of Chinese counties and cities."""
    return frozenset(
        place["stem"]
        for word, _, senses in entries()
        if (place := _PLACE.fullmatch(word)) and any(map(_PLACE_SENSE.search, senses))
    )


def _number(hanzi: str) -> int:
    tens, ten, ones = hanzi.rpartition("十")
    return 10 * (_HAN.index(tens[0]) + 1 if tens else bool(ten)) + (
        _HAN.index(ones) + 1 if ones else 0
    )


def _hanzi(number: int) -> str:
    tens, ones = divmod(number, 10)
    front = "" if not tens else "十" if tens == 1 else f"{_HAN[tens - 1]}十"
    return front + (_HAN[ones - 1] if ones else "")
