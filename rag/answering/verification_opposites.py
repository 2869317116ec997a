"""Words of a sentence for which the cited text has the opposite: 下降 where it says 上涨."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from itertools import accumulate

import rjieba

from rag.answering.verification_numbers import quantities
from rag.answering.verification_text import character_pairs, has_hanzi, letters, parts
from rag.retrieval.glossary import stem
from rag.retrieval.lexicon import lines

LONGEST_PHRASE = 3  # words of an English opposite: ahead of schedule
BESIDE = 2  # characters beside a word that tell it from the same word elsewhere
ALIKE = 0.5  # of a clause's pairs of characters, without the word: then it tells the same thing

# “By the end of the year” ends nothing.
_THE_END = re.compile(r"\b(?:the|year|month|week)[ -]end\b|\bends? of\b", re.IGNORECASE)
_ENGLISH_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|\d[\d.,]*")
_PAIR = re.compile(rf"\w{{{BESIDE}}}")
_DENIED = re.compile("(?:不|没|没有|未|未能|无法|并非|不是|停止|避免|防止|[不没未]再)$")
_DENIED_ENGLISH = re.compile(
    r"(?:\b(?:not|no|never|without|cannot)|n't)(?: \w+)?\s*$", re.IGNORECASE
)
# Told from the other end: A beat B is B lost to A.
_BETWEEN_TWO = "converse"
_TO_ANOTHER = re.compile(r"\b(?:to|by|from|against)\b")
_LIGHT = re.compile("^[了过着给到的]+")

_Side = tuple[int, int]
"""A line of the list, and which of its sides."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A word of the list, in a clause of a text."""

    word: str
    clause: str
    start: int
    end: int

    @property
    def sides(self) -> Sequence[_Side]:
        """The lines and sides that it is on."""
        return _lexicon()[_key(self.word)]

    @property
    def denied(self) -> bool:
        """Whether a word right before it denies it."""
        before = self.clause[: self.start]
        return bool(_DENIED.search(before) or _DENIED_ENGLISH.search(before))

    @property
    def beside(self) -> frozenset[str]:
        """What tells it from the same word elsewhere: the characters on either side."""
        either = (self.clause[: self.start][-BESIDE:], self.clause[self.end :][:BESIDE])
        return frozenset(filter(_PAIR.fullmatch, either))

    @property
    def with_before(self) -> str:
        """The word with the characters before it; empty where the clause has too few."""
        return self.clause[self.start - BESIDE : self.end] if self.start >= BESIDE else ""


def opposed(sentence: str, source: str) -> list[str]:
    """What a folded sentence says that is the opposite of what the folded source says, as problems.

    A word counts where the source has no word of its side, or none in the clause that tells the
    same thing, and has one of the other side there; not where one of the two is denied, nor where
    a thing between two is told from the other end (A beat B, B lost to A).
    """
    given = [_Clause(part) for part in parts(source)]
    problems = []
    for one in (found for part in parts(sentence) for found in _found(part)):
        if one.denied or (one.with_before and one.with_before in source):
            continue
        if other := _contradicting(one, given):
            problems.append(f"“{one.word}” stands against “{other}” in the cited text")
    return problems


class _Clause:
    """A clause of a source, with the words of the list that it has."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pairs = character_pairs(text)
        self.values = _values(text)
        self.sides: dict[_Side, list[str]] = defaultdict(list)
        for one in _found(text):
            for side in one.sides:
                self.sides[side].append("" if one.denied else one.word)

    def opposite(self, one: _Found, side: _Side) -> str:
        """A word of the other side, where the clause has one and none of this side."""
        line, which = side
        others = self.sides.get((line, 1 - which), ())
        if side in self.sides or one.word in self.text or not others:
            return ""
        turned = _is_converse(line) and _from_the_other_end(one, others[0], self.text)
        return "" if turned else others[0]


def _contradicting(one: _Found, given: Sequence[_Clause]) -> str:
    """The opposite that a source has where a word of a sentence stands; empty where none."""
    for side in one.sides:
        for clause in _telling(one, side, given):
            if other := clause.opposite(one, side):
                return other
    return ""


def _telling(one: _Found, side: _Side, given: Sequence[_Clause]) -> Sequence[_Clause]:
    """The clauses of a source that say what a word of a sentence should be; none where one of them
    has it."""
    own = [clause for clause in given if side in clause.sides or one.word in clause.text]
    if not own:
        return given
    if any(beside in clause.text for clause in own for beside in one.beside):
        return ()
    values = _values(one.clause)
    counted = [clause for clause in given if values & clause.values]
    if counted:
        return () if any(clause in own for clause in counted) else counted
    return _alike(one, given)


def _alike(one: _Found, given: Sequence[_Clause]) -> Sequence[_Clause]:
    """The clause of a source that tells most of what the word's clause does, if enough; none where
    several do that differ in having the word."""
    rest = character_pairs(f"{one.clause[: one.start]} {one.clause[one.end :]}")
    held = [len(rest & clause.pairs) for clause in given]
    most = max(held, default=0)
    if not rest or most < ALIKE * len(rest):
        return ()
    best = [clause for clause, size in zip(given, held, strict=True) if size == most]
    return () if any(side in clause.sides for clause in best for side in one.sides) else best


def _from_the_other_end(one: _Found, other: str, text: str) -> bool:
    """Whether what a word's clause has behind it stands before the opposite in the source; in
    English, whether it has a word there that turns it round."""
    rest = one.clause[one.end :]
    if not has_hanzi(one.word):
        return _TO_ANOTHER.search(rest) is not None
    behind = letters(_LIGHT.sub("", rest))[:BESIDE]
    return bool(behind) and behind in text[: text.find(other)]


def _found(clause: str) -> list[_Found]:
    return [*_found_in_chinese(clause), *_found_in_english(clause)]


def _found_in_chinese(clause: str) -> Iterator[_Found]:
    """The words of the list that stand by themselves in a clause, the longest first."""
    if not has_hanzi(clause):
        return
    edges = _edges(clause)
    at = 0
    while at < len(clause):
        able = (one for one in _by_first().get(clause[at], ()) if clause.startswith(one, at))
        word = next((one for one in able if _stands(one, at, edges)), "")
        if word:
            yield _Found(word, clause, at, at + len(word))
        at += max(1, len(word))


def _stands(word: str, start: int, edges: tuple[int, ...]) -> bool:
    """Whether a word stands at a place by itself: it begins and ends where words do, or begins or
    ends one of which as much is left (价格|上涨)."""
    end = start + len(word)
    outer = edges[bisect_right(edges, start) - 1], edges[bisect_left(edges, end)]
    left = (start - outer[0], outer[1] - end)
    return left == (0, 0) or (len(word) > 1 and 0 in left and max(left) >= len(word))


@lru_cache(maxsize=512)
def _values(clause: str) -> frozenset[Fraction]:
    return frozenset(number.value for number in quantities(clause) if number.value is not None)


@lru_cache(maxsize=512)
def _edges(text: str) -> tuple[int, ...]:
    return (0, *accumulate(len(word) for word in rjieba.cut(text)))


def _found_in_english(clause: str) -> Iterator[_Found]:
    times = [found.span() for found in _THE_END.finditer(clause)]
    words = [
        found
        for found in _ENGLISH_WORD.finditer(clause)
        if not any(start <= found.start() < end for start, end in times)
    ]
    at = 0
    while at < len(words):
        for size in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
            start, end = words[at].start(), words[at + size - 1].end()
            if _key(clause[start:end]) in _lexicon():
                yield _Found(clause[start:end], clause, start, end)
                break
        else:
            size = 1
        at += size


def _key(word: str) -> str:
    """What a word is found by: an English one by its stem, with # for a number."""
    if has_hanzi(word):
        return word
    return " ".join("#" if part[0].isdigit() else stem(part) for part in word.split())


@cache
def _lexicon() -> Mapping[str, Sequence[_Side]]:
    """The lines and sides that each word is on."""
    found: dict[str, list[_Side]] = defaultdict(list)
    for line, (*sides, _) in enumerate(_listed()):
        for side, words in enumerate(sides):
            for word in words.split(","):
                found[_key(word)].append((line, side))
    return dict(found)


@cache
def _by_first() -> Mapping[str, Sequence[str]]:
    """The Chinese words of the list by their first character, the longest first."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted(filter(has_hanzi, _lexicon()), key=len, reverse=True):
        found[word[0]].append(word)
    return dict(found)


@cache
def _listed() -> tuple[tuple[str, str, str], ...]:
    """The list: the words of one side, of the other, and a remark, which may be missing."""
    parted = (line.split("\t") for line in lines("opposites.tsv"))
    return tuple((one, other, "".join(remark)) for one, other, *remark in parted)


def _is_converse(line: int) -> bool:
    return _listed()[line][2] == _BETWEEN_TWO
