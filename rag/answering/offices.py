"""The office of somebody whom a sentence names without it, in the words that introduce them."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

import rjieba

from rag.retrieval.names import ends_with_office
from rag.retrieval.people import name_may_end, people_in
from rag.types import Article, Span

LONGEST_OFFICE = 40  # characters
MOST_NAMED = 50  # places where an article has a name that are looked at

_MARK = re.compile(r"[^\w、]")
# jieba's tags of what an office is named with: nouns, places, bodies, and 副 or 常务 before them.
_OFFICE_TAGS = ("n", "nt", "ns", "nz", "nl", "ng", "j", "b", "l")
# What makes another of an office: held before, or not quite held.
_OF_A_TIME = (
    "前", "原", "时任", "曾任", "代", "代理", "退休", "离休", "离任", "卸任", "已故", "候任",
    "拟任", "名誉", "荣誉", "挂职", "见习", "实习", "执行", "兼职",
)  # fmt: skip
_NOT_HELD = ("任", "免去", "撤销", "不是", "并非")


def office_start(text: str, name_start: int) -> int:
    """Where the office begins that stands right before a name; name_start where none does. What an
    office is of belongs to it (县委书记, 云溪市图书馆馆长), and so do more offices before it, and
    what says that it is no longer or not quite held (原, 代理)."""
    before = text[max(0, name_start - LONGEST_OFFICE) : name_start]
    before = before[max((match.end() for match in _MARK.finditer(before)), default=0) :]
    if not ends_with_office(before):
        return name_start
    start = name_start - sum(map(len, _office_words(before)))
    qualified = [word for word in _OF_A_TIME if text.endswith(word, 0, start)]
    return start - max(map(len, qualified), default=0)


def introductions(article: Article, span: Span) -> dict[str, Span]:
    """The people whom a sentence of an article names without their office, by name, each with the
    words elsewhere in the article that introduce them with it (县长李某某): the first such words.

    Left out is who is introduced nowhere, or in ways that don't go together: by another office, or
    as the former holder of one.
    """
    text, sentence = article.text, article.text[span.start : span.end]
    found: dict[str, Span] = {}
    for name in people_in(sentence, ()):
        if name in sentence and not _has_office(sentence, name):
            introduced = _introduced(text, name)
            if introduced:
                found[name] = Span(article.id, *introduced)
    return found


def _introduced(text: str, name: str) -> tuple[int, int] | None:
    """The first words that introduce a name with its office; None where others contradict them."""
    said = [
        (office_start(text, start), start)
        for start in islice(_places(text, name), MOST_NAMED)
        if name_may_end(text, start + len(name))
    ]
    offices = {text[start:at] for start, at in said if start < at}
    longest = max(offices, key=len, default="")
    if not all(longest.endswith(office) for office in offices):
        return None
    start, at = next(((start, at) for start, at in said if start < at), (0, 0))
    words = rjieba.cut(text[start:at], False)
    of_a_time = text.startswith(_OF_A_TIME, start) or not set(words).isdisjoint(_OF_A_TIME)
    if start == at or of_a_time or text.endswith(_NOT_HELD, 0, start):
        return None
    return start, at + len(name)


def _has_office(sentence: str, name: str) -> bool:
    """Whether a sentence says a person's office, before the name or behind it."""
    return any(
        office_start(sentence, start) < start
        or any(ends_with_office(sentence[start + len(name) :][:length]) for length in (2, 3))
        for start in _places(sentence, name)
    )


def _places(text: str, name: str) -> Iterator[int]:
    return (match.start() for match in re.finditer(re.escape(name), text))


def _office_words(before: str) -> Sequence[str]:
    """The words at the end of a text that name an office, with what it is of."""
    tagged = [(str(word), str(tag)) for word, tag in rjieba.tag(before)]
    first = len(tagged)
    for at in range(len(tagged) - 1, -1, -1):
        word, tag = tagged[at]
        if word == "、":
            if not ends_with_office("".join(word for word, _ in tagged[:at])):
                break
        elif tag not in _OFFICE_TAGS and not ends_with_office(word):
            break
        else:
            first = at
    return [word for word, _ in tagged[first:]]
