"""Questions that compare: the two or more things that they put side by side, each by itself.

比较12月20日和12月23日关于疫情的报道 is 疫情 on two days; “the GDP of Xinhe and Linhe” two towns'.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from rag.retrieval import comparisons_chinese, comparisons_english
from rag.retrieval.dates_asked import NamedDate, as_read, named_dates
from rag.retrieval.english_months import MONTHS
from rag.retrieval.lists_chinese import tagged
from rag.retrieval.periods import Period
from rag.retrieval.quoted import HIDDEN, is_several_sentences, masked
from rag.types import Language

MOST_SIDES = 6
LONGEST_ASKED = 400
"""Characters of a question that compares; what is longer is more than that."""
DAYS_OF_NEWS = 31
"""A period no longer than this says when news was printed; a longer one, what it is about."""

_JOINS = re.compile(
    r"(?:的?(?:、|和|与|跟|同|及|以及|对比|相比|比)|(?<![A-Za-z])"
    r"(?:(?:as )?compared (?:with|to)|and|with|to|versus|vs\.?|or)(?![A-Za-z])|&|[，,])",
    re.IGNORECASE,
)
_LEADS_TO_DATE = re.compile(
    r"(?:[在于]|\b(?:on|in|of|from|for|that of|those of|the one of|dated) ?(?:the )?)$",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s?[(（][^()（）]{1,12}[)）]")
_MONTH = "|".join(MONTHS)
_DAY_WORDS = re.compile(
    rf"(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}[日号]|\b\d{{1,2}} (?:{_MONTH})\b"
    rf"|\b(?:{_MONTH}) \d{{1,2}}\b",
    re.IGNORECASE,
)
_NO_DAY = Period(date.min, date.min, explicit=True)
_FRAME = {"zh": comparisons_chinese, "en": comparisons_english}


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the things compared. name: empty where only their number is said. text: what is asked
    of it, without the days that say when it was printed. period: its days, if it has any. certain:
    it is a thing of its own, which what is told of it has to name."""

    name: str
    text: str
    period: Period | None = None
    explicit: bool = False
    certain: bool = True


def compared(text: str, language: Language, today: date) -> tuple[Compared, ...]:
    """The things that a question, given `as_read`, compares; none where it compares nothing, or
    less than two things, or not in words that are understood."""
    if len(text) > LONGEST_ASKED:
        return ()
    frame, body = _FRAME[language], _FRAME[language].compared_in(text)
    if body is None and not text.isascii():
        body = comparisons_english.compared_in(text)  # a question in both: compare 甲 and 乙
    if body is None or is_several_sentences(body):
        return ()
    body = _ASIDE.sub("", body)
    dates = _dates(body, today)
    if any(one.bound for one in dates):
        return ()
    if len({(one.period, one.period == _NO_DAY and one.start) for one in dates}) >= 2:
        return _within(_dated(body, dates, language))
    if len(dates) > 1 or HIDDEN in masked(body):
        return ()
    if unnamed := frame.unnamed_in(body):
        count, subject = unnamed
        return tuple(Compared("", subject) for _ in range(count))
    (dated,) = dates or (None,)
    begins = body[: dated.end] if dated and dated.start == 0 else ""
    listed = frame.listed(body[len(begins) :].removeprefix("的").strip(" ,"))
    return _within(_with_date(Compared(name, begins + whole), dated) for name, whole in listed)


def listed_alike(question: str, parts: Sequence[str], today: date) -> tuple[Compared, ...]:
    """The things of which the parts of a question ask the same: 新河和临河的人口分别是多少. None
    where nothing says so, or the parts differ by more than a few words in one place."""
    if not _EACH.search(masked(question)):
        return ()
    texts = [as_read(part) for part in parts]
    before, after = _shared(texts)
    names = [text[before : len(text) - after] for text in texts]
    same = before + after
    if not all(0 < len(name) <= min(same, _LONGEST_NAME) for name in names):
        return ()
    if any(not any(map(str.isalnum, name)) for name in names):
        return ()
    found = [named_dates(text, today) for text in texts]
    apart = len({dates[0].period for dates in found if dates}) == len(texts)
    if apart and all(len(dates) == 1 and not dates[0].bound for dates in found):
        return tuple(
            Compared(
                text[dates[0].start : dates[0].end],
                part,
                dates[0].period,
                dates[0].explicit,
                certain=False,
            )
            for part, text, dates in zip(parts, texts, found, strict=True)
        )
    return tuple(
        Compared(name.strip(), part, certain=False) for name, part in zip(names, parts, strict=True)
    )


_EACH = re.compile(r"分别|\brespectively\b", re.IGNORECASE)
_LONGEST_NAME = 24


def _shared(texts: Sequence[str]) -> tuple[int, int]:
    """How many characters all of these begin and end with alike, in whole words."""
    shortest = min(map(len, texts))
    edges = [_edges(text) for text in texts]
    same = next((at for at in range(shortest) if len({text[at] for text in texts}) > 1), shortest)
    before = max(at for at in range(same + 1) if all(at in ends for ends in edges))
    left = shortest - before
    alike = next((at for at in range(left) if len({text[-1 - at] for text in texts}) > 1), left)
    after = max(
        at
        for at in range(alike + 1)
        if all(len(text) - at in ends for text, ends in zip(texts, edges, strict=True))
    )
    return before, after


def _edges(text: str) -> frozenset[int]:
    """Where the words of a text begin and end."""
    return frozenset((0, len(text), *(at for _, _, at in tagged(text))))


def _dates(body: str, today: date) -> list[NamedDate]:
    """The dates of a text, with those that the calendar doesn't have, of which nothing is told."""
    named = list(named_dates(body, today))
    for match in _DAY_WORDS.finditer(body):
        if not any(one.start < match.end() and match.start() < one.end for one in named):
            named.append(NamedDate(*match.span(), _NO_DAY, "", explicit=True))
    return sorted(named, key=lambda one: one.start)


def _within(found: Iterable[Compared]) -> tuple[Compared, ...]:
    """The sides, each once; none where fewer than two are left, or too many."""
    sides: list[Compared] = []
    for one in found:
        same = any(
            one.text == other.text and one.period == other.period and one.name == other.name
            for other in sides
        )
        if not same:
            sides.append(one)
    return tuple(sides) if 2 <= len(sides) <= MOST_SIDES else ()


def _dated(body: str, dates: Sequence[NamedDate], language: Language) -> list[Compared]:
    """The sides that dates tell apart: each with the words between the link before it and the one
    after it, and with what they share."""
    first, *_, last = dates
    cuts = []
    for one, other in pairwise(dates):
        links = list(_JOINS.finditer(body, one.end, other.start))
        if not links:
            return []
        cuts.append(links[-1].span())
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(body)]
    sides = []
    head = _LEADS_TO_DATE.sub("", body[: first.start].rstrip())
    tail = body[last.end :]
    bare = all(not _said(body[one.end : end]) for one, end in zip(dates[:-1], ends, strict=False))
    for one, start, end in zip(dates, starts, ends, strict=True):
        own = tail if bare else body[one.end : end]
        lead = _LEADS_TO_DATE.sub("", body[start : one.start].rstrip()) if one is not first else ""
        name = body[one.start : one.end].strip()
        about = (head, lead, own) if _said(lead) or _said(head) else ("", "", own)
        sides.append(_of_date(name, one, about, language))
    return sides


def _said(text: str) -> bool:
    return any(map(str.isalnum, text.removesuffix("的")))


def _of_date(name: str, one: NamedDate, about: tuple[str, ...], language: Language) -> Compared:
    words = (" " if language == "en" else "").join(part.strip() for part in about if part.strip())
    period = replace(one.period, explicit=one.explicit)
    if period.days > DAYS_OF_NEWS and not one.explicit:
        text = f"{words} in {name}" if language == "en" else name + words
        return Compared(name, text.strip(), period)
    text = _FRAME[language].subject(words)
    return Compared(name, text, period, explicit=one.explicit or not text)


def _with_date(side: Compared, named: NamedDate | None) -> Compared:
    if named is None:
        return side
    return replace(side, period=named.period, explicit=named.explicit)
