"""What a question says of dates: which days, and whether it asks for their news or their events."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import rjieba

from rag.retrieval import date_words_chinese, date_words_english, periods
from rag.retrieval.folding import closed_up
from rag.retrieval.issues_asked import asks_for_issues, belongs_to_a_plan
from rag.retrieval.periods import LITTLE, VAGUE, Period
from rag.retrieval.quoted import HIDDEN, masked
from store.segmentation import simplified

_PRINTED = re.compile(
    r"(?<![\d.])(?P<year>\d{4})(?:([-./])(?P<month>\d{1,2})\2(?P<day>\d{1,2})|(?P<monthday>\d{4}))(?![\d.])"
)
_TO = re.compile(r"\s*(?:[-—–~至到]+|to|through|until|till)\s*", re.IGNORECASE)
_AND = re.compile(r"\s*(?:和|与|and)\s*", re.IGNORECASE)
_LISTED = re.compile(
    r"\s*(?:的?(?:、|和|与|及|以及|或|或者)|,? ?(?:and|or)|&)\s*(?:(?:on|in|of|from) )?(?:the )?",
    re.IGNORECASE,
)
_BETWEEN_BEFORE = re.compile(r"\bbetween $", re.IGNORECASE)
_FROM = re.compile(r"(?:[从自]|\b(?:from|between) )$", re.IGNORECASE)
_WITHIN = re.compile(r"\s*(?:之间|期间)")
_SINCE_AFTER = re.compile(r"\s*(?:以来|起|至今|开始)")
_AFTER_AFTER = re.compile(r"\s*(?:之后|以后|后)")
_BEFORE_AFTER = re.compile(r"\s*(?:之前|以前|前(?![\d一二两三四五六七八九十几]))")
_SINCE_BEFORE = re.compile(r"\bsince $", re.IGNORECASE)
_AFTER_BEFORE = re.compile(r"\bafter $", re.IGNORECASE)
_BEFORE_BEFORE = re.compile(r"\b(?:before|prior to|until|till) $", re.IGNORECASE)
_LEADS = re.compile("[于从自在到至由]")
_BOUND = re.compile("以来|至今|[之以][前后]|[之期]间|同期|来|[春夏秋冬][天季节]|要闻|新闻")
_REACH = 20  # characters before a date that hold what opens or bounds it


@dataclass(frozen=True, slots=True)
class _Found:
    """A period and where its words stand, half-open."""

    start: int
    end: int
    period: Period


@dataclass(frozen=True, slots=True)
class NamedDate:
    """A date that a text names. start, end: where its words stand there, half-open, with those that
    bound it (以来, since). period: the days as named, before they are bounded. bound: those words,
    empty where there are none. explicit: as a Period is."""

    start: int
    end: int
    period: Period
    bound: str
    explicit: bool


@dataclass(frozen=True, slots=True)
class _Text:
    """A question as its dates are looked for. shown: without what it quotes. starts, ends: where
    the segmenter has words begin and end."""

    text: str
    shown: str
    starts: frozenset[int]
    ends: frozenset[int]

    def before(self, at: int) -> str:
        """The characters before a place, as far back as a date's own words go."""
        return self.text[max(0, at - _REACH) : at]


def periods_in(question: str, today: date) -> tuple[Period, ...]:
    """The periods that a question in Chinese or English names, in its order.

    Words such as 昨天 and “last week” count from `today`; a date without its year is the last such
    one, and repeats. A date the calendar doesn't have names none, nor do words within other words
    (本年 in 日本年轻人). `explicit` is set where the words of the date belong to news, a paper or
    an edition (12月23日的报纸, “yesterday's paper”), not to an event (12月23日召开的会议); dates
    joined by 和, “and” or “or” are explicit together.
    """
    text = _read(as_read(question))
    found = _listed(text.text, _ranges(text, _named(text, today)))
    bounded = list(_bounded(text, found, today))
    return tuple(period for run in _runs(text.text, bounded) for period in _weighed(text, run))


def as_read(question: str) -> str:
    """The question as its dates are looked for: NFKC, simplified characters, closed up."""
    return closed_up(simplified(unicodedata.normalize("NFKC", question)))


def named_dates(text: str, today: date) -> tuple[NamedDate, ...]:
    """The dates that a text, given `as_read`, names, in its order, with their places there; none of
    what it quotes."""
    read = _read(text)
    found = _listed(text, _ranges(read, _named(read, today)))
    bounded = list(_bounded(read, found, today))
    weighed = [period for run in _runs(text, bounded) for period in _weighed(read, run)]
    return tuple(
        NamedDate(
            start=wide.start,
            end=wide.end,
            period=one.period,
            bound=text[wide.start : one.start] + text[one.end : wide.end],
            explicit=period.explicit,
        )
        for one, wide, period in zip(found, bounded, weighed, strict=True)
        if not _is_quoted(read, one)
    )


def dates_named(question: str, today: date) -> tuple[str, ...]:
    """The words of the dates that a question names, in its order: in simplified characters, with
    what joins or bounds them (3月5日至7日)."""
    text = _read(as_read(question))
    found = _bounded(text, _listed(text.text, _ranges(text, _named(text, today))), today)
    return tuple(text.text[one.start : one.end].strip() for one in found)


def _read(text: str) -> _Text:
    """The text with the edges of its words, also of those that the segmenter joins to a date.

    A figure begins one, 年, 月, 日 or 号 after it ends one (日本 in 5日本市), and what leads to a
    date or bounds it stands alone (于本周, 今年以来).
    """
    edges, at = {0}, 0
    # Its guesses at words that it doesn't know would join dates to what stands before them.
    for word in rjieba.cut(text, False):
        at += len(word)
        edges.add(at)
    digits = (match.start() for match in re.finditer(r"\d", text))
    led = (match.end() for match in _LEADS.finditer(text) if match.start() in edges)
    dated = (match.end() for match in re.finditer(r"\d[年月日号]", text))
    bound = (match.start() for match in _BOUND.finditer(text) if match.end() in edges)
    starts, ends = edges.union(digits, led), edges.union(dated, bound)
    return _Text(text, masked(text), frozenset(starts), frozenset(ends))


def _named(text: _Text, today: date) -> list[_Found]:
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


def _all_named(text: _Text, today: date) -> Iterator[tuple[int, int, Period | None]]:
    for match in _PRINTED.finditer(text.text):
        number = match["monthday"] or f"{int(match['month']):02}{int(match['day']):02}"
        yield *match.span(), periods.day(int(match["year"]), int(number[:2]), int(number[2:]))
    for pattern, resolve in date_words_chinese.RULES:
        for match in _whole_words(pattern, text):
            yield *match.span(), resolve(match, today)
    for pattern, resolve in date_words_english.RULES:
        for match in pattern.finditer(text.text):
            words = "words" if "words" in pattern.groupindex else 0
            yield *match.span(words), resolve(match, today)


def _whole_words(pattern: re.Pattern[str], text: _Text) -> Iterator[re.Match[str]]:
    """Matches that begin and end where words do, each as long as it can be: 2006年 in 2006年底特律,
    and none in 十月革命."""
    at = 0
    while match := pattern.search(text.text, at):
        whole = _shortened(pattern, match, text) if match.start() in text.starts else None
        if whole:
            yield whole
        at = whole.end() if whole else match.start() + 1


def _shortened(pattern: re.Pattern[str], match: re.Match[str], text: _Text) -> re.Match[str] | None:
    """The match, or the longest one from its start that ends where a word does."""
    found: re.Match[str] | None = match
    while found and found.end() not in text.ends:
        found = pattern.match(text.text, found.start(), found.end() - 1)
    return found


def _ranges(text: _Text, found: Iterable[_Found]) -> list[_Found]:
    """The periods, with two as one that are joined by 至, “to”, or 和 and “and” between which they
    stand."""
    ranges: list[_Found] = []
    for one in found:
        first = ranges[-1] if ranges else None
        period = _range(text, first, one) if first else None
        if first and period:
            start = _start_with(_FROM, text, first.start)
            end = _end_with(_WITHIN, text, one.end)
            ranges[-1] = _Found(start, end, period)
        else:
            ranges.append(one)
    return ranges


def _range(text: _Text, first: _Found, last: _Found) -> Period | None:
    link = text.text[first.end : last.start]
    between = _BETWEEN_BEFORE.search(text.before(first.start)) or _WITHIN.match(text.text, last.end)
    if not _TO.fullmatch(link) and not (between and _AND.fullmatch(link)):
        return None
    return periods.joined(first.period, last.period)


def _listed(text: str, found: Iterable[_Found]) -> list[_Found]:
    """The periods, with those days completed that follow another in a list: 3月5日和6日."""
    listed: list[_Found] = []
    for one in found:
        if listed and _LISTED.fullmatch(text, listed[-1].end, one.start):
            one = replace(one, period=periods.listed_after(listed[-1].period, one.period))
        listed.append(one)
    return listed


def _runs(text: str, found: Iterable[_Found]) -> list[list[_Found]]:
    """The periods, with those together that one list holds."""
    runs: list[list[_Found]] = []
    for one in found:
        if runs and _LISTED.fullmatch(text, runs[-1][-1].end, one.start):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _bounded(text: _Text, found: Iterable[_Found], today: date) -> Iterator[_Found]:
    """The periods, with those opened to one side that the question opens: 以来, before."""
    for one in found:
        start, end, period = one.start, one.end, one.period
        if _bounds(_SINCE_BEFORE, _SINCE_AFTER, text, one):
            end = _end_with(_SINCE_AFTER, text, end)
            start = _start_with(_SINCE_BEFORE, text, _start_with(_FROM, text, start))
            period = _until_today(period, period.start, today)
        elif _bounds(_AFTER_BEFORE, _AFTER_AFTER, text, one):
            end = _end_with(_AFTER_AFTER, text, end)
            start = _start_with(_AFTER_BEFORE, text, start)
            period = _until_today(period, period.end, today)
        elif _bounds(_BEFORE_BEFORE, _BEFORE_AFTER, text, one):
            end = _end_with(_BEFORE_AFTER, text, end)
            start = _start_with(_BEFORE_BEFORE, text, start)
            period = _open(period, date.min, period.start)
        yield _Found(start, end, period)


def _bounds(before: re.Pattern[str], after: re.Pattern[str], text: _Text, found: _Found) -> bool:
    return bool(
        before.search(text.before(found.start)) or _end_with(after, text, found.end) > found.end
    )


def _until_today(period: Period, start: date, today: date) -> Period:
    return _open(period, start, periods.after(today, 1))


def _open(period: Period, start: date, end: date) -> Period:
    """A period with one side open; as it was where nothing would be left of it."""
    if start >= end:
        return period
    return replace(period, start=start, end=end, repeats="never")


def _weighed(text: _Text, run: Sequence[_Found]) -> Iterator[Period]:
    """The periods of one list, explicit together, each as strong as what is said of it."""
    explicit = not any(_is_quoted(text, one) for one in run) and asks_for_issues(
        text.text, run[0].start, run[-1].end
    )
    for one in run:
        period = one.period
        if explicit and period.strength != VAGUE:
            yield replace(period, explicit=True)
        elif _is_quoted(text, one) or belongs_to_a_plan(text.text, one.start, one.end):
            yield replace(period, strength=min(period.strength, LITTLE))
        else:
            yield period


def _is_quoted(text: _Text, found: _Found) -> bool:
    return text.shown[found.start : found.end].strip(HIDDEN) == ""


def _end_with(pattern: re.Pattern[str], text: _Text, end: int) -> int:
    """Where a period's words end with what follows them, if that ends where a word does: 起 in
    5月6日起, not in 5月6日起火."""
    match = pattern.match(text.text, end)
    return match.end() if match and match.end() in text.ends else end


def _start_with(pattern: re.Pattern[str], text: _Text, start: int) -> int:
    match = pattern.search(text.before(start))
    return start - len(match.group()) if match else start
