"""The numbers of a sentence that say how much or how many."""

import re

from rag.answering.verification_numbers import Quantity, is_date, quantities
from rag.answering.verification_text import fold

_DIGIT = re.compile(r"\d")
_NUMBERED = re.compile(r"第$")  # what counts in a row: 第十四个
_NAMED = re.compile(r"^[届”期号路次]|^中全")  # what is called by a number: 十九届, 18路
_ENCLOSED = re.compile(r"[“《「『][^“”《》「」『』]{1,40}[”》」』]")  # slogans and titles
_CLOCK = re.compile(r"[时点]")
_HOURS = 24
_OF_THE_HOUR = re.compile(r"(?<!小)[时点]\s*$")
_SPELLED = 10  # from which a number in hanzi is an amount, not a manner of speech (一步, 两手)


def amounts(text: str) -> list[Quantity]:
    """The amounts of a sentence: no dates, no times of day, no ordinals, no names made of numbers
    (十四五)."""
    folded = fold(text)
    enclosed = [found.span() for found in _ENCLOSED.finditer(folded)]
    return [
        one
        for one in quantities(folded)
        if _is_amount(one) and not any(start < one.start < end for start, end in enclosed)
    ]


def _is_amount(one: Quantity) -> bool:
    if one.value is None or is_date(one):
        return False
    if _is_time_of_day(one) or _NUMBERED.search(one.before) or _NAMED.match(one.after):
        return False
    return _DIGIT.search(one.surface) is not None or (one.unit != "" and one.value >= _SPELLED)


def _is_time_of_day(one: Quantity) -> bool:
    """17时30分: an hour, or the minutes behind one."""
    if _OF_THE_HOUR.search(one.before):
        return True
    return one.value is not None and one.value <= _HOURS and _CLOCK.match(one.after) is not None
