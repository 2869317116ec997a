"""What drafts have in common, however they are made."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import groupby
from random import Random

from rag.types import Article

DRAFTED, NEAR = "drafted", "near"
"""Tags of every drafted question, and of those that the archive doesn't answer."""

Progress = Callable[[str, int, int | None], None]
"""Called with the stage, questions drafted, questions wanted."""


def spread(articles: Sequence[Article], random: Random) -> Iterator[Article]:
    """All articles in a random order in which the days of issue take turns."""
    by_day = sorted(articles, key=lambda one: (str(one.issue_date), one.id))
    days = [list(group) for _, group in groupby(by_day, key=lambda one: one.issue_date)]
    for day in days:
        random.shuffle(day)
    random.shuffle(days)
    waiting = deque(map(deque, days))
    while waiting:
        day_left = waiting.popleft()
        yield day_left.popleft()
        if day_left:
            waiting.append(day_left)


def name_of(question: str) -> str:
    """The id of a drafted question, which it keeps from draft to draft."""
    return f"draft-{sha256(question.encode()).hexdigest()[:10]}"


def places(articles: Sequence[Article]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The gold ids and the headlines of articles: an id where the article has its source's."""
    gold = [article.source_id for article in articles if article.source_id]
    headlines = [one.headline for one in articles if not one.source_id and one.headline]
    return tuple(dict.fromkeys(gold)), tuple(dict.fromkeys(headlines))
