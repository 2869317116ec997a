"""Dates that a sentence of a Chinese article leaves open (12月23日, 昨天, 去年), resolved.

Only what is near certain: a day without its year whose nearest year is plain, and words that count
from the day on which the article was printed or filed. All else stays open.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from itertools import accumulate

import rjieba

from rag.retrieval import periods
from rag.retrieval.periods import Period
from rag.retrieval.quoted import HIDDEN, masked
from rag.types import Article, ResolvedDate, Span

MOST_BEHIND = 183
"""A day without its year is of the past where it lies so many days before the issue at most."""
MOST_AHEAD = 31
"""It is still to come where it lies so many days after the issue at most; as many as MOST_BEHIND
where its clause says so."""
READ_BEFORE = 2000
"""Characters that are read before a sentence, of its paragraph and the one before."""
INFERRED_MARGIN = timedelta(days=7)
"""An issue date that is inferred from the latest event on a page is at most so much too early."""

# Characters that are read as others, one for one: offsets stay.
_PLAIN = str.maketrans("０１２３４５６７８９　號週個後點時", "0123456789 号周个后点时")
_HAN = "零一二三四五六七八九"
_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_TO = r"\s*[-—–~～至到]+\s*"
_SHIFTS: Mapping[str, int] = {
    "今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1,
}  # fmt: skip
_SHIFT = rf"(?<![农阴旧]历)(?P<shift>{'|'.join(_SHIFTS)})度?(?:的|\s)*"
_PARTS: Mapping[str, tuple[int, int]] = {
    "上半年": (1, 6), "下半年": (7, 12), "前三季度": (1, 9), "一季度": (1, 3), "二季度": (4, 6),
    "三季度": (7, 9), "四季度": (10, 12),
}  # fmt: skip
_MONTH = rf"(?P<month>{_NUMBER})\s*月"
_DAY = rf"{_MONTH}\s*(?P<day>{_NUMBER})\s*[日号]"
_LAST_DAY = rf"(?:{_TO}(?P<last>{_NUMBER})\s*[日号])?"
_HOURS = r"(?:\s*(?:[上下中]午|凌晨|清晨|早[晨上]|傍晚|晚上?|深夜|夜里))?"
_NEAR_DAYS: Mapping[str, int] = {"大前": 3, "前": 2, "昨": 1, "今": 0, "明": -1}
_NEAR_MONTHS: Mapping[str, int] = {"上": 1, "本": 0, "下": -1}
_RELATIVE = re.compile(rf"{'|'.join(_SHIFTS)}|[前昨今明][天日晚晨夜]|[上本下]个?月")
# Before a day without its year: more of a date, a name such as 9·18, another calendar, a reign, a
# birth.
_OTHER_CALENDAR = "(?<![农阴旧]历)"
_ALONE = rf"(?<![\d月第·.{_HAN}十年])(?<!年的)(?<!生于){_OTHER_CALENDAR}"
_NOT_YEARLY = "(?![是为]|出生|生[，。]|诞辰)"
# Before a day told from the issue: of another year, or up to today.
_NEAR = "(?<!年)(?<!年的)(?<![到至])"

_AHEAD = re.compile("[将拟]|定[于在]|预计|预期|计划|截止|有望|力争|确保|争取|即日|之前")
_YEAR_TOLD = re.compile(rf"(?<!\d)(\d{{4}})\s*年|[〇{_HAN}]{{4}}年|[去明前后上次翌当同每]年")
_FIGURE = re.compile(rf"\d+|[{_HAN}十〇]+")
_CLAUSE = re.compile("[，。；：！？,;:!?\n]")
_SPEAKER = re.compile("(?<![讯电息])[：:]")
_FILED = re.compile(rf"(?:(?P<month>{_NUMBER})\s*月\s*)?(?P<day>{_NUMBER})\s*日\s*(?:电|讯|消息)")


@dataclass(frozen=True, slots=True)
class _Context:
    """What stands before a date, and the days that it may count from. sentence, paragraph: the text
    before it of each. previous: the paragraph before its own. filed: the day of the article's
    dateline, the issue's where it has none; None where it isn't plain."""

    sentence: str
    paragraph: str
    previous: str
    issue: date
    filed: date | None


_Resolve = Callable[[re.Match[str], _Context], Period | None]


def resolved_dates(article: Article, span: Span) -> tuple[ResolvedDate, ...]:
    """The dates that a sentence of an article leaves open and that are near certain, in order and
    apart from one another; none where the article has no issue date.

    Offsets are the article's. What is quoted or stands in brackets is left alone. By an inferred
    issue date only those are resolved that INFERRED_MARGIN would not change.
    """
    issue = article.issue_date
    if issue is None or not MINYEAR + 2 < issue.year < MAXYEAR - 2:
        return ()
    found = _found(article, span, issue)
    if article.date_inferred:
        later = _found(article, span, issue + INFERRED_MARGIN)
        found = {place: period for place, period in found.items() if later.get(place) == period}
    return tuple(
        ResolvedDate(
            text=article.text[start:end],
            start=start,
            end=end,
            first=period.start,
            last=periods.before(period.end, 1),
            inferred=article.date_inferred,
        )
        for (start, end), period in found.items()
    )


def counts_from_issue(time: str) -> bool:
    """Whether words for a time say nothing without the day on which they were printed (昨天)."""
    return _RELATIVE.search(time) is not None


def _found(article: Article, span: Span, issue: date) -> dict[tuple[int, int], Period]:
    """Where the sentence names what periods, in order, if its article was printed on that day. The
    paragraphs that it stands in are read."""
    earliest = max(0, span.start - READ_BEFORE)
    first = max(article.text.rfind("\n", 0, span.start) + 1, earliest)
    before = masked(_paragraph_before(article.text[earliest:first]).translate(_PLAIN))
    text = masked(article.text[first : _paragraph_end(article.text, span.end)].translate(_PLAIN))
    filed = _filed(article.dateline.translate(_PLAIN), issue)
    found: dict[tuple[int, int], Period] = {}
    begins, last = span.start - first, 0
    for match, resolve in _matches(text, begins, span.end - first):
        start, end = match.span()
        if start < last:
            continue
        last = end
        paragraph = text.rfind("\n", 0, start) + 1
        previous = _paragraph_before(text[:paragraph]) if paragraph else before
        context = _Context(text[begins:start], text[paragraph:start], previous, issue, filed)
        if period := resolve(match, context):
            found[first + start, first + end] = Period(period.start, period.end)
    return found


def _paragraph_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _paragraph_before(text: str) -> str:
    """The last paragraph with any text."""
    return text.rstrip().rpartition("\n")[2]


def _matches(text: str, begins: int, ends: int) -> Iterator[tuple[re.Match[str], _Resolve]]:
    """The matches of every rule that begin where words do (not 去年 in 过去年代), in order, and of
    those that begin together the longest first."""
    starts = _word_starts(text, begins, ends)
    matches = [
        (match, resolve)
        for pattern, resolve in _RULES
        for match in pattern.finditer(text, begins, ends)
        if HIDDEN not in match.group() and match.start() in starts
    ]
    yield from sorted(matches, key=lambda one: (one[0].start(), -one[0].end()))


def _word_starts(text: str, begins: int, ends: int) -> frozenset[int]:
    """Where the segmenter has words begin, and figures."""
    words = accumulate(map(len, rjieba.cut(text[begins:ends], False)), initial=begins)
    figures = (match.start() for match in _FIGURE.finditer(text, begins, ends))
    return frozenset((*words, *figures))


def _filed(dateline: str, issue: date) -> date | None:
    """The day that an article's dateline names; the issue's where it names none, and None where it
    is far from the issue."""
    match = _FILED.search(dateline)
    if match is None:
        return issue
    if match["month"] is None:
        named = periods.latest_day_of_month(numeral(match["day"]), issue)
    else:
        named = periods.latest_day(numeral(match["month"]), numeral(match["day"]), issue)
    return named.start if named and (issue - named.start).days <= MOST_AHEAD else None


def _whole(match: re.Match[str], context: _Context) -> None:
    """A date that leaves nothing open; it hides what stands in it."""


def _day_of_year(match: re.Match[str], context: _Context) -> Period | None:
    year = context.issue.year + _SHIFTS[match["shift"]]
    return _through(periods.day(year, numeral(match["month"]), numeral(match["day"])), match)


def _months_of_year(match: re.Match[str], context: _Context) -> Period | None:
    first = numeral(match["month"])
    last = numeral(match["last"]) if match["last"] else first
    return periods.months(context.issue.year + _SHIFTS[match["shift"]], first, last)


def _part_of_year(match: re.Match[str], context: _Context) -> Period | None:
    return periods.months(context.issue.year + _SHIFTS[match["shift"]], *_PARTS[match["part"]])


def _year(match: re.Match[str], context: _Context) -> Period | None:
    return periods.months(context.issue.year + _SHIFTS[match["shift"]], 1, 12)


def _day_alone(match: re.Match[str], context: _Context) -> Period | None:
    """A day without its year: the last one or the next, where it is plain which is meant."""
    month, number = numeral(match["month"]), numeral(match["day"])
    issue = context.issue
    days = [periods.day(issue.year + shift, month, number) for shift in (-1, 0, 1)]
    clause = _CLAUSE.split(context.sentence)[-1]
    ahead = _AHEAD.search(clause) is not None
    behind = 0 if ahead else MOST_BEHIND
    to_come = MOST_BEHIND if ahead else MOST_AHEAD
    near = [day for day in days if day and -behind <= (day.start - issue).days <= to_come]
    if len(near) != 1 or _tells_another_year(context, near[0].start.year):
        return None
    return _through(near[0], match)


def _tells_another_year(context: _Context, year: int) -> bool:
    """Whether what is told before a day, in its paragraph or the one before, tells a year that may
    be the day's and isn't this one."""
    before = f"{context.previous}\n{context.paragraph}"
    return any(told[1] is None or int(told[1]) != year for told in _YEAR_TOLD.finditer(before))


def _near_day(match: re.Match[str], context: _Context) -> Period | None:
    """A day told from the one on which the article was filed; not in what a speaker says."""
    filed = _filed(context.paragraph, context.issue) if _FILED.search(context.paragraph) else None
    filed = filed or context.filed
    if filed is None or _SPEAKER.search(context.sentence):
        return None
    return periods.days_back(filed, _NEAR_DAYS[match["near"]])


def _near_month(match: re.Match[str], context: _Context) -> Period | None:
    return periods.month_of(context.issue, _NEAR_MONTHS[match["near"]])


def _day_of_near_month(match: re.Match[str], context: _Context) -> Period | None:
    month = _near_month(match, context)
    return month and _through(
        periods.day(month.start.year, month.start.month, numeral(match["day"])), match
    )


def _through(day: Period | None, match: re.Match[str]) -> Period | None:
    """A day, or the days up to a later one of its month where the match names one."""
    return periods.through(day, numeral(match["last"])) if match["last"] else day


_RULES: tuple[tuple[re.Pattern[str], _Resolve], ...] = tuple(
    (re.compile(pattern), resolve)
    for pattern, resolve in (
        (rf"(?:\d{{4}}|[〇{_HAN}]{{4}})\s*年(?:\s*{_MONTH}(?:\s*{_NUMBER}\s*[日号])?)?", _whole),
        (rf"{_SHIFT}{_DAY}{_LAST_DAY}{_HOURS}", _day_of_year),
        (rf"{_SHIFT}{_MONTH}份?(?:{_TO}(?P<last>{_NUMBER})\s*月份?)?", _months_of_year),
        (rf"{_SHIFT}(?P<month>{_NUMBER}){_TO}(?P<last>{_NUMBER})\s*月份?", _months_of_year),
        (rf"{_SHIFT}第?(?P<part>{'|'.join(_PARTS)})", _part_of_year),
        (rf"(?P<shift>{'|'.join(_SHIFTS)})度?(?![轻龄代])", _year),
        (rf"{_ALONE}{_DAY}{_LAST_DAY}{_HOURS}{_NOT_YEARLY}", _day_alone),
        (rf"{_NEAR}(?P<near>大前|[前昨今])天{_HOURS}(?![的头之色])", _near_day),
        (rf"{_NEAR}(?P<near>[昨今])(?:日{_HOURS}(?![的头之])|[晚晨夜])", _near_day),
        (rf"(?P<near>明)[天日](?:{_HOURS[:-1]}|(?=起|将))", _near_day),
        (rf"(?P<near>[上本下])个?月(?P<day>{_NUMBER})\s*[日号]{_LAST_DAY}{_HOURS}",
         _day_of_near_month),
        (r"(?P<near>[上本下])个?月(?![球亮饼台])", _near_month),
    )
)  # fmt: skip


def numeral(text: str) -> int:
    """12, 十二, 二十三; 0 where the hanzi make no number."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if "十" in tens or len(tens) > 1 or len(ones) > 1:
        return 0
    return 10 * (_HAN.index(tens or "一") if ten else 0) + (_HAN.index(ones) if ones else 0)
