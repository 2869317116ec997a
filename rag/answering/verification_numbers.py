"""The numbers, dates and amounts of a text, as values that can be compared across languages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from rag.answering.verification_lists import told_of
from rag.answering.verification_units import (
    MEASURES,
    MONTH_OF,
    NUMBER_WORDS,
    PARTS,
    SCALES,
    UNIT_OF,
    UNIT_OF_SIGN,
)
from rag.retrieval.folding import HANZI

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"两": 2}
_SMALL = {"千": 1000, "百": 100, "十": 10}
_BIG = {"亿": 10**8, "万": 10**4}
_NUMERAL = "〇一二三四五六七八九十百千万亿两"
_DIGIT = r"[一二三四五六七八九两]|\d[\d,]*(?:\.\d+)?"
_SECTION = re.compile(
    rf"(?:(?P<千>{_DIGIT}|)千)?〇?(?:(?P<百>{_DIGIT}|)百)?〇?(?:(?P<十>{_DIGIT}|)十)?〇?(?P<rest>{_DIGIT})?"
)
# 千 of 千克 and 千瓦 is part of the unit; digits go on after 万 and 亿 alone (3亿5000万).
_ARABIC = r"\d(?:,?\d)*(?:\.\d+)?"
_MORE = rf"(?:(?<=[万亿]){_ARABIC}[十百千万]*)*"
_RUN = rf"(?:{_ARABIC}(?:[十百千万亿](?![克瓦伏]))*{_MORE}|(?:[{_NUMERAL}](?![克瓦伏]))+{_MORE})"

# 六十七点八; a lone 点 may be o'clock.
_SPOKEN = rf"[{_NUMERAL}]+点[〇一二三四五六七八九]+"
_LONGEST_NUMERAL = 40  # characters
_REMEMBERED = 512  # texts whose numbers were read
A_YEAR = 1000  # a number of years that is no smaller is a year of the calendar
NUMBER = _RUN
"""The pattern of a number in digits or Chinese numerals, without what it counts."""

_UNIT = "|".join(re.escape(form) for form in sorted(UNIT_OF, key=len, reverse=True))
_MONTH = "|".join(sorted(MONTH_OF, key=len, reverse=True))
_SCALE = "|".join(SCALES)
_WORD = "|".join(sorted([*NUMBER_WORDS, *SCALES], key=len, reverse=True))
_WORD_RUN = rf"(?:{_WORD})(?:(?:[ -]|\band\b)+(?:{_WORD}))*"
_PART = "|".join(PARTS)
_CALENDAR = r"\d{1,2}|[一二三四五六七八九十]{1,3}"

_TOKEN = re.compile(
    rf"""
      (?<!\d)(?P<iso_year>\d{{4}})[-/.](?P<iso_month>\d{{1,2}})[-/.](?P<iso_day>\d{{1,2}})(?!\d)
    | (?<![\d{_NUMERAL}])(?P<month>{_CALENDAR})月(?:份|(?P<day>{_CALENDAR})[日号])?
    | \b(?P<en_month>{_MONTH})\b\.?\s+(?:the\s+)?(?P<en_day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d,]*\d)
    | (?<![\d.,])(?P<en_day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<en_month2>{_MONTH})\b
    | \b(?P<en_month3>(?!may\b|march\b|mar\b|dec\b|sep\b)(?:{_MONTH})
        |(?:(?<=\bin\ )|(?<=\bsince\ )|(?<=\buntil\ ))(?-i:May|March))\b
    | (?P<denominator>{_RUN})分之(?P<numerator>{_SPOKEN}|{_RUN})
    | \b(?P<parts>one|two|three|four)[ -](?P<whole>{_PART})s?\b
    | (?P<latin>[a-z]+-?\d[\w-]*)
    | (?P<sign>[$¥€£])?(?P<run>{_SPOKEN}(?=[万亿倍元吨米亩公千个])|{_RUN})(?:st|nd|rd|th)?
      (?:[ -]?(?P<scale>{_SCALE})\b)?
    | \b(?P<words>{_WORD_RUN})\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FOLLOWING_UNIT = re.compile(
    rf"(?:余|多|几|来|左右)?[ -]?(?P<unit>{_UNIT})(?![a-z])", re.IGNORECASE
)
_WORD_PAIR = re.compile(rf"\w[{HANZI}]")


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of a text. unit: a key of the units table, or
    empty where none is known. value is None where a run of numerals is no number by itself, as in
    十四五. `surface` is the run as written; `before` and `after` are the two characters beside it.
    month: the month that a day belongs to. start, end: where its text has it."""

    value: Fraction | None
    unit: str
    surface: str
    before: str = ""
    after: str = ""
    month: int | None = None
    start: int = 0
    end: int = 0


def quantities(folded: str) -> list[Quantity]:
    """The numbers of a folded text in order. A date gives its year, month and day; the day carries
    its month, as does a day alone that follows in the same line (12月22日至23日)."""
    return list(_quantities(folded))


# Most checks of a sentence read the numbers of the same texts.
@lru_cache(maxsize=_REMEMBERED)
def _quantities(folded: str) -> tuple[Quantity, ...]:
    found: list[Quantity] = []
    for token in _TOKEN.finditer(folded):
        found.extend(
            replace(one, start=token.start(), end=token.end()) for one in _read(token, folded)
        )
    return tuple(_with_months(found, folded))


def _read(token: re.Match[str], text: str) -> Iterator[Quantity]:
    surface = token[0]
    group = token.groupdict()
    if group["latin"]:
        return
    if group["iso_year"]:
        yield Quantity(Fraction(group["iso_year"]), "year", surface)
        yield from _date(group["iso_month"], group["iso_day"], surface, _beside(token, text))
    elif group["month"]:
        yield from _date(group["month"], group["day"], surface, _beside(token, text))
    elif month := group["en_month"] or group["en_month2"] or group["en_month3"]:
        day = group["en_day"] or group["en_day2"]
        yield from _date(str(MONTH_OF[month.lower()]), day, surface, _beside(token, text))
    elif group["parts"]:
        part = Fraction(NUMBER_WORDS[group["parts"].lower()], PARTS[group["whole"].lower()])
        yield Quantity(part, "fraction", surface)
    elif group["denominator"]:
        yield from _fraction(group["denominator"], group["numerator"], surface)
    else:
        yield _plain(token, text)


def _plain(token: re.Match[str], text: str) -> Quantity:
    if token["words"]:
        value: Fraction | None = _spoken(token["words"])
    else:
        value = numeral(token["run"])
        if value is not None and token["scale"]:
            value *= SCALES[token["scale"].lower()]
    unit = UNIT_OF_SIGN.get(token["sign"] or "", "") or _unit_after(text, token.end())
    return Quantity(value, unit, token["run"] or token["words"], *_beside(token, text))


def _beside(token: re.Match[str], text: str) -> tuple[str, str]:
    start, end = token.span()
    return text[max(0, start - 2) : start], text[end : end + 2]


def _date(month: str, day: str | None, surface: str, beside: tuple[str, str]) -> Iterator[Quantity]:
    # A month or day that no calendar has is kept: nothing will hold it.
    number = numeral(month)
    yield Quantity(number, "month", surface, *(("", "") if day else beside))
    if day:
        yield Quantity(numeral(day), "day", surface, month=int(number or 0))


def _fraction(denominator: str, numerator: str, surface: str) -> Iterator[Quantity]:
    above, below = numeral(numerator), numeral(denominator)
    if above is None or not below:
        yield Quantity(None, "", surface)
    elif below == 100:
        yield Quantity(above, "percent", surface)
    else:
        yield Quantity(above / below, "fraction", surface)


def _with_months(found: list[Quantity], text: str) -> list[Quantity]:
    month: int | None = None
    carried = []
    end = 0
    for quantity in found:
        if "\n" in text[end : quantity.start]:
            month = None
        end = quantity.end
        if quantity.unit == "month" and quantity.value is not None:
            month = int(quantity.value)
        elif quantity.unit == "day" and quantity.month is None:
            quantity = replace(quantity, month=month)
        carried.append(quantity)
    return carried


def _unit_after(text: str, position: int) -> str:
    following = _FOLLOWING_UNIT.match(text, position)
    return UNIT_OF[following["unit"].lower().replace("-", " ")] if following else ""


def numeral(run: str) -> Fraction | None:
    """The value of a run of digits and Chinese numerals (1,200.5 · 二〇三五 · 一百二十 · 1.2万), or
    None where it is no single number (十四五, 三五百), or one longer than any count."""
    if len(run) > _LONGEST_NUMERAL:
        return None
    if re.fullmatch(r"[\d,]*\d(?:\.\d+)?", run):
        return Fraction(run.replace(",", ""))
    if "点" in run:
        return _decimal(run)
    if len(run) > 1 and all(character in _DIGITS for character in run):
        return Fraction(int("".join(str(_DIGITS[character]) for character in run)))
    return _positional(run)


def _decimal(run: str) -> Fraction | None:
    whole, _, part = run.partition("点")
    value = numeral(whole)
    digits = "".join(str(_DIGITS[digit]) for digit in part)
    return None if value is None else value + Fraction(int(digits), 10 ** len(digits))


def _positional(run: str) -> Fraction | None:
    """Units of 亿 and 万 hold sections below them; a bare last digit counts a tenth of the unit
    before it (三万五 is 35,000) unless 〇 stands between."""
    for unit, size in _BIG.items():
        if unit in run:
            left, right = run.rsplit(unit, 1)
            high = numeral(left) if left else Fraction(1)
            rest = right.lstrip("〇")
            low = numeral(rest) if rest else Fraction(0)
            if high is None or low is None or low >= size:
                return None
            return high * size + low * (size // 10 if right and right in _DIGITS else 1)
    return _section(run)


def _section(run: str) -> Fraction | None:
    found = _SECTION.fullmatch(run)
    if found is None:
        return None
    value, last = Fraction(0), 1
    for name, size in _SMALL.items():
        written = found[name]
        if written is not None:
            value += _digit(written) * size
            last = min(last, size) if last > 1 else size
    if found["rest"]:
        value += _digit(found["rest"]) * (last // 10 if last > 10 and "〇" not in run else 1)
    return value


def _digit(written: str) -> Fraction:
    """One digit, or a number in digits; nothing written before a unit means one of it."""
    if not written:
        return Fraction(1)
    return Fraction(_DIGITS[written]) if written in _DIGITS else Fraction(written.replace(",", ""))


def pieces(run: str) -> list[Fraction]:
    """The numbers that a run which is no single number may hold: 十四五 holds 14 and 5."""
    values: list[Fraction] = []
    start = 0
    while start < len(run):
        end = next(
            (end for end in range(len(run), start, -1) if numeral(run[start:end]) is not None),
            start + 1,
        )
        value = numeral(run[start:end])
        if value is not None:
            values.append(value)
        start = end
    return values


def _spoken(words: str) -> Fraction:
    """The value of English number words: two hundred and thirty-five thousand."""
    total = current = 0
    for word in re.findall(r"[a-z]+", words.lower()):
        if word == "hundred":
            current = max(current, 1) * 100
        elif word in SCALES:
            total, current = total + max(current, 1) * SCALES[word], 0
        elif word in NUMBER_WORDS:
            current += NUMBER_WORDS[word]
    return Fraction(total + current)


def missing(sentence: str, source: str, known: tuple[Quantity, ...] = ()) -> list[str]:
    """The numbers of a folded sentence that a folded source does not hold, as written, and those
    that it holds but not between the words they stand between (院校5所, where it says 院校3所).
    known: quantities that hold besides, as an article's own dates do."""
    printed = quantities(source)
    return [
        quantity.surface
        for quantity in quantities(sentence)
        if _claims(quantity, printed)
        and (
            not _held(quantity, [*printed, *known] if is_date(quantity) else printed, source)
            or _of_another_item(quantity, printed, sentence, source)
        )
    ]


def is_date(quantity: Quantity) -> bool:
    """Whether a number is a year, month or day of the calendar, not so many of them (3个月)."""
    if quantity.month is not None:
        return True
    if quantity.unit == "month":
        return not re.fullmatch(NUMBER, quantity.surface)
    if quantity.unit == "day":
        return quantity.after[:1] in ("日", "号")
    return quantity.unit in ("", "year") and (quantity.value or 0) >= A_YEAR


def counted(sentence: str) -> list[Quantity]:
    """The numbers of a folded sentence that say a quantity by themselves, "one" left out."""
    return [quantity for quantity in quantities(sentence) if _claims(quantity, [])]


def _claims(quantity: Quantity, given: list[Quantity]) -> bool:
    """Whether a number of a sentence says a quantity. A lone Chinese numeral does before a measure
    word; "one" is an article unless the source counts the same thing otherwise."""
    surface = quantity.surface.lower()
    if surface == "一":
        return any(
            other.after == quantity.after and other.value not in (None, 1)
            for other in given
            if _counts(other.after)
        )
    if surface in {"one", "zero", "〇"} or surface + quantity.after[:1] == "十分":
        return False
    if re.fullmatch(rf"[{_NUMERAL}]|[百千万亿]+", surface):
        return _counts(quantity.after) or quantity.unit != ""
    return True


def _counts(after: str) -> bool:
    return after[:1] != "" and after[0] in MEASURES


def _held(quantity: Quantity, given: list[Quantity], source: str) -> bool:
    if quantity.value is None:
        return quantity.surface in source
    return any(_same(quantity, other) for other in given)


def _of_another_item(quantity: Quantity, given: list[Quantity], sentence: str, source: str) -> bool:
    of_its_item = told_of(quantity.surface, quantity.before, sentence, source)
    return _contradicted(quantity, given) if of_its_item is None else not of_its_item


def _contradicted(quantity: Quantity, given: list[Quantity]) -> bool:
    """Whether the source prints other numbers, and only others, between the same characters."""
    around = (quantity.before, quantity.after[:1])
    if len(quantity.before) < 2 or not _WORD_PAIR.fullmatch(quantity.before):
        return False
    there = [other for other in given if (other.before, other.after[:1]) == around]
    return bool(there) and all(other.value != quantity.value for other in there)


def _same(claim: Quantity, other: Quantity) -> bool:
    if claim.month:
        return claim.month == other.month and claim.value == other.value
    if other.value is None:
        return claim.value in pieces(other.surface)
    units_agree = claim.unit == other.unit or not claim.unit or not other.unit
    return units_agree and claim.value == other.value
