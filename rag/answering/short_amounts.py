"""The amount that a question asks for, in the sentence that answers it."""

import re
from collections.abc import Callable

from rag.answering.answer_spans import UNITS, Amount, amounts
from rag.answering.assertions import (
    HANZI,
    clause,
    clause_bounds,
    is_current,
    is_done,
    is_whole,
)
from rag.answering.short_question import (
    LIGHT_VERBS,
    OTHERS_WITH,
    VERB_TAGS,
    Question,
    Stretch,
    says,
    tagged_words,
)

_LINKS = "(?:[是有为达约共了到过]|达到|一共|总共)*"
_COUNT = r"(?:多少|几)[十百千万亿]*\s*"
_UNIT_ASKED = re.compile(
    rf"(?P<measured>{HANZI}{{2}})?{_LINKS}{_COUNT}(?P<unit>{UNITS})的?(?P<counted>{HANZI}{{0,2}})"
)
_COUNTED = re.compile(rf"{_COUNT}(?P<counted>{HANZI}{{2}})")
_IN_ALL = "(?:一共|总共|共)?"
# 人口有多少, 面积是多少
_MEASURED = re.compile(rf"(?P<measured>{HANZI}{{2}}){_IN_ALL}[是有为达约]?(?:多少|几何)[？?]?$")
_LINK = rf"{_IN_ALL}(?:[是有为达约共计]|达到|约为)?\s*$"
# What an amount must be of where the question says so: there is an opposite.
_CHANGES = ("增", "减", "升", "降", "涨", "跌", "进口", "出口")
_DIMENSIONS = (
    (re.compile("多大年[纪龄]|(?:时|年龄|今年|岁数)[是有]?多大"), "岁|周岁"),
    (re.compile("多久(?![之以]?前)|多长时间"), "年|月|天|日|小时|分钟|秒|周|星期"),
    (re.compile("多远"), "公里|千米|里|米|英里"),
    (re.compile("多高"), "米|厘米"),
)
_SAME_UNITS = (
    {"名", "位", "人"}, {"家", "个"}, {"场", "次"}, {"辆", "台"}, {"天", "日"}, {"公里", "千米"},
    {"周", "星期"}, {"平方公里", "平方千米"}, {"公斤", "千克"}, {"岁", "周岁"},
)  # fmt: skip


def amount(question: Question, text: str) -> Stretch | None:
    """The only amount in the sentence that is of what is asked for and isn't the question's."""
    asked = question.text
    fits = _fitting(asked, text)
    found = [one for one in amounts(text) if fits(one) and not says(one.figure, asked)]
    if len(found) != 1 or not found[0].unit or OTHERS_WITH.search(text[: found[0].start]):
        return None  # 分别为6.5万、8.5万人次: the last of several
    start, end = found[0].start, found[0].end
    said = clause(text, start, end)
    if any(change in asked and change not in said for change in _CHANGES):
        return None
    if not all(one(asked, text, start, end) for one in (is_done, is_current, is_whole)):
        return None
    return (start, end) if _verbs_beside(asked) <= _verbs_said(asked, said) else None


def _verbs_beside(asked: str) -> frozenset[str]:
    """The verbs right before and behind what asks for an amount."""
    place = re.search("多少|几|多[大久远高长]", asked)
    if place is None:
        return frozenset()
    before = tagged_words(asked[: place.start()].rstrip("了过出到"))
    adjacent = [word for word, tag in before[-1:] if tag in VERB_TAGS]
    return frozenset((*adjacent, *_verbs(asked[place.end() :])[:1])) - LIGHT_VERBS


def _verbs_said(asked: str, said: str) -> frozenset[str]:
    return frozenset(verb for verb in _verbs(asked) if verb in said)


def _verbs(text: str) -> list[str]:
    return [
        word for word, tag in tagged_words(text) if tag in VERB_TAGS and word not in LIGHT_VERBS
    ]


def _fitting(asked: str, text: str) -> Callable[[Amount], bool]:
    """What tells the amounts of a sentence that a question may ask for: their unit, what they
    count, or what they are the measure of."""
    if unit := _UNIT_ASKED.search(asked):
        units = _same_units(unit["unit"].removeprefix("个") or unit["unit"])
        of = unit["counted"] if len(unit["counted"]) == 2 else unit["measured"] or ""
        return lambda one: one.unit in units and of in clause(text, one.start, one.end)
    if counting := _COUNTED.search(asked):
        counted = counting["counted"]
        return lambda one: text[one.end :].lstrip().startswith(counted)
    if measuring := _MEASURED.search(asked):
        link = re.compile(measuring["measured"] + _LINK)
        return lambda one: link.search(text[: one.start]) is not None
    units = frozenset(
        unit for asks, units in _DIMENSIONS if asks.search(asked) for unit in units.split("|")
    )
    return lambda one: one.unit in units and _says_no_more(text, one.start, asked)


def _says_no_more(text: str, start: int, asked: str) -> bool:
    """Whether a clause names nothing before an amount but what the question names, and has the
    amount stand for itself: 任职的44天 are days told of, not how long somebody was in office."""
    before = text[clause_bounds(text, start, start)[0] : start]
    named = (word for word, tag in tagged_words(before) if tag[:1] == "n")
    return not before.endswith("的") and all(word in asked for word in named)


def _same_units(unit: str) -> frozenset[str]:
    return frozenset({unit}.union(*(same for same in _SAME_UNITS if unit in same)))
