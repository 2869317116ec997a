"""What on a page speaks against the way it was split into articles, measured."""

import re
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields
from itertools import pairwise
from math import log
from statistics import fmean, median
from typing import TypeVar

from rag.reading import bylines
from rag.reading.articles import FoundArticle
from rag.reading.characters import ends_sentence, is_han
from rag.reading.headings import may_be_heading, shared_words
from rag.reading.layout import Line, is_full, measure, overflows
from rag.reading.leftovers import lines_of_articles, unassigned

_T = TypeVar("_T")

_FAINT = 0.2
# A headline given to the wrong article is that of one printed near it.
_NEAR = 4
_SHORT_BODY = 60
_SHORTEST_HEADING = 6
_SHORTEST_HEADLINE, _LONGEST_HEADLINE = 4, 45
# What chance alone makes of the pairs across line breaks.
_CHANCE = 0.1
_LEAST_JOINS = 20
_LEAST_PAIRS = 100
_LONG = 4.0
_OPENINGS, _CLOSINGS = "“‘《「『（【", "”’》」』）】"
_ENDED = re.compile(r"[）)】]$|\d$|[a-z]$")
_NO_HEADLINE_END = re.compile(r"[，、；。：,;]$")
_NO_TEXT_START = re.compile(r"[，。、；：！？”’）》】」』]")


@dataclass(frozen=True, slots=True)
class SplitSignals:
    """Each 0 to 1, 0 where nothing is wrong.

    no_headline, no_byline, short, open_start, open_end, unpaired: the shares of articles without a
    headline; without a byline and a lead, where others have one; with hardly any text; that begin
    or end within a sentence; with a quotation or bracket that isn't closed or not opened.
    odd_headline, foreign_headline, faint_headline: the shares of headlines that are no headline by
    their length or last sign; that are made of a near article's words more than of their own's;
    that share hardly a word with their article. buried: articles begun inside others, for each
    article. inner_headings: lines inside texts that look like headings, for each article. outsized:
    how much longer the longest is than the usual one, beyond four times. unassigned: the share of
    the page's characters that no article has. broken_lines: the share of lines inside texts that
    break off early within a sentence. torn: how much rarer the pairs of 汉字 across line breaks
    stand elsewhere on the page than pairs within lines do. unsure: what recognition lacks of being
    certain, on average.
    """

    no_headline: float = 0.0
    no_byline: float = 0.0
    short: float = 0.0
    open_start: float = 0.0
    open_end: float = 0.0
    unpaired: float = 0.0
    odd_headline: float = 0.0
    foreign_headline: float = 0.0
    faint_headline: float = 0.0
    buried: float = 0.0
    inner_headings: float = 0.0
    outsized: float = 0.0
    unassigned: float = 0.0
    broken_lines: float = 0.0
    torn: float = 0.0
    unsure: float = 0.0

    def values(self) -> tuple[float, ...]:
        """The signals in the order of `names`."""
        return astuple(self)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """What the signals are called, in their order."""
        return tuple(field.name for field in fields(cls))


def split_signals(
    lines: Sequence[Line], found: Sequence[FoundArticle], confidences: Sequence[float] = ()
) -> SplitSignals:
    """The signals of a page. lines: those that its articles were found among. found: at least one
    article. confidences: of recognition, 0 to 1, of its lines."""
    texts = ["".join(article.body.text.split()) for article in found]
    headlines = ["".join(article.heading.headline.split()) for article in found]
    named = [bool(article.byline or article.dateline) for article in found]
    headed = [pair for pair in zip(headlines, range(len(found)), strict=True) if pair[0]]
    own = [shared_words(headline, texts[number]) for headline, number in headed]
    others = [
        max(
            (
                shared_words(headline, texts[near])
                for near in range(max(number - _NEAR, 0), min(number + _NEAR + 1, len(texts)))
                if near != number
            ),
            default=0.0,
        )
        for headline, number in headed
    ]
    lined = lines_of_articles(lines, found)
    loose = sum(len(line.compact) for line in unassigned(lines, found))
    return SplitSignals(
        no_headline=_share(headlines, lambda headline: not headline),
        no_byline=_share(named, lambda has_one: not has_one) if any(named) else 0.0,
        short=_share(texts, lambda text: len(text) < _SHORT_BODY),
        open_start=_share(texts, lambda text: _NO_TEXT_START.match(text) is not None),
        open_end=_share(texts, lambda text: not ends_sentence(text) and not _ENDED.search(text)),
        unpaired=_share(texts, _is_unpaired),
        odd_headline=_share([headline for headline, _ in headed], _is_odd),
        foreign_headline=_share(
            list(zip(own, others, strict=True)), lambda pair: pair[1] > pair[0]
        ),
        faint_headline=_share(own, lambda share: share < _FAINT),
        buried=min(sum(_buried(article) for article in found) / len(found), 1.0),
        inner_headings=min(sum(map(_inner_headings, lined)) / len(found), 1.0),
        outsized=_outsized([len(text) for text in texts]),
        unassigned=loose / max(sum(len(line.compact) for line in lines), 1),
        broken_lines=_broken(lined),
        torn=_torn(lines, lined),
        unsure=1.0 - fmean(confidences) if confidences else 0.0,
    )


def _share(items: Sequence[_T], test: Callable[[_T], bool]) -> float:
    return sum(map(test, items)) / len(items) if items else 0.0


def _is_unpaired(text: str) -> bool:
    return any(
        text.count(opening) != text.count(closing)
        for opening, closing in zip(_OPENINGS, _CLOSINGS, strict=True)
    )


def _is_odd(headline: str) -> bool:
    fits = _SHORTEST_HEADLINE <= len(headline) <= _LONGEST_HEADLINE
    return not fits or _NO_HEADLINE_END.search(headline) is not None


def _buried(article: FoundArticle) -> int:
    """How many paragraphs inside the text open as an article does, or name who wrote one."""
    paragraphs = article.body.text.split("\n")
    opening = sum(
        bylines.opens_story("".join(text.split())) or bool(bylines.marked_byline(text))
        for text in paragraphs[1:]
        if text
    )
    return opening + sum(bool(bylines.closing_names(text)[0]) for text in paragraphs[:-1])


def _inner_headings(lines: Sequence[Line]) -> int:
    """How many lines between a sentence's end and another line could be headings."""
    column = measure(lines)
    return sum(
        ends_sentence(above.text)
        and may_be_heading(line)
        and len(line.compact) >= _SHORTEST_HEADING
        and (not is_full(line, below, column) or overflows(line, column))
        for above, line, below in zip(lines, lines[1:], lines[2:], strict=False)
    )


def _outsized(lengths: Sequence[int]) -> float:
    """0 up to four times the usual length, 1 from forty times on."""
    if len(lengths) < 2:
        return 0.0
    usual = max(median(lengths), 1)
    return min(max(log(max(lengths) / usual / _LONG, 10), 0.0), 1.0) if max(lengths) else 0.0


def _broken(lined: Sequence[Sequence[Line]]) -> float:
    broken = joins = 0
    for lines in lined:
        column = measure(lines)
        if not column.width:
            continue
        for line, following in pairwise(lines):
            joins += 1
            broken += not ends_sentence(line.text) and not is_full(line, following, column)
    return broken / joins if joins else 0.0


def _torn(lines: Sequence[Line], lined: Sequence[Sequence[Line]]) -> float:
    """1 minus how often the pairs across line breaks stand elsewhere on the page, set against how
    often those within lines do."""
    counts: dict[str, int] = {}
    for line in lines:
        for a, b in pairwise(line.compact):
            counts[a + b] = counts.get(a + b, 0) + 1
    inside = [counts[pair] for pair in _pairs(lines) if counts[pair]]
    across = [
        counts.get(above.compact[-1] + below.compact[0], 0) > 0
        for article in lined
        for above, below in pairwise(article)
        if is_han(above.compact[-1]) and is_han(below.compact[0])
    ]
    usual = sum(count > 1 for count in inside) / max(len(inside), 1)
    if len(across) < _LEAST_JOINS or len(inside) < _LEAST_PAIRS or not usual:
        return 0.0
    torn = 1.0 - sum(across) / len(across) / usual - _CHANCE
    return min(max(torn, 0.0) / (1.0 - _CHANCE), 1.0)


def _pairs(lines: Sequence[Line]) -> list[str]:
    return [a + b for line in lines for a, b in pairwise(line.compact) if is_han(a) and is_han(b)]
