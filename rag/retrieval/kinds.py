"""The kinds of answer that questions want, and whether a text holds one."""

import re
from collections.abc import Callable, Mapping
from typing import Literal

from rag.retrieval.folding import HANZI
from rag.retrieval.names import names_a_person

AnswerKind = Literal[
    "who", "when", "where", "number", "percent", "money", "list", "decision", "other"
]

_HAS_HANZI = re.compile(f"[{HANZI}]")

OPEN_KIND = 0.5  # what `holds_kind` says where nothing can be told

_COUNTED = "个名位人次项家条天年间座台辆所米公里种类场支批届吨亩户"
# A question may name what it asks for, as 大桥通车时间？ does, unless another word asks (how, who).
_NAMES = "^(?!.*(?:为什么|为何|为啥|怎|如何|什么.{0,8}(?:影响|导致)|谁|哪)).*"
_END = "[？?。\\s]*$"
_SEVERAL = "特点|特征|机制|措施|方面|要求|建议|内容|问题|困难|活动|项目"


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


def _holds(*alternatives: str) -> Callable[[str], bool]:
    pattern = _pattern(*alternatives)
    return lambda text: pattern.search(text) is not None


_ASKED: Mapping[AnswerKind, re.Pattern[str]] = {
    "percent": _pattern(
        "百分之几|百分之多少|百分比|占比|比例是|[率幅]是?多少",
        "what per ?cent|what percentage",
    ),
    "money": _pattern(
        "多少[万亿]*元|多少钱|多少资金",
        "(?:投资|资金|造价|费用|金额|预算|[产总]值|收入|工资|月薪|票价|价格)[^，。？]{0,4}(?:多少|几元)",
        r"how much (?:money|\w+ .* costs?\b|was .* (?:spent|invested|paid))",
        r"(?:what|how much) (?:is|was) .*\b(?:budget|salary|cost|price|fare|wage|investment)s?\b",
    ),
    "when": _pattern(
        "何时|什么时[候间]|哪一?[天年月日]|几月|几[号点]|几时|哪个(?:月|时)|什么日[子期]|时间是",
        f"{_NAMES}(?:时间|日期)(?:分别|[和与及、]|(?<!多少时间)(?<!长时间){_END})",
        r"\bwhen\b|(?:what|which) (?:date|time|day|year|month)",
    ),
    "number": _pattern(
        f"多少|几[{_COUNTED}]|多[大高长远久重]",
        f"{_NAMES}(?:人[数次]|数量|总[数量额]|产量|销量|票房){_END}",
        "how (?:many|much|long|large|big|far|tall|old|often)|what (?:number|amount)",
    ),
    "who": _pattern("谁|哪一?位|哪些人|何人|什么人|哪个人", r"\bwho(?:m|se)?\b"),
    "where": _pattern(
        "哪里|哪儿|何[地处]|在哪|什么地方|哪个(?:城市|国家|地区|省|县|区|村|镇)",
        r"\bwhere\b|which (?:city|country|place|town|village)",
    ),
    "decision": _pattern(
        "(?:什么|哪些|哪个|何种)(?:样的)?(?:决定|决议|方案|文件)|决定了什么",
        "(?:通过|审议|批准|出台|研究)了?(?:什么|哪些)",
        r"\bdecid|\bdecision|\bapprov|\badopt|\bpassed?\b",
    ),
    "list": _pattern(
        f"哪些|哪几|哪[两二三四五六七八九十]|什么(?:{_SEVERAL})",
        r"which (?:\w+ )?\w+s\b|what (?:\w+ )?\w+s\b|\blist\b",
    ),
}

_holds_date = _holds(
    r"\d{1,4}年|\d{1,2}月|\d{1,2}[日号]|\d{4}|[一二三四五六七八九十〇○]年",
    "[今明去前昨]年|[今昨明][日天]|上午|下午|晚|星期|周[一二三四五六日末]",
    "[春夏秋冬]|节|世纪|时[期代]|末年",
)
_holds_number = _holds(rf"\d|[一二三四五六七八九十百千万亿两半数多][个倍套大成多余{_COUNTED}]|分之")
_holds_money = _holds("元|镑|港币|人民币|资金")

_HOLDS: Mapping[AnswerKind, Callable[[str], bool]] = {
    "who": names_a_person,
    "when": _holds_date,
    "where": _holds("[省市县区镇乡村街路州国岛山河湖港]|位于|地处|在.{1,12}举[行办]"),
    "number": _holds_number,
    "percent": _holds(r"\d\s*[%％]|百分之|个百分点"),
    "money": lambda text: _holds_money(text) and _holds_number(text),
    "list": _holds("、.{1,24}[、和及]|；|”“|》《|一是|首先|包括|分别"),
    "decision": _holds("决定|审议通过|通过了?《|决议|批准|同意|审定|敲定|明确了?|印发|出台"),
}
FIGURES: frozenset[AnswerKind] = frozenset({"when", "number", "percent", "money"})

# Measure words that may stand for one another after a figure.
_SAME_UNITS = (
    "名人位个",
    "家个",
    "座个处",
    "次场届",
    "项个条",
    "所个",
    "支个",
    "米里",
    "天日",
    "辆台",
)
_UNIT_ASKED = re.compile(rf"(?:多少|几)(?:[十百千万亿]*)([{_COUNTED}])")
# "For how many years" is not answered by the year 2016.
_YEARS = re.compile(r"(?:多少|几)年")
_SPAN_OF_YEARS = r"(?<!\d)\d{1,3}\s*多?年|[一二三四五六七八九十百两数]多?年"
_FIGURE = r"[\d一二三四五六七八九十百千万亿两零〇.][多余]?\s{0,9}"
_GRAIN_ASKED = {
    "日": re.compile(r"哪一?[天日]|几[号日]|what (?:day|date)|which (?:day|date)", re.IGNORECASE),
    "年": re.compile(r"哪一?年|(?:what|which) year", re.IGNORECASE),
    "月": re.compile(r"几月|哪个月|(?:what|which) month", re.IGNORECASE),
}
_GRAIN = {"日": "[日号天]", "年": "年", "月": "月"}


def asked_kinds(question: str) -> frozenset[AnswerKind]:
    """What a question in simplified Chinese or English wants; {"other"} where nothing tells."""
    found = {kind for kind, pattern in _ASKED.items() if pattern.search(question)}
    if found & {"percent", "money"}:
        found.discard("number")
    return frozenset(found) or frozenset({"other"})


def holds_kind(kinds: frozenset[AnswerKind], text: str) -> float:
    """1 where a text in simplified Chinese holds a kind asked for, 0 where not; OPEN_KIND where any
    answer will do, and for a text in another language, of which nothing can be told."""
    closed = kinds - {"other"}
    if not closed or not _HAS_HANZI.search(text):
        return OPEN_KIND
    return float(any(_HOLDS[kind](text) for kind in closed))


def lacks_figure(question: str, kinds: frozenset[AnswerKind], text: str) -> bool:
    """Whether a date, number, percentage or sum is asked for and a text in simplified Chinese has
    none of the kind, or none with the unit that the question names (名, 日, 年 …). False for a text
    in another language."""
    asked = kinds & FIGURES
    if not asked or not _HAS_HANZI.search(text):
        return False
    if not any(_HOLDS[kind](text) for kind in asked):
        return True
    if _YEARS.search(question):
        return re.search(_SPAN_OF_YEARS, text) is None
    units = _asked_units(question) if asked <= {"number", "when"} else ""
    return bool(units) and re.search(f"{_FIGURE}{units}", text) is None


def _asked_units(question: str) -> str:
    """The units that the figure asked for may have, as a character class; empty where any may."""
    for grain, pattern in _GRAIN_ASKED.items():
        if pattern.search(question):
            return _GRAIN[grain]
    unit = _UNIT_ASKED.search(question)
    if unit is None:
        return ""
    same = {other for units in _SAME_UNITS if unit[1] in units for other in units}
    return f"[{''.join(sorted(same | {unit[1]}))}]"
