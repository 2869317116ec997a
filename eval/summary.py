"""The figures of a run, with intervals: by measure, for all questions and for each kind of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.measures import MEASURES, Measure, groups
from eval.metrics import Estimate, Latency, RiskCoverage, latency_of, ratio_interval, risk_coverage
from eval.records import QuestionRecord

ALL = "all"
_MOST, _FEWEST = 10_000, 1_000  # resamples
_MOST_DRAWN = 20_000_000  # questions drawn for one interval, which takes seconds


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure over some questions: its value with a 95 % interval. questions: those that have a
    part in it."""

    value: float
    low: float
    high: float
    questions: int


def summarise(
    records: Sequence[QuestionRecord], *, tags: bool = True
) -> dict[str, dict[str, Figure]]:
    """By group (see `groups`), tags only where they are wanted, and by measure; a measure that no
    question of a group has a part in is missing there."""
    return {
        name: figures(of)
        for name, of in groups(records).items()
        if tags or not name.startswith("tag: ")
    }


def figures(records: Sequence[QuestionRecord]) -> dict[str, Figure]:
    """Every measure that applies to some records."""
    found = {name: figure(measure, records) for name, measure in MEASURES.items()}
    return {name: one for name, one in found.items() if one is not None}


def resamples_of(questions: int) -> int:
    """How often so many questions are resampled: 10,000 times up to 2,000 of them, fewer where that
    would take minutes. An interval over many is narrow, and its ends are sure enough."""
    return max(_FEWEST, min(_MOST, _MOST_DRAWN // max(1, questions)))


def figure(measure: Measure, records: Sequence[QuestionRecord]) -> Figure | None:
    """One measure over some records, its interval resampled over the questions; None where none
    has a part in it."""
    terms = [part for record in records if (part := measure.terms(record)) is not None]
    estimate: Estimate | None = ratio_interval(
        [top for top, _ in terms], [of for _, of in terms], resamples_of(len(terms))
    )
    if estimate is None:
        return None
    return Figure(estimate.mean, estimate.low, estimate.high, len(terms))


def abstention(records: Sequence[QuestionRecord]) -> dict[str, RiskCoverage]:
    """By archive, and for all of them: how often an answer is wrong, against how many questions get
    one, the most confident first. Questions that failed, those of which nothing says whether they
    are right, and summaries have no part in it."""
    asked = [
        record
        for record in records
        if record.task == "ask" and record.decidable and not record.failure
    ]
    parts: Mapping[str, Sequence[QuestionRecord]] = {
        name: of
        for name, of in groups(asked).items()
        if name == ALL or name.startswith("archive: ")
    }
    curves = {name: _curve(of) for name, of in parts.items()}
    return {name: curve for name, curve in curves.items() if curve is not None}


def latencies(records: Sequence[QuestionRecord]) -> Latency | None:
    """p50 and p95 of the seconds a question took; None where none was answered."""
    return latency_of([record.seconds for record in records if not record.failure])


def _curve(records: Sequence[QuestionRecord]) -> RiskCoverage | None:
    return risk_coverage(
        [None if record.refused else record.confidence for record in records],
        [record.right for record in records],
        [record.answerable for record in records],
    )
