"""What is measured of an answer and of a run, as pure functions on plain values."""

from eval.metrics.abstention import (
    false_refusal_rate,
    refusal_f1,
    refusal_precision,
    refusal_recall,
)
from eval.metrics.agreement import cohens_kappa
from eval.metrics.answers import answer_f1, exact_match
from eval.metrics.bootstrap import Estimate, interval, ratio_interval, statistic_interval
from eval.metrics.citations import (
    bad_citations,
    is_valid,
    is_whole,
    quote_validity,
    quoted_characters,
)
from eval.metrics.entailment import entails
from eval.metrics.facts import fact_recall
from eval.metrics.folding import fold
from eval.metrics.latency import Latency, latency_of
from eval.metrics.ranking import (
    RANKING_METRICS,
    ranking_scores,
    ranking_scores_of_all,
    recall_at,
)
from eval.metrics.risk import RiskCoverage, RiskPoint, risk_coverage
from eval.metrics.rouge import RougeL, rouge_l
from eval.metrics.significance import PairedDifference, holm, paired_difference
from eval.metrics.sources import right_source
from eval.metrics.support import (
    CitationScores,
    CitedSentence,
    Entails,
    citation_scores,
    cited_sentences,
    unsupported_rate,
)
from eval.metrics.usage import total_usage

__all__ = [
    "RANKING_METRICS",
    "CitationScores",
    "CitedSentence",
    "Entails",
    "Estimate",
    "Latency",
    "PairedDifference",
    "RiskCoverage",
    "RiskPoint",
    "RougeL",
    "answer_f1",
    "bad_citations",
    "citation_scores",
    "cited_sentences",
    "cohens_kappa",
    "entails",
    "exact_match",
    "fact_recall",
    "false_refusal_rate",
    "fold",
    "holm",
    "interval",
    "is_valid",
    "is_whole",
    "latency_of",
    "paired_difference",
    "quote_validity",
    "quoted_characters",
    "ranking_scores",
    "ranking_scores_of_all",
    "ratio_interval",
    "recall_at",
    "refusal_f1",
    "refusal_precision",
    "refusal_recall",
    "right_source",
    "risk_coverage",
    "rouge_l",
    "statistic_interval",
    "total_usage",
    "unsupported_rate",
]
