"""The numbers of a text by their value and what they measure, however they are written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

_HANZI_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_HANZI_DIGITS |= {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_SCALES = {
    "万亿": 10**12,
    "百亿": 10**10,
    "千亿": 10**11,
    "千万": 10**7,
    "百万": 10**6,
    "亿": 10**8,
    "万": 10**4,
    "千": 1000,
    "百": 100,
    "trillion": 10**12,
    "billion": 10**9,
    "million": 10**6,
    "thousand": 1000,
    "": 1,
}
_MARKS = {"%": "%", "percent": "%", "per cent": "%", "‰": "‰", "": ""}
_UNITS = (
    "美元|欧元|日元|港元|英镑|元|平方公里|平方米|公里|厘米|米|公顷|亩|吨|公斤|克|"
    "小时|分钟|秒|个百分点|个月|年|月|日|天|岁"
)
_DIGITS = re.compile(
    r"(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)"
    rf"(?P<scale>\s?(?:{'|'.join(filter(None, _SCALES))}))?"
    rf"(?P<mark>\s?(?:{'|'.join(filter(None, _MARKS))}))?"
    rf"(?P<unit>{_UNITS})?"
)
_NUMERAL = (
    r"(?<![\d.])(?![百千]分)[〇零一二两三四五六七八九十百千][〇零一二两三四五六七八九十百千万亿]*"
    "(?:点[〇零一二三四五六七八九]+[万亿]?)?"
)
_COUNTED = f"(?P<unit>{_UNITS})|[号时分周个名位人家座所条件项次种倍成届批场户级期层台套辆只]"
# A character that also begins other words (一起, 三明) is a number where something is counted.
_HANZI = re.compile(
    rf"(?P<mark>百分之|千分之)(?P<share>{_NUMERAL})|第?(?P<number>{_NUMERAL})(?:{_COUNTED})"
)


@dataclass(frozen=True, slots=True)
class Number:
    """value: a plain decimal, with `%` or `‰` where it is a share. unit: what it measures (元, 米);
    empty where that isn't said or is one of the many words that only count (个, 名)."""

    value: str
    unit: str = ""

    def stands_among(self, others: Iterable["Number"]) -> bool:
        """Whether one of the others has its value and measures the same, as far as both say."""
        return any(
            other.value == self.value
            and (not self.unit or not other.unit or other.unit == self.unit)
            for other in others
        )


def numbers(text: str) -> set[Number]:
    """The numbers of a folded text. 12.5亿元, 125,000万元 and 十二亿五千万元 give the same.

    Years and days of dates are numbers as others. Numbers in hanzi are read only where they count
    or measure something, and a bare 一 never is.
    """
    found = {_in_digits(match) for match in _DIGITS.finditer(text)}
    for match in _HANZI.finditer(text):
        if match["share"]:
            mark = "%" if match["mark"] == "百分之" else "‰"
            found.add(Number(_plain(_value(match["share"]), mark)))
        elif match["number"] != "一":
            found.add(Number(_plain(_value(match["number"]), ""), match["unit"] or ""))
    return found


def _in_digits(match: re.Match[str]) -> Number:
    scale, mark = ((match[part] or "").strip() for part in ("scale", "mark"))
    value = Decimal(match["number"].replace(",", "")) * _SCALES[scale]
    return Number(_plain(value, _MARKS[mark]), match["unit"] or "")


def _plain(value: Decimal, mark: str) -> str:
    written = f"{value:f}"
    return (written.rstrip("0").rstrip(".") if "." in written else written) + mark


def _value(numeral: str) -> Decimal:
    whole, _, fraction = numeral.partition("点")
    if not fraction:
        return Decimal(_whole(whole))
    scale = _LARGE.get(fraction[-1], 1)
    digits = "".join(str(_HANZI_DIGITS[digit]) for digit in fraction.rstrip("万亿"))
    return (_whole(whole) + Decimal(f"0.{digits}")) * scale


def _whole(numeral: str) -> int:
    if not set(numeral) & {*_SMALL, *_LARGE}:
        return int("".join(str(_HANZI_DIGITS[digit]) for digit in numeral))
    total = section = digit = 0
    for character in numeral:
        if character in _HANZI_DIGITS:
            digit = _HANZI_DIGITS[character]
            continue
        if character in _SMALL:
            section += (digit or 1) * _SMALL[character]
        elif character == "万":
            total += (section + digit) * _LARGE["万"]
            section = 0
        else:
            total = (total + section + digit) * _LARGE["亿"]
            section = 0
        digit = 0
    return total + section + digit
