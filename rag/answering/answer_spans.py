"""Spans of a Chinese sentence that may be what a question asks for: times and amounts.

All that looks like one is found, so that it can be told where a sentence has more than one; not all
of it may be given as an answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_HAN_DIGITS = "零〇一二三四五六七八九"
_HAN_NUMBER = f"{_HAN_DIGITS}十百千万亿两半几数"
_SMALL = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_TO = r"\s*[-—–~～至到]+\s*"
_YEAR = (
    rf"(?:公元前?\s*)?(?:(?<![\d.,])\d{{1,4}}|(?<![{_HAN_NUMBER}])[{_HAN_DIGITS}]{{4}})\s*年(?!代)"
)
_DAY = rf"{_SMALL}\s*月\s*{_SMALL}\s*[日号]"
_MONTH = rf"{_SMALL}\s*月(?:份|初[一二三四五六七八九十]|[初底末]|[上中下]旬)?"
_PART = "上半年|下半年|第?[一二三四]季度|年?[初底末]|[春夏秋冬](?!节)[天季]?"
_HALF_DAY = "[上下中]午|晚上?|凌晨|傍晚|清晨|早[上晨]|深夜"
_CLOCK = rf"{_SMALL}\s*[时点](?:\s*{_SMALL}\s*分|[整半])?|\d{{1,2}}[:：]\d\d"
_HOUR = rf"(?:(?:{_HALF_DAY})?\s*(?:{_CLOCK})|{_HALF_DAY})"
_CENTURY = (
    r"(?:公元前?\s*)?(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*世纪"
    rf"(?:\s*(?:\d0|[{_HAN_DIGITS}]十)\s*年代)?(?:中叶|[初末早中晚]期?|[前后]半叶)?"
)
_TIME = re.compile(
    # 万历十一年二月: of a reign; where its name begins is not known.
    rf"(?P<reign>(?:元|[一二三四五六七八九十]{{1,3}})年\s*(?:[正闰腊]|[春夏秋冬]|{_SMALL}\s*月))"
    rf"|(?P<date>(?<!\d)\d{{4}}{_TO}\d{{4}}\s*年(?!代)"
    rf"|(?:{_YEAR}|[今去前明]年)\s*(?:{_DAY}|{_MONTH}|{_PART})?(?:\s*{_HOUR})?"
    rf"|{_DAY}(?:\s*{_HOUR})?|{_MONTH}|[昨今前明][天日晚](?:\s*{_HOUR})?|{_CENTURY}"
    rf"|(?<!\d)\d{{3}}0\s*年代)"
    rf"|(?P<hour>{_HOUR})"
    rf"|(?P<loose>(?<![\d.,])(?:1\d|20)\d\d(?![\d.,%％])|{_SMALL}\s*日|[同次翌当]年|[春中]秋?节|元旦)"
)
_BETWEEN_TIMES = re.compile(r"\s*(?:[-—–~～至到]+|、|和|及|或)?\s*")
_BOUND = re.compile(r"\s*(?:[之以]?[前后]|以来|起|期?间|左右|许)")

UNITS = (
    "[%％]|个?(?:百分点|摄氏度|平方公里|平方千米|平方米|立方米|公里|千米|厘米|毫米|英里|英尺|海里|公顷|公斤|千克|"
    "千瓦时|千瓦|载重吨|标准箱|毫升|美元|欧元|英镑|日元|港元|元|分钟|小时|星期|周岁|批次|人次|架次|班次|车次|"
    "[名位人次项家条天年间座台辆所米里种类场支批届吨亩户分秒岁倍只头匹艘架部集首篇本册份张颗棵株层枚段级期"
    "章节站处村镇县市省国克斤尺度周套片对句日月门栋幢起宗件道瓶桶箱包盒列趟遍股笔款票席双副升岗班])|个"
)
"""Units and measure words, as alternatives of a pattern."""
_FIGURE = (
    r"(?:\d[\d,，]*(?:\.\d+)?\s*(?:[十百万亿]|千(?![瓦米克])){0,3}"
    rf"|(?:[{_HAN_DIGITS}十百万亿两半几数]|千(?![瓦米克]))+)"
)
_AMOUNT = re.compile(
    r"(?:(?:大约|约|将近|接近|近|超过?|逾|不足|不到|至少|最多|多达|高达)\s*)?"
    rf"(?<![第\d.{_HAN_NUMBER}])(?P<figure>{_FIGURE}(?:{_TO}{_FIGURE})?)[多余来]?\s*(?P<unit>{UNITS})?(?:多|左右|以[上下内])?"
)


@dataclass(frozen=True, slots=True)
class Time:
    """A time at start:end. grains: those of 年, 月, 日 and 时 that it says. whole: it may be taken
    as it stands; not so a bare 下午, nor the month of a reign."""

    start: int
    end: int
    grains: frozenset[str]
    whole: bool


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount at start:end, with what qualifies it (约50万名). figure: its digits or hanzi alone.
    unit: without 个; "" where none follows."""

    start: int
    end: int
    figure: str
    unit: str


def times(text: str) -> list[Time]:
    """The times in a text, in order; those that one range or list joins are one."""
    found: list[Time] = []
    for match in _TIME.finditer(text):
        end = match.start() + len(match[0].rstrip())
        one = Time(match.start(), end, _grains(match[0]), match.lastgroup == "date")
        last = found[-1] if found else None
        if last and _BETWEEN_TIMES.fullmatch(text, last.end, one.start):
            one = Time(last.start, one.end, last.grains | one.grains, last.whole)
            found.pop()
        found.append(one)
    return [replace(one, end=_bounded(text, one.end)) for one in found]


def amounts(text: str) -> Iterator[Amount]:
    """The amounts in a text, in order; an ordinal is none."""
    for match in _AMOUNT.finditer(text):
        unit = (match["unit"] or "").replace("％", "%")
        end = match.start() + len(match[0].rstrip())
        yield Amount(match.start(), end, match["figure"], unit.removeprefix("个") or unit)


def _grains(text: str) -> frozenset[str]:
    said = text.replace("号", "日").replace("天", "日").replace("点", "时").replace(":", "时")
    return frozenset(grain for grain in "年月日时" if grain in said)


def _bounded(text: str, end: int) -> int:
    """Where a time ends with what bounds it: 以来, 前."""
    bound = _BOUND.match(text, end)
    return bound.end() if bound else end
