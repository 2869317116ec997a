"""What is measured of an answer, as pure functions."""

from eval.metrics.abstention import false_refusal_rate, refusal_recall
from eval.metrics.citations import bad_citations, is_valid, quoted_characters
from eval.metrics.facts import fact_recall
from eval.metrics.folding import fold
from eval.metrics.sources import right_source

__all__ = [
    "bad_citations",
    "fact_recall",
    "false_refusal_rate",
    "fold",
    "is_valid",
    "quoted_characters",
    "refusal_recall",
    "right_source",
]
