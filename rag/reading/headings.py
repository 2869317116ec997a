"""Headlines: which lines above or below a story are its heading, and how they read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.reading.bylines import parse_names
from rag.reading.characters import CLOSERS, HAN, ends_sentence, ends_with_full_stop, is_han
from rag.reading.layout import Column, Line, breaks_at_width, is_full, overflows
from rag.reading.spacing import close_up

_MAX_LINE = 60
_MAX_LINES = 5
_SHORTEST_HEADLINE = 4.0
_OWN_WORDS = 0.6
# What stands under a story and is no headline: sources, credits, contacts, web pages' own words.
_TASKS = (
    "作者|编辑|责编|校对|制图|供图|图源|摄影|撰文|监制|审核|统筹|策划|出品|编审|终审|记者|通讯员"
)
_CREDIT = re.compile(
    rf"来源\s*[：:]|(?:^|[\s·。【\[])(?:[{HAN}]{{0,4}}(?:{_TASKS})|[文图摄])\s*[：:/丨|]"
    r"|(?:电话|热线|联系方式|邮箱|微信号?|网址|版权说明|版权声明|免责声明)\s*[：:]"
    rf"|^[（(].*[）)]$|^[【\[][^】\]]{{0,4}}(?:{_TASKS}|来源)[】\]]|(?<!^)@|https?:|www\."
    r"|(?:供图|资料图片?|摄)$|分享[让到]|扫码(?:关注|阅读|查看)|点击(?:查看|进入)|阅读原文"
    r"|(?<!\d)(?:0\d{2,3}\s*[-－—]?\s*\d{7,8}|1[3-9]\d{9})$"
)
# Words of web pages under a text that a line may break inside.
_WEB_WORDS = re.compile(r"分享[让到]更多人看到|返回[^，。]{2,4}，查看更多")
_WEB_LINES = 3
_REPORTER_CREDIT = re.compile(rf"^[{HAN}·/（）()]{{2,16}}(?:记者|通讯员)\s*(.+)$")
# Ends that a text may have without a full stop: a closing bracket, a telephone number, an address.
_ENDED = re.compile(r"[）)】]$|\d{5,}$|@[\w.-]+\.[a-z]{2,}$")
_UNFINISHED = tuple("，、；,;：:")
_OPEN, _CLOSE = "“‘《〈（(「『【", "”’》〉）)」』】"
_COUPLET = range(4, 13)
# A line of that share of a heading's largest type belongs to the headline.
_AS_LARGE = 0.85


@dataclass(frozen=True, slots=True)
class Heading:
    """A story's headline and the smaller line above it, empty where there is none."""

    kicker: str = ""
    headline: str = ""


def heading_below(
    lines: Sequence[Line], column: Column, *, certain: bool, story: str | None = None
) -> int:
    """How many of the last lines are a heading rather than the text above them.

    certain: whether a heading must stand here (an article starts right after), so that its last
    line is one unless it is a credit or ends with 。 story: the text that the heading would belong
    to; None where it is that of the lines themselves. A line that might go on with the text above
    is a heading if it is made of the story's words.
    """
    first = _after_text(lines)
    while first < len(lines) and _above_is_open(lines, first):
        own = _words(lines[:first]) if story is None else story
        shared = shared_words(lines[first].compact, own)
        goes_on = is_full(lines[first - 1], lines[first], column)
        if shared >= _OWN_WORDS or (not goes_on and (shared or first == len(lines) - 1)):
            break
        first += 1
    while first < len(lines) - 1 and _is_text_above_heading(lines, first, column):
        first += 1
    count = min(len(lines) - first, _MAX_LINES)
    if not count and certain and lines and not lines[-1].ends:
        last = lines[-1].text
        return int(not ends_with_full_stop(last) and not is_credit(last))
    return count


def heading_above(lines: Sequence[Line], column: Column) -> int:
    """How many of the first lines are a heading rather than the text below them."""
    count = 0
    for line, below in pairwise(lines[: _MAX_LINES + 1]):
        fits = is_full(line, below, column) and not overflows(line, column)
        if not may_be_heading(line) or (fits and count):
            break
        count += 1
    return count


def headings_wrap(
    headings: Sequence[Sequence[Line]], texts: Sequence[Sequence[Line]], column: Column
) -> bool:
    """Whether the page breaks its headings at the column's width, as it does its text.

    It does if none is wider and most of the lines that are exactly as long as the column lets them
    be break inside words: their text holds the two characters that the break parts, or what is
    left over is too short to be a headline. A kicker may be that long by chance.
    """
    if any(line.width > column.width + 1.0 for heading in headings for line in heading):
        return False
    breaks = [
        below.width < _SHORTEST_HEADLINE or above.compact[-1] + below.compact[0] in _words(text)
        for heading, text in zip(headings, texts, strict=True)
        for above, below in pairwise(heading)
        if breaks_at_width(above, below, column)
    ]
    return bool(breaks) and 2 * sum(breaks) >= len(breaks)


def read_heading(lines: Sequence[Line], column: Column, *, wrapped: bool) -> Heading:
    """The kicker and the headline that a heading's lines print.

    Of two lines the first is the kicker, unless both are one headline: its halves as a couplet, a
    line that breaks inside a quotation, a subtitle after a dash, or, where `wrapped` says that the
    page breaks its headings at the column's width, a full line.
    """
    if not lines:
        return Heading()
    texts = [_printed(line, column) for line in lines]
    joined = [texts[0]]
    for (above, below), printed in zip(pairwise(lines), texts[1:], strict=True):
        if (wrapped and breaks_at_width(above, below, column)) or _open_quote(joined[-1]):
            joined[-1] += printed
        elif printed.startswith("—") or _couplet(joined[-1], printed):
            joined[-1] += " " + printed
        else:
            joined.append(printed)
    if len(joined) == 1:
        return Heading("", joined[0])
    return Heading(joined[0], " ".join(joined[1:]))


def heading_by_size(lines: Sequence[Line], sizes: Sequence[float], column: Column) -> Heading:
    """The heading that lines print whose sizes of type are known, one a line.

    The largest lines are the headline, with a subtitle after a dash; the smaller ones the kicker.
    """
    largest = max(sizes, default=0.0)
    kicker: list[str] = []
    headline: list[str] = []
    for line, size in zip(lines, sizes, strict=True):
        printed = _printed(line, column)
        if size >= _AS_LARGE * largest or (headline and printed.startswith("—")):
            if headline and _open_quote(headline[-1]):
                headline[-1] += printed
            else:
                headline.append(printed)
        else:
            kicker.append(printed)
    return Heading(" ".join(kicker), " ".join(headline))


def _words(lines: Sequence[Line]) -> str:
    return "".join(line.compact for line in lines)


def shared_words(heading: str, text: str) -> float:
    """The share of the heading's pairs of 汉字 that the text holds, 0 to 1."""
    pairs = {a + b for a, b in pairwise(heading) if is_han(a) and is_han(b)}
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0


def _printed(line: Line, column: Column) -> str:
    printed = line.printed
    return close_up(printed, 0, len(printed), chinese=column.chinese, heading=True).text


def _after_text(lines: Sequence[Line]) -> int:
    """The number of the first line after the last one that can't be a heading."""
    for i in range(len(lines) - 1, -1, -1):
        if _ends_web_words(lines, i):
            return i + 1
        last = i == len(lines) - 1
        if lines[i].ends or (not may_be_heading(lines[i]) and not (last and _asks(lines[i]))):
            return i + 1
    return 0


def _ends_web_words(lines: Sequence[Line], number: int) -> bool:
    """Whether a line ends with such words, which may begin on a line above."""
    words = _words(lines[max(number + 1 - _WEB_LINES, 0) : number + 1])
    return any(match.end() == len(words) for match in _WEB_WORDS.finditer(words))


def _asks(line: Line) -> bool:
    """Whether it ends with ？ or ！, as a headline may and a kicker doesn't."""
    return line.text.rstrip(CLOSERS).endswith(("？", "！", "?", "!", "…")) and "。" not in line.text


def may_be_heading(line: Line) -> bool:
    """Whether a line has nothing that a heading can't have."""
    text = line.text
    if len(text) > _MAX_LINE or "。" in text or text.endswith(_UNFINISHED) or ends_sentence(text):
        return False
    if not any(is_han(c) for c in text) and not sum(c.isalpha() for c in text) >= 4:
        return False
    return text[0] not in "（(" and not is_credit(text)


def is_credit(text: str) -> bool:
    """Whether a line names a source, a photographer, an editor or an address."""
    if _CREDIT.search(text):
        return True
    reporter = _REPORTER_CREDIT.match(text)
    return reporter is not None and bool(parse_names(reporter.group(1)))


def _above_is_open(lines: Sequence[Line], number: int) -> bool:
    """Whether the line above leaves its sentence open."""
    if not number:
        return False
    above = lines[number - 1]
    closed = above.ends or ends_sentence(above.text) or _ENDED.search(above.text)
    return not closed


def _is_text_above_heading(lines: Sequence[Line], number: int, column: Column) -> bool:
    """Whether a line that could be a heading is a text's end: it asks, or it is the first of a
    paragraph that breaks over more than two lines."""
    line = lines[number]
    if _asks(line):
        return True
    full = 0
    for above, below in zip(lines[number:], lines[number + 1 :], strict=False):
        if not is_full(above, below, column) or overflows(above, column):
            break
        full += 1
    return full >= 2


def _open_quote(text: str) -> bool:
    return any(
        text.count(opening) > text.count(closing)
        for opening, closing in zip(_OPEN, _CLOSE, strict=True)
    )


def _couplet(first: str, second: str) -> bool:
    """Two short lines of as many 汉字 each and nothing else, as a headline's halves are set."""
    return (
        len(first) == len(second)
        and len(first) in _COUPLET
        and all(is_han(character) for character in first + second)
    )
