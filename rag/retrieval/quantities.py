"""Numbers, dates and ordinals of an English question in the ways that Chinese papers print them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from rag.retrieval.english_months import MONTHS
from rag.retrieval.english_numbers import (
    DIGITS,
    MONEY,
    NTH,
    SHARE,
    SPELLED,
    any_of,
    nth,
    share,
    worth,
)

_HANZI_DIGITS = "〇一二三四五六七八九"
_PLACES = ["千", "百", "十", ""]
_WAN, _YI = 10**4, 10**8
# The first of a word for thousands and hundreds is said 两 as often as 二.
_TWO = re.compile("二(?=[百千万亿])")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_SHORT_WEIGHT = 0.8  # of a decade without its century, of a date without its day
_SPELLED_WEIGHT = 0.9  # of a number in hanzi where papers rather print digits
_COMMON_WEIGHT = 0.5  # of a number up to ten, which much other text holds

_SHORT_MONTHS = [month[:3] for month in MONTHS if len(month) > 4]
_SHORT_MONTH = rf"(?:{any_of(_SHORT_MONTHS)}|Sept)\.?"
# Of the two that are other words, too, the capital tells.
_DATED_MONTH = rf"(?:(?i:(?!may|mar)(?:{any_of(MONTHS)}|{_SHORT_MONTH}))|May|March|Mar\.?)"
_LARGE = r"(?:\d{1,3}(?:,\d{3})+|\d{5,})(?:\.\d+)?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, date or ordinal at start:end of a question, with its Chinese forms, each weighted
    0 to 1, folded."""

    start: int
    end: int
    text: str
    forms: tuple[tuple[str, float], ...]


def quantities(question: str) -> tuple[Quantity, ...]:
    """The quantities of an English question, in order and apart from one another."""
    found: list[Quantity] = []
    for pattern, forms in _KINDS:
        for match in pattern.finditer(question):
            apart = all(match.end() <= q.start or q.end <= match.start() for q in found)
            if apart and (chinese := forms(match)):
                text = match[0].lower()
                found.append(Quantity(match.start(), match.end(), text, tuple(chinese.items())))
    return tuple(sorted(found, key=lambda quantity: quantity.start))


Forms = dict[str, float]


def in_hanzi(number: int) -> str:
    """A number from 0 to 9999 as it is read: 14 is 十四, 40 is 四十, 105 is 一百零五."""
    if number < 10:
        return _HANZI_DIGITS[number]
    read = ""
    for digit, place in zip(f"{number:04d}", _PLACES, strict=True):
        if digit != "0":
            read += _HANZI_DIGITS[int(digit)] + place
        elif read and not read.endswith("零"):
            read += "零"
    read = read.rstrip("零")
    return read[1:] if number < 20 else read


def _plan(match: re.Match[str]) -> Forms:
    number = nth(match[1])
    if not 0 < number < 100:
        return {}
    hanzi = in_hanzi(number)
    return {f"{hanzi}五": 1.0, f"第{hanzi}个五年": 1.0}


def _congress(match: re.Match[str]) -> Forms:
    number = nth(match[0])
    return {f"{in_hanzi(number)}大": 1.0, **_ranked(match)} if 0 < number < 100 else {}


def _date(match: re.Match[str]) -> Forms:
    month = _month_number(match["month"] or match["month_after"])
    day = int(match[2] or match[3])
    return {f"{month}月{day}日": 1.0, f"{month}月": _SHORT_WEIGHT} if 0 < day <= 31 else {}


def _month(match: re.Match[str]) -> Forms:
    return {f"{_month_number(match[0])}月": 1.0}


def _month_number(word: str) -> int:
    return [month[:3] for month in MONTHS].index(word[:3].title()) + 1


def _decade(match: re.Match[str]) -> Forms:
    hundreds, rest = divmod(int(match[1]), 100)
    if not rest:
        return {f"{hundreds + 1}世纪": 1.0, f"{match[1]}年代": 1.0}
    return {
        f"{hundreds + 1}世纪{rest}年代": 1.0,
        f"{rest}年代": _SHORT_WEIGHT,
        f"{in_hanzi(rest)}年代": _SHORT_WEIGHT,
    }


def _century(match: re.Match[str]) -> Forms:
    number = nth(match[1])
    return {f"{number}世纪": 1.0, f"{in_hanzi(number)}世纪": 1.0} if 0 < number < 100 else {}


def _ranked(match: re.Match[str]) -> Forms:
    number = nth(match[0])
    spelled = {f"第{in_hanzi(number)}": 1.0} if 0 < number < _WAN else {}
    return {f"第{number}": 1.0, **spelled}


def _percentage(match: re.Match[str]) -> Forms:
    number = worth(match[1])
    digits = match[1].replace(",", "") if match[1][-1].isdigit() else _plain(number)
    whole = number < 100 and number == int(number)
    spelled = {f"百分之{in_hanzi(int(number))}": 1.0} if whole else {}
    return {f"{digits}%": 1.0, **spelled}


def _share(match: re.Match[str]) -> Forms:
    parts, whole = share(match[0])
    return {f"{in_hanzi(whole)}分之{in_hanzi(parts)}": 1.0}


def _number(match: re.Match[str]) -> Forms:
    number = worth(match[0])
    if number >= 100 or number != int(number):
        return _amount(number)
    weight = _COMMON_WEIGHT if number <= 10 else 1.0
    return {_plain(number): weight, in_hanzi(int(number)): weight}


def _roman(match: re.Match[str]) -> Forms:
    values = [_ROMAN[letter] for letter in match[0]]
    following = [*values[1:], 0]
    number = sum(-one if one < after else one for one, after in zip(values, following, strict=True))
    spelled = {in_hanzi(number): _SPELLED_WEIGHT} if 10 < number < 100 else {}
    return {str(number): 1.0, f"第{number}": 1.0, **spelled, match[0].lower(): 1.0}


def _amount(number: Decimal) -> Forms:
    """A large number in digits alone, and with each unit that papers count in."""
    forms: Forms = {}
    for unit, size in (("", 1), ("万", _WAN), ("亿", _YI)):
        if number < size:
            continue
        units = number / size
        forms[f"{_plain(units)}{unit}"] = 1.0
        if units < _WAN and units == int(units):
            read = f"{in_hanzi(int(units))}{unit}"
            forms |= dict.fromkeys((read, _TWO.sub("两", read)), _SPELLED_WEIGHT)
    return forms


def _plain(number: Decimal) -> str:
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _pattern(pattern: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.])(?:{pattern})(?!\w)", flags)


_KINDS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Forms]], ...] = (
    (_pattern(rf"({NTH}) (?:five[- ]year plan|FYP)"), _plan),
    # A people's congress is another thing, counted otherwise.
    (_pattern(rf"{NTH}(?=(?: (?!people'?s)[\w']+){{0,3}} congress(?!\w))"), _congress),
    (
        _pattern(
            rf"(?P<month>{_DATED_MONTH}) {_DAY}"
            rf"|{_DAY} (?:of )?(?P<month_after>{_DATED_MONTH})",
            re.NOFLAG,
        ),
        _date,
    ),
    # May is told from the verb by the word before it or the year after it, and a short name is one
    # there alone.
    (
        _pattern(
            rf"(?!May\b){any_of(MONTHS)}"
            rf"|(?<=\bin )(?:May|{_SHORT_MONTH})|(?:May|{_SHORT_MONTH})(?= \d{{4}})",
            re.NOFLAG,
        ),
        _month,
    ),
    (_pattern(r"(\d{3}0)'?s"), _decade),
    (_pattern(rf"({NTH})[- ]centur(?:y|ies)"), _century),
    (_pattern(rf"({DIGITS}|{SPELLED}) ?(?:%|per ?cent)"), _percentage),
    # Of a year's first three quarters each is one.
    (_pattern(rf"(?<!\bfirst )(?<!\blast )(?<!\bpast )(?:{SHARE})"), _share),
    (_pattern(NTH), _ranked),
    (_pattern(rf"{MONEY}|{SPELLED}|{_LARGE}"), _number),
    (_pattern(r"(?=[XVI]{2}|X[LC]|L[XVI])(?:X[LC]|L?X{0,3})(?:I[XV]|V?I{0,3})", re.NOFLAG), _roman),
)
