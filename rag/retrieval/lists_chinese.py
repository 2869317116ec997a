"""What the things in a Chinese list share: 2022年和2023年新河的产值 is one town's in two years."""

import re

import rjieba

from rag.retrieval.quoted import HIDDEN, masked

Token = tuple[str, str, int]
"""A word, its part of speech, and where it starts."""
NAME_TAGS = frozenset(["nr", "ns", "nt", "nz", "nrt", "nrfg", "eng"])

_LINKS = ("和", "与", "及", "以及", "跟", "、")
_LIST_TAGS = frozenset("nvmqtbjlxuesfgkaz")
_MOST_LISTED = 5
_DATE = "date"  # the tag of the words of one date, taken as one
_FIGURE = "[0-9一二三四五六七八九十]+"
_UNIT = re.compile("半年|季|年|月|日|号")
_UNITS = frozenset("年月日号")
_WORD_OF_DATE = re.compile(rf"第?(?:{_FIGURE}|[上下]半)(?:季度|年|月份?|日|号)")


def tagged(text: str) -> list[Token]:
    """The words of a text."""
    tokens, at = [], 0
    for word, tag in rjieba.tag(text):
        tokens.append((str(word), str(tag), at))
        at += len(word)
    return tokens


def listed_apart(text: str) -> list[str]:
    """The things that 和, 与 and 、 join in a text, each with what they share: 「新河的人口和面积」
    the owner 新河的, 「2022年新河和临河的人口」 the year and the thing asked for. None where the
    text is more than a list, or has no list."""
    return [whole for _, whole in listed_by_name(text)]


def listed_by_name(text: str) -> list[tuple[str, str]]:
    """The things of `listed_apart`, each with its own words before those with what they share: 新河
    and 新河的人口."""
    items = _listed(text)
    if not 2 <= len(items) <= _MOST_LISTED or _holds_another(items):
        return []
    *firsts, last = items
    before, after = _shared_before(items[0], items[1]), _shared_after(items[-2], last)
    if before is None:
        return []
    first, *between = firsts
    named = [first[len(before) :], *between, last[: len(last) - len(after)]]
    return [(name, before + name + after) for name in named]


def _listed(text: str) -> list[str]:
    shown = masked(text)
    items, begin, tag_before = [], 0, ""
    for word, tag, at in tagged(text):
        end = at + len(word)
        if shown[at:end].strip(HIDDEN) == "":
            continue
        # After a name, one character before a link is the end of that: 环 in 张群环和李明.
        ends_name = tag_before == "nr" and len(word) == 1 and _links(text, end)
        if word in _LINKS:
            items.append(text[begin:at].strip())
            begin = end
        elif tag[:1] not in _LIST_TAGS or (tag == "v" and not ends_name):
            return []
        tag_before = tag
    items.append(text[begin:].strip())
    return items if all(items) else []


def _holds_another(items: list[str]) -> bool:
    """Whether one list follows on another: 新河和临河的人口和面积, 新河和临河2021年和2022年."""
    first, *between, _ = items
    return any(
        ("的" in item and "的" not in first) or _ends_in_date(item) != _ends_in_date(first)
        for item in between
    )


def _ends_in_date(item: str) -> bool:
    return _dated(item)[-1][1] == _DATE


def _links(text: str, at: int) -> bool:
    return at == len(text) or text.startswith(_LINKS, at)


def _shared_before(first: str, other: str) -> str | None:
    """What the first of a list has before what it names; None where that can't be told.

    What the other begins with stands in the first at the last word that is the same, or of the same
    kind; where both end alike (新河镇, 青石镇) they are names of several words, of which the first
    may only have a date before it.
    """
    own, others = _dated(first), _dated(other)
    if others[0][1] == _DATE:
        return _before_date(first, own, others[0][0])
    dated = own[0][0] if own[0][1] == _DATE else ""
    if _end_alike(first, _undated(other, others)):
        return dated
    alike = _last_alike(own, others[0])
    if alike is not None:
        return first[: own[alike][2]]
    is_one_name = len(own) - bool(dated) == 1 or len(own[-1][0]) == 1
    return dated if is_one_name else None


def _before_date(first: str, own: list[Token], date: str) -> str:
    """What stands before the date in the first of a list, with what another lacks of that date:
    2024年3月 for 6日 after 2024年3月5日."""
    dates = [(word, at) for word, tag, at in own if tag == _DATE]
    unit = _UNIT.search(date)
    if not dates or unit is None:
        return ""
    word, at = dates[-1]
    lacking = re.match(rf"(.*?)(?:第?{_FIGURE}|[上下]){unit.group()}", word)
    return first[:at] + (lacking[1] if lacking else "")


def _shared_after(other: str, last: str) -> str:
    """What the last of a list has after what it names: 的人口, and before that a date or an owner
    that the other lacks (青石去年的产值, 2024年新河的产值)."""
    if "的" in other:
        return ""
    own, others = _dated(last), _dated(other)
    if others[-1][1] == _DATE:
        return last[len(own[0][0]) :] if own[0][1] == _DATE else _from_owned(last)
    named = _undated(last, own)
    follows = len(own) > 1 and len(own[0][0]) > 1 and _last_alike(others, own[0]) is not None
    if "的" not in last and follows and not _end_alike(other, named):
        named = own[0][0]
    return last[len(named) :]


def _undated(item: str, tokens: list[Token]) -> str:
    """What something is named in a list: the words before its 的, without the date they end in."""
    end = len(item) - len(_from_owned(item))
    for _, tag, at in reversed(tokens[1:]):
        if at < end and tag != _DATE:
            break
        end = min(at, end)
    return item[:end]


def _from_owned(item: str) -> str:
    return item[item.find("的") :] if "的" in item else ""


def _end_alike(first: str, other: str) -> bool:
    """Whether two are names that end alike, of several words one of them: 新河镇 and 青石镇."""
    if other[-1:] != first[-1]:
        return False
    return len(tagged(other)) > 1 or len(tagged(first)[-1][0]) == 1


def _last_alike(own: list[Token], other: Token) -> int | None:
    """The place of the last word that is the same as another's, or else of its kind."""
    alike = [place for place, token in enumerate(own) if token[0] == other[0]] or [
        place for place, token in enumerate(own) if _kind(token[1]) == _kind(other[1])
    ]
    return alike[-1] if alike else None


def _kind(tag: str) -> str:
    return "name" if tag in NAME_TAGS else tag[:1]


def _dated(text: str) -> list[Token]:
    """The words of a text, with those of a date as one: 2024年3月5日."""
    joined: list[Token] = []
    for word, tag, at in tagged(text):
        before = joined[-1] if joined else ("", "", 0)
        if before[0].isdigit() and (word in _UNITS or (tag == "t" and word[0] in _UNITS)):
            word, tag, at = joined.pop()[0] + word, _DATE, before[2]
            before = joined[-1] if joined else ("", "", 0)
        elif tag == "t" or _WORD_OF_DATE.fullmatch(word):
            tag = _DATE
        if tag == before[1] == _DATE:
            word, at = joined.pop()[0] + word, before[2]
        joined.append((word, tag, at))
    return joined
