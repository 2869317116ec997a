"""When what a sentence tells of happened: the day, month or year that its words or article give."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.answering.resolved_dates import numeral, resolved_dates
from rag.indexing.chunking import split_sentences
from rag.retrieval import periods
from rag.retrieval.periods import Period
from rag.retrieval.quoted import HIDDEN, masked
from rag.timeline_types import EventDate
from rag.types import Article, Span

SHORTEST_PART = 6
"""Characters of a part of a sentence that is told as an event of its own."""
DAYS_OF_MONTH = 31

_DIGITS = str.maketrans("０１２３４５６７８９○零号", "0123456789〇〇日")
_HAN = "〇一二三四五六七八九"
_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_TO = r"\s*[-—–~～至到]+\s*"
# 2019年3月5日, 2019年3月5日至8日, 2019年3至5月, 2019年上半年, 2019年; 同年5月, of a year before it.
_PRINTED = re.compile(
    rf"(?<!\d)(?:(?P<year>\d{{4}}|[{_HAN}]{{4}})\s*年|(?P<same>同年|当年))(?![代龄轻])"
    rf"(?:\s*(?P<month>{_NUMBER})(?:{_TO}(?P<last_month>{_NUMBER}))?\s*月"
    rf"(?:\s*(?P<day>{_NUMBER})(?:\s*日?{_TO}(?P<last_day>{_NUMBER}))?\s*日)?"
    r"|(?P<part>上半年|下半年))?"
    r"|(?<!\d)(?P<iso>\d{4}-\d{1,2}-\d{1,2})(?!\d)"
)
_PARTS = {"上半年": (1, 6), "下半年": (7, 12)}
# A time that the words don't resolve, at the front of a sentence.
_OPEN = re.compile(rf"^[^，。；]{{0,8}}?(?:{_NUMBER}\s*[月日]|次年|翌年|当[天日晚]|此[前后])")
_CLAUSE = re.compile("[，。；：！？,;:!?\n]")
# What a date is only measured from or by, or part of a name: it is no day of the news.
_BEFORE_BACKGROUND = re.compile(r"(?:[自从较比按与同]|相比|同比|对比|不低于|生于)$")
_AFTER_BACKGROUND = re.compile(
    r"^(?:以来|至今|起至今|开始至今|同期|相比|的?(?:目标|规划|计划|预算|工作要点)|[—–-]|版|款|级|届|年度)"
)
_TO_COME = re.compile(r"[将拟]|定于|预计|预期|计划|有望|力争|确保|争取|目标")
_BY = re.compile(r"^(?:\s*(?:年)?底)?(?:之前|前|内)")


@dataclass(frozen=True, slots=True)
class DatedPart:
    """A sentence of an article, or a part of it that tells of a day of its own."""

    span: Span
    when: EventDate


@dataclass(frozen=True, slots=True)
class _Named:
    """A time that a sentence names, where in the article, and whether the news is of it."""

    start: int
    end: int
    period: Period
    inferred: bool
    background: bool
    planned: bool

    @property
    def counts(self) -> bool:
        """Whether it dates what is told; of what is planned, only a day does (6月1日通车), and not
        when it is to be done by (年底前完成)."""
        return not self.background and not (self.planned and _breadth(self.period))


def dated_parts(article: Article) -> dict[Span, tuple[DatedPart, ...]]:
    """Every sentence of an article with the parts that have a day of their own, mostly one; none
    where neither its words nor its article tell of any day, or its words leave open which.

    A sentence that begins each of its parts with a day (3月启动，10月建成) is several parts. Of
    several times it is dated by the first of the narrowest, but for those that it only measures
    from (自2019年以来, 较去年).
    """
    dated: dict[Span, tuple[DatedPart, ...]] = {}
    carried: EventDate | None = None
    last_end = 0
    for start, end in split_sentences(article.text):
        if "\n" in article.text[last_end:start]:
            carried = None
        last_end = end
        span = Span(article.id, start, end)
        named = list(_named(article, span, carried))
        parts = _parts(article, span, [one for one in named if one.counts])
        if not parts and not _is_open(article, span, named):
            fallback = carried or _of_article(article)
            parts = (DatedPart(span, fallback),) if fallback else ()
        elif parts and not parts[-1].when.planned:
            carried = _carried(parts[-1].when)
        dated[span] = parts
    return dated


def _named(article: Article, span: Span, carried: EventDate | None) -> Iterator[_Named]:
    """The times that a sentence names, in order: those with their year, and those resolved."""
    text = masked(article.text[span.start : span.end].translate(_DIGITS))
    year = carried.first.year if carried else None
    found: list[tuple[int, int, Period, bool]] = []
    for match in _PRINTED.finditer(text):
        if match["year"]:
            year = _year(match["year"])
        period = _period(match, year)
        if period and HIDDEN not in match.group():
            found.append((*match.span(), period, False))
    for one in resolved_dates(article, span):
        start, end = one.start - span.start, one.end - span.start
        if not any(start < other[1] and other[0] < end for other in found):
            found.append((start, end, Period(one.first, periods.after(one.last, 1)), one.inferred))
    for start, end, period, inferred in sorted(found, key=lambda item: item[0]):
        clause = _CLAUSE.split(text[:start])[-1]
        after = text[end:]
        ahead = _TO_COME.search(clause) or _TO_COME.match(after) or _BY.match(after)
        yield _Named(
            span.start + start,
            span.start + end,
            period,
            inferred,
            bool(
                _BEFORE_BACKGROUND.search(text[:start])
                or _AFTER_BACKGROUND.match(after)
                or _is_around(period, article)
            ),
            _is_to_come(period, article, ahead is not None),
        )


def _is_around(period: Period, article: Article) -> bool:
    """Whether a time is no more than a wide one around the article's own day: 今年."""
    told = article.event_date or article.issue_date
    return bool(told and _breadth(period) > 1 and period.start <= told < period.end)


def _is_to_come(period: Period, article: Article, ahead: bool) -> bool:
    """Whether a time was to come when it was told. ahead: its clause says so."""
    told = article.issue_date or article.event_date
    return ahead if told is None else period.start > told or (ahead and period.end > told)


def _parts(article: Article, span: Span, named: Sequence[_Named]) -> tuple[DatedPart, ...]:
    """The sentence in parts that each begin with a time of their own, or whole by its narrowest."""
    if not named:
        return ()
    heads = [one for one in named if _begins_clause(article, span, one)]
    cuts = [span.start, *(_clause_start(article, span, one) for one in heads[1:]), span.end]
    apart = len(heads) > 1 and all(end - start >= SHORTEST_PART for start, end in pairwise(cuts))
    if apart and len(heads) == len(named):
        spans = [Span(span.article_id, start, end) for start, end in pairwise(cuts)]
        return tuple(DatedPart(part, _told(one)) for part, one in zip(spans, heads, strict=True))
    narrow = min(named, key=lambda one: (one.planned, _breadth(one.period), one.start))
    return (DatedPart(span, _told(narrow)),)


def _told(one: _Named) -> EventDate:
    last = periods.before(one.period.end, 1)
    return EventDate(one.period.start, last, "sentence", one.inferred, one.planned)


def _breadth(period: Period) -> int:
    """0 for days, 1 for months, 2 for more: the narrower tells more of when."""
    return 0 if period.days < 28 else 1 if period.days <= DAYS_OF_MONTH else 2


def _begins_clause(article: Article, span: Span, one: _Named) -> bool:
    return _clause_start(article, span, one) == one.start


def _clause_start(article: Article, span: Span, one: _Named) -> int:
    before = article.text[span.start : one.start]
    return span.start + len(before) - len(_CLAUSE.split(before)[-1].lstrip())


def _is_open(article: Article, span: Span, named: Sequence[_Named]) -> bool:
    """Whether a sentence begins with a time that its words don't resolve."""
    text = masked(article.text[span.start : span.end].translate(_DIGITS))
    match = _OPEN.search(text)
    if match is None or _TO_COME.search(match.group()) or _BY.match(text[match.end() :]):
        return False
    return not any(
        one.start - span.start < match.end() and match.start() < one.end - span.start
        for one in named
    )


def _carried(when: EventDate) -> EventDate:
    return EventDate(when.first, when.last, "before", inferred=True, planned=False)


def _of_article(article: Article) -> EventDate | None:
    """The day that an article tells of, else the one it was printed on."""
    if article.event_date:
        return EventDate(article.event_date, article.event_date, "article", True, False)
    if article.issue_date:
        return EventDate(article.issue_date, article.issue_date, "issue", True, False)
    return None


def _period(match: re.Match[str], year: int | None) -> Period | None:
    if match["iso"]:
        return periods.day(*(int(part) for part in match["iso"].split("-")))
    if year is None:
        return None
    if match["part"]:
        return periods.months(year, *_PARTS[match["part"]])
    if not match["month"]:
        return periods.months(year, 1, 12)
    month = numeral(match["month"])
    if match["day"]:
        first = periods.day(year, month, numeral(match["day"]))
        return periods.through(first, numeral(match["last_day"])) if match["last_day"] else first
    last = numeral(match["last_month"]) if match["last_month"] else month
    return periods.months(year, month, last)


def _year(text: str) -> int:
    return int("".join(str(_HAN.index(one)) if one in _HAN else one for one in text))
