"""What a question says of dates, papers and people, and how well an article fits that."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from rag.retrieval.dates_asked import periods_in
from rag.retrieval.folding import fold
from rag.retrieval.periods import Period
from rag.retrieval.pinyin import spells
from rag.types import Article
from store.segmentation import traditional


@dataclass(frozen=True, slots=True)
class Hints:
    """What a question names besides its matter. publications: as the archive writes them. people:
    as the question writes them, in simplified hanzi or in Latin letters, each with other ways in
    which the archive writes the name."""

    periods: tuple[Period, ...] = ()
    publications: tuple[str, ...] = ()
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.periods or self.publications or self.people)


# The most days after a period that its news is still printed: the morning after an event and the
# weekend, or a quarter of a long period, whose figures come out weeks later.
_LEAST_LATE, _MOST_LATE = 3, 92
_LATE_SHARE = 4
_LATE_FIT = 0.8  # of an article printed after the period, whose event is not known to be in it

_LATIN_WORDS = re.compile(r"[A-Za-z' ]+\Z")
_LONGEST_NAME = 60
_PRINTED_KINDS = (
    ("日报", "daily|daily news"), ("晚报", "evening news|evening post|evening paper"),
    ("早报", "morning post|morning news"), ("晨报", "morning post|morning news"),
    ("时报", "times"), ("周报", "weekly"), ("商报", "business daily|commercial news"),
    ("都市报", "metropolis daily|city news"), ("青年报", "youth daily"), ("晚刊", "evening"),
    ("新闻", "news"), ("报", "news|newspaper|post"),
)  # fmt: skip


def hints(question: str, today: date, publications: Sequence[str]) -> Hints:
    """What a question in Chinese or English says of dates and papers.

    today: the day from which 昨天 and “last week” count. publications: those the archive holds;
    a question names one by its name (《新河日报》, 新河日报报道) or by its pinyin and kind (“the
    Xinhe Daily”); papers that the archive doesn't hold are no hint.
    """
    named = _publications(question, publications)
    return Hints(periods_in(question, today), named)


def with_people(hints: Hints, people: Mapping[str, Sequence[str]]) -> Hints:
    """The hints with these people, too, each with what the archive writes the name with."""
    return replace(hints, people={**hints.people, **people})


def boost(hints: Hints, article: Article) -> float:
    """How well an article fits what a question says, 0 to 1: the mean of its fits to the dates, the
    papers and the people named, of those that are. 0 where the question says nothing, and where the
    article doesn't say: what isn't known never speaks against an article."""
    fits = []
    if hints.periods:
        fits.append(max(_date_fit(period, article) for period in hints.periods))
    if hints.publications:
        fits.append(float(article.publication in hints.publications))
    if hints.people:
        fits.append(_people_fit(hints.people, article))
    return sum(fits) / len(fits) if fits else 0.0


def _date_fit(period: Period, article: Article) -> float:
    """1 where the event or the issue is of the period; less for an issue soon after it, as papers
    print the news of the day before; where the news itself is asked for, the issue alone counts."""
    if article.issue_date and period.holds(article.issue_date):
        return period.strength
    if period.explicit:
        return 0.0
    if article.event_date and period.holds(article.event_date):
        return period.strength
    late = min(max(_LEAST_LATE, period.days // _LATE_SHARE), _MOST_LATE)
    if article.issue_date and period.days_after(article.issue_date) < late:
        return _LATE_FIT * period.strength
    return 0.0


def _people_fit(people: Mapping[str, Sequence[str]], article: Article) -> float:
    """The share of the people named that an article names."""
    text = "\n".join((article.headline, article.kicker, article.text, *article.byline))
    named = [
        any(form in text for written in (name, *others) for form in _printed(written))
        for name, others in people.items()
    ]
    return sum(named) / len(named)


@lru_cache(maxsize=256)
def _printed(person: str) -> frozenset[str]:
    """How papers print a name: in either script. Looking for both costs less than folding texts."""
    return frozenset({person, traditional(person)})


def _publications(question: str, publications: Sequence[str]) -> tuple[str, ...]:
    """Those of the archive's papers that a question names; one whose name is only part of a longer
    one named there is not meant."""
    left, named = fold(question), set()
    for publication in sorted(set(publications), key=lambda name: (-len(name), name)):
        name = fold(publication).strip("《》")
        if name and (name in left or _named_in_english(name, question)):
            named.add(publication)
            left = left.replace(name, "\0")
    return tuple(name for name in dict.fromkeys(publications) if name in named)


def _named_in_english(publication: str, question: str) -> bool:
    """Whether a question names 新河日报 as the Xinhe Daily."""
    for kind, english in _PRINTED_KINDS:
        if publication.endswith(kind) and len(publication) > len(kind):
            place = publication.removesuffix(kind)
            kinds = re.finditer(rf" (?:{english})\b", question, re.IGNORECASE)
            before = {_words_before(question, match.start()) for match in kinds}
            return any(_ends_in_pinyin(words, place) for words in before)
    return False


def _words_before(question: str, at: int) -> str:
    """The Latin words that end at a place; no paper's name is longer than what is looked at."""
    match = _LATIN_WORDS.search(question, max(0, at - _LONGEST_NAME), at)
    return match.group() if match else ""


def _ends_in_pinyin(words: str, hanzi: str) -> bool:
    """Whether the last words, up to three, spell these hanzi."""
    parts = words.split()[-3:]
    return any(spells("".join(parts[start:]), hanzi) for start in range(len(parts)))
