"""Articles and passages in responses, field for field as rag.faces.shapes makes them."""

from datetime import date

from rag.faces.api.models_base import Model
from rag.types import Copy, LeftOutKind, LineBox


class PartModel(Model):
    """A part of an article that goes on on another page; by its id it is an article itself."""

    id: str
    headline: str
    page: str
    source: str
    source_id: str | None
    characters: int


class PartTextModel(PartModel):
    """A part with its text."""

    text: str


class HitModel(Model):
    """A passage that a search found."""

    article_id: str
    source_id: str | None
    headline: str
    page: str
    issue_date: date | None
    chunk_id: str
    text: str
    start: int
    end: int
    score: float
    dense_rank: int | None
    lexical_rank: int | None
    parts: list[PartModel]
    also_in: list[Copy]


class ArticleHeadModel(Model):
    """What is known of an article. jump_to, jump_from: the pages that it says it goes on on and
    comes from. split_confidence: how sure it is that its page was split into its articles rightly,
    0 to 1; null where the file marks them."""

    id: str
    headline: str
    kicker: str
    byline: list[str]
    dateline: str
    issue_date: date | None
    event_date: date | None
    date_inferred: bool
    publication: str
    page: str
    source: str
    source_id: str | None
    url: str | None
    characters: int
    jump_to: str
    jump_from: str
    also_in: list[Copy]
    notes: list[str]
    split_confidence: float | None


class ArticleModel(ArticleHeadModel):
    """An article, without its text."""

    parts: list[PartModel]


class ArticleTextModel(ArticleHeadModel):
    """An article. sheets: the numbers of its pages that can be shown as images."""

    parts: list[PartTextModel]
    text: str
    boxes: list[LineBox]
    sheets: list[int]


class RawLineModel(Model):
    """A line of an article's page, and what the article's text has of it."""

    line: int
    raw_start: int
    raw: str
    start: int
    end: int
    text: str


class LeftOutModel(Model):
    """Lines of a page that are in no article. line: the number of the first, from 1."""

    kind: LeftOutKind
    line: int
    raw_start: int
    raw: str


class RawModel(Model):
    """An article with the lines that it was read from, and what its page prints in no article."""

    article: ArticleModel
    lines: list[RawLineModel]
    left_out: list[LeftOutModel]
