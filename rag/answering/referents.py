"""What a question and its answer leave for the next question to refer to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import rjieba

from rag.retrieval.dates_asked import dates_named, periods_in
from rag.retrieval.glossary import STOPWORDS
from rag.retrieval.lexicon import words
from rag.retrieval.people import people_in
from rag.retrieval.query import language_of

FRAME_WORDS = words("chinese_frame_words.txt")
ENGLISH_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
AUXILIARIES = frozenset(
    (
        *("did", "does", "do", "will", "would", "can", "could", "should", "shall", "may"),
        *("might", "must"),
    )
)
CALENDAR = frozenset(
    (
        *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
        *("october", "november", "december", "monday", "tuesday", "wednesday", "thursday"),
        *("friday", "saturday", "sunday"),
    )
)

# The segmenter's tags of what noun phrases are made of; vg and such are pieces of unknown names.
_PHRASE_TAGS = ("n", "j", "s", "g", "b", "l", "i", "eng", "vn", "vg", "an", "ag", "zg")
_NOUN_TAGS = ("n", "j", "s", "eng")
_PERSON_TAGS = ("nr", "nrfg")
_HOW_MANY = frozenset(("多少", "几", "多", "多大", "多高", "多长", "多远", "多久"))
_FULL_NAME = re.compile(r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)+")
_CAPITALISED = re.compile(r"[A-Z][\w’'-]+")
_THE = re.compile(r"\bthe $", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Referents:
    """What may be referred to: the last question, and with the texts that answered it the person,
    subject and day. topic: the first thing that the question names, else one before it. subject:
    that, or what its answer is about. agent: the first person or thing that the question names.
    dated: the words of the first date in it. quotes, headlines: of its answer. earlier: the same of
    the questions before, the latest first. Empty or None where there is none."""

    question: str
    person: str
    topic: str
    subject: str
    agent: str
    day: date | None
    year: int | None
    dated: str
    quotes: tuple[str, ...]
    headlines: tuple[str, ...]
    earlier: "tuple[Referents, ...]"

    @property
    def turns(self) -> "tuple[Referents, ...]":
        """This and the earlier ones, the latest first."""
        return (self, *self.earlier)

    def dated_with(self, phrase: str) -> str:
        """The words of the date in the latest question that names what a phrase is of."""
        named = (one for one in self.turns if one.topic and one.topic in one.question)
        return next((one.dated for one in named if one.topic.lower() in phrase.lower()), "")

    @property
    def texts(self) -> tuple[str, ...]:
        """The question, and what answered it."""
        return (self.question, *self.headlines, *self.quotes)


def referents(
    question: str,
    people: Sequence[str],
    days: Sequence[date],
    quotes: Sequence[str],
    headlines: Sequence[str],
    today: date,
    earlier: Sequence[Referents] = (),
) -> Referents:
    """question: the last one, standing alone. people, days, quotes, headlines: of its answer's
    citations. earlier: of the questions before, the latest first."""
    asked = people_in(question, ())
    named = [*asked, *_full_names(question), *people, *_single_names(question)]
    # 县委书记 before a name is an office, and nothing that is asked about.
    own = (
        phrase
        for phrase in phrases_in(question)
        if phrase not in named and not any(f"{phrase}{name}" in question for name in named)
    )
    topic = next(own, "") or next((one.topic for one in earlier), "")
    told = (phrase for text in headlines[:1] for phrase in phrases_in(text) if phrase not in named)
    person, subject = next(iter(named), ""), topic or next(told, "")
    found = [one for one in (person, subject) if one and one in question]
    agent = min(found, key=question.index, default=subject or person)
    day, year = _day(question, days, today)
    dated = next(iter(dates_named(question, today)), "")
    return Referents(
        *(question, person, topic, subject, agent, day, year, dated),
        *(tuple(quotes), tuple(headlines), tuple(earlier)),
    )


def phrases_in(text: str) -> list[str]:
    """The noun phrases of a text in its order, without articles, dates and numbers."""
    without = text
    for named in dates_named(text, date.today()):
        without = without.replace(named, "，")
    if language_of(text) == "zh":
        return list(_chinese_phrases(without))
    return _english_phrases(without)


def tagged(text: str) -> list[tuple[str, str]]:
    """The segmenter's words, each with its part of speech."""
    return [(str(word), str(tag)) for word, tag in rjieba.tag(text)]


def is_noun(word: str, tag: str) -> bool:
    """Whether a word of the segmenter's names a thing, and doesn't just frame a question."""
    return (tag.startswith(_NOUN_TAGS) or tag == "vn") and word not in FRAME_WORDS


def _chinese_phrases(text: str) -> Iterator[str]:
    run: list[tuple[str, str]] = []
    for word, tag in (*tagged(text), ("", "x")):
        if word and word not in FRAME_WORDS and _in_phrase(tag):
            run.append((word, tag))
            continue
        if word in _HOW_MANY and len(run) > 1:  # 大桥|全长|多少: what is counted, not the subject
            run.pop()
        if any(is_noun(*one) for one in run):
            yield "".join(word for word, _ in run)
        run = []


def _in_phrase(tag: str) -> bool:
    return tag.startswith(_PHRASE_TAGS) and tag not in _PERSON_TAGS


def _english_phrases(text: str) -> list[str]:
    """Runs of words that aren't function words; those behind “the” first. Behind an auxiliary, the
    last word of the first run is the verb."""
    with_the, others = list[str](), list[str]()
    auxiliary = False
    for start, run in _runs(text):
        before = text[:start].lower().split()
        auxiliary = bool(before) and not AUXILIARIES.isdisjoint(before[-3:])
        phrase = run.rsplit(" ", 1)[0] if auxiliary and " " in run else run
        (with_the if _THE.search(text[:start]) else others).append(phrase)
    return [*with_the, *others]


def _runs(text: str) -> Iterator[tuple[int, str]]:
    start, end = 0, 0
    for match in ENGLISH_WORD.finditer(text):
        content = match[0].lower() not in STOPWORDS
        if end and (not content or text[end : match.start()] != " "):
            yield start, text[start:end]
            end = 0
        if content:
            start, end = (start if end else match.start()), match.end()
    if end:
        yield start, text[start:end]


def _full_names(question: str) -> list[str]:
    """Names of several capitalised words without an article, as people have them."""
    return [
        match[0]
        for match in _FULL_NAME.finditer(question)
        if match.start() > 0
        and not _THE.search(question[: match.start()])
        and CALENDAR.isdisjoint(match[0].lower().split())
    ]


def _single_names(question: str) -> list[str]:
    return [
        match[0]
        for match in _CAPITALISED.finditer(question)
        if match.start() > 0
        and not _THE.search(question[: match.start()])
        and match[0].lower() not in CALENDAR
    ]


def _day(question: str, days: Sequence[date], today: date) -> tuple[date | None, int | None]:
    """The day and the year that a question asks about, else those of its answer."""
    asked = periods_in(question, today)
    if asked and asked[0].days == 1:
        return asked[0].start, asked[0].start.year
    day = next(iter(days), None)
    if asked and asked[0].start != date.min:
        year = asked[0].start.year
        return (day if day and asked[0].holds(day) else None), year
    return day, day.year if day else None
