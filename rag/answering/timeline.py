"""A matter's dated events, in order of time, each in an article's own words."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.answering.citations import assemble
from rag.answering.event_dates import DatedPart, dated_parts
from rag.answering.overview import by_time
from rag.answering.saying import Saying
from rag.answering.topical import Subject, Told
from rag.retrieval.hybrid import Retrieved
from rag.timeline_types import EventDate, Timeline, TimelineEvent
from rag.types import Article, Draft, Span
from store.library import Library

FROM_ONE_ARTICLE = 6
"""Events that one article adds at most, with a day in their own words."""
LEAST_NEWS = 0.4
"""Of the event with most news of the matter, what others must have."""
LEAST_UNDATED_NEWS = 0.55
"""The same of sentences that don't tell their own day."""
OTHERS_FROM_ONE_ARTICLE = 2
"""Events that it adds at most without one."""
# News of the matter that a sentence which doesn't name it must have, in an article about it.
_NEWS = 2.0
_DATED = 1.0  # what a sentence that tells its own day has ahead
_SAME_DAY = 1.0  # what each further event of a day is put back by where not all can be told
# Words that ask for a timeline and name nothing that an article would hold.
_FRAME_CHINESE = re.compile(
    "(?:[的之]?(?:时间线|时间轴|大事记|来龙去脉|始末|前后?经过|经过|全过程|历程|进程))+[？?。]?$"
)
_FRAME_ENGLISH = re.compile(
    r"^(?:(?:give me|show|show me)\s+)?(?:(?:a|the)\s+)?(?:timeline|chronology|history|course)\s+of"
    r"\s+(?:the\s+)?",
    re.IGNORECASE,
)
_PART_ENDS = "，；、,; "


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence, or a part of it, that may tell of an event. spans: its quote first."""

    article: Article
    text: str
    spans: tuple[Span, ...]
    when: EventDate
    score: float
    saying: Saying

    @property
    def place(self) -> tuple[date, int, tuple[str, str, int, str], int]:
        """Sorts by time: what is known by its year alone before its months, those before days."""
        start = self.article.text.find(self.text, self.spans[0].start)
        return self.when.first, -self.when.last.toordinal(), by_time(self.article), start


def subject_of(question: str) -> str:
    """What a timeline is asked of, without the words that ask for one."""
    for frame in (_FRAME_CHINESE, _FRAME_ENGLISH):
        question = frame.sub("", question).strip() or question
    return question


def timeline(question: str, retrieved: Retrieved, library: Library, limit: int) -> Timeline:
    """The events of a matter in the articles that a search for it found, at most `limit`: those
    with most news of it, each further one of a day behind those of other days.

    Told are sentences of articles about the matter, and others that name it, that a day can be told
    for. What is told twice, on one day in near the same words, is one event that cites both.
    """
    subject = Subject(retrieved.query, library)
    candidates, undated = _candidates(retrieved, subject)
    best = max((one.score for one in candidates), default=0.0)
    events = _merged([one for one in candidates if one.score >= _least(one.when) * best])
    told = sorted(_foremost(events, limit), key=lambda one: one.place)
    articles = {one.id: one for one in retrieved.articles}
    assembly = assemble([Draft(one.text, one.spans) for one in told], articles)
    notes = [retrieved.translation.problem] if retrieved.translation.problem else []
    if undated:
        sentences = "1 sentence tells" if undated == 1 else f"{undated} sentences tell"
        notes.append(f"{sentences} of it without a date that can be told")
    return Timeline(
        question=question,
        language=retrieved.query.language,
        refused=not told,
        events=tuple(
            TimelineEvent(one.when, one.text, sentence.citations)
            for one, sentence in zip(told, assembly.sentences, strict=True)
        ),
        citations=assembly.citations,
        notes=tuple(notes),
        more=len(events) - len(told),
    )


def _candidates(retrieved: Retrieved, subject: Subject) -> tuple[list[_Candidate], int]:
    """What may be told, most news first; and how many sentences name the matter without a date."""
    found: list[_Candidate] = []
    undated = 0
    for article in retrieved.articles:
        is_of = subject.is_of(article)
        told = [
            one
            for one in subject.told_in(article)
            if subject.is_in(one.text) or (is_of and one.score >= _NEWS)
        ]
        if not told:
            continue
        dated = {span.end: parts for span, parts in dated_parts(article).items()}
        undated += sum(not dated[one.span.end] for one in told if subject.is_in(one.text))
        found += _of_article(article, told, dated)
    return sorted(found, key=lambda one: (-one.score, one.place)), undated


def _least(when: EventDate) -> float:
    return LEAST_NEWS if when.dated_by == "sentence" else LEAST_UNDATED_NEWS


def _of_article(
    article: Article, told: Sequence[Told], dated: Mapping[int, Sequence[DatedPart]]
) -> list[_Candidate]:
    """The events that an article adds: those whose own words tell their day first."""
    events = [_candidate(article, one, part) for one in told for part in dated[one.span.end]]
    own = [one for one in events if one.when.dated_by == "sentence"]
    others = [one for one in events if one.when.dated_by != "sentence"]
    return [*_best(own, FROM_ONE_ARTICLE), *_best(others, OTHERS_FROM_ONE_ARTICLE)]


def _best(events: Iterable[_Candidate], most: int) -> list[_Candidate]:
    return sorted(events, key=lambda one: (-one.score, one.place))[:most]


def _candidate(article: Article, told: Told, part: DatedPart) -> _Candidate:
    start = max(part.span.start, told.span.start)
    text = article.text[start : part.span.end]
    if part.span.end < told.span.end:
        text = text.rstrip(_PART_ENDS)
    score = told.score + (_DATED if part.when.dated_by == "sentence" else 0.0)
    return _Candidate(article, text, (told.span,), part.when, score, Saying(text))


def _merged(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Candidates, most news first, with those that tell an event again joined to the first."""
    kept: list[_Candidate] = []
    for one in candidates:
        at = next((at for at, other in enumerate(kept) if _is_same(one, other)), None)
        if at is None:
            kept.append(one)
        else:
            kept[at] = _joined(kept[at], one)
    return kept


def _is_same(one: _Candidate, other: _Candidate) -> bool:
    """Whether two tell one event: near the same words, of days that don't speak against it."""
    if not (one.saying.repeats(other.saying) or other.saying.repeats(one.saying)):
        return False
    told = one.when.dated_by == other.when.dated_by == "sentence"
    return not told or _holds(one.when, other.when) or _holds(other.when, one.when)


def _holds(wide: EventDate, narrow: EventDate) -> bool:
    return wide.first <= narrow.first and narrow.last <= wide.last


def _joined(kept: _Candidate, again: _Candidate) -> _Candidate:
    """An event with what tells it again cited too, and the surer, narrower, earlier of its days."""
    cited = {span.article_id for span in kept.spans}
    spans = kept.spans if again.article.id in cited else (*kept.spans, *again.spans)
    return replace(kept, spans=spans, when=min(kept.when, again.when, key=_doubt))


def _doubt(when: EventDate) -> tuple[bool, bool, int, date]:
    days = (when.last - when.first).days
    return when.dated_by != "sentence", when.inferred, days, when.first


def _foremost(events: Iterable[_Candidate], limit: int) -> list[_Candidate]:
    """Those with most news, so many at most; each further one of a day counts less."""
    of_day: Counter[date] = Counter()
    ranked: list[tuple[float, _Candidate]] = []
    for one in events:
        ranked.append((one.score - _SAME_DAY * of_day[one.when.first], one))
        of_day[one.when.first] += 1
    ranked.sort(key=lambda item: (-item[0], item[1].place))
    return [one for _, one in ranked[:limit]]
