"""A question asked again of something else: the new name in the old one's place."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from rag.answering.referents import AUXILIARIES, ENGLISH_WORD, phrases_in, tagged
from rag.retrieval.dates_asked import dates_named
from rag.retrieval.names import PLACE_ENDS
from rag.retrieval.people import people_in
from rag.retrieval.query import language_of

_NO_DEED = ("是", "有", "的", "在", "多", "几", "，")
_SHARED = 2  # characters at the end that make two phrases of a kind
_NAME = re.compile(r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")
_END = re.compile(r"[？?。.]*$")


def substituted(question: str, named: str, subject: str, today: date) -> str:
    """The question with a name in place of what it names of the same kind: a date, a person, a
    place, a phrase that ends alike, or who or what does something in it. Where it has none of the
    kind, both stand side by side."""
    if dates_named(named, today):
        return _dated(question, named, today)
    bare = named.removeprefix("the ")
    for old in _of_a_kind(question, bare):
        return question.replace(old, bare, 1)
    if _acts(subject, question) and not _is_place(bare):
        return question.replace(subject, bare, 1)
    return _added(question, named)


def _acts(subject: str, question: str) -> bool:
    """Whether the subject of a question does what is asked about: it begins a question in Chinese,
    before a verb that is none of being, or stands behind an auxiliary in English."""
    before, found, after = question.partition(subject)
    if not subject or not found:
        return False
    if language_of(question) == "zh":
        return not before and not after.startswith(_NO_DEED)
    return not AUXILIARIES.isdisjoint(before.lower().split()[-2:])


def _dated(question: str, named: str, today: date) -> str:
    for old in dates_named(question, today):
        if old in question:
            return question.replace(old, _bare_date(named, today), 1)
    return _added(question, named)


def _bare_date(named: str, today: date) -> str:
    """The date's words, without the preposition before them, which the question has."""
    return next(iter(dates_named(named, today)), named)


def _of_a_kind(question: str, named: str) -> Sequence[str]:
    if people_in(named, ()):
        return [one for one in people_in(question, ()) if one in question]
    if _is_place(named):
        return _places(question)
    if _NAME.fullmatch(named):
        names = [match[0] for match in _NAME.finditer(question) if match.start() > 0]
        return [name for name in names if name.isupper() == named.isupper()]
    end = named[-_SHARED:].lower() if language_of(named) == "zh" else _last_word(named)
    return [one for one in phrases_in(question) if one.lower().endswith(end)]


def _last_word(text: str) -> str:
    return next(reversed(ENGLISH_WORD.findall(text.lower())), text)


def _is_place(named: str) -> bool:
    words = tagged(named)
    return language_of(named) == "zh" and (words[-1][1] == "ns" or named.endswith(PLACE_ENDS))


def _places(question: str) -> list[str]:
    """The places of a question that no longer name goes on with: 北京 but not in 北京大学."""
    words = [*tagged(question), ("", "x")]
    return [
        word
        for (word, tag), (_, after) in pairwise(words)
        if tag == "ns" and not after.startswith(("ns", "nt", "nz"))
    ]


def _added(question: str, named: str) -> str:
    """A date or a place as part of the question, anything else before it."""
    if language_of(question) == "zh":
        fits = _is_place(named) or dates_named(named, date.today())
        return f"{named}{question}" if fits else f"{named}，{question}"
    if dates_named(named, date.today()):
        return f"{_END.sub('', question)} {named}?"
    return f"{question} What about {named}?"
