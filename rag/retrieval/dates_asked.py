"""What a question says of dates: which days, and whether it asks for their news or their events."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from rag.retrieval import date_words_chinese, date_words_english, periods
from rag.retrieval.folding import closed_up
from rag.retrieval.periods import VAGUE, Period
from rag.retrieval.quoted import HIDDEN, masked
from store.segmentation import simplified

LITTLE = 0.2
"""The strength of a date that belongs to a plan or a title."""

_PRINTED = re.compile(
    r"(?<![\d.])(?P<year>\d{4})(?:([-./])(?P<month>\d{1,2})\2(?P<day>\d{1,2})|(?P<monthday>\d{4}))(?![\d.])"
)
_TO = re.compile(r"\s*(?:[-—–~至到]+|to|through|until|till)\s*", re.IGNORECASE)
_AND = re.compile(r"\s*(?:和|与|and)\s*", re.IGNORECASE)
_BETWEEN_BEFORE = re.compile(r"\bbetween $", re.IGNORECASE)
_FROM = re.compile(r"(?:[从自]|\b(?:from|between) )$", re.IGNORECASE)
_WITHIN = re.compile(r"^\s*(?:之间|期间)")
_SINCE_AFTER = re.compile(r"^\s*(?:以来|起(?!诉|来|点)|至今|开始)")
_AFTER_AFTER = re.compile(r"^\s*(?:之后|以后|后(?!勤|台|续|备))")
_BEFORE_AFTER = re.compile(r"^\s*(?:之前|以前|前(?![\d一二两三四五六七八九十几后往]))")
_SINCE_BEFORE = re.compile(r"\bsince $", re.IGNORECASE)
_AFTER_BEFORE = re.compile(r"\bafter $", re.IGNORECASE)
_BEFORE_BEFORE = re.compile(r"\b(?:before|prior to|until|till) $", re.IGNORECASE)

_PLAN_AFTER = re.compile(
    r"^[^，,。?；;]{0,4}(?:规划|目标|远景|计划|愿景)|^ (?:\w+ )?(?:vision|plan|targets?|goals?)\b",
    re.IGNORECASE,
)
_PLAN_BEFORE = re.compile(r"(?:[到至]|力争|截[至止])\s*$|\bby (?:the end of )?$", re.IGNORECASE)

_DAYS = "\ue000"  # stands for a period's words where they are looked at among the others
_NEWS = (
    "报纸|报刊|报道|报导|新闻(?!发布|发言|出版|联播|中心|办|媒体|网|记者|工作|奖|学)"
    "|[日晚早晨]报(?!社)|头版|要闻|版面|见报|消息(?!人士|源)"
)
_EXPLICIT = re.compile(
    rf"{_DAYS}(?:当[天日]|[这那][天日])?(?:出版|发行|刊[出登发载]|见报|发表|印)?的?"
    rf"(?:《[^《》]*报》|[\u4e00-\u9fff]{{0,4}}?(?:{_NEWS}))"
    rf"|{_DAYS}[\u4e00-\u9fff]{{0,8}}?有(?:什么|哪些|啥|何)(?:[\u4e00-\u9fff]{{2}}的?)?(?:{_NEWS})"
    rf"|(?:报》|{_NEWS})在?{_DAYS}的?(?:{_NEWS}|刊|登|上|这一期)"
    rf"|{_DAYS}(?:['’]s)? (?:news)?papers?\b"
    rf"|{_DAYS}(?:['’]s)? (?:edition|issue|headlines?|front page)\b"
    rf"|{_DAYS}(?:['’]s)? news\b(?! (?:conference|agency|release|briefing|media|outlet|site))"
    rf"|{_DAYS}['’]s (?:stories|articles?|coverage)\b"
    r"|\b(?:news|(?:news)?papers?|headlines|front page)"
    rf"(?: (?:of|from|for|on|in|dated|since|between|before|after|during|about))? (?:the )?{_DAYS}"
    rf"|\b(?:edition|issue|stories|articles?|coverage)(?: (?:of|from|dated|since|between))? {_DAYS}"
    rf"|\bpapers? (?:say|report|write|print|publish)\b[^?.;]{{0,60}} (?:on|in|for) {_DAYS}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A period and where its words stand, half-open."""

    start: int
    end: int
    period: Period


def periods_in(question: str, today: date) -> tuple[Period, ...]:
    """The periods that a question in Chinese or English names, in its order.

    Words such as 昨天 and “last week” count from `today`; a date without its year is the last such
    one, and repeats. A date the calendar doesn't have names none. `explicit` is set where the words
    of the date belong to news, a paper or an edition (12月23日的报纸, “yesterday's paper”), not to
    an event (12月23日召开的会议).
    """
    text = closed_up(simplified(unicodedata.normalize("NFKC", question)))
    found = _bounded(text, _ranges(text, _named(text, today)), today)
    return tuple(_weighed(text, one) for one in found)


def _named(text: str, today: date) -> list[_Found]:
    """Single expressions, in order; of those that overlap, the one that begins first, and of those
    the longest. One that names no day there is (2月30日) hides what it overlaps, too."""
    found = sorted(_all_named(text, today), key=lambda one: (one[0], -one[1]))
    kept: list[_Found] = []
    last = 0
    for start, end, period in found:
        if start >= last:
            last = end
            if period:
                kept.append(_Found(start, end, period))
    return kept


def _all_named(text: str, today: date) -> Iterator[tuple[int, int, Period | None]]:
    for match in _PRINTED.finditer(text):
        number = match["monthday"] or f"{int(match['month']):02}{int(match['day']):02}"
        yield *match.span(), periods.day(int(match["year"]), int(number[:2]), int(number[2:]))
    for pattern, resolve in (*date_words_chinese.RULES, *date_words_english.RULES):
        for match in pattern.finditer(text):
            words = "words" if "words" in pattern.groupindex else 0
            yield *match.span(words), resolve(match, today)


def _ranges(text: str, found: list[_Found]) -> list[_Found]:
    """The periods, with two as one that are joined by 至, “to”, or 和 and “and” between which they
    stand."""
    ranges: list[_Found] = []
    for one in found:
        first = ranges[-1] if ranges else None
        period = _range(text, first, one) if first else None
        if first and period:
            start = _start_with(_FROM, text, first.start)
            end = one.end + _length(_WITHIN, text[one.end :])
            ranges[-1] = _Found(start, end, period)
        else:
            ranges.append(one)
    return ranges


def _range(text: str, first: _Found, last: _Found) -> Period | None:
    link = text[first.end : last.start]
    between = _BETWEEN_BEFORE.search(text[: first.start]) or _WITHIN.match(text[last.end :])
    if not _TO.fullmatch(link) and not (between and _AND.fullmatch(link)):
        return None
    return periods.joined(first.period, last.period)


def _bounded(text: str, found: list[_Found], today: date) -> Iterator[_Found]:
    """The periods, with those opened to one side that the question opens: 以来, before."""
    for one in found:
        before, after = text[: one.start], text[one.end :]
        start, end, period = one.start, one.end, one.period
        if _SINCE_AFTER.match(after) or _SINCE_BEFORE.search(before):
            end += _length(_SINCE_AFTER, after)
            start = _start_with(_SINCE_BEFORE, text, _start_with(_FROM, text, start))
            period = _until_today(period, period.start, today)
        elif _AFTER_AFTER.match(after) or _AFTER_BEFORE.search(before):
            end += _length(_AFTER_AFTER, after)
            start = _start_with(_AFTER_BEFORE, text, start)
            period = _until_today(period, period.end, today)
        elif _BEFORE_AFTER.match(after) or _BEFORE_BEFORE.search(before):
            end += _length(_BEFORE_AFTER, after)
            start = _start_with(_BEFORE_BEFORE, text, start)
            period = _open(period, date.min, period.start)
        yield _Found(start, end, period)


def _until_today(period: Period, start: date, today: date) -> Period:
    return _open(period, start, periods.after(today, 1))


def _open(period: Period, start: date, end: date) -> Period:
    """A period with one side open; as it was where nothing would be left of it."""
    if start >= end:
        return period
    return replace(period, start=start, end=end, repeats="never")


def _weighed(text: str, found: _Found) -> Period:
    period = found.period
    if period.strength != VAGUE and _is_explicit(text, found):
        return replace(period, explicit=True)
    plan = _PLAN_AFTER.match(text[found.end :]) or _PLAN_BEFORE.search(text[: found.start])
    if plan or _is_quoted(text, found):
        return replace(period, strength=min(period.strength, LITTLE))
    return period


def _is_explicit(text: str, found: _Found) -> bool:
    if _is_quoted(text, found):
        return False
    shape = text[: found.start] + _DAYS + text[found.end :]
    return _EXPLICIT.search(shape) is not None


def _is_quoted(text: str, found: _Found) -> bool:
    return masked(text)[found.start : found.end].strip(HIDDEN) == ""


def _length(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match else 0


def _start_with(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.search(text[:start])
    return match.start() if match else start
