"""Whether a number is told as exact, as a lower or as an upper bound."""

import re
from collections.abc import Sequence

from rag.answering.verification_numbers import Quantity, quantities

BEFORE, AFTER = 20, 8  # characters beside a number that may say so

OVER, UNDER, ABOUT, EXACT = "more than", "less than", "about", "exactly"
# Longer words stand first: 不超过 holds 超过.
_WORDS_BEFORE = (
    (UNDER, "不(?:得|会|能|可)?(?:超过|多于|高于|大于|超)|至多|最多|不足|不到|不满|将近|接近"),
    (UNDER, "(?<![靠附最])近"),
    (UNDER, r"\b(?:(?:no|not) more than|at most|up to|(?<!no )(?:less|fewer) than)"),
    (UNDER, r"\b(?:nearly|almost|close to)"),
    (UNDER, r"\b(?:under|below)"),
    (OVER, "不(?:得|会|能|可)?(?:少于|低于|小于)|至少|最少|起码"),
    (OVER, "逾|超过|超出|超|突破|多于|高于|大于"),
    (OVER, r"\b(?:no (?:less|fewer) than|at least|more than|over|above|exceed(?:s|ed|ing)?)"),
    (UNDER, "少于|低于|小于"),
    (ABOUT, "大约|约|左右|大概|估计"),
    (ABOUT, r"\b(?:about|around|approximately|roughly|some)"),
)
_WORDS_AFTER = (
    (OVER, r"[万亿]?(?:余|多(?![年月日边元样数]))|[^\W\d]{0,3}%?(?:以上|有余)|or more\b"),
    (UNDER, r"[^\W\d]{0,3}%?(?:以下|以内|之内)|or less\b|or fewer\b"),
    (ABOUT, r"[^\W\d]{0,3}%?(?:左右|上下)"),
)
_BEFORE = [
    (bound, re.compile(rf"(?:{words})[ 达为到有是的]*$", re.IGNORECASE))
    for bound, words in _WORDS_BEFORE
]
_AFTER = [(bound, re.compile(f" ?(?:{words})", re.IGNORECASE)) for bound, words in _WORDS_AFTER]
_RECENT = re.compile("近 ?$")
_TIME = frozenset(("year", "month", "week", "day"))  # 近三年 is the last three years
_OTHERS = {OVER: {UNDER, EXACT}, UNDER: {OVER, EXACT}}


def wrong_bounds(sentence: str, source: str) -> list[str]:
    """The numbers that a folded sentence tells as more or less than so much where the folded source
    has the same number exactly, or the other way. To leave such a word out, as headlines do, is no
    problem."""
    given = [(number, _bound(number, source)) for number in quantities(source)]
    return [
        f"“{bound} {number.surface}” is not what the cited text says of {number.surface}"
        for number in quantities(sentence)
        if (bound := _bound(number, sentence)) in _OTHERS
        and (told := _told_of(number, given))
        and told <= _OTHERS[bound]
    ]


def _told_of(number: Quantity, given: Sequence[tuple[Quantity, str]]) -> set[str]:
    return {bound for other, bound in given if number.value == other.value is not None}


def _bound(number: Quantity, text: str) -> str:
    before = text[max(0, number.start - BEFORE) : number.start]
    after = text[number.end : number.end + AFTER]
    if number.unit in _TIME and _RECENT.search(before):
        return EXACT
    for bound, pattern in _BEFORE:
        if pattern.search(before):
            return bound
    return next((bound for bound, pattern in _AFTER if pattern.match(after)), EXACT)
