"""What changed since a day: what is new, in order of time, with what was counted before it."""

from collections.abc import Mapping, Sequence

from rag.answering.figures import counted_before
from rag.answering.overview import by_time
from rag.answering.saying import Saying
from rag.answering.side_words import label
from rag.answering.topical import Told, sentences_of, told_of
from rag.retrieval.hybrid import Retrieved
from rag.retrieval.side_days import day_words
from rag.types import Draft, Language
from store.library import Library

MOST_CHANGES = 5
FROM_ONE_ARTICLE = 2
_LEAST_NEWS = 0.4  # of the sentence with most news, what others must have
_BEFORE: Mapping[Language, str] = {"zh": "此前，{}", "en": "before, {}"}


def changes(retrieved: Retrieved, library: Library) -> tuple[Draft, ...]:
    """The new sentences on a subject in the days since, in order of time, as drafts that begin with
    their day; where no subject is named, one of each article with most news. New is what no article
    from before says, and none of an earlier day within the period. Where an earlier article has
    another figure for what a new sentence counts, that goes before them all."""
    (found,), earlier = retrieved.sides, retrieved.earlier
    assert earlier is not None
    language = retrieved.query.language
    if not found.side.text:
        recent = {hit.article_id: hit.article for hit in found.retrieved.hits}
        before = {hit.article_id: hit.article for hit in earlier.hits}
        known = [told.text for one in before.values() for told in sentences_of(one)]
        told = [one for article in recent.values() for one in sentences_of(article)[:1]]
        return _dated(_best(_new(told, known)), language)
    before_it = told_of(earlier, library)
    fresh = _new(told_of(found.retrieved, library), [one.text for one in before_it])
    new = _best(fresh)
    return (*_dated(_counted(before_it, new), language, _BEFORE[language]), *_dated(new, language))


def _new(told: Sequence[Told], known: Sequence[str]) -> list[Told]:
    """Sentences, most news first, without those that one before them in time says."""
    said, kept = [Saying(text) for text in known], set()
    for one in sorted(told, key=_time):
        saying = Saying(one.text)
        if not any(saying.repeats(other) for other in said):
            kept.add(one.span)
        said.append(saying)
    return [one for one in told if one.span in kept]


def _best(fresh: Sequence[Told]) -> list[Told]:
    """Those with most news, a few of each article, in order of time."""
    least = _LEAST_NEWS * max((one.score for one in fresh), default=0.0)
    taken: dict[str, int] = {}
    best: list[Told] = []
    for one in sorted(fresh, key=lambda one: -one.score):
        of_article = taken.get(one.article.id, 0)
        if one.score >= least and of_article < FROM_ONE_ARTICLE and len(best) < MOST_CHANGES:
            taken[one.article.id] = of_article + 1
            best.append(one)
    return sorted(best, key=_time)


def _counted(before: Sequence[Told], new: Sequence[Told]) -> list[Told]:
    """The latest of the earlier sentences that has another figure for what a new one counts."""
    counted = [one for one in before if any(counted_before(one.text, other.text) for other in new)]
    return [max(counted, key=lambda one: (by_time(one.article), one.score))] if counted else []


def _time(told: Told) -> tuple[tuple[str, str, int, str], int]:
    return by_time(told.article), told.span.start


def _dated(told: Sequence[Told], language: Language, words: str = "{}") -> tuple[Draft, ...]:
    drafts: list[Draft] = []
    last = ""
    for one in told:
        day = one.article.issue_date or one.article.event_date
        when = label(words.format(day_words(day, language))) if day else ""
        drafts.append(Draft(one.text, (one.span,), when if when != last else ""))
        last = when
    return tuple(drafts)
