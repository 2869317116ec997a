"""The short answer to a question: the one span of the kind asked for in the sentence that answers.

Given only where it is near certain. How often it is right is measured in docs/answering.md.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import rjieba

from rag.answering.answer_spans import UNITS, Amount, amounts, times
from rag.answering.extractive import Evidence
from rag.answering.offices import office_start
from rag.answering.verification_names import named_spans
from rag.retrieval.dictionary import pairs
from rag.retrieval.folding import fold
from rag.retrieval.kinds import AnswerKind
from rag.retrieval.people import people_in
from rag.retrieval.query import Query
from rag.retrieval.quoted import masked
from rag.types import Language, Span
from store.segmentation import simplified

SURE: Mapping[AnswerKind, float] = {"when": 0.4, "where": 0.4, "number": 0.4, "who": 0.55}
"""The probability of answering that the sentence must have, by the kind asked for."""

_WIDE = str.maketrans("０１２３４５６７８９．", "0123456789.")
_DIGITS = re.compile(r"\d+")
_HANZI = "[\u4e00-\u9fff]"

# Of a question that asks for one thing there is one.
_ASKS = re.compile("多少|几|多[大长久远高]|谁|哪|何|什么|怎|为啥")

_WHEN_ASKED = re.compile(
    r"何时|什么时[候间]|哪一?[天年月日]|几月|几[号点]|几时|什么日[子期]|时间是|时间[？?]?$"
    r"|^(?:since |until |by |in |on |from )?(?:when|(?:what|which) (?:date|time|day|year|month))\b",
    re.IGNORECASE,
)
_GRAIN_ASKED = {
    "日": re.compile(r"哪一?[天日]|几[号日]|(?:what|which) (?:day|date)", re.IGNORECASE),
    "年": re.compile(r"哪一?年|(?:what|which) year", re.IGNORECASE),
    "月": re.compile(r"几月|哪个?月|(?:what|which) month", re.IGNORECASE),
    "时": re.compile(r"几[点时]|what time", re.IGNORECASE),
}

_AND = re.compile("[和与及、]")
_VERB_TAGS = ("v", "vd")
_LIGHT_VERBS = frozenset(("是", "有", "为", "会", "将", "可", "能", "在", "开始", "正式"))
_YEAR = re.compile(r"(?<!\d)(?:1\d|20)\d\d(?=\s*年|\D)")
# What was to be, and until when something is so, are not when it is.
_OTHERWISE = re.compile("原定|原计划|推迟|延期|延后|改期|取消|提前至|可能|或将|或许|最快|最早|有望")
# Of whoever asks, which may not be the article's.
_FROM_TODAY = re.compile("[今去前明]年|[今昨前明]天|[上本下]个?[周月]")
# Of the report, not of what it tells: 1月22日电.
_OF_REPORT = re.compile(r"\s*(?:[电讯]|消息|报道|[-—])")
_UNTIL = re.compile(r"(?:截[至止]|不晚于|最迟|至今|此前)\s*$")

# Neither whose, nor several.
_WHO_ASKED = re.compile(r"^(?!.*(?:都有谁|有哪|哪些)).*(?:谁(?!的)|哪一?位|何人)")
_WHO_DOES = re.compile(rf"谁(?:来|在|会|曾)?({_HANZI}{{2}})")
_PERSON_TAG = re.compile("nr")
_WITH_OTHERS = re.compile(r"\s*(?:、|和|与|及|以及|等|一行|一起)")
_NEAR = 4  # characters behind a name that hold what denies it
_DENIED = re.compile("[没未不非]|拒绝")
_OTHERS_WITH = re.compile(r"(?:、|和|与|及|以及)\s*$")

_WHERE = "(?:哪里|哪儿|何[处地]|什么地方|哪个地方)"
_WHERE_DONE = re.compile(rf"在{_WHERE}(?P<verb>{_HANZI}{{2}})[？?]?$")
_WHERE_LIES = re.compile(
    rf"(?:(?P<verb>坐落[于在]|地处|{_HANZI}{{1,2}}于)|在|地址是){_WHERE}[？?]?$"
)
_LIES = "位于|坐落于|坐落在|地处"
# To the end of the clause: what 的 follows may be the beginning of a place alone.
_PLACE = r"(?P<place>[^，。；、：！？“”（）()的\s]{2,30})"

# A time, or under whom or what: 在…主持下召开.
_NO_PLACE = re.compile("(?:[年月日时下中后前上]|期间|世纪|年代)$")

_LINKS = "(?:[是有为达约共了到过]|达到|一共|总共)*"
_COUNT = r"(?:多少|几)[十百千万亿]*\s*"
_UNIT_ASKED = re.compile(
    rf"(?P<measured>{_HANZI}{{2}})?{_LINKS}{_COUNT}(?P<unit>{UNITS})的?(?P<counted>{_HANZI}{{0,2}})"
)
_COUNTED = re.compile(rf"{_COUNT}(?P<counted>{_HANZI}{{2}})")
_IN_ALL = "(?:一共|总共|共)?"
# 人口有多少, 面积是多少
_MEASURED = re.compile(rf"(?P<measured>{_HANZI}{{2}}){_IN_ALL}[是有为达约]?(?:多少|几何)[？?]?$")
_LINK = rf"{_IN_ALL}(?:[是有为达约共计]|达到|约为)?\s*$"
# What an amount must be of where the question says so: there is an opposite.
_CHANGES = ("增", "减", "升", "降", "涨", "跌", "进口", "出口")
_CLAUSE_MARK = re.compile(r"[，；。：！？;:!?]|,(?!\d)")
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

_Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Question:
    """A question as it is held against a sentence: in simplified characters, with the verbs that
    may say in Chinese what it asks of."""

    text: str
    verbs: frozenset[str]


_Finder = Callable[[_Question, str], _Stretch | None]


@dataclass(frozen=True, slots=True)
class Short:
    """A short answer before it is cited: a stretch of an article, of the kind asked for."""

    kind: AnswerKind
    span: Span


def short_answer(query: Query, best: Evidence) -> Short | None:
    """The short answer in the sentence that answers best; None where it is not near certain, and
    for kinds of answers of which that couldn't be shown."""
    asked = _plain(query.text)
    if len(query.kinds) != 1 or len(_ASKS.findall(asked)) > 1 or "分别" in asked:
        return None
    if _tells_other_year(asked, best.text):
        return None
    (kind,) = query.kinds
    find = _FINDERS[query.language].get(kind)
    if find is None or best.probability < SURE[kind]:
        return None
    forms = [form for term in query.terms for form, _ in term.forms]
    verbs = (word for form in (asked, *forms) for word, tag in _words(form) if tag[:1] == "v")
    place = find(_Question(asked, frozenset(verbs) - _LIGHT_VERBS), best.text.translate(_WIDE))
    if place is None:
        return None
    start, end = place
    return Short(kind, Span(best.span.article_id, best.span.start + start, best.span.start + end))


def _tells_other_year(asked: str, text: str) -> bool:
    """Whether a sentence tells years and none of those that the question does."""
    wanted, told = set(_YEAR.findall(asked)), set(_YEAR.findall(text))
    return bool(wanted and told) and not wanted & told


def _time(question: _Question, text: str) -> _Stretch | None:
    """The only time in the sentence that the question doesn't name itself."""
    asked = question.text
    if not _WHEN_ASKED.search(asked) or _AND.search(asked) or _FROM_TODAY.search(asked):
        return None
    told = [time for time in times(text) if not _is_in(text[time.start : time.end], asked)]
    grain = next((grain for grain, asks in _GRAIN_ASKED.items() if asks.search(asked)), None)
    if len(told) != 1 or not told[0].whole or (grain and grain not in told[0].grains):
        return None
    start, end = told[0].start, told[0].end
    if _OTHERWISE.search(text) or _UNTIL.search(text[:start]) or _OF_REPORT.match(text, end):
        return None
    if _differs(_DENIED, asked, _clause(text, start, end)):
        return None
    shown = masked(text)
    behind, before = _words(shown[end:]), reversed(_words(shown[:start]))
    return (start, end) if _meets(behind, question) or _meets(before, question) else None


def _meets(words: Iterable[tuple[str, str]], question: _Question) -> bool:
    """Whether words and their tags come to a verb of the question's before any other verb."""
    for word, tag in words:
        if word in question.verbs:
            return True
        if tag in _VERB_TAGS and word not in _LIGHT_VERBS:
            return False
    return False


def _words(text: str) -> list[tuple[str, str]]:
    return [(str(word), str(tag)) for word, tag in rjieba.tag(text)]


def _person(question: _Question, text: str) -> _Stretch | None:
    """The only person in the sentence whom the question doesn't name, or the only one who does what
    is asked; with their office."""
    asked = question.text
    if not _WHO_ASKED.search(asked):
        return None
    names = [name for name in people_in(text, ()) if fold(name) not in fold(asked)]
    if len(names) != 1 or _names_others(text, names[0], asked):
        does = _WHO_DOES.search(asked)
        names = [name for name in names if does and f"{name}{does[1]}" in text]
    if len(names) != 1 or text.count(names[0]) != 1:
        return None
    named = text.index(names[0])
    start, end = office_start(text, named), named + len(names[0])
    if _is_cut_wrong(text, start, named, end):
        return None
    if text[end:].lstrip().startswith(("·", "•")):
        return None
    if _WITH_OTHERS.match(text, end) or _OTHERS_WITH.search(text[:start]):
        return None
    if _differs(_DENIED, asked, text[end : end + _NEAR]):
        return None
    return start, end


def _is_cut_wrong(text: str, start: int, named: int, end: int) -> bool:
    """Whether a name may begin with the end of a word (亲|王某某), but for an office before it, or
    be a word with what follows it (牛顿|并)."""
    after_word = start == named and text[named - 1 : named + 1] in pairs()
    return after_word or (end - named == 3 and text[named : named + 2] in pairs())


def _names_others(text: str, name: str, asked: str) -> bool:
    """Whether the segmenter takes more of a sentence for people than one and those asked about."""
    people = (text[start:end] for start, end in named_spans(text, _PERSON_TAG))
    known = fold(asked)
    return any(
        other not in name and name not in other and fold(other) not in known for other in people
    )


def _place(question: _Question, text: str) -> _Stretch | None:
    """Where the sentence says that what is asked about lies or is done, if it says so once."""
    asked = question.text
    if done := _WHERE_DONE.search(asked):
        verb = done["verb"]
        said = rf"在{_PLACE}{verb}"
    elif lies := _WHERE_LIES.search(asked):
        other = lies["verb"] is not None and lies["verb"] not in _LIES
        verb = lies["verb"] if other else _LIES
        said = rf"(?:{verb}){_PLACE}(?=[，。；（(]|$)"
    else:
        return None
    found = re.search(said, text)
    if found is None or len(re.findall(verb, text)) > 1 or _NO_PLACE.search(found["place"]):
        return None
    return found.span("place")


def _amount(question: _Question, text: str) -> _Stretch | None:
    """The only amount in the sentence that is of what is asked for and isn't the question's."""
    asked = question.text
    fits = _fitting(asked, text)
    found = [one for one in amounts(text) if fits(one) and not _is_in(one.figure, asked)]
    if len(found) != 1 or not found[0].unit or _OTHERS_WITH.search(text[: found[0].start]):
        return None  # 分别为6.5万、8.5万人次: the last of several
    start, end = found[0].start, found[0].end
    clause = _clause(text, start, end)
    if any(change in asked and change not in clause for change in _CHANGES):
        return None
    return start, end


def _fitting(asked: str, text: str) -> Callable[[Amount], bool]:
    """What tells the amounts of a sentence that a question may ask for: their unit, what they
    count, or what they are the measure of."""
    if unit := _UNIT_ASKED.search(asked):
        units = _same_units(unit["unit"].removeprefix("个") or unit["unit"])
        of = unit["counted"] if len(unit["counted"]) == 2 else unit["measured"] or ""
        return lambda one: one.unit in units and of in _clause(text, one.start, one.end)
    if counting := _COUNTED.search(asked):
        counted = counting["counted"]
        return lambda one: text[one.end :].lstrip().startswith(counted)
    if measuring := _MEASURED.search(asked):
        link = re.compile(measuring["measured"] + _LINK)
        return lambda one: link.search(text[: one.start]) is not None
    units = frozenset(
        unit for asks, units in _DIMENSIONS if asks.search(asked) for unit in units.split("|")
    )
    return lambda one: one.unit in units


def _clause(text: str, start: int, end: int) -> str:
    """The clause that a stretch stands in."""
    begins = max((mark.end() for mark in _CLAUSE_MARK.finditer(text, 0, start)), default=0)
    mark = _CLAUSE_MARK.search(text, end)
    return text[begins : mark.start() if mark else len(text)]


def _differs(said: re.Pattern[str], asked: str, text: str) -> bool:
    """Whether of a question and a text one says something and the other doesn't."""
    return bool(said.search(asked)) is not bool(said.search(text))


def _same_units(unit: str) -> frozenset[str]:
    return frozenset({unit}.union(*(same for same in _SAME_UNITS if unit in same)))


def _is_in(said: str, asked: str) -> bool:
    """Whether the question says a time or figure itself: in these words, or all its digits."""
    digits = set(_DIGITS.findall(said))
    return fold(said) in fold(asked) or (bool(digits) and digits <= set(_DIGITS.findall(asked)))


def _plain(text: str) -> str:
    return simplified(unicodedata.normalize("NFKC", text)).strip()


_FINDERS: Mapping[Language, Mapping[AnswerKind, _Finder]] = {
    "zh": {"when": _time, "who": _person, "where": _place, "number": _amount},
    "en": {"when": _time},
}
