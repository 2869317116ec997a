"""A period's news as a cited briefing: articles into stories, the best of them told in points."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from rag.answering.citations import assemble
from rag.briefing.clustering import stories_of
from rag.briefing.generative import StoryWriter
from rag.briefing.lengths import EXTENTS
from rag.briefing.order import printed
from rag.briefing.ranking import papers_of, rank
from rag.briefing.sentences import kind_of
from rag.briefing.table import rows
from rag.briefing.telling import Told, headline, tell, update_of
from rag.briefing.updates import ToldBefore, continued
from rag.briefing_types import Briefing, BriefingPoint, Length, Story
from rag.types import AnswerSentence, Article, Language

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

CONSIDERED = 3  # stories that are held against earlier ones, for each that is told

Progress = Callable[[str, int, int | None], None]
"""Told how far a stage is: its name, how much is done, and of how much; None where that can't be
known."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a briefing is asked to be of. date_from, date_to: both inclusive."""

    date_from: date
    date_to: date
    topic: str | None = None
    publication: str | None = None
    people: tuple[str, ...] = ()
    length: Length = "standard"


@dataclass(frozen=True, slots=True)
class Embedded:
    """What is known of articles' meaning. vectors: by article id, of the chunks, (chunks,
    dimension). background: the mean of news in each language, (dimension,)."""

    vectors: "Mapping[str, NDArray[np.float32]]"
    background: "Mapping[Language, NDArray[np.float32]]"


def brief(
    articles: Sequence[Article],
    asked: Asked,
    embedded: Embedded,
    before: Sequence[ToldBefore] = (),
    writer: StoryWriter | None = None,
    progress: Progress | None = None,
) -> Briefing:
    """The briefing over these articles, its stories best first. before: what earlier briefings
    told. writer: a language model; without one, and for stories that it gives nothing for, points
    are the articles' own sentences. The same articles, in whatever order, give the same briefing.
    """
    done = progress or _silent
    done("stories", 0, None)
    groups = stories_of(articles, embedded.vectors, embedded.background)
    chosen = _best(groups, before, embedded, EXTENTS[asked.length].stories)
    told = []
    for at, (group, continues) in enumerate(chosen):
        done("points", at, len(chosen))
        told.append(tell(group, continues, EXTENTS[asked.length], writer))
    done("points", len(chosen), len(chosen))
    told.sort(key=lambda one: (-one.rank.score, printed(one.articles[0])))
    count = len({one.whole_id for one in articles})
    return _assembled(told, asked, count, len(groups) - len(told), writer)


def _silent(stage: str, done: int, total: int | None) -> None:
    """Progress that nobody asked to see."""


def _best(
    groups: Sequence[tuple[Article, ...]],
    before: Sequence[ToldBefore],
    embedded: Embedded,
    most: int,
) -> list[tuple[tuple[Article, ...], ToldBefore | None]]:
    """The groups that are told, best first, each with the earlier story that it goes on with."""
    ranked = sorted(groups, key=lambda group: (-rank(group, None).score, printed(group[0])))
    if not before:
        return [(group, None) for group in ranked[:most]]
    ranked = ranked[: CONSIDERED * most]
    found = continued(ranked, before, embedded.vectors, embedded.background)
    pairs = [
        (rank(group, update_of(continues, news=True)).score, group, continues)
        for group, continues in zip(ranked, found, strict=True)
    ]
    pairs.sort(key=lambda pair: (-pair[0], printed(pair[1][0])))
    return [(group, continues) for _, group, continues in pairs[:most]]


def _assembled(
    told: Sequence[Told], asked: Asked, articles: int, untold: int, writer: StoryWriter | None
) -> Briefing:
    """The stories with their citations numbered through, and the table of what they tell."""
    assembly = assemble(
        [draft for one in told for draft in one.drafts],
        {article.id: article for one in told for article in one.articles},
        [verdict for one in told for verdict in one.verdicts],
    )
    sentences = iter(assembly.sentences)
    stories = tuple(_story(one, islice(sentences, len(one.drafts))) for one in told)
    model = next((one.model for one in told if one.model), None)
    return Briefing(
        date_from=asked.date_from,
        date_to=asked.date_to,
        topic=asked.topic,
        stories=stories,
        citations=assembly.citations,
        mode="llm" if model else "extractive",
        model=model,
        notes=tuple(dict.fromkeys(writer.notes)) if writer is not None else (),
        table=tuple(
            row
            for place, story in enumerate(stories, start=1)
            for row in rows(place, story.points, assembly.citations)
        ),
        articles=articles,
        untold=untold,
        publication=asked.publication,
        people=asked.people,
        length=asked.length,
    )


def _story(told: Told, sentences: Iterator[AnswerSentence]) -> Story:
    best = told.articles[0]
    news = told.update is not None and told.update.news
    days = {one.issue_date for one in told.articles if one.issue_date is not None}
    return Story(
        headline=headline(best),
        article_ids=tuple(one.id for one in told.articles),
        points=tuple(
            BriefingPoint(one.text, one.citations, kind_of(one.text), one.supported, news)
            for one in sentences
        ),
        kicker=best.kicker,
        papers=papers_of(told.articles),
        page=best.page,
        issue_dates=tuple(sorted(days)),
        update=told.update,
        rank=told.rank,
    )
