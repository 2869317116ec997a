"""What several articles say, in a few cited points: those that a search finds, or of a period."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from rag.answering.citations import assemble
from rag.answering.overview import by_time
from rag.answering.saying import Saying
from rag.answering.topical import Subject, Told
from rag.answering.verification import Verdict
from rag.briefing.generative import StoryWriter
from rag.briefing.sentences import without_head
from rag.briefing_types import Briefing
from rag.indexing.chunking import split_sentences
from rag.retrieval.hybrid import Retrieved
from rag.types import AnswerMode, AnswerSentence, Article, Citation, Draft, Span
from store.library import Library

FURTHER = 1.0
"""What each further sentence of an article is put back by, of the news that `topical` counts."""
Keep = Callable[[Article, Span], bool]
"""Whether a sentence of an article may be told."""
_LOOSE_ENDS = "；;，,、：:"


@dataclass(frozen=True, slots=True)
class Digest:
    """Several articles in a few cited points. article_ids: of those it was made from. Without any
    it is a refusal: nothing was found."""

    article_ids: tuple[str, ...]
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    mode: AnswerMode
    model: str | None = None
    notes: tuple[str, ...] = ()


def digest_of_search(
    retrieved: Retrieved,
    library: Library,
    limit: int,
    points: int,
    writer: StoryWriter | None,
) -> Digest:
    """The best of the articles that were found and are about what was searched for, at most
    `limit`, in at most so many points; where none is about it, the sentences that name it. writer:
    a language model; without one, or where it gives none, points are the articles' own sentences,
    in order of time."""
    subject = Subject(retrieved.query, library)
    found = {hit.article_id: hit.article for hit in retrieved.hits}.values()
    about = list(islice((one for one in found if subject.is_of(one)), limit))
    naming = (one for one in found if any(map(subject.is_in, _sentences(one))))
    articles = about or list(islice(naming, limit))

    def keep(article: Article, span: Span) -> bool:
        return bool(about) or subject.is_in(article.text[span.start : span.end])

    problems = [retrieved.translation.problem] if retrieved.translation.problem else []
    drafts: Sequence[Draft] = ()
    verdicts: Sequence[Verdict] | None = None
    model = None
    if writer is not None and articles:
        written = writer.write(articles, retrieved.query.text, points, keep)
        if written is not None:
            drafts, verdicts, model = written.drafts, written.verdicts, written.model
        problems += writer.notes
    if model is None:
        told = [one for article in articles for one in _ranked(subject, article, keep)]
        drafts = [_draft(one) for one in sorted(_best(told, points), key=_time)]
    assembly = assemble(drafts, {one.id: one for one in articles}, verdicts)
    return Digest(
        article_ids=tuple(one.id for one in articles),
        sentences=assembly.sentences,
        citations=assembly.citations,
        mode="llm" if model else "extractive",
        model=model,
        notes=tuple(dict.fromkeys(problems)),
    )


def digest_of_briefing(briefing: Briefing, points: int) -> Digest:
    """A period by its best stories: the first point of each, then the second, at most so many."""
    ranked = [
        (place, at)
        for at in range(max((len(story.points) for story in briefing.stories), default=0))
        for place, story in enumerate(briefing.stories)
        if at < len(story.points)
    ]
    taken = [briefing.stories[place].points[at] for place, at in sorted(ranked[:points])]
    numbers = dict.fromkeys(number for point in taken for number in point.citations)
    renumbered = {number: new for new, number in enumerate(numbers, start=1)}
    by_number = {one.number: one for one in briefing.citations}
    return Digest(
        article_ids=tuple(name for story in briefing.stories for name in story.article_ids),
        sentences=tuple(
            AnswerSentence(
                point.text, tuple(renumbered[one] for one in point.citations), point.supported
            )
            for point in taken
        ),
        citations=tuple(replace(by_number[old], number=new) for old, new in renumbered.items()),
        mode=briefing.mode,
        model=briefing.model,
        notes=briefing.notes,
    )


def _sentences(article: Article) -> Iterator[str]:
    return (article.text[start:end] for start, end in split_sentences(article.text))


def _ranked(subject: Subject, article: Article, keep: Keep) -> list[Told]:
    """The sentences of an article that may be told; each further one counts less."""
    told = [one for one in subject.told_in(article) if keep(article, one.span)]
    return [replace(one, score=one.score - FURTHER * at) for at, one in enumerate(told)]


def _best(told: Sequence[Told], points: int) -> list[Told]:
    """Those with most news of what was searched for, nothing twice."""
    best: list[Told] = []
    said: list[Saying] = []
    for one in sorted(told, key=lambda one: (-one.score, _time(one))):
        saying = Saying(one.text)
        if len(best) < points and not any(saying.repeats(other) for other in said):
            best.append(one)
            said.append(saying)
    return best


def _time(told: Told) -> tuple[tuple[str, str, int, str], int]:
    return by_time(told.article), told.span.start


def _draft(told: Told) -> Draft:
    span = without_head(told.article, told.span)
    text = told.article.text[span.start : span.end]
    return Draft(text.strip().rstrip(_LOOSE_ENDS), (span,))
