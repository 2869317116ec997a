"""English words for days, as rules for `rag.retrieval.dates_asked`."""

import re
from collections.abc import Mapping
from datetime import date

from rag.retrieval import periods
from rag.retrieval.english_months import MONTHS
from rag.retrieval.periods import Period

_MONTHS = [month.lower() for month in MONTHS]
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTH_NAME = "|".join(_MONTHS)
# May and March are other words, too: in small letters they are months beside a year alone.
_CERTAIN = "|".join(name for name in _MONTHS if name not in {"march", "may"})
_SHORT = "jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec"
_MONTH = rf"(?P<month>(?-i:Mar|MAR|March|MARCH|May|MAY)|{_CERTAIN}|{_SHORT})\b\.?"
_ANY_MONTH = rf"(?P<month>{_MONTH_NAME}|mar|{_SHORT})\b\.?"
_NUMBER_ENDS = r"(?:st|nd|rd|th)?(?!\d|[.,]\d{1,3}(?!\d))"
_DAY = rf"(?P<day>\d{{1,2}}){_NUMBER_ENDS}"
_CENTURY = "(?:1[6-9]|2[01])"
_FULL_YEAR = rf"{_CENTURY}\d{{2}}"
_YEAR = rf"(?P<year>{_FULL_YEAR})(?![\d,.]?\d)"
_IN_YEAR = rf"(?:(?:,? |,){_YEAR})?"
_OF_YEAR = rf"(?:(?:,| of)? {_YEAR})"
_FIRST = rf"(?P<first>\d{{1,2}}){_NUMBER_ENDS}"
_LAST = rf"(?P<last>\d{{1,2}}){_NUMBER_ENDS}"
_TO = r"(?: (?:to|through) |\s?[-—–]\s?)"
# A month or a year by itself is one after such a word: May and March are other words, too, and 2020
# may be a count.
_BEFORE = (
    r"\b(?:in|of|during|since|from|to|through|between|and|by|until|till|before|after|early|mid|late"
    r"|last|this|next|for|throughout|end of|beginning of)[ -]"
)
_NAMED_YEAR = rf"(?:{_YEAR}|(?P<which>this|last|next) year)"
_A_YEAR = rf"(?:{_YEAR}|(?P<which>the|this|last|next) year)"
_THIRDS: Mapping[str, tuple[int, int]] = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}
_EDGES: Mapping[str, tuple[int, int]] = {
    "beginning": (1, 2), "start": (1, 2), "middle": (5, 8), "end": (12, 12),
}  # fmt: skip
# A day of the week by itself may be any: “on Monday”, “since Monday”, “Monday's paper”.
_WEEKDAY = (
    r"(?:\b(?P<which>last|this) |(?<=\bon )|(?<=\bsince )|(?=[a-z]{6,9}['’]s ))"
    rf"\b(?P<weekday>{'|'.join(_WEEKDAYS)})\b"
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


def _years(match: re.Match[str], today: date) -> Period | None:
    return periods.years(int(match["from"]), int(match["to"]))


def _decade(match: re.Match[str], today: date) -> Period | None:
    first = int(match["decade"])
    is_century = first % 100 == 0 and first < 2000  # the 1700s, but not the 2000s
    return periods.years(first, first + (99 if is_century else 9))


def _part_of_year(match: re.Match[str], today: date) -> Period | None:
    length = {"half": 6, "h": 6}.get(match["part"].lower(), 3)
    said = match["number"].lower()
    last = length * (int(said) if said.isdigit() else _ORDINALS.index(said) + 1)
    return _months_of_year(match, last - length + 1, last, today)


def _parts_of_year(match: re.Match[str], today: date) -> Period | None:
    said = match["number"].lower()
    length = 3 if match["part"].lower() == "quarters" else 1
    months = length * (int(said) if said.isdigit() else _NUMBERS.index(said) + 1)
    if match["edge"].lower() == "first":
        return _months_of_year(match, 1, months, today)
    return _months_of_year(match, 13 - months, 12, today)


def _third_of_year(match: re.Match[str], today: date) -> Period | None:
    return _months_of_year(match, *_THIRDS[match["third"].lower()], today)


def _edge_of_year(match: re.Match[str], today: date) -> Period | None:
    return _months_of_year(match, *_EDGES[match["edge"].lower()], today)


def _bare_quarter(match: re.Match[str], today: date) -> Period | None:
    last = 3 * int(match["number"])
    return periods.latest_months(last - 2, last, today)


def _months_of_year(match: re.Match[str], first: int, last: int, today: date) -> Period | None:
    """Months of the year that a match names; those that have begun where it is “the year”."""
    if match["year"]:
        return periods.months(int(match["year"]), first, last)
    if match["which"].lower() == "the":
        return periods.latest_months(first, last, today)
    return periods.months(today.year - _back(match["which"]), first, last)


def _near_day(match: re.Match[str], today: date) -> Period:
    said = match.group().lower()
    if "before" in said:
        return periods.days_back(today, 2)
    return periods.days_back(today, 1 if said in {"yesterday", "last night"} else 0)


def _near_unit(match: re.Match[str], today: date) -> Period | None:
    back = _back(match["which"])
    unit = match["unit"].lower()
    if unit == "week":
        return periods.week(today, back)
    if unit == "month":
        return periods.month_of(today, back)
    return periods.months(today.year - back, 1, 12)


def _weekday(match: re.Match[str], today: date) -> Period:
    number = _WEEKDAYS.index(match["weekday"].lower())
    last = (match["which"] or "").lower() == "last"
    return periods.weekday(number, periods.before(today, 1) if last else today)


def _last_units(match: re.Match[str], today: date) -> Period | None:
    return periods.last_units(_count(match["count"]), _unit(match["unit"]), today)


def _half_a_year_ago(match: re.Match[str], today: date) -> Period | None:
    return periods.units_ago(6, "month", today)


def _units_ago(match: re.Match[str], today: date) -> Period | None:
    return periods.units_ago(_count(match["count"]), _unit(match["unit"]), today)


def _recent(match: re.Match[str], today: date) -> Period | None:
    return periods.recent(today)


RULES: tuple[periods.Rule, ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), resolve)
    for pattern, resolve in (
        (rf"\b{_MONTH} {_FIRST}{_TO}{_LAST}{_IN_YEAR}", _days_of_month),
        (rf"\b{_FIRST}{_TO}{_LAST}(?: of)? {_MONTH}{_IN_YEAR}", _days_of_month),
        # Of two days in a list one stands without the month, the other without the year.
        (rf"\b{_MONTH} {_DAY}(?= and \d{{1,2}}(?:st|nd|rd|th)?,? {_YEAR})", _whole_day),
        (rf"\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)? and (?P<words>{_DAY}{_IN_YEAR})", _whole_day),
        (rf"\b(?P<words>{_DAY})(?= and \d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}{_IN_YEAR})",
         _whole_day),
        (rf"\b{_MONTH} {_DAY}{_IN_YEAR}", _whole_day),
        (rf"\b{_DAY}(?: of)? {_MONTH}{_IN_YEAR}", _whole_day),
        (rf"\b{_ANY_MONTH} {_DAY},? {_YEAR}", _whole_day),
        (rf"\b(?:on|of|from|since|until|before|after) (?P<words>{_ANY_MONTH} {_DAY}{_IN_YEAR})",
         _whole_day),
        (rf"\b{_DAY}(?: of)? {_ANY_MONTH},? {_YEAR}", _whole_day),
        (rf"\b{_ANY_MONTH}{_OF_YEAR}", _month),
        (rf"{_BEFORE}(?P<words>(?-i:(?P<month>{_MONTH_NAME.title()}))\b)", _bare_month),
        (rf"\b(?:on|since) (?P<words>the {_DAY})(?=\s*(?:[^\w\s]|$|(?:in|at|by|from)\b))",
         _bare_day),
        (rf"{_BEFORE}(?P<words>{_YEAR})", _year),
        (rf"\bthe (?P<words>{_YEAR})(?= [a-z])", _year),
        (rf"(?<![\d.,-])\b(?P<from>{_FULL_YEAR})\s?[-—–]\s?(?P<to>{_FULL_YEAR})\b(?![-.,]?\d)",
         _years),
        (rf"\bthe (?P<words>(?P<decade>{_CENTURY}\d0)['’]?s)\b", _decade),
        (rf"\b(?:the )?(?P<number>{'|'.join(_ORDINALS)}) (?P<part>half|quarter) of {_A_YEAR}",
         _part_of_year),
        (rf"\b(?P<part>[HQ])(?P<number>[1-4])(?:,? | of ){_A_YEAR}", _part_of_year),
        (rf"\b{_A_YEAR},? (?P<part>[HQ])(?P<number>[1-4])\b", _part_of_year),
        (rf"{_BEFORE}(?P<words>Q(?P<number>[1-4]))\b", _bare_quarter),
        (rf"\b(?:the )?(?P<edge>first|last) (?P<number>\d{{1,2}}|{'|'.join(_NUMBERS)})"
         rf" (?P<part>quarters|months) of {_A_YEAR}", _parts_of_year),
        (rf"\b(?P<third>{'|'.join(_THIRDS)})[ -](?:in )?{_NAMED_YEAR}", _third_of_year),
        (rf"\b(?:the )?(?P<edge>{'|'.join(_EDGES)}) of {_NAMED_YEAR}", _edge_of_year),
        (r"\b(?:(?:the )?day before yesterday|yesterday|last night|today|tonight)\b", _near_day),
        (r"\b(?P<which>last|past|previous|this|next) (?P<unit>week|month|year)\b", _near_unit),
        (_WEEKDAY, _weekday),
        (rf"\b(?:the )?(?:last|past|previous) {_COUNT} {_UNIT}\b", _last_units),
        (rf"\b{_COUNT} {_UNIT} ago\b", _units_ago),
        (r"\bhalf (?:a|the) year ago\b", _half_a_year_ago),
        (r"\b(?:recent|recently|lately)\b", _recent),
    )
)  # fmt: skip


def _back(which: str) -> int:
    """How many years, months or weeks “last”, “this” and “next” lie before this one."""
    return {"this": 0, "next": -1}.get(which.lower(), 1)


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
