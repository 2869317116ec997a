"""Every measure by its name: what it is over, which way is better, and whether chance is in it.

A measure is a ratio of sums over questions: a mean where each question counts as one, a share of
all citations where each counts as many as it gave. So one way to resample questions gives the
intervals of them all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.records import QuestionRecord
from rag.errors import UsageError

Better = Literal["higher", "lower"]
Terms = tuple[float, float]
"""What one question adds to a measure's numerator and denominator."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a run. of: what it is about, for tables. deterministic: the same answers give
    the same figure, on any machine. digits: after the point, as it is shown. terms: a question's
    part, None where it has none."""

    name: str
    title: str
    of: str
    better: Better
    terms: Callable[[QuestionRecord], Terms | None]
    deterministic: bool = True
    digits: int = 3

    def value(self, records: Sequence[QuestionRecord]) -> float | None:
        """The figure over some records; None where none of them has a part in it."""
        terms = [part for record in records if (part := self.terms(record)) is not None]
        below = sum(bottom for _, bottom in terms)
        return sum(top for top, _ in terms) / below if below else None


def _scored(name: str) -> Callable[[QuestionRecord], Terms | None]:
    def terms(record: QuestionRecord) -> Terms | None:
        value = record.scores.get(name)
        return None if value is None else (value, 1.0)

    return terms


def _right(record: QuestionRecord) -> Terms | None:
    return (float(record.right), 1.0) if record.task == "ask" and record.decidable else None


def _refusal_recall(record: QuestionRecord) -> Terms | None:
    return None if record.answerable else (float(record.refused), 1.0)


def _refusal_precision(record: QuestionRecord) -> Terms | None:
    return (float(not record.answerable), 1.0) if record.refused else None


def _false_refusals(record: QuestionRecord) -> Terms | None:
    return (float(record.refused), 1.0) if record.answerable and record.task == "ask" else None


def _citation_validity(record: QuestionRecord) -> Terms | None:
    given = len(record.citations)
    return (given - record.bad_citations, given) if given else None


def _whole_quotes(record: QuestionRecord) -> Terms | None:
    given = len(record.citations)
    return (sum(one.whole for one in record.citations), given) if given else None


def _failed(record: QuestionRecord) -> Terms:
    return float(bool(record.failure)), 1.0


def _of_those_asked(value: Callable[[QuestionRecord], float]) -> Callable[..., Terms | None]:
    def terms(record: QuestionRecord) -> Terms | None:
        return None if record.failure else (value(record), 1.0)

    return terms


def _quoted(record: QuestionRecord) -> Terms | None:
    if not record.answerable or record.failure:
        return None
    return float(sum(len(citation.quote) for citation in record.citations)), 1.0


def _cost(record: QuestionRecord) -> Terms | None:
    return None if record.cost_usd is None else (record.cost_usd, 1.0)


_FINDING, _ANSWERING, _CITING, _REFUSING, _SPENDING = (
    "retrieval",
    "answers",
    "citations",
    "refusals",
    "cost",
)

_ALL = (
    Measure("right", "right answers", _ANSWERING, "higher", _right),
    Measure("fact_recall", "fact recall", _ANSWERING, "higher", _scored("fact_recall")),
    Measure("exact_match", "exact match", _ANSWERING, "higher", _scored("exact_match")),
    Measure("f1", "answer F1", _ANSWERING, "higher", _scored("f1")),
    Measure("rouge_l", "ROUGE-L", _ANSWERING, "higher", _scored("rouge_l")),
    Measure("right_source", "right source first", _CITING, "higher", _scored("right_source")),
    Measure("citation_validity", "citation validity", _CITING, "higher", _citation_validity),
    Measure("whole_quotes", "whole quotes", _CITING, "higher", _whole_quotes),
    Measure("citation_recall", "citation recall", _CITING, "higher", _scored("citation_recall")),
    Measure(
        "citation_precision", "citation precision", _CITING, "higher", _scored("citation_precision")
    ),
    Measure("unsupported", "unsupported sentences", _CITING, "lower", _scored("unsupported")),
    Measure("refusal_recall", "refused when unanswerable", _REFUSING, "higher", _refusal_recall),
    Measure("refusal_precision", "refusal precision", _REFUSING, "higher", _refusal_precision),
    Measure("false_refusals", "false refusals", _REFUSING, "lower", _false_refusals),
    Measure("recall@1", "recall@1", _FINDING, "higher", _scored("recall@1")),
    Measure("recall@5", "recall@5", _FINDING, "higher", _scored("recall@5")),
    Measure("recall@10", "recall@10", _FINDING, "higher", _scored("recall@10")),
    Measure("mrr@10", "MRR@10", _FINDING, "higher", _scored("mrr@10")),
    Measure("ndcg@10", "nDCG@10", _FINDING, "higher", _scored("ndcg@10")),
    Measure("failed", "failed", _ANSWERING, "lower", _failed, deterministic=False),
    Measure("quoted", "quoted characters", _SPENDING, "lower", _quoted, digits=0),
    Measure(
        "seconds",
        "seconds a question",
        _SPENDING,
        "lower",
        _of_those_asked(lambda record: record.seconds),
        deterministic=False,
    ),
    Measure(
        "tokens",
        "tokens a question",
        _SPENDING,
        "lower",
        _of_those_asked(lambda record: float(record.prompt_tokens + record.completion_tokens)),
        deterministic=False,
        digits=0,
    ),
    Measure("cost", "US dollars a question", _SPENDING, "lower", _cost, False, 6),
)

MEASURES: Mapping[str, Measure] = {measure.name: measure for measure in _ALL}


def known(names: Sequence[str]) -> Sequence[str]:
    """The names of measures as they are. Raises UsageError for one that there isn't."""
    for name in names:
        if name not in MEASURES:
            raise UsageError(f"{name}: no such measure; they are {', '.join(MEASURES)}")
    return names


def groups(records: Sequence[QuestionRecord]) -> dict[str, tuple[QuestionRecord, ...]]:
    """The records by what they are told apart by: `all`; each language, archive and tag where there
    are several of its kind, as `lang: zh`, `archive: full`, `tag: who`."""
    found: dict[str, tuple[QuestionRecord, ...]] = {"all": tuple(records)}
    languages = dict.fromkeys(record.lang for record in records)
    archives = dict.fromkeys(record.archive for record in records)
    tags = dict.fromkeys(tag for record in records for tag in record.tags)
    kinds: list[tuple[str, Sequence[str], Callable[[QuestionRecord, str], bool]]] = [
        ("lang", list(languages), lambda record, name: record.lang == name),
        ("archive", list(archives), lambda record, name: record.archive == name),
        ("tag", list(tags), lambda record, name: name in record.tags),
    ]
    for kind, names, holds in kinds:
        if len(names) > 1:
            for name in names:
                found[f"{kind}: {name}"] = tuple(r for r in records if holds(r, name))
    return found
