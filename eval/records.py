"""What a measurement leaves behind: one record a question, their aggregate, and what decided it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from eval.metrics import false_refusal_rate, refusal_recall
from rag.types import AnswerMode, Language


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """One question as it was asked and answered.

    fact_recall (0 to 1) and right_source are None for an unanswerable question. seconds: wall time
    of the asking. failure: why no answer came at all, else empty; such a question counts as
    neither refused nor right.
    """

    id: str
    question: str
    lang: Language
    answerable: bool
    tags: tuple[str, ...]
    refused: bool
    mode: AnswerMode | None
    model: str | None
    answer: str
    cited_headlines: tuple[str, ...]
    citations: int
    bad_citations: int
    quoted_characters: int
    fact_recall: float | None
    right_source: bool | None
    seconds: float
    failure: str = ""

    @property
    def right(self) -> bool:
        """All facts from the right article, or a refusal where there is no answer; quotes true."""
        if self.failure or self.bad_citations:
            return False
        if not self.answerable:
            return self.refused
        return self.fact_recall == 1.0 and self.right_source is True


@dataclass(frozen=True, slots=True)
class Scores:
    """The aggregate of some records. Shares are between 0 and 1, None where nothing was measured.

    fact_recall, right_source, false_refusal_rate and quoted_characters (median) are over the
    answerable questions, refusal_recall over the unanswerable ones, citation_validity over all
    citations, seconds (median) over all questions.
    """

    questions: int
    unanswerable: int
    failed: int
    fact_recall: float | None
    right_source: float | None
    refusal_recall: float | None
    false_refusal_rate: float | None
    citation_validity: float | None
    bad_citations: int
    quoted_characters: float | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class RunManifest:
    """What decides a result: the same manifest means the same run, up to a language model's mood.

    Hashes are SHA-256 in hexadecimal, a prompt's its first 12 digits. archive_sha256: over the
    ids of the articles asked, which come from their content. limit: None where all questions were
    asked. embedding: the index's own record of what made it. prompts: empty where no language
    model wrote.
    """

    dataset: str
    dataset_sha256: str
    limit: int | None
    articles: int
    archive_sha256: str
    settings: Mapping[str, object]
    embedding: Mapping[str, object]
    models: tuple[str, ...]
    packages: Mapping[str, str]
    prompts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EvalRun:
    """A finished measurement. `by_language` has the languages that were asked in."""

    manifest: RunManifest
    scores: Scores
    by_language: Mapping[Language, Scores]
    records: tuple[QuestionRecord, ...]


def aggregate(records: Sequence[QuestionRecord]) -> Scores:
    """The scores of some records, which may be none."""
    answerable = [record for record in records if record.answerable]
    outcomes = [(record.answerable, record.refused) for record in records]
    citations = sum(record.citations for record in records)
    bad = sum(record.bad_citations for record in records)
    return Scores(
        questions=len(records),
        unanswerable=len(records) - len(answerable),
        failed=sum(bool(record.failure) for record in records),
        fact_recall=_mean([record.fact_recall or 0.0 for record in answerable]),
        right_source=_mean([float(record.right_source or False) for record in answerable]),
        refusal_recall=refusal_recall(outcomes),
        false_refusal_rate=false_refusal_rate(outcomes),
        citation_validity=1 - bad / citations if citations else None,
        bad_citations=bad,
        quoted_characters=_median([record.quoted_characters for record in answerable]),
        seconds=_median([record.seconds for record in records]),
    )


def aggregate_by_language(records: Sequence[QuestionRecord]) -> dict[Language, Scores]:
    """The scores of each language's records, in the order in which the languages first appear."""
    languages = dict.fromkeys(record.lang for record in records)
    return {
        language: aggregate([record for record in records if record.lang == language])
        for language in languages
    }


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _median(values: Sequence[float]) -> float | None:
    return float(median(values)) if values else None
