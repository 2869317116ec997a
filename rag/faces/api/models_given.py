"""What responses hold, field for field as rag.faces.shapes makes it."""

from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import Field

from rag.briefing_types import Length, Story, TableRow
from rag.faces.api.job_types import JobKind, JobState
from rag.faces.api.models_articles import ArticleModel
from rag.faces.api.models_base import Model
from rag.intake_types import IngestReport
from rag.timeline_types import EventDate
from rag.types import (
    AnswerMode,
    Copy,
    Introduction,
    Language,
    LineBox,
    ResolvedDate,
    ShortAnswer,
)

T = TypeVar("T")


class FieldProblem(Model):
    """What is wrong with one field of a request."""

    field: str
    message: str


class ErrorDetail(Model):
    """A failure: its kind, one plain line, the status, and the id that the log has it under."""

    type: str
    message: str
    status: int
    request_id: str
    fields: list[FieldProblem] | None = None


class ErrorModel(Model):
    """Every failure, on every path."""

    error: ErrorDetail


class CitationModel(Model):
    """A verbatim quote and where it stands."""

    number: int
    article_id: str
    headline: str
    publication: str
    issue_date: date | None
    event_date: date | None
    page: str
    source: str
    source_id: str | None
    start: int
    end: int
    quote: str
    also_in: list[Copy]
    boxes: list[LineBox]


class SentenceModel(Model):
    """A sentence with the numbers of its citations and what verification says of it."""

    text: str
    citations: list[int]
    supported: bool
    problem: str
    label: str
    dates: list[ResolvedDate]
    introductions: list[Introduction]
    remark: str


class SideModel(Model):
    """A part or side of a question."""

    name: str
    citations: list[int]


class UsageModel(Model):
    """What was used of a language model."""

    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None
    calls: int
    cached_calls: int
    estimated_calls: int
    cached: bool


class AnswerModel(Model):
    """An answer, every sentence cited, or a refusal."""

    id: str | None
    question: str
    language: Language
    refused: bool
    confidence: float | None
    mode: AnswerMode
    model: str | None
    answer: str
    lead: str
    short_answer: ShortAnswer | None
    sentences: list[SentenceModel]
    citations: list[CitationModel]
    sides: list[SideModel]
    gaps: list[str]
    notes: list[str]
    timings_ms: dict[str, int]
    usage: UsageModel
    broken_off: bool


class AskedAnswerModel(AnswerModel):
    """An answer with how its question was understood."""

    asked: str
    understood: str
    carried: list[str]
    understood_usage: UsageModel


class AnswerRecordModel(AnswerModel):
    """An answer on record, with all that led to it."""

    explanation: dict[str, Any]


class AnswerSummaryModel(Model):
    """An answer on record, in short."""

    id: str
    asked_at: datetime
    question: str
    refused: bool
    mode: AnswerMode
    model: str | None
    usage: UsageModel
    broken_off: bool


class ItemsModel(Model, Generic[T]):
    """All there are."""

    items: list[T]


class FoundModel(Model, Generic[T]):
    """The best that were found."""

    items: list[T]
    limit: int


class PageModel(Model, Generic[T]):
    """Some of them; `next_offset` begins the next, null where there are no more."""

    items: list[T]
    total: int
    limit: int
    offset: int
    next_offset: int | None


class IssueDateModel(Model):
    """An issue date with its number of articles."""

    date: date
    articles: int


class PublicationModel(Model):
    """A newspaper with its number of articles."""

    publication: str
    articles: int


class JobModel(Model):
    """An ingest: how far it is, and what came of it. done: pages, of `total` that are known so
    far."""

    id: str
    kind: JobKind
    state: JobState
    created_at: datetime
    finished_at: datetime | None
    inputs: list[str]
    done: int
    total: int | None
    report: IngestReport | None
    articles: list[ArticleModel]
    error: str | None


class JobGivenModel(Model):
    """The ingest that was begun."""

    job: JobModel


class FailureModel(Model):
    """What could not be read and has not been since."""

    id: int
    source: str
    input: str
    reason: str
    first_at: datetime
    last_at: datetime
    tries: int


class DayModel(Model):
    """A day with its number of articles."""

    date: date
    articles: int


class BriefingModel(Model):
    """A finished briefing with all that its stories stand on."""

    id: str | None
    made_at: datetime
    again: bool
    date_from: date = Field(alias="from")
    date_to: date = Field(alias="to")
    topic: str | None
    publication: str | None
    people: list[str]
    length: Length
    articles: int
    stories: list[Story]
    untold: int
    table: list[TableRow]
    citations: list[CitationModel]
    mode: AnswerMode
    model: str | None
    notes: list[str]
    nearest: list[DayModel]


class BriefingSummaryModel(Model):
    """A kept briefing, in short."""

    id: str
    made_at: datetime
    date_from: date = Field(alias="from")
    date_to: date = Field(alias="to")
    topic: str | None
    publication: str | None
    people: list[str]
    stories: int


class SummaryModel(Model):
    """One article in a few cited sentences."""

    article_id: str
    headline: str
    sentences: list[SentenceModel]
    citations: list[CitationModel]
    mode: AnswerMode
    model: str | None
    notes: list[str]


class DigestModel(Model):
    """Several articles in a few cited points."""

    article_ids: list[str]
    refused: bool
    sentences: list[SentenceModel]
    citations: list[CitationModel]
    mode: AnswerMode
    model: str | None
    notes: list[str]


class EventModel(Model):
    """An event: its days, and the words that tell it."""

    when: EventDate
    text: str
    citations: list[int]


class TimelineModel(Model):
    """What happened in a matter, in order of time, or a refusal."""

    question: str
    language: Language
    refused: bool
    events: list[EventModel]
    citations: list[CitationModel]
    notes: list[str]
    more: int


class UsageTotalModel(Model):
    """What was used of one language model on a day; long ago, in a month or a year."""

    day: date
    last_day: date
    model: str | None
    answers: int
    follow_ups: int
    refusals: int
    cached: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None
    unpriced: int
    estimated: int


class HealthModel(Model):
    """The process answers."""

    status: Literal["ok"]
    version: str


class ReadyModel(Model):
    """Whether the service can do its work, by what it stands on."""

    ready: bool
    checks: dict[str, str]
