"""Whether a number, a letter or a deed is said of the same thing as in the cited text."""

import re
from collections.abc import Iterator
from fractions import Fraction

from rag.answering.verification_names import named_spans
from rag.answering.verification_numbers import Quantity, counted, is_date, quantities
from rag.answering.verification_text import (
    SENTENCE_END,
    character_pairs,
    clauses,
    letters,
    parts,
)
from rag.answering.verification_units import MEASURES
from rag.retrieval.folding import HANZI

LEAST_AMOUNT = 20  # smaller ones are told of many years
CHANGE_BEFORE = 12  # characters of a clause before a number in which a change may be named
CHANGE_AFTER = 6
LISTED = 60  # characters before a number in which a list of numbers may begin
LEAST_LETTERS = 8  # of a clause that may have lost the name it was said of
ALIKE = 0.7  # of a deed's pairs of characters in one clause of the source
DEED_PAIRS = 5  # a deed of fewer says too little to be found again

_THING = re.compile(rf" ?(?P<measure>[{MEASURES}])的?(?P<thing>[{HANZI}]{{2}})")
# What stands behind a measure word without being counted: 三年以来, 五个之多.
_NO_THING = re.compile("以[及上下来内后前]|之[多一后前内间]|左右|及其|[的了是和与及在为有]")
_CHANGE = "增长|增加|增收|增产|上升|上涨|提高|提升|下降|减少|下跌|降低|回落|下滑|减产"
_CHANGES = re.compile(rf"(?:{_CHANGE})(?:了|约|近|超过?|逾|将近|不到){{0,3}}$")
_CHANGED = re.compile(
    rf"{_CHANGE}|增|涨|升|降|减|跌|幅|速|多|少|高|低|超|扩|缩|比|较|同期|贡献|拉动|率"
)
# What parts a number from the change that it measures: 分别增长3%、5%, 增速全省第一、达8%.
_ONLY_NUMBERS = re.compile(r"(?:[\d.,%万亿]|个?百分点|和|及|达到?|为)*")
_OF_THESE = re.compile("(?:其中|另有?|另外|还有|其余|有|剩余|余下)+")
_RELATIVE_YEAR = re.compile("[今去明前后当同次本上翌]年|目前|现在|如今")
_JOINED = re.compile("^(?:而|但|但是|其中|同时|此外|另外|并且?|另|据悉|目前)+")
_LETTER = re.compile(r"(?<![A-Za-z0-9.])([A-Za-z])(?=[组座级区栋股馆站型类段口席库])")
_LIKE_A_YEAR = re.compile(r"1[89]\d\d|20\d\d")
_PERSON = re.compile("nr")
_PLACE = re.compile("ns|nt")
_VAGUE = re.compile("[我本全该各这那某]")
_KIND = re.compile("[省市县区州盟旗镇乡村国]")
_ENDS_IN_PLACE = re.compile(f"[{HANZI}]{{1,6}}[省市县区州盟旗镇乡村国](?:的)?$")
# Before an object: 被 and 把, verbs of winning and losing, 了 of what was done to it.
_BEFORE_OBJECT = re.compile(
    "(?:[被把对向给与和同跟将]|了|过|击败|战胜|打败|淘汰|负于|不敌|逆转|险胜)$"
)


def misbound(sentence: str, source: str, topic: str = "") -> list[str]:
    """What a folded Chinese sentence says of another thing than the folded source does, as
    problems: a number of what another number counts, a change by what is no change, a number or a
    deed of somebody else, a letter for another, of all what is said of one place.

    topic: the headline; what stands there need not be said again.
    """
    return [
        *_counting_another(sentence, source),
        *_no_change(sentence, source),
        *_of_another(sentence, source),
        *_of_another_year(sentence, source),
        *_done_by_another(sentence, source),
        *_unrestricted(sentence, source, topic),
        *_other_letter(sentence, source),
    ]


def _counting_another(sentence: str, source: str) -> Iterator[str]:
    """五次擒杀 where the source has 136次擒杀, and 五次 of something else. 第七届 counts nothing,
    and 一届 may be any (新一届)."""
    given = [
        (_thing(number, source), number) for number in quantities(source) if number.surface != "一"
    ]
    for number in counted(sentence):
        thing = _thing(number, sentence)
        if not thing or _is_calendar(number) or number.before.endswith("第"):
            continue
        of_it = [other for what, other in given if what == thing]
        if of_it and not any(
            other.value == number.value
            and (other in of_it or _may_count(other, thing, sentence, source))
            for _, other in given
        ):
            yield (
                f"“{number.surface}{''.join(thing)}” is not in the cited text, which has"
                f" “{of_it[0].surface}{''.join(thing)}”"
            )


def _thing(number: Quantity, text: str) -> tuple[str, str] | None:
    found = _THING.match(text, number.end)
    if not found or _NO_THING.match(found["thing"]):
        return None
    return found["measure"], found["thing"]


def _may_count(number: Quantity, thing: tuple[str, str], sentence: str, source: str) -> bool:
    """Whether a number of the source may count a thing that was told before (其中三家获奖, 获奖企业
    三家): what its clause says besides, the sentence does, too."""
    measure, counted_thing = thing
    before = clauses(source[: number.start] + "x")[-1][:-1]
    if not source.startswith(measure, number.end):
        return False
    if _thing(number, source) is not None and not _OF_THESE.fullmatch(before):
        return False
    after = clauses("x" + source[number.end :])[0][1:].removeprefix(measure)
    said = character_pairs(f"{_OF_THESE.sub('', before)} {after}") - {counted_thing}
    return not said or bool(said & character_pairs(sentence))


def _no_change(sentence: str, source: str) -> Iterator[str]:
    """增长114万亿 where the source has 达114万亿."""
    given = quantities(source)
    changing: dict[int, bool] = {}
    for number in quantities(sentence):
        change = _CHANGES.search(sentence[max(0, number.start - CHANGE_BEFORE) : number.start])
        if not change or number.value is None:
            continue
        told = [other for other in given if other.value == number.value]
        for other in told:
            if other.start not in changing:
                changing[other.start] = _tells_change(other, source)
        if told and not any(changing[other.start] for other in told):
            yield f"“{change[0]}{number.surface}” is no change in the cited text"


def _tells_change(number: Quantity, source: str) -> bool:
    after = clauses("x" + source[number.end : number.end + CHANGE_AFTER])[0][1:]
    if _CHANGED.search(after):
        return True
    for part in reversed(clauses(source[max(0, number.start - LISTED) : number.start] + "x")):
        before = part.removesuffix("x")
        if not _ONLY_NUMBERS.fullmatch(before):
            return _CHANGED.search(before[-CHANGE_BEFORE:]) is not None
    return False


def _of_another(sentence: str, source: str) -> Iterator[str]:
    """诺曼拦截了7次 where the source's clause with 7次 begins with another name."""
    told = [(part, _values(part)) for part in parts(source)]
    for clause in parts(sentence):
        name = _first_name(clause) if counted(clause) else ""
        for number in counted(clause) if name else ():
            if _is_calendar(number) or number.value is None:
                continue
            holding = [part for part, values in told if number.value in values]
            others = [_first_name(part) for part in holding if _last(name) not in part]
            if (
                others
                and len(others) == len(holding)
                and all(other and not _same(name, other) for other in others)
            ):
                yield f"“{number.surface}” is said of {others[0]} in the cited text, not of {name}"


def _values(text: str) -> frozenset[Fraction | None]:
    return frozenset(number.value for number in quantities(text))


def _of_another_year(sentence: str, source: str) -> Iterator[str]:
    """2022年交付93.62万辆 where the source has 2021年的交付量93.62万辆."""
    told = list(_with_years_before(source))
    for clause in parts(sentence):
        first = next((number for number in quantities(clause) if _is_year(number)), None)
        years = {number.value for number in quantities(clause) if _is_year(number)}
        for number in counted(clause) if first and len(years) == 1 else ():
            if _is_calendar(number) or number.value is None or number.value < LEAST_AMOUNT:
                continue
            if first and number.start < first.start:
                continue
            given = [before for other, before in told if other.value == number.value]
            if given and all(before and not before & years for before in given):
                (year,) = years
                yield f"“{number.surface}” is not of {year} in the cited text"


def _with_years_before(source: str) -> Iterator[tuple[Quantity, frozenset[Fraction | None]]]:
    """The numbers of a source with the years told before them in their sentence; with none where
    one is told by a word (今年)."""
    for sentence in SENTENCE_END.split(source):
        years: frozenset[Fraction | None] = frozenset()
        relative = _RELATIVE_YEAR.search(sentence)
        for number in quantities(sentence):
            told_so = relative is not None and relative.start() < number.start
            yield number, frozenset() if told_so else years
            if _is_year(number):
                years |= {number.value}


def _is_year(number: Quantity) -> bool:
    return number.unit == "year" and is_date(number)


def _is_calendar(number: Quantity) -> bool:
    """Whether a number is a date; a large one without a known unit is only where it looks so."""
    return is_date(number) and (
        number.unit != "" or _LIKE_A_YEAR.fullmatch(number.surface) is not None
    )


def _first_name(clause: str) -> str:
    """The person whose name a clause begins with, empty where it begins otherwise."""
    begin = found.end() if (found := _JOINED.match(clause)) else 0
    return next(
        (clause[start:end] for start, end in named_spans(clause, _PERSON) if start == begin), ""
    )


def _last(name: str) -> str:
    return name.rpartition("·")[2]


def _same(name: str, other: str) -> bool:
    return _last(name) in other or _last(other) in name


def _done_by_another(sentence: str, source: str) -> Iterator[str]:
    """B拿下11分 where the source has A击败了B、拿下11分: what B is object of, A goes on to do."""
    for told in SENTENCE_END.split(source):
        given = clauses(told)
        for clause in parts(sentence):
            for at, part in enumerate(given[:-1]):
                yield from _doing(clause, part, given[at + 1 :])


def _doing(clause: str, part: str, following: list[str]) -> Iterator[str]:
    """clause: of the sentence. part: a clause of the source; following: those after it."""
    for size in range(min(10, len(clause) - 2), 2, -1):
        name, deed = clause[:size], character_pairs(clause[size:])
        place = part.find(name)
        if place <= 0 or len(deed) < DEED_PAIRS:
            continue
        if not _BEFORE_OBJECT.search(part[:place]) or not part.endswith(name):
            return
        if len(deed & character_pairs(part)) >= ALIKE * len(deed):
            return
        for other in following:
            if name not in other and len(deed & character_pairs(other)) >= ALIKE * len(deed):
                yield f"“{clause[size:]}” is not said of {name} in the cited text"
                return
        return


def _unrestricted(sentence: str, source: str, topic: str) -> Iterator[str]:
    """报名人数是24万 where the source has 甘肃省报名人数是24万."""
    for clause in clauses(sentence):
        if len(letters(clause)) < LEAST_LETTERS or not counted(clause):
            continue
        if _KIND.match(clause):  # 市政府 may be any city's
            continue
        before = [source[: found.start()] for found in re.finditer(re.escape(clause), source)]
        names = [_place_ending(text) for text in before]
        if names and all(name and name not in sentence + topic for name in names):
            yield f"the cited text says “{clause[:LEAST_LETTERS]}…” of {names[0]} alone"


def _place_ending(text: str) -> str:
    """The place or organisation that a text ends with, within its last clause."""
    last = re.split(rf"[^\w{HANZI}·]", text)[-1].removesuffix("的")
    if not last or _VAGUE.search(last):
        return ""
    if found := _ENDS_IN_PLACE.search(last):
        return found[0]
    spans = named_spans(last, _PLACE)
    return last[slice(*spans[-1])] if spans and spans[-1][1] == len(last) else ""


def _other_letter(sentence: str, source: str) -> Iterator[str]:
    """A组 where the source has E组."""
    held = {found[0].lower() for found in re.finditer(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])", source)}
    for found in _LETTER.finditer(sentence):
        if found[1].lower() not in held:
            yield f"the letter {found[1]} is not in the cited text"
