"""Numbers as English writes them, in digits and in words: patterns, and what they are worth."""

import re
from collections.abc import Iterable
from decimal import Decimal

_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: number for number, word in enumerate([*_UNITS, *_TEENS], start=1)} | {
    word: number for number, word in zip(range(20, 100, 10), _TENS, strict=True)
}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SHORT_SCALES = {"mn": 10**6, "bn": 10**9, "tn": 10**12}
_MONEY_SCALES = {"k": 10**3, "m": 10**6, "b": 10**9}  # 5m without a currency are metres
_IRREGULAR_ORDINALS = {
    **{"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth"},
    **{"nine": "ninth", "twelve": "twelfth"},
}


def _ordinal(cardinal: str) -> str:
    regular = f"{cardinal[:-1]}ieth" if cardinal.endswith("y") else f"{cardinal}th"
    return _IRREGULAR_ORDINALS.get(cardinal, regular)


def any_of(words: Iterable[str]) -> str:
    """A pattern of these words, the longest first, grouped."""
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


_ORDINALS = {_ordinal(word): number for word, number in _WORDS.items()} | {
    f"{ten}-{_ordinal(unit)}": _WORDS[ten] + _WORDS[unit] for ten in _TENS for unit in _UNITS
}
# What a whole is divided into. A second is a time.
_SHARES = {_ordinal(word): number for word, number in _WORDS.items() if 3 <= number <= 20} | {
    "quarter": 4
}

DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?"
NTH = rf"(?:\d+(?:st|nd|rd|th)|{any_of(_ORDINALS)})"
"""An ordinal in digits, or one below a hundred in words."""

_GAP, _AND = "[ -]", "(?:[ -]and)?"
_BELOW_100 = f"(?:{any_of(_TENS)}(?:{_GAP}{any_of(_UNITS)})?|{any_of(_TEENS)}|{any_of(_UNITS)})"
_BELOW_1000 = f"(?:(?:{_BELOW_100}|an?){_GAP}hundred(?:{_AND}{_GAP}{_BELOW_100})?|{_BELOW_100})"
_SCALE = any_of(_SCALES)
SPELLED = (
    f"(?:(?:{_BELOW_1000}|(?:half )?an?){_GAP}{_SCALE}"
    f"(?:{_AND}{_GAP}{_BELOW_1000}{_GAP}{_SCALE})*(?:{_AND}{_GAP}{_BELOW_1000})?"
    f"|{DIGITS}[ -]?(?:hundred(?:{_GAP}{_SCALE})?|{_SCALE}s?|{any_of(_SHORT_SCALES)})"
    f"|{_BELOW_1000})"
)
"""A number that is said in words, all of it or its scale: one hundred and twenty, 1.4 billion."""

_CURRENCY_WORD = "(?:yuan|renminbi|rmb|cny|dollars?|usd|euros?|pounds?|yen)"
MONEY = (
    f"(?:(?<=[$€£¥])(?:{DIGITS}) ?{any_of(_MONEY_SCALES)}"
    f"|(?:{DIGITS}){any_of(_MONEY_SCALES)}(?= {_CURRENCY_WORD}))"
)
"""A sum of money with a scale of one letter."""

SHARE = (
    f"(?:{any_of(_UNITS)}-{any_of(_SHARES)}s?"
    f"|{any_of(_UNITS[1:])} {any_of(_SHARES)}s"
    f"|(?:an?|one) {any_of(_SHARES)}(?= of(?!\\w)))"
)
"""A fraction: two-thirds, three quarters, a fifth of. One third is often the third one."""

_ALL_SCALES = _SCALES | _SHORT_SCALES | _MONEY_SCALES
_PART = re.compile(rf"{DIGITS}|[a-z]+")


def worth(said: str) -> Decimal:
    """The value of what SPELLED, MONEY or DIGITS matches."""
    total = group = Decimal(0)  # group: what is said since the last thousand, million ...
    for part in _PART.findall(said.lower()):
        word = part.removesuffix("s")
        if part[0].isdigit():
            group = Decimal(part.replace(",", ""))
        elif part == "half":
            group = Decimal("0.5")
        elif part in ("a", "an"):
            group = group or Decimal(1)
        elif word == "hundred":
            group *= 100
        elif word in _ALL_SCALES:
            total, group = total + group * _ALL_SCALES[word], Decimal(0)
        elif part != "and":
            group += _WORDS[part]
    return total + group


def share(said: str) -> tuple[int, int]:
    """Numerator and denominator of what SHARE matches."""
    parts, whole = re.split("[ -]", said.lower())
    return _WORDS.get(parts, 1), _SHARES[whole.removesuffix("s")]


def nth(word: str) -> int:
    """The value of what NTH matches."""
    return _ORDINALS.get(word.lower()) or int(word[:-2])
