"""Dates in Chinese news: printed ones, those that lack a year, and the year that a page implies."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

_DIGITS = str.maketrans("０１２３４５６７８９○零", "0123456789〇〇")
_HAN_DIGITS = "〇一二三四五六七八九"
_FIRST_YEAR = 1800
_NUMBER = r"(\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = rf"(\d{{4}}|[{_HAN_DIGITS}]{{4}})"
_FULL = re.compile(
    rf"{_YEAR}\s*年\s*{_NUMBER}\s*月\s*{_NUMBER}\s*[日号]"
    r"|(?<!\d)(\d{4})([-./_])(\d{1,2})\5(\d{1,2})(?!\d)"
)
_IN_NAME = re.compile(
    r"(?<!\d)(?:(\d{4})年(\d{1,2})月(\d{1,2})日|(\d{4})[-._](\d{1,2})[-._](\d{1,2})(?!\d)"
    r"|(\d{4})(\d{2})(\d{2})(?!\d))"
)
# A day in a story's lead: 2020年12月23日, 12月23日, 23日, 昨日.
_DAY = re.compile(
    rf"(?:(?:{_YEAR}年|(?P<relative>今年|去年|明年))?(?<![\d十]){_NUMBER}月)?"
    rf"(?<![\d十]){_NUMBER}[日号](?![内间元均常程用])"
    r"|(?P<word>昨[日天晚]|今[日天晚早晨]|前天)(?!的)"
)
_TO_COME = re.compile(r"(?:将于|定于|拟于|预计|计划于|截止|截至)$")
_MENTION = re.compile(rf"(?<!\d){_YEAR}\s*(?:年(?!代)|(?=[“《]))")
_AHEAD = re.compile(r"目标|规划|计划|预期|预计|远景|展望|力争|将|底前|[日月]\s*前")
_BEHIND = re.compile(r"^底?[起始]|^底开始|以来|至今|建于|成立|同比|相比|上年|去年")
_BEFORE_BEHIND = re.compile(r"[自从较比]$")
_BEFORE_AHEAD = re.compile(r"[到至]$|力争$|预计$")
_LEAD = 220
_YEAR_OF_DAYS = 366


def parse_date(value: str) -> date:
    """The day that a string names: 2020-12-23, 20201223, 2020年12月23日 or an ISO date and time.

    Raises ValueError where it names none, or one that doesn't exist.
    """
    text = value.strip().translate(_DIGITS)
    match = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text) or re.fullmatch(
        r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})", text
    )
    if match:
        return date(*(int(part) for part in match.groups()))
    match = _FULL.fullmatch(text)
    if match:
        return date(*_parts(match))
    return datetime.fromisoformat(text).date()


def full_dates(text: str) -> Iterator[date]:
    """Every day that the text prints with its year, in order; impossible ones are left out."""
    for match in _FULL.finditer(text.translate(_DIGITS)):
        day = _possible(*_parts(match))
        if day:
            yield day


def date_in_name(name: str) -> date | None:
    """The day that a file's name carries: 2020-12-24, 20201224 or 2020年12月24日."""
    for match in _IN_NAME.finditer(name.translate(_DIGITS)):
        year, month, day = (int(group) for group in match.groups() if group)
        found = _possible(year, month, day)
        if found:
            return found
    return None


def implied_year(text: str, today: date) -> int:
    """The year in which a page that prints no date was most likely printed, at most today's.

    Every year that the text names speaks for it, weighed by what is said: 「从2019年底开始」 puts
    the page at 2019 or after, 「2021年目标任务」 before 2021, 「2020年全市工作情况」 at 2020.
    """
    plain = text.translate(_DIGITS)
    mentions = [
        (_year(match.group(1)), plain[: match.start()][-4:], plain[match.end() :][:12])
        for match in _MENTION.finditer(plain)
    ]
    mentions = [mention for mention in mentions if _FIRST_YEAR <= mention[0] <= today.year + 100]
    years = {near for year, _, _ in mentions for near in (year - 1, year, year + 1)}
    possible = sorted(year for year in years if year <= today.year)
    if not possible:
        return today.year
    return max(possible, key=lambda year: (sum(_speaks_for(year, *m) for m in mentions), year))


def event_date(lead: str, text: str, issue: date | None, year: int, today: date) -> date | None:
    """The day of which a story tells, from its opening; None where it names none.

    lead: its source tags, whose day (「7月26日电」) counts where the text names none. issue: the
    issue's date where it is known, else `year` stands for the years left out.
    """
    filed = next(_days(lead, issue, issue, year, today), None)
    opening = text[:_LEAD].split("\n")[0].translate(_DIGITS)
    return next(_days(opening, filed or issue, issue, year, today), filed)


def _days(
    text: str, near: date | None, issue: date | None, year: int, today: date
) -> Iterator[date]:
    plain = text.translate(_DIGITS)
    for match in _DAY.finditer(plain):
        if _TO_COME.search(plain[: match.start()]):
            continue
        day = _resolve(match, near, issue, year, today)
        if day and _plausible(day, issue, year):
            yield day


def _plausible(day: date, issue: date | None, year: int) -> bool:
    if issue:
        return abs((day - issue).days) <= _YEAR_OF_DAYS
    return abs(day.year - year) <= 1


def _resolve(
    match: re.Match[str], near: date | None, issue: date | None, year: int, today: date
) -> date | None:
    printed_year, month, day = match.group(1), match.group(3), match.group(4)
    if match["word"]:
        back = {"今": 0, "昨": 1, "前": 2}[match["word"][0]]
        return near - timedelta(days=back) if near else None
    if printed_year:
        return _possible(_year(printed_year), _count(month), _count(day))
    if match["relative"]:
        shift = {"今": 0, "去": -1, "明": 1}[match["relative"][0]]
        return _possible((issue.year if issue else year) + shift, _count(month), _count(day))
    if month:
        return _in_year(_count(month), _count(day), issue, year, today)
    return _day_near(_count(day), near) if near else None


def _in_year(month: int, day: int, issue: date | None, year: int, today: date) -> date | None:
    """A month and day in the year that fits: the nearest to the issue, the past preferred."""
    if issue is None:
        found = _possible(year, month, day)
        return _possible(year - 1, month, day) if found and found > today else found
    around = (_possible(issue.year + shift, month, day) for shift in (-1, 0, 1))
    days = [found for found in around if found]
    return min(days, key=lambda found: _distance(found, issue), default=None)


def _distance(day: date, issue: date) -> int:
    ahead = (day - issue).days
    return 2 * ahead if ahead > 0 else -ahead


def _day_near(day: int, near: date) -> date | None:
    """A bare 23日: the last one up to `near`."""
    this_month = _possible(near.year, near.month, day)
    if this_month and this_month <= near:
        return this_month
    last = near.replace(day=1) - timedelta(days=1)
    return _possible(last.year, last.month, day)


def _speaks_for(year: int, named: int, before: str, after: str) -> float:
    """How well a page printed in `year` fits a mention of the year `named`.

    A page speaks mostly of its own year; of a plan mostly in the year before it starts.
    """
    age = year - named
    if _AHEAD.search(after) or _BEFORE_AHEAD.search(before):
        return {-2: 0.3, -1: 1.0, 0: 0.5}.get(age, 0.2 if age < 0 else -1.0)
    if _BEHIND.search(after) or _BEFORE_BEHIND.search(before):
        return {0: 0.6, 1: 0.8, 2: 0.4}.get(age, 0.2 if age > 0 else -1.0)
    return {-1: 0.1, 0: 1.0, 1: 0.5}.get(age, 0.1 if age > 0 else -0.5)


def _parts(match: re.Match[str]) -> tuple[int, int, int]:
    if match.group(1):
        return _year(match.group(1)), _count(match.group(2)), _count(match.group(3))
    return int(match.group(4)), int(match.group(6)), int(match.group(7))


def _possible(year: int, month: int, day: int) -> date | None:
    if year < _FIRST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(text: str) -> int:
    return int("".join(str(_HAN_DIGITS.index(c)) if c in _HAN_DIGITS else c for c in text))


def _count(text: str) -> int:
    """A month or day: 12, 十二, 二十三; 0 where the 汉字 make no number."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    values: Sequence[int] = [_HAN_DIGITS.find(c) for c in (tens, ones) if c]
    if any(value < 0 for value in values):
        return 0
    if not ten:
        return _HAN_DIGITS.find(text)
    return (_HAN_DIGITS.index(tens) if tens else 1) * 10 + (_HAN_DIGITS.index(ones) if ones else 0)
