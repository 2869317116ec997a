"""What a briefing is made of: stories, their points, what was decided and counted in them."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from rag.types import AnswerMode, Citation

PointKind = Literal["decision", "action", "number", "date", "name", "other"]
"""What a point tells: what was decided; what was done; else what it adds, in this order."""

Length = Literal["short", "standard", "long"]
"""How much a briefing tells; `rag.briefing.lengths` says how many stories and points each is."""


@dataclass(frozen=True, slots=True)
class BriefingPoint:
    """One sentence of a story. citations: numbers of the briefing's citations. supported: its
    quotes hold it; of a point in an article's own words they always do. new: in an update, what no
    earlier briefing told."""

    text: str
    citations: tuple[int, ...]
    kind: PointKind = "other"
    supported: bool = True
    new: bool = False


@dataclass(frozen=True, slots=True)
class RankReason:
    """One thing that a story's place was settled by. value: 0 to 1. weight: what it counts at most.
    why: in a few plain words, in English."""

    feature: str
    value: float
    weight: float
    why: str


@dataclass(frozen=True, slots=True)
class StoryRank:
    """Why a story stands where it does. score: the sum of value times weight over the reasons."""

    score: float
    reasons: tuple[RankReason, ...]


@dataclass(frozen=True, slots=True)
class StoryUpdate:
    """The earlier briefing that told of a story. headline, article_ids: that story's. date_from,
    date_to: that briefing's days. news: whether anything is new since; where nothing is, the
    story's points repeat what was told."""

    headline: str
    article_ids: tuple[str, ...]
    date_from: date
    date_to: date
    news: bool


@dataclass(frozen=True, slots=True)
class Story:
    """One event, in all articles of the period that tell of it. headline, kicker, page: of the
    article that tells it best, which is the first of `article_ids`. papers: their names, each once.
    issue_dates: in order, each once. update: None where no earlier briefing told of it."""

    headline: str
    article_ids: tuple[str, ...]
    points: tuple[BriefingPoint, ...]
    kicker: str = ""
    papers: tuple[str, ...] = ()
    page: str = ""
    issue_dates: tuple[date, ...] = ()
    update: StoryUpdate | None = None
    rank: StoryRank = StoryRank(0.0, ())


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of the table of decisions and numbers. what: the words of the citation that say what
    was decided or counted. value: what was passed, an amount or a date, as printed; empty where
    there is none. story: its place in the briefing, from 1. citation: the number of the quote that
    both stand in."""

    kind: Literal["decision", "number", "date"]
    what: str
    value: str
    story: int
    citation: int


@dataclass(frozen=True, slots=True)
class NewsDay:
    """An issue date with its number of articles."""

    day: date
    articles: int


@dataclass(frozen=True, slots=True)
class Briefing:
    """A period's news, each point cited. date_from and date_to are both inclusive.

    stories: best first. table: of the stories that are told. articles: how many the period has, on
    the topic where one is asked for. untold: stories that the length leaves out. nearest: where the
    period has no news, the days nearest to it that have some, in order of date.
    """

    date_from: date
    date_to: date
    topic: str | None
    stories: tuple[Story, ...]
    citations: tuple[Citation, ...]
    mode: AnswerMode
    model: str | None = None
    notes: tuple[str, ...] = ()
    table: tuple[TableRow, ...] = ()
    articles: int = 0
    untold: int = 0
    nearest: tuple[NewsDay, ...] = ()
    publication: str | None = None
    people: tuple[str, ...] = ()
    length: Length = "standard"
