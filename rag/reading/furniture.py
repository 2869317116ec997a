"""What a page prints about itself: date line, editors, page label, masthead."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.reading.characters import HAN
from rag.reading.dates import full_dates
from rag.reading.jumps import jump_lines
from rag.reading.layout import Line

_STAFF = (
    r"(?:(?:执行|本版|值班|责任|见习|本期)?(?:总?编辑|主编|编委)|责编|版式(?:设计)?|版面(?:设计)?|组版|排版"
    r"|美编|美术编辑|校对|审校|审读|检校|统筹|制图)"
)
# Names run on to the next label: a page set close shows no space between them.
_STAFF_NAMES = re.compile(rf"{_STAFF}[：:/][{HAN}·、]{{2,24}}?(?={_STAFF}[：:/]|$|[^{HAN}·、])")
_STAFF_SPACED = re.compile(
    rf"(?:(?:^|\s+){_STAFF}\s+[{HAN}]{{2,4}}(?:\s+[{HAN}]{{2,4}}){{0,2}}?){{2,}}"
)
_DAY = (
    r"(?:\d{4}|[〇○零一二三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月"
    r"[\d一二三四五六七八九十]{1,3}日|\d{4}[-./]\d{1,2}[-./]\d{1,2}"
)
_WEEKDAY = r"[（(]?(?:星期|周|礼拜)[一二三四五六日天][）)]?"
_STRONG = re.compile(
    rf"(?:{_DAY})/?{_WEEKDAY}|{_WEEKDAY}(?:{_DAY})"
    r"|第[A-Z]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})版|版次[：:]?[A-Z]?\d{1,3}"
    r"|(?:今日|本期)\d+版|国内统一(?:连续出版物|刊)号[：:]?(?:CN)?[\d-]+|邮发代号[：:]?[\d-]+"
    r"|(?:新闻|报料|广告|发行|服务)热线[：:]?[\d-]+|投稿邮箱[：:]?[\w.@-]+"
)
# Pieces that count as furniture only beside a strong one.
_WEAK = re.compile(
    rf"{_DAY}|{_WEEKDAY}|(?:总第|第)\d+期|农历[^\d|]{{4,12}}|[A-Z]?\d{{1,3}}版?|[|｜丨/·:：（）()▶►]"
)
_MASTHEAD = re.compile(
    rf"[{HAN}]{{2,10}}(?:日报|晚报|早报|晨报|时报|周报|商报|导报|快报|新报|都市报|青年报|农民报|教育报|"
    r"文化报|科技报)"
)
_PARTED = r"[·:：|｜/]?"
_SECTION = re.compile(
    rf"[{HAN}]{{2,6}}{_PARTED}[A-Z]?\d{{1,3}}版?|[A-Z]?\d{{1,3}}版?{_PARTED}[{HAN}]{{2,6}}"
)
_LABEL = re.compile(
    rf"第(?P<nth>[A-Z]?\d{{1,3}})版|版次[：:]?(?P<named>[A-Z]?\d{{1,3}})"
    rf"|(?:^|[{HAN}]){_PARTED}(?P<last>[A-Z]?\d{{2,3}})版?$"
    rf"|^(?P<first>[A-Z]?\d{{2,3}})版?{_PARTED}[{HAN}]"
)
_NUMBERING = re.compile(rf"{_DAY}|(?:总第|第)\d+期|(?:今日|本期)\d+版|{_STAFF}[：:/][{HAN}·、]+")
_EDGE = 8
_SECTION_NAME = 6


@dataclass(frozen=True, slots=True)
class Furniture:
    """What the page says about itself, and the numbers of the lines that say it. Empty strings
    where it says nothing; `page` stands without leading zeros."""

    lines: frozenset[int]
    issue_date: date | None
    publication: str
    page: str


def find_furniture(lines: Sequence[Line]) -> Furniture:
    """The page's furniture.

    A line is furniture when little is left of it once the pieces that only furniture prints are
    taken out. A section's name, a number, a bare date or a masthead counts only where it touches
    such a line at the page's head or foot; a bare date also where it opens the page.
    """
    jumps = jump_lines(lines)
    lines = [line for line in lines if line.number not in jumps]
    found = {i for i, line in enumerate(lines) if is_furniture(line)}
    if lines and re.fullmatch(_DAY, lines[0].compact):
        found.add(0)
    edges = [*range(min(_EDGE, len(lines))), *range(max(len(lines) - _EDGE, 0), len(lines))]
    grown = True
    while grown:
        beside = {
            i
            for i in edges
            if i not in found and {i - 1, i + 1} & found and _is_weak(lines[i].compact)
        }
        found |= beside
        grown = bool(beside)
    rows = [lines[i].compact for i in sorted(found)]
    return Furniture(
        frozenset(lines[i].number for i in found),
        next((day for row in rows for day in full_dates(row)), None),
        next((name for row in rows if (name := masthead(row))), ""),
        next((label for row in rows if (label := _page_label(row))), ""),
    )


def is_furniture(line: Line) -> bool:
    """Whether a line prints furniture, whatever stands beside it."""
    if len(line.compact) > 100:
        return False
    rest, spaced = _STAFF_SPACED.subn("|", line.text)
    rest, pieces = _STRONG.subn("|", rest.replace(" ", ""))
    rest, names = _STAFF_NAMES.subn("|", rest)
    if not spaced + pieces + names:
        return False
    rest = _WEAK.sub("", rest)
    return re.fullmatch(rf"[{HAN}]{{0,{_SECTION_NAME}}}", rest) is not None or (
        _MASTHEAD.match(rest) is not None
    )


def _is_weak(compact: str) -> bool:
    return (
        not _WEAK.sub("", compact)
        or _MASTHEAD.fullmatch(compact) is not None
        or _SECTION.fullmatch(compact) is not None
    )


def masthead(compact: str) -> str:
    """The paper's name that a line without spaces begins with; empty where it begins with none."""
    match = _MASTHEAD.match(_WEAK.sub("", compact))
    return match.group() if match else ""


def _page_label(compact: str) -> str:
    match = _LABEL.search(_NUMBERING.sub("|", compact))
    if match is None:
        return ""
    label = next(group for group in match.groups() if group)
    return label.lstrip("0") or label
