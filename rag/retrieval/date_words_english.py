"""English words for days, as rules for `rag.retrieval.dates_asked`."""

import re
from collections.abc import Mapping
from datetime import date

from rag.retrieval import periods
from rag.retrieval.periods import Period

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTH_NAME = "|".join(_MONTHS)
_MONTH = rf"(?P<month>{_MONTH_NAME}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\d)"
_YEAR = r"(?P<year>(?:1[6-9]|2[01])\d{2})(?![\d,.]?\d)"
_IN_YEAR = rf"(?:,? {_YEAR})?"
_FIRST = r"(?P<first>\d{1,2})(?:st|nd|rd|th)?"
_TO_LAST = r"(?: (?:to|through|and) |\s?[-—–]\s?)(?P<last>\d{1,2})(?:st|nd|rd|th)?(?!\d)"
# A month or a year by itself is one after such a word: May and March are other words, too, and 2020
# may be a count.
_BEFORE = (
    r"\b(?:in|of|during|since|from|to|through|between|and|by|until|till|before|after|early|mid|late"
    r"|last|this|next|for|throughout|end of|beginning of)[ -]"
)
_NUMBERS = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_COUNT = rf"(?P<count>\d{{1,4}}|an?|{'|'.join(_NUMBERS)}|few|several|couple of)"
_SEVERAL: Mapping[str, int] = {"a": 1, "an": 1, "few": 3, "several": 5, "couple of": 2}
_UNIT = "(?P<unit>day|week|month|year)s?"
_ORDINALS = ["first", "second", "third", "fourth"]


def _whole_day(match: re.Match[str], today: date) -> Period | None:
    month, number = _month_number(match["month"]), int(match["day"])
    if match["year"]:
        return periods.day(int(match["year"]), month, number)
    return periods.latest_day(month, number, today)


def _days_of_month(match: re.Match[str], today: date) -> Period | None:
    month, first, last = _month_number(match["month"]), int(match["first"]), int(match["last"])
    if match["year"]:
        begin = periods.day(int(match["year"]), month, first)
    else:
        begin = periods.latest_day(month, first, today)
    return periods.through(begin, last)


def _month(match: re.Match[str], today: date) -> Period | None:
    return periods.month(int(match["year"]), _month_number(match["month"]))


def _bare_month(match: re.Match[str], today: date) -> Period | None:
    return periods.latest_month(_month_number(match["month"]), today)


def _bare_day(match: re.Match[str], today: date) -> Period | None:
    return periods.latest_day_of_month(int(match["day"]), today)


def _year(match: re.Match[str], today: date) -> Period | None:
    return periods.months(int(match["year"]), 1, 12)


def _part_of_year(match: re.Match[str], today: date) -> Period | None:
    length = 6 if match["part"].lower() == "half" else 3
    last = length * (_ORDINALS.index(match["ordinal"].lower()) + 1)
    if match["year"]:
        return periods.months(int(match["year"]), last - length + 1, last)
    return periods.latest_months(last - length + 1, last, today)


def _near_day(match: re.Match[str], today: date) -> Period:
    said = match.group().lower()
    if "before" in said:
        return periods.days_back(today, 2)
    return periods.days_back(today, 1 if said in {"yesterday", "last night"} else 0)


def _near_unit(match: re.Match[str], today: date) -> Period | None:
    back = {"this": 0, "next": -1}.get(match["which"].lower(), 1)
    unit = match["unit"].lower()
    if unit == "week":
        return periods.week(today, back)
    if unit == "month":
        return periods.month_of(today, back)
    return periods.months(today.year - back, 1, 12)


def _weekday(match: re.Match[str], today: date) -> Period:
    number = _WEEKDAYS.index(match["weekday"].lower())
    last = match["which"].lower() == "last"
    return periods.weekday(number, periods.before(today, 1) if last else today)


def _last_units(match: re.Match[str], today: date) -> Period | None:
    return periods.last_units(_count(match["count"]), _unit(match["unit"]), today)


def _units_ago(match: re.Match[str], today: date) -> Period | None:
    return periods.units_ago(_count(match["count"]), _unit(match["unit"]), today)


def _recent(match: re.Match[str], today: date) -> Period | None:
    return periods.recent(today)


RULES: tuple[periods.Rule, ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), resolve)
    for pattern, resolve in (
        (rf"\b{_MONTH} {_FIRST}{_TO_LAST}{_IN_YEAR}", _days_of_month),
        (rf"\b{_FIRST}{_TO_LAST}(?: of)? {_MONTH}(?![a-z]){_IN_YEAR}", _days_of_month),
        (rf"\b{_MONTH} {_DAY}{_IN_YEAR}", _whole_day),
        (rf"\b{_DAY}(?: of)? {_MONTH}(?![a-z]){_IN_YEAR}", _whole_day),
        (rf"\b{_MONTH},? {_YEAR}", _month),
        (rf"{_BEFORE}(?P<words>(?-i:(?P<month>{_MONTH_NAME.title()}))\b)", _bare_month),
        (rf"\bon (?P<words>the {_DAY})(?=\s*(?:[^\w\s]|$|(?:in|at|by|from)\b))", _bare_day),
        (rf"{_BEFORE}(?P<words>{_YEAR})", _year),
        (rf"\bthe (?P<words>{_YEAR})(?= [a-z])", _year),
        (rf"\b(?:the )?(?P<ordinal>{'|'.join(_ORDINALS)}) (?P<part>half|quarter) of"
         rf" (?:{_YEAR}|(?:the|this) year)", _part_of_year),
        (r"\b(?:(?:the )?day before yesterday|yesterday|last night|today|tonight)\b", _near_day),
        (r"\b(?P<which>last|past|previous|this|next) (?P<unit>week|month|year)\b", _near_unit),
        (rf"\b(?P<which>last|this|on) (?P<weekday>{'|'.join(_WEEKDAYS)})\b", _weekday),
        (rf"\b(?:the )?(?:last|past|previous) {_COUNT} {_UNIT}\b", _last_units),
        (rf"\b{_COUNT} {_UNIT} ago\b", _units_ago),
        (r"\b(?:recent|recently|lately)\b", _recent),
    )
)  # fmt: skip


def _month_number(name: str) -> int:
    return next(i for i, month in enumerate(_MONTHS, 1) if month.startswith(name.lower()[:3]))


def _count(text: str) -> int:
    said = text.lower()
    if said.isdigit():
        return int(said)
    return _SEVERAL[said] if said in _SEVERAL else _NUMBERS.index(said) + 1


def _unit(text: str) -> periods.Unit:
    units: dict[str, periods.Unit] = {
        "day": "day", "week": "week", "month": "month", "year": "year",
    }  # fmt: skip
    return units[text.lower()]
