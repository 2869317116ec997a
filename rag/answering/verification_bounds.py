"""Whether a number is told as exact, as a lower or as an upper bound."""

import re
from collections.abc import Sequence

from rag.answering.verification_numbers import Quantity, quantities

BEFORE, AFTER = 20, 8  # characters beside a number that may say so

OVER, UNDER, ABOUT, EXACT = "more than", "less than", "about", "exactly"
# Longer words stand first: 不超过 holds 超过.
_WORDS_BEFORE = (
    (UNDER, "不(?:得|会|能|可)?(?:超过|多于|高于|大于|超)|至多|最多|最高|不足|不到|不满|将近|接近"),
    (UNDER, r"(?<![靠附最])近|no more than|not more than|at most|up to|less than|fewer than"),
    (UNDER, "nearly|almost|close to|under|below"),
    (OVER, "不(?:得|会|能|可)?(?:少于|低于|小于)|至少|最少|最低|起码|no less than|no fewer than"),
    (OVER, "逾|超过|超出|超|突破|多于|高于|大于|at least|more than|over|above|exceed(?:s|ed|ing)?"),
    (UNDER, "少于|低于|小于"),
    (ABOUT, "大约|约|左右|大概|估计|about|around|approximately|roughly|some"),
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
    for bound, pattern in _BEFORE:
        if pattern.search(before):
            return bound
    return next((bound for bound, pattern in _AFTER if pattern.match(after)), EXACT)
