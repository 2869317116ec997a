"""The short answer to a question: the one span of the kind asked for in the sentence that answers.

Given only where it is near certain. How often it is right is measured in docs/answering.md.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.answering.answer_spans import times
from rag.answering.assertions import (
    HANZI,
    clause,
    clause_bounds,
    is_current,
    is_of_another,
    is_plain,
)
from rag.answering.extractive import Evidence
from rag.answering.short_amounts import amount
from rag.answering.short_people import person
from rag.answering.short_question import (
    LIGHT_VERBS,
    Question,
    Stretch,
    meets,
    says,
    tagged_words,
)
from rag.retrieval.folding import fold
from rag.retrieval.kinds import AnswerKind
from rag.retrieval.query import Query
from rag.retrieval.quoted import masked
from rag.types import Language, Span
from store.segmentation import simplified

SURE: Mapping[AnswerKind, float] = {"when": 0.4, "where": 0.4, "number": 0.4, "who": 0.55}
"""The probability of answering that the sentence must have, by the kind asked for."""

_WIDE = str.maketrans("０１２３４５６７８９．", "0123456789.")

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
_HELD = re.compile(rf"{HANZI}{{1,8}}?(?:会|仪式|典礼|赛|展|活动)")
_WHILE = ("时", "时候", "同时", "那天", "当天")
# Of whoever asks, which may not be the article's.
_FROM_TODAY = re.compile(
    "[今去前明]年|[今昨前明][天日]|[上本下]个?[周月]"
    r"|\b(?:(?:last|this|next) (?:year|month|week)|yesterday|today|tomorrow)\b",
    re.IGNORECASE,
)
# Of the report, not of what it tells: 1月22日电.
_OF_REPORT = re.compile(r"\s*(?:[电讯]|消息|报道|[-—])")
# Until when something is so is not when it is; nor are these days of the calendar.
_NOT_ON = re.compile(
    r"(?:(?:截[至止]|不晚于|最[迟晚]|至今|此前)[于在到]?|[至到]|[农阴旧]历|视|根据)\s*$"
)

_WHERE = "(?:哪里|哪儿|何[处地]|什么地方|哪个地方)"
_WHERE_DONE = re.compile(rf"在{_WHERE}(?P<verb>{HANZI}{{2}})[？?]?$")
_WHERE_LIES = re.compile(
    rf"(?:(?P<verb>坐落[于在]|地处|{HANZI}{{1,2}}于)|在|地址是){_WHERE}[？?]?$"
)
_LIES = "位于|坐落于|坐落在|地处"
# To the end of the clause: what 的 follows may be the beginning of a place alone.
_PLACE = r"(?P<place>[^，。；、：！？“”（）()的\s]{2,30})"

# A time, or under whom or what: 在…主持下召开.
_NO_PLACE = re.compile(
    "(?:[年月日天时下中后前上节季周夜夕际晨]|[期夜日]间|世纪|年代|周[一二三四五六日末])$"
)
_NO_PLACE_TAGS = ("v", "d")
# What stands before 位于 and 在 and is no part of the name of what lies there.
_NO_NAME = re.compile(
    rf"\W|的(?:地址|位置|地点)$|(?:该|本|其|这|它){HANZI}*$|[则也都曾均将已现正]|是(?:一[个座所条处家])?一?$|目前|如今|主要"
)

_Finder = Callable[[Question, str], Stretch | None]


@dataclass(frozen=True, slots=True)
class Short:
    """A short answer before it is cited: a stretch of an article, of the kind asked for."""

    kind: AnswerKind
    span: Span


def agreed(query: Query, evidence: Sequence[Evidence]) -> Short | None:
    """The short answer in the best of some sentences, best first; None where another of them gives
    another one."""
    best = short_answer(query, evidence[0]) if evidence else None
    if best is None:
        return None
    said = _said(best, evidence[0])
    for one in evidence[1:]:
        other = short_answer(query, one)
        if other and not _alike(said, _said(other, one)):
            return None
    return best


def _said(short: Short, evidence: Evidence) -> str:
    start = evidence.span.start
    return fold(evidence.text[short.span.start - start : short.span.end - start])


def _alike(said: str, other: str) -> bool:
    return said in other or other in said


def short_answer(query: Query, best: Evidence) -> Short | None:
    """The short answer in the sentence that answers best; None where it is not near certain, and
    for kinds of answers of which that couldn't be shown."""
    asked = _plain(query.text)
    if len(query.kinds) != 1 or len(_ASKS.findall(asked)) > 1 or "分别" in asked:
        return None
    (kind,) = query.kinds
    find = _FINDERS[query.language].get(kind)
    if find is None or best.probability < SURE[kind]:
        return None
    forms = [form for term in query.terms for form, _ in term.forms]
    verbs = (word for form in (asked, *forms) for word, tag in tagged_words(form) if tag[:1] == "v")
    text = simplified(best.text).translate(_WIDE)
    if len(text) != len(best.text) or is_of_another(asked, text) or _FROM_TODAY.search(asked):
        return None
    question = Question(asked, "\n".join((asked, *forms)), frozenset(verbs) - LIGHT_VERBS)
    place = find(question, text)
    if place is None or not is_plain(asked, text, *place):
        return None
    start, end = place
    return Short(kind, Span(best.span.article_id, best.span.start + start, best.span.start + end))


def _time(question: Question, text: str) -> Stretch | None:
    """The only time in the sentence that the question doesn't name itself."""
    asked = question.text
    if not _WHEN_ASKED.search(asked) or _AND.search(asked):
        return None
    told = [time for time in times(text) if not says(text[time.start : time.end], asked)]
    grain = next((grain for grain, asks in _GRAIN_ASKED.items() if asks.search(asked)), None)
    if len(told) != 1 or not told[0].whole or (grain and grain not in told[0].grains):
        return None
    start, end = told[0].start, told[0].end
    if _NOT_ON.search(text[:start]) or _OF_REPORT.match(text, end):
        return None
    shown = masked(text)
    if _is_of_what_follows(shown[end:], question):
        return None
    behind, before = tagged_words(shown[end:]), reversed(tagged_words(shown[:start]))
    return (start, end) if meets(behind, question) or meets(before, question) else None


def _is_of_what_follows(behind: str, question: Question) -> bool:
    """Whether a verb of the question's behind a time is of another thing than it asks of, as in
    召开的预备会 and 举行筹备会."""
    said = clause(behind.lstrip("， "), 0, 0)
    words = [one for one in tagged_words(said) if one[0] != "了"]
    for at, (word, _) in enumerate(words):
        if word in question.verbs:
            rest = "".join(word for word, _ in words[at + 1 :])
            (then, tag), (head, _) = [*words[at + 1 : at + 3], ("", ""), ("", "")][:2]
            held = _HELD.match(rest)
            named = head if then == "的" else then if tag[:1] == "n" else held[0] if held else ""
            return named not in _WHILE and named not in question.forms
    return False


def _place(question: Question, text: str) -> Stretch | None:
    """Where the sentence says that what is asked about lies or is done, if it says so once."""
    asked = question.text
    if asked_of := _WHERE_DONE.search(asked):
        verb = asked_of["verb"]
        said = rf"在{_PLACE}{verb}(?![前后之时期过])"
    elif asked_of := _WHERE_LIES.search(asked):
        other = asked_of["verb"] is not None and asked_of["verb"] not in _LIES
        verb = asked_of["verb"] if other else _LIES
        said = rf"(?:{verb}){_PLACE}(?=[，。；（(]|$)"
    else:
        return None
    found = re.search(said, text)
    if found is None or len(re.findall(verb, text)) > 1 or _is_no_place(found["place"]):
        return None
    start, end = found.span("place")
    subject = asked[: asked_of.start()]
    if not _is_subject(subject, text[clause_bounds(text, start, end)[0] : found.start()]):
        return None
    return (start, end) if is_current(asked, text, start, end) else None


def _is_no_place(said: str) -> bool:
    return (
        _NO_PLACE.search(said) is not None
        or any(time.whole for time in times(said))
        or any(tag == "t" for _, tag in tagged_words(said))
        or tagged_words(said)[-1][1][:1] in _NO_PLACE_TAGS
    )


def _is_subject(asked: str, said: str) -> bool:
    """Whether what stands before a verb may be what the question asks of: one ends as the other
    does, or it isn't named there."""
    wanted, told = _NO_NAME.sub("", asked), _NO_NAME.sub("", said)
    return not told or told.endswith(wanted) or wanted.endswith(told)


def _plain(text: str) -> str:
    return simplified(unicodedata.normalize("NFKC", text)).strip()


_FINDERS: Mapping[Language, Mapping[AnswerKind, _Finder]] = {
    "zh": {"when": _time, "who": person, "where": _place, "number": amount},
    "en": {"when": _time},
}
