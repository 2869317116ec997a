"""What a question says of dates, papers and people, and how well an article fits that."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import groupby

import rjieba

from rag.retrieval.dates_asked import periods_in
from rag.retrieval.folding import fold
from rag.retrieval.glossary import STOPWORDS
from rag.retrieval.names import PLACE_ENDS, names_a_person
from rag.retrieval.periods import Period
from rag.retrieval.pinyin import is_pinyin, spellings, spells, syllables
from rag.retrieval.quoted import HIDDEN, masked
from rag.types import Article
from store.segmentation import simplified, traditional


@dataclass(frozen=True, slots=True)
class Hints:
    """What a question names besides its matter. publications: as the archive writes them. people:
    as the question writes them, in simplified hanzi or in Latin letters."""

    periods: tuple[Period, ...] = ()
    publications: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.periods or self.publications or self.people)


# The most days after a period that its news is still printed: the morning after an event and the
# weekend, or a quarter of a long period, whose figures come out weeks later.
_LEAST_LATE, _MOST_LATE = 3, 92
_LATE_SHARE = 4
_LATE_FIT = 0.8  # of an article printed after the period, whose event is not known to be in it

_DOTS = frozenset("·•・")
_CAPITALISED = re.compile(r"\b[A-Z][a-z]+(?:['’-][a-z]+)?(?: [A-Z][a-z]+(?:['’-][a-z]+)?)+")
_LATIN_WORDS = re.compile(r"[A-Za-z' ]+\Z")
_LONGEST_NAME = 60
_NAME_SYLLABLES = range(2, 5)
_PRINTED_KINDS = (
    ("日报", "daily|daily news"), ("晚报", "evening news|evening post|evening paper"),
    ("早报", "morning post|morning news"), ("晨报", "morning post|morning news"),
    ("时报", "times"), ("周报", "weekly"), ("商报", "business daily|commercial news"),
    ("都市报", "metropolis daily|city news"), ("青年报", "youth daily"), ("晚刊", "evening"),
    ("新闻", "news"), ("报", "news|newspaper|post"),
)  # fmt: skip


def hints(question: str, today: date, publications: Sequence[str]) -> Hints:
    """What a question in Chinese or English says of dates, papers and people.

    today: the day from which 昨天 and “last week” count. publications: those the archive holds;
    a question names one by its name (《新河日报》, 新河日报报道) or by its pinyin and kind (“the
    Xinhe Daily”); papers that the archive doesn't hold are no hint.
    """
    named = _publications(question, publications)
    return Hints(periods_in(question, today), named, _people(question, named))


def with_people_found(hints: Hints, texts: Iterable[str]) -> Hints:
    """The hints with names in pinyin written in the hanzi that read so in these texts, of which
    the first found counts; a name found in none stays as it is. Costs a millisecond a page."""
    latin = [person for person in hints.people if person.isascii()]
    if not latin:
        return hints
    folded = [fold(text) for text in texts]
    found = {
        person: next((min(hanzi) for text in folded if (hanzi := spellings(person, text))), person)
        for person in latin
    }
    return replace(hints, people=tuple(found.get(person, person) for person in hints.people))


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


def _people_fit(people: Sequence[str], article: Article) -> float:
    """The share of the people named that an article names."""
    text = "\n".join((article.headline, article.kicker, article.text, *article.byline))
    return sum(any(form in text for form in _printed(person)) for person in people) / len(people)


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


def _people(question: str, publications: Sequence[str]) -> tuple[str, ...]:
    """The names of people in a question: those that the segmenter tells, transliterated ones with
    their dots, and capitalised words that read as a Chinese name. Names in titles and quotations
    and in the papers' names are none."""
    text = simplified(unicodedata.normalize("NFKC", question))
    for publication in publications:
        text = text.replace(publication, HIDDEN)
    shown = masked(text)
    tokens = [(str(word), str(tag)) for word, tag in rjieba.tag(shown)]
    foreign = _dotted_names(tokens)
    chinese = [
        word
        for word, tag in tokens
        if tag == "nr" and _may_be_person(word) and not any(word in name for name in foreign)
    ]
    latin = [name for run in _CAPITALISED.findall(shown) for name in _pinyin_names(run)]
    return tuple(dict.fromkeys((*foreign, *chinese, *latin)))


def _dotted_names(tokens: Sequence[tuple[str, str]]) -> list[str]:
    """Transliterated names: a word, a dot, and the nouns that follow, as the segmenter leaves no
    such name whole (彼得|雷|乌斯)."""
    names, name, dotted = [], "", False
    for word, tag in (*tokens, ("", "x")):
        if word in _DOTS and name:
            name, dotted = name + word, True
        elif dotted and tag.startswith("n"):
            name += word
        else:
            if dotted and name[-1] not in _DOTS:
                names.append(name)
            name, dotted = (word if tag.startswith("n") else ""), False
    return names


def _may_be_person(word: str) -> bool:
    """Whether a word has a surname and the length of a name; the segmenter takes other words that
    it doesn't know for names, too."""
    return not word.endswith(PLACE_ENDS) and names_a_person(f"{word}说")


def _pinyin_names(run: str) -> list[str]:
    """The names of two or three words in a run of capitalised words; titles divide it (Mayor Li
    Gang)."""
    groups = groupby(run.split(), lambda word: is_pinyin(word) and word.lower() not in STOPWORDS)
    names = [list(words) for in_pinyin, words in groups if in_pinyin]
    return [
        " ".join(name)
        for name in names
        if len(name) in (2, 3) and sum(syllables(word) or 0 for word in name) in _NAME_SYLLABLES
    ]
