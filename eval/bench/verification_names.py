"""Names in Chinese text: people by an office before a surname and by the dots of foreign names,
places that CC-CEDICT knows, and organisations that begin with such a place.

Verification finds names with a segmenter: labels that came from the same one would not show the
names that it misses.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from rag.reading.surnames import SURNAMES
from rag.retrieval.dictionary import entries

PERSON, PLACE, ORGANISATION = "person", "place", "organisation"

_OFFICE = (
    "书记|市长|县长|区长|镇长|省长|部长|厅长|局长|处长|主任|主席|总理|总统|议长|秘书长|委员|校长|院长|所长|馆长|"
    "会长|站长|队长|行长|董事长|经理|总裁|主编|教授|研究员|专家|医生|医师|教练|负责人|发言人|律师|院士|村民|"
    "居民|市民|学生|作家|导演|演员|选手|总监|工程师|外长|大使|司令|将军|老师|民警|法官|站长|首相|党员|志愿者"
)
_DOES = (
    "表示|指出|强调|认为|介绍|主持|宣布|告诉|透露|说|称|出席|参加|率|在|以|将|向|与|和|等|当选|的"
)
_AFTER_NAME = rf"(?=(?:{_DOES})|[，、；（）。：”》]|$)"
_SURNAME = "".join(sorted(SURNAMES))
_PERSON = re.compile(rf"(?:{_OFFICE})(?P<name>[{_SURNAME}][\u4e00-\u9fff]{{1,2}}?){_AFTER_NAME}")
_FOREIGN = re.compile(
    "(?:^|(?<=[，。、；：“”（）的和与在由是])|(?<=总统)|(?<=总理)|(?<=部长)|(?<=首相)|(?<=外长)|(?<=教授))"
    rf"[\u4e00-\u9fff]{{1,5}}(?:·[\u4e00-\u9fff]{{2,5}}?)+{_AFTER_NAME}"
)
_BEGINS = r"(?:^|(?<=[，。、；：“”（）\s\d在从到赴于向和与及至是由对为的日月年]))"
_BODY = (
    "有限公司|集团|大学|学院|医院|银行|委员会|研究院|研究所|协会|联合会|基金会|管理局|气象台|法院|检察院|博物馆|"
    "图书馆|出版社|中学|公安局|教育局"
)
_ORGANISED = re.compile(rf"[\u4e00-\u9fff]{{0,8}}?(?:{_BODY})(?![\u4e00-\u9fff]?[院所长校党里内])")
_PLACED = re.compile(_BEGINS + r"(?=[\u4e00-\u9fff]{2})")
_PLACE_SENSE = re.compile(
    r"^[A-Z].*\b(?:city|county|district|province|prefecture|town|township|country|capital of|"
    r"municipality|autonomous region|island|state)\b|^(?:[A-Z]\w+ )+\((?:country|city)\)"
)
_ENDS = "省市县区镇乡州岛国"
_LONGEST_PLACE = 5


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a text at start:end."""

    kind: str
    text: str
    start: int
    end: int


def names_in(text: str) -> list[Name]:
    """The names of a text that can be told for sure, in order, none inside another."""
    found: list[Name] = []
    for name in sorted(_all(text), key=lambda one: (one.start, -one.end)):
        if not found or name.start >= found[-1].end:
            found.append(name)
    return found


def _all(text: str) -> Iterator[Name]:
    for one in _FOREIGN.finditer(text):
        yield Name(PERSON, one[0], *one.span())
    for one in _PERSON.finditer(text):
        yield Name(PERSON, one["name"], *one.span("name"))
    for begin in _PLACED.finditer(text):
        place = _place_at(text, begin.start())
        if place:
            yield Name(PLACE, place, begin.start(), begin.start() + len(place))
            end = begin.start() + len(place)
            if body := _ORGANISED.match(text, end):
                yield Name(ORGANISATION, place + body[0], begin.start(), body.end())


def _place_at(text: str, start: int) -> str:
    """The longest place that begins there, with the word for its kind behind it; '' where none
    does."""
    for end in range(start + _LONGEST_PLACE, start + 1, -1):
        place = text[start:end]
        if place in _places():
            return place + text[end] if text[end : end + 1] in tuple(_ENDS) else place
    return ""


@cache
def _places() -> frozenset[str]:
    found = (word for word, _, senses in entries() if any(map(_PLACE_SENSE.search, senses)))
    return frozenset(word for word in found if len(word) > 1)
