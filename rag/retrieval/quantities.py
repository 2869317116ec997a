"""Numbers, dates and ordinals of an English question in the ways that Chinese papers print them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = "〇一二三四五六七八九"
_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL = {word: number for number, word in enumerate([*_UNITS, *_TEENS], start=1)}
_CARDINALS = _SMALL | {
    ten + (f"-{unit}" if unit else ""): 10 * tens + units
    for tens, ten in enumerate(_TENS, start=2)
    for units, unit in enumerate(["", *_UNITS])
}
_IRREGULAR_ORDINALS = {
    **{"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth"},
    **{"nine": "ninth", "twelve": "twelfth"},
}
_SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
_WAN, _YI = 10**4, 10**8
_MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_SHORT_WEIGHT = 0.8  # of a decade without its century, of a date without its day
_SPELLED_WEIGHT = 0.9  # of a number in hanzi where papers rather print digits
_COMMON_WEIGHT = 0.5  # of a number up to ten, which much other text holds


def _ordinal(cardinal: str) -> str:
    head, dash, last = cardinal.rpartition("-")
    regular = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return head + dash + _IRREGULAR_ORDINALS.get(last, regular)


_ORDINALS = {_ordinal(word): number for word, number in _CARDINALS.items()}


def _any_of(words: list[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_CARDINAL = _any_of(list(_CARDINALS))
_NTH = rf"(?:\d+(?:st|nd|rd|th)|{_any_of(list(_ORDINALS))})"
_MONTH = _any_of(_MONTHS)


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
    """A number from 0 to 99 as it is read: 14 is 十四, 40 is 四十."""
    tens, units = divmod(number, 10)
    if not tens:
        return _DIGITS[units]
    return (_DIGITS[tens] if tens > 1 else "") + "十" + (_DIGITS[units] if units else "")


def _plan(match: re.Match[str]) -> Forms:
    number = _nth(match[1])
    if not 0 < number < 100:
        return {}
    hanzi = in_hanzi(number)
    return {f"{hanzi}五": 1.0, f"第{hanzi}个五年": 1.0}


def _date(match: re.Match[str]) -> Forms:
    month = _MONTHS.index(match["month"] or match["month_after"]) + 1
    day = int(match["day"] or match["day_before"])
    return {f"{month}月{day}日": 1.0, f"{month}月": _SHORT_WEIGHT} if 0 < day <= 31 else {}


def _month(match: re.Match[str]) -> Forms:
    return {f"{_MONTHS.index(match[0]) + 1}月": 1.0}


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
    number = _nth(match[1])
    return {f"{number}世纪": 1.0, f"{in_hanzi(number)}世纪": 1.0} if 0 < number < 100 else {}


def _ranked(match: re.Match[str]) -> Forms:
    number = _nth(match[0])
    spelled = {f"第{in_hanzi(number)}": 1.0} if 0 < number < 100 else {}
    return {f"第{number}": 1.0, **spelled}


def _percentage(match: re.Match[str]) -> Forms:
    number = match[1].replace(",", "")
    spelled = {f"百分之{in_hanzi(int(number))}": 1.0} if re.fullmatch(r"\d{1,2}", number) else {}
    return {f"{number}%": 1.0, **spelled}


def _scaled(match: re.Match[str]) -> Forms:
    word = match[1].lower()
    number = Decimal(_CARDINALS[word] if word in _CARDINALS else word.replace(",", ""))
    return _amount(number * _SCALES[match[2].lower()])


def _spelled(match: re.Match[str]) -> Forms:
    number = _CARDINALS[match[0].lower()]
    weight = _COMMON_WEIGHT if number <= 10 else 1.0
    return {str(number): weight, in_hanzi(number): weight}


def _large(match: re.Match[str]) -> Forms:
    return _amount(Decimal(match[0].replace(",", "")))


def _roman(match: re.Match[str]) -> Forms:
    values = [_ROMAN[letter] for letter in match[0]]
    following = [*values[1:], 0]
    number = sum(-one if one < after else one for one, after in zip(values, following, strict=True))
    spelled = {in_hanzi(number): _SPELLED_WEIGHT} if 10 < number < 100 else {}
    return {str(number): 1.0, f"第{number}": 1.0, **spelled, match[0].lower(): 1.0}


def _amount(number: Decimal) -> Forms:
    """A large number with each unit that papers count in, and in digits alone."""
    forms = {_plain(number): 1.0}
    if number >= _WAN:
        forms[f"{_plain(number / _WAN)}万"] = 1.0
    if number >= _YI:
        forms[f"{_plain(number / _YI)}亿"] = 1.0
    return forms


def _plain(number: Decimal) -> str:
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _nth(word: str) -> int:
    return _ORDINALS.get(word.lower()) or int(word[:-2])


def _pattern(pattern: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.]){pattern}(?!\w)", flags)


_KINDS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Forms]], ...] = (
    (_pattern(rf"({_NTH}) five[- ]year plan"), _plan),
    (
        _pattern(
            rf"(?:(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
            rf"|(?P<day_before>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month_after>{_MONTH}))",
            re.NOFLAG,
        ),
        _date,
    ),
    # May is told from the verb by the word before it or the year after it.
    (_pattern(rf"(?:(?!May\b)(?:{_MONTH})|(?<=\bin )May|May(?= \d{{4}}))", re.NOFLAG), _month),
    (_pattern(r"(\d{3}0)'?s"), _decade),
    (_pattern(rf"({_NTH})[- ]centur(?:y|ies)"), _century),
    (_pattern(rf"({_NUMBER}) ?(?:%|per ?cent)"), _percentage),
    (_pattern(rf"({_NUMBER}|{_CARDINAL})[- ]({_any_of(list(_SCALES))})s?"), _scaled),
    (_pattern(r"\d{1,3}(?:,\d{3})+|\d{5,}"), _large),
    (_pattern(_NTH), _ranked),
    (_pattern(_CARDINAL), _spelled),
    (_pattern(r"(?=[XVI]{2}|X[LC]|L[XVI])(?:X[LC]|L?X{0,3})(?:I[XV]|V?I{0,3})", re.NOFLAG), _roman),
)
