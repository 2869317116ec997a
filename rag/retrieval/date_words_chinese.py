"""Chinese words for days, as rules for `rag.retrieval.dates_asked`.

Whether a match is no part of another word (本年 in 日本年轻人) is asked there, of the segmenter.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from rag.retrieval import periods
from rag.retrieval.periods import Period

_HAN = "零一二三四五六七八九"
_SMALL = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_YEAR = r"(?<!\d)(?:\d{4}|[〇零○一二三四五六七八九]{4})\s*年"
_SHIFTS: Mapping[str, int] = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1}
_SHIFTED = rf"(?P<shift>{'|'.join(_SHIFTS)})度?"
_WHOLE_YEAR = rf"(?:(?P<year>{_YEAR})度?|{_SHIFTED})"
_IN_YEAR = rf"{_WHOLE_YEAR}的?\s*"
_MONTH = rf"(?<![\d十])(?P<month>{_SMALL})\s*月(?!球|亮|薪|饼|票|嫂)份?"
_TO = "[-—–~至到]"
_LISTED = "[、和与及]"
_HALVES: Mapping[str, tuple[int, int]] = {
    "上半年": (1, 6), "下半年": (7, 12), "年初": (1, 2), "年底": (12, 12), "年末": (12, 12),
}  # fmt: skip
_ENDS: Mapping[str, tuple[int, int]] = {
    "初": _HALVES["年初"], "底": _HALVES["年底"], "末": _HALVES["年末"],
}  # fmt: skip
_QUARTER = (
    r"(?:(?:第?(?P<quarter>[一二三四1-4])季度|[Qq](?P<q>[1-4]))"
    r"|前(?P<quarters>[二两三23])(?:个?季度))"
)
_PART = rf"(?:(?P<half>{'|'.join(_HALVES)})|{_QUARTER}|前(?P<months>{_SMALL})个?月)"
_WEEKDAYS = "一二三四五六日"
_WEEK = "(?:周|星期|礼拜)"
_LAST = "(?:最近|近|过去|这)的?"
_COUNT = r"(?<!\d)(?P<count>\d{1,3}|[一二两三四五六七八九十]{1,3})"
_UNIT = "(?P<unit>天|日|周|个?星期|个?礼拜|个月|年)"
_DAYS: Mapping[str, int] = {"大前": 3, "前": 2, "昨": 1, "今": 0, "明": -1}
_HOURS = "(?:[上下中]午|早[上晨]?|晚上?|夜里?|凌晨|傍晚)"
# 嫦娥5号 and 人行道3号 are names: a day stands alone or after a word that leads to it.
_NO_NAME = r"(?:(?<!\w)|(?<=[在到从自于至和与及的]))"
_SEVERAL = 5  # years, months, weeks or days that 近几… is taken for, as vaguely as it is said


def _whole_day(match: re.Match[str], today: date) -> Period | None:
    month, number = _number(match["month"]), _number(match["day"])
    year = _year(match, today)
    if year is None:
        return periods.latest_day(month, number, today)
    return periods.day(year, month, number)


def _days_of_month(match: re.Match[str], today: date) -> Period | None:
    month, year = _number(match["month"]), _year(match, today)
    first, last = _number(match["first"]), _number(match["last"])
    if year is None:
        begin = periods.latest_day(month, first, today)
    else:
        begin = periods.day(year, month, first)
    return periods.through(begin, last)


def _month(match: re.Match[str], today: date) -> Period | None:
    month, year = _number(match["month"]), _year(match, today)
    if year is None:
        return periods.latest_month(month, today)
    return periods.month(year, month)


def _part_of_year(match: re.Match[str], today: date) -> Period | None:
    year = _year(match, today)
    if match["half"]:
        first, last = _HALVES[match["half"]]
    elif quarter := match["quarter"] or match["q"]:
        last = 3 * _number(quarter)
        first = last - 2
    else:
        first = 1
        last = 3 * _number(match["quarters"]) if match["quarters"] else _number(match["months"])
    if year is not None:
        return periods.months(year, first, last)
    return periods.latest_months(first, last, today) if not match["months"] else None


def _end_of_year(match: re.Match[str], today: date) -> Period | None:
    year = _year(match, today)
    return None if year is None else periods.months(year, *_ENDS[match["end"]])


def _months(match: re.Match[str], today: date) -> Period | None:
    year, length = _year(match, today), 3 if match["unit"] == "季度" else 1
    last = length * _number(match["last"])
    first = length * (_number(match["first"]) - 1) + 1
    if year is None:
        begin, end = periods.latest_month(first, today), periods.latest_month(last, today)
    else:
        begin, end = periods.month(year, first), periods.month(year + (last < first), last)
    return periods.joined(begin, end) if begin and end else None


def _whole_year(match: re.Match[str], today: date) -> Period | None:
    year = _year(match, today)
    return None if year is None else periods.months(year, 1, 12)


def _years(match: re.Match[str], today: date) -> Period | None:
    return periods.years(int(match["from"]), int(match["to"]))


def _decade(match: re.Match[str], today: date) -> Period | None:
    if match["decade"]:
        first = int(match["decade"])
    else:
        century = 100 * (
            _number(match["century"]) - 1 if match["century"] else today.year // 100 - 1
        )
        first = century + _number(match["tens"])
    return periods.years(first, first + 9)


def _numbered_day(match: re.Match[str], today: date) -> Period | None:
    return periods.latest_day_of_month(int(match["day"]), today)


def _near_day(match: re.Match[str], today: date) -> Period:
    return periods.days_back(today, _DAYS[match["near"]])


def _week(match: re.Match[str], today: date) -> Period:
    back = {"上上": 2, "上": 1, "下": -1}.get(match["which"], 0)
    name = match["weekday"]
    if name == "末":
        return periods.days_back(periods.week(today, back).start, -5, 2)
    if name:
        return periods.weekday(_WEEKDAYS.index(name.replace("天", "日")), today, back)
    return periods.week(today, back)


def _weekday(match: re.Match[str], today: date) -> Period:
    return periods.weekday(_WEEKDAYS.index(match["weekday"].replace("天", "日")), today)


def _near_month(match: re.Match[str], today: date) -> Period | None:
    return periods.month_of(today, match["which"].count("上") - match["which"].count("下"))


def _day_of_near_month(match: re.Match[str], today: date) -> Period | None:
    month = _near_month(match, today)
    day = _number(match["day"])
    return periods.day(month.start.year, month.start.month, day) if month else None


def _last_units(match: re.Match[str], today: date) -> Period | None:
    return periods.last_units(_number(match["count"]), _unit(match["unit"]), today)


def _some_last_units(match: re.Match[str], today: date) -> Period | None:
    several = periods.last_units(_SEVERAL, _unit(match["unit"] or "年"), today)
    return several and replace(several, strength=periods.VAGUE)


def _last_half_year(match: re.Match[str], today: date) -> Period | None:
    return periods.last_units(6, "month", today)


def _half_a_year_ago(match: re.Match[str], today: date) -> Period | None:
    return periods.units_ago(6, "month", today)


def _units_ago(match: re.Match[str], today: date) -> Period | None:
    return periods.units_ago(_number(match["count"]), _unit(match["unit"]), today)


def _recent(match: re.Match[str], today: date) -> Period | None:
    return periods.recent(today)


RULES: tuple[periods.Rule, ...] = tuple(
    (re.compile(pattern), resolve)
    for pattern, resolve in (
        (rf"(?:{_IN_YEAR})?{_MONTH}\s*(?P<first>{_SMALL})[日号]?{_TO}(?P<last>{_SMALL})[日号]",
         _days_of_month),
        (rf"(?:{_IN_YEAR})?{_MONTH}\s*(?P<day>{_SMALL})"
         rf"(?:\s*(?:日|号(?!线|楼|馆|院|机|文|码))|(?={_LISTED}(?:{_SMALL})[日号]))", _whole_day),
        (rf"(?:{_IN_YEAR})?{_MONTH}[初中底末]?", _month),
        (rf"(?:{_IN_YEAR})?(?<![\d十])(?P<first>{_SMALL})月?份?{_TO}(?P<last>{_SMALL})"
         r"(?P<unit>月份?)(?!\d|[一二三四五六七八九十]{1,3}[日号])", _months),
        (rf"(?:{_IN_YEAR})?第?(?P<first>[一二三四1-4])(?:季度)?{_TO}第?(?P<last>[一二三四1-4])"
         r"(?P<unit>季度)", _months),
        (rf"(?:{_IN_YEAR})?{_PART}", _part_of_year),
        (rf"{_WHOLE_YEAR}(?P<end>{'|'.join(_ENDS)})", _end_of_year),
        (_WHOLE_YEAR, _whole_year),
        (rf"(?<!\d)(?P<from>\d{{4}})年?{_TO}(?P<to>\d{{4}})年", _years),
        (r"(?<!\d)(?:(?P<decade>\d{3}0)|(?:上个?|(?P<century>1\d|2[01]|二?十[一五六七八九]?))世纪"
         r"(?P<tens>[1-9]0|[一二三四五六七八九]十))年代", _decade),
        (r"(?<![\d.第])(?P<day>\d{1,2})日(?![内间元均常程照本])", _numbered_day),
        (rf"{_NO_NAME}(?<![\d.第])(?P<day>\d{{1,2}})号(?:(?!\w)|(?=的|召|举|[上下]午))",
         _numbered_day),
        (rf"(?P<near>大前|前|昨|今|明)(?:[天日]{_HOURS}?|[晚晨夜])", _near_day),
        (rf"(?P<which>上上|上|下|本|这)个?{_WEEK}(?P<weekday>[{_WEEKDAYS}天末])?(?!年)", _week),
        (rf"(?<![一二两三四五六七八九十几数每\d]){_WEEK}(?P<weekday>[{_WEEKDAYS}天])(?!年)",
         _weekday),
        (rf"(?P<which>上|本|这)个?月(?P<day>{_SMALL})[日号]", _day_of_near_month),
        (r"(?P<which>上上|上|下|本|这)个?月(?!球|亮|台|饼)[初中底末]?", _near_month),
        (rf"{_LAST}{_COUNT}{_UNIT}", _last_units),
        (rf"{_LAST}[几数]{_UNIT}来?|近年来?", _some_last_units),
        (rf"{_LAST}半年", _last_half_year),
        (rf"{_COUNT}{_UNIT}(?:之前|以前|前)", _units_ago),
        ("半年(?:之前|以前|前)", _half_a_year_ago),
        ("最近|近期|近日|近来|这些天", _recent),
    )
)  # fmt: skip


def _year(match: re.Match[str], today: date) -> int | None:
    """The year that a match names; None where it names none."""
    if match["shift"]:
        return today.year + _SHIFTS[match["shift"]]
    if not match["year"]:
        return None
    digits = match["year"].removesuffix("年").strip().translate(str.maketrans("〇○", "零零"))
    return int("".join(str(_HAN.index(char)) if char in _HAN else char for char in digits))


def _number(text: str) -> int:
    """12, 十二, 二十三, 两; 0 where the hanzi make no number."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.replace("两", "二").rpartition("十")
    if "十" in tens or len(tens) > 1 or len(ones) > 1:
        return 0
    return 10 * (_HAN.index(tens or "一") if ten else 0) + (_HAN.index(ones) if ones else 0)


def _unit(text: str) -> periods.Unit:
    if text in "天日":
        return "day"
    if text == "年":
        return "year"
    return "month" if "月" in text else "week"
