"""A question asked again of something else: the new name in the old one's place."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from rag.answering.referents import ENGLISH_WORD, phrases_in, tagged
from rag.retrieval.dates_asked import dates_named
from rag.retrieval.names import PLACE_ENDS
from rag.retrieval.people import people_in
from rag.retrieval.query import language_of

_SHARED = 2  # characters at the end that make two phrases of a kind
_NAME = re.compile(r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")
_END = re.compile(r"[？?。.]*$")


def substituted(question: str, named: str, subject: str, today: date) -> str:
    """The question with a name in place of what it names of the same kind: a date, a person, a
    place, a phrase that ends alike, or else its subject. A date is added where it has none."""
    if dates_named(named, today):
        return _dated(question, named, today)
    for old in _of_a_kind(question, named):
        return question.replace(old, named, 1)
    if subject and subject in question and not _is_place(named):
        return question.replace(subject, named, 1)
    return _added(question, named)


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
    if language_of(question) == "zh":
        return f"{named}{question}"
    return f"{_END.sub('', question)} {named}?"
