"""Entailment told by words: deterministic, the same on every machine, for citation metrics.

It shares no rule with newsdesk's own verification of answers, so that the one can be held against
the other. It sees whether what a sentence says stands in a text, not who does what to whom: two
names or two numbers changed over, an opposite, a negation left out or a plan told as a fact pass
unseen. How much of each it lets through: `python -m eval.bench.entailment`.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from eval.metrics.numerals import numbers
from rag.types import Language
from store.segmentation import fold

if TYPE_CHECKING:
    from snowballstemmer.basestemmer import BaseStemmer

SHARE = 0.75
"""The share of a sentence's content words that must stand in the text, fixed by measurement."""

_HANZI = "〇\u3400-\u4dbf\u4e00-\u9fff"
_ONE_HANZI = re.compile(f"[{_HANZI}]")
_LATIN_WORD = re.compile(rf"[^\W\d_{_HANZI}]+")
_QUOTED = re.compile('[“"]([^”"]+)[”"]|「([^」]+)」|『([^』]+)』|《([^》]+)》')
_ENGLISH_NAME = re.compile(r"(?<=[^\W_],\s)[A-Z]\w*|(?<=[^\W_]\s)[A-Z]\w*")
_NEGATIONS = "不没未无"
_CONTENT_TAGS = tuple("nvaijltsb")  # nouns, verbs, adjectives, idioms, times, places and the like
_NAME_TAGS = ("nr", "ns", "nt", "nz")
# Said of anything or linking words, though the segmenter tags them as nouns or verbs.
_EMPTY = re.compile(
    "是|有|为|在|到|等|说|称|让|使|将|会|能|要|可|来|去|做|叫|进行|表示|指出|认为|成为|作为|"
    "位于|属于|可以|可能|能够|应该|包括|通过|根据|其中|时候|方面|情况|目前|当时|之间|之后|以来|"
    "人|年|月|日"
)
_EMPTY_ENGLISH = re.compile(
    "a|an|the|and|or|but|of|in|on|at|to|for|from|by|with|as|into|over|under|about|after|before|"
    "than|then|that|this|these|those|there|here|it|its|he|she|they|them|his|her|their|we|our|you|"
    "your|i|is|are|was|were|be|been|being|has|have|had|do|does|did|will|would|can|could|may|"
    "might|shall|should|must|so|such|also|which|who|whom|whose|what|when|where|while|if|because|"
    "said|says|according|percent|thousand|million|billion|trillion"
)


def entails(premise: str, hypothesis: str, share: float = SHARE) -> bool | None:
    """Whether a text holds what a sentence says, told by its words; None in another language.

    All numbers of the sentence must stand in the text, by value and unit; so must what it quotes,
    its names, its negations and, between 0 and 1, `share` of its content words. What stands there
    word for word with its numbers is held. For Chinese and English; full-width and traditional
    characters count as plain and simplified ones.
    """
    spoken, written = language_of(hypothesis), language_of(premise)
    if spoken is not None and written is not None and spoken != written:
        return None
    text, said = fold(premise), fold(hypothesis)
    given = numbers(text)
    if not all(number.stands_among(given) for number in numbers(said)):
        return False
    if _closed(said) in _closed(text):
        return True
    if any(_closed(quoted) not in _closed(text) for quoted in _quoted(said)):
        return False
    if spoken == "en":
        return _holds_english(text, hypothesis, share)
    return _holds_chinese(text, said, share)


def language_of(text: str) -> Language | None:
    """The language of a text, by whether it has more hanzi or more Latin words; None where it has
    neither."""
    hanzi, latin = len(_ONE_HANZI.findall(text)), len(_LATIN_WORD.findall(text))
    if not hanzi and not latin:
        return None
    return "zh" if hanzi >= latin else "en"


def _holds_chinese(text: str, said: str, share: float) -> bool:
    if any(negation in said and negation not in text for negation in _NEGATIONS):
        return False
    if not set(_LATIN_WORD.findall(said)) <= set(_LATIN_WORD.findall(text)):
        return False
    closed = _closed(text)
    total = held = 0
    for word, tag in _content_words(said):
        stands = word in closed
        if tag.startswith(_NAME_TAGS) and not stands:
            return False
        total += len(word)
        held += len(word) * stands
    return held >= share * total


def _content_words(said: str) -> Iterator[tuple[str, str]]:
    import rjieba  # heavy: loaded on first use

    for word, tag in rjieba.tag(said):
        hanzi = _ONE_HANZI.match(word)
        told = tag.startswith(_CONTENT_TAGS) and not _EMPTY.fullmatch(word)
        if hanzi and told and not numbers(word):
            yield word, tag


def _holds_english(text: str, hypothesis: str, share: float) -> bool:
    there = {_stem(word) for word in _words(text)}
    said = [_stem(word) for word in _words(hypothesis) if not _EMPTY_ENGLISH.fullmatch(word)]
    names = {_stem(word) for name in _ENGLISH_NAME.findall(hypothesis) for word in _words(name)}
    negated = {"not", "no", "never", "without"} & {*_words(hypothesis)}
    if not (names | {_stem(word) for word in negated}) <= there:
        return False
    return sum(word in there for word in said) >= share * len(said)


def _words(text: str) -> list[str]:
    return [word for word in _LATIN_WORD.findall(fold(text)) if len(word) > 1]


@cache
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> "BaseStemmer":
    from snowballstemmer import stemmer  # heavy: loaded on first use

    return stemmer("english")


def _quoted(said: str) -> Iterator[str]:
    return (next(filter(None, groups)) for groups in _QUOTED.findall(said))


def _closed(text: str) -> str:
    return "".join(text.split())
