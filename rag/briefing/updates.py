"""Stories that an earlier briefing told, and what is new in them since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answering.verification import verify
from rag.briefing.likeness import least_alike, likeness
from rag.briefing.order import printed
from rag.briefing_types import Briefing, Story
from rag.types import Article, Language, Span

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

MOST = 6  # articles of a story that are compared, on either side
# What two stories mean must be so near for one to go on with the other, whatever names and numbers
# they share: what takes place in one town shares its names.
NEAR = 0.45


@dataclass(frozen=True, slots=True)
class ToldBefore:
    """A story of an earlier briefing with those of its articles that the archive still holds."""

    briefing: Briefing
    story: Story
    articles: tuple[Article, ...]


def told_before(earlier: Sequence[Briefing], articles: Mapping[str, Article]) -> list[ToldBefore]:
    """The stories of earlier briefings, the last briefing first; an article told of by several
    counts with the last. articles: by id, those that are there."""
    found, seen = [], set[str]()
    for briefing in sorted(earlier, key=lambda one: one.date_to, reverse=True):
        for story in briefing.stories:
            own = [articles[one] for one in story.article_ids if one in articles]
            fresh = tuple(one for one in own if one.id not in seen)
            seen.update(one.id for one in own)
            if fresh:
                found.append(ToldBefore(briefing, story, fresh))
    return found


def continued(
    groups: Sequence[Sequence[Article]],
    before: Sequence[ToldBefore],
    vectors: "Mapping[str, NDArray[np.float32]]",
    background: "Mapping[Language, NDArray[np.float32]]",
) -> list[ToldBefore | None]:
    """For each group of articles the earlier story that it goes on with, by the mean likeness of
    their articles, as groups themselves are found, and by what they mean besides. vectors,
    background: as `likeness` takes them."""
    import numpy as np  # heavy: loaded on first use

    if not groups or not before:
        return [None] * len(groups)
    now = [sorted(group, key=printed)[:MOST] for group in groups]
    then = [sorted(one.articles, key=printed)[:MOST] for one in before]
    every = [article for group in (*now, *then) for article in group]
    alike = likeness(every, vectors, background)
    ends = np.cumsum([len(group) for group in (*now, *then)])
    rows = np.split(np.arange(len(every)), ends[:-1])
    least = least_alike(len(every))
    found: list[ToldBefore | None] = []
    past = rows[len(now) :]
    for own in rows[: len(now)]:
        means = [float(alike.between(own, other).mean()) for other in past]
        near = [float((alike.meaning[own] @ alike.meaning[other].T).mean()) for other in past]
        fitting = [at for at in range(len(before)) if means[at] >= least and near[at] >= NEAR]
        best = max(fitting, key=lambda at: (means[at], -at), default=None)
        found.append(before[best] if best is not None else None)
    return found


def is_new(article: Article, span: Span, known: Sequence[Article]) -> bool:
    """Whether a sentence of an article holds a number, a name or anything else that the known
    articles don't: whether it would be turned down as an answer that cites them whole."""
    days = [day for day in (article.issue_date, article.event_date) if day is not None]
    return not any(
        verify(
            article.text[span.start : span.end],
            [f"{one.headline}\n{one.kicker}\n{one.text}"],
            dates=days,
            context=article.text,
        ).supported
        for one in known
    )
