"""What a measurement leaves behind: one record a question, and what decided them all."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from eval.datasets import Task
from rag.types import AnswerMode, Language


@dataclass(frozen=True, slots=True)
class CitedQuote:
    """One citation as it was given. valid: the quote is the article's own text at its offsets.
    whole: it cuts no word at its ends. right: it is of an article that answers the question; None
    where the question names none."""

    number: int
    article: str
    headline: str
    quote: str
    valid: bool
    right: bool | None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class SaidSentence:
    """One sentence of an answer, with the numbers of its citations. supported: what newsdesk's own
    verification found."""

    text: str
    citations: tuple[int, ...]
    supported: bool


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """One question as it was asked and answered.

    expected: what a right answer holds, fact by fact, each in its alternatives. gold: the articles
    that answer it, and found: those that the search brought, best first, each once; articles are
    named by the `id` of their row, or else the beginning of their own id, and a gold article that
    the archive lacks as the question names it.
    confidence (0 to 1): None where nothing was weighed. scores: by the name of a measure; a
    measure that does not apply to the question is missing. seconds: wall time of the asking.
    failure: why no answer came at all, else empty; such a question counts as neither refused nor
    right.
    """

    id: str
    question: str
    lang: Language
    answerable: bool
    tags: tuple[str, ...]
    refused: bool
    answer: str
    seconds: float
    task: Task = "ask"
    archive: str = ""
    confirmed: bool = True
    mode: AnswerMode | None = None
    model: str | None = None
    expected: tuple[tuple[str, ...], ...] = ()
    gold: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    sentences: tuple[SaidSentence, ...] = ()
    citations: tuple[CitedQuote, ...] = ()
    confidence: float | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    timings_ms: Mapping[str, int] = field(default_factory=dict)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None
    notes: tuple[str, ...] = ()
    failure: str = ""

    @property
    def bad_citations(self) -> int:
        """How many quotes are not the article's own text."""
        return sum(not citation.valid for citation in self.citations)

    @property
    def decidable(self) -> bool:
        """Whether it can be said to be right: a whole reference answer alone can't tell."""
        facts = {"fact_recall", "exact_match"} & set(self.scores)
        return not self.answerable or self.task == "summarize" or bool(facts)

    @property
    def right(self) -> bool:
        """All facts from the right article, or a refusal where there is no answer; quotes true. A
        summary is right where its quotes are: how good it is, ROUGE-L says."""
        if self.failure or self.bad_citations:
            return False
        if not self.answerable:
            return self.refused
        if self.refused:
            return False
        if self.task == "summarize":
            return bool(self.citations)
        whole = self.scores.get("fact_recall", self.scores.get("exact_match", 0.0)) == 1.0
        return whole and self.scores.get("right_source", 1.0) == 1.0


@dataclass(frozen=True, slots=True)
class RunManifest:
    """What decides a result: the same manifest means the same run, up to a language model's mood.

    Hashes are SHA-256 in hexadecimal, those of prompts and code their first 12 digits.
    archive_sha256: over the articles asked, their ids, dates and texts. limit: None where all
    questions were asked. embedding: the index's own record of what made it. model: the language
    model that could be asked, with its server; None for extraction. prompts: every prompt file,
    where there is one. code: over newsdesk's own files, which one version may have otherwise.
    today: the day (YYYY-MM-DD) that "yesterday" in a question goes by. Both are "" in runs of
    before they were kept.
    """

    dataset: str
    dataset_sha256: str
    limit: int | None
    articles: int
    archive_sha256: str
    settings: Mapping[str, object]
    embedding: Mapping[str, object]
    model: str | None
    packages: Mapping[str, str]
    prompts: Mapping[str, str]
    code: str = ""
    today: str = ""


@dataclass(frozen=True, slots=True)
class EvalRun:
    """A measurement: finished, or as far as it came. started: ISO 8601, with its zone. questions:
    how many it is of."""

    id: str
    started: str
    manifest: RunManifest
    questions: int
    records: tuple[QuestionRecord, ...]

    @property
    def finished(self) -> bool:
        """Whether every question was asked."""
        return len(self.records) == self.questions
