"""How well documents were ranked, with intervals over the questions."""

from collections.abc import Sequence
from math import log2

import numpy as np
from numpy.typing import NDArray

from eval.metrics import Estimate

DEPTH = 10  # documents looked at
METRICS = ("R@1", "R@5", "R@10", "MRR@10", "nDCG@10")
RESAMPLES = 10_000
_SEED = 0

Scores = NDArray[np.float64]


def score(found: Sequence[str], gold: Sequence[str]) -> tuple[float, ...]:
    """One question's METRICS, each between 0 and 1.

    found: document ids, best first; repeats count at their first place, and only DEPTH documents
    are looked at. R@k is the share of the gold documents among the first k. nDCG (Järvelin and
    Kekäläinen 2002) takes each gold document as equally relevant. Raises ValueError without gold.
    """
    right = set(gold)
    if not right:
        raise ValueError("no document is right; nothing can be scored")
    ranked = list(dict.fromkeys(found))[:DEPTH]
    places = [place for place, name in enumerate(ranked, start=1) if name in right]
    gained = sum(1 / log2(place + 1) for place in places)
    best = sum(1 / log2(place + 1) for place in range(1, min(len(right), DEPTH) + 1))
    return (
        *(sum(place <= k for place in places) / len(right) for k in (1, 5, DEPTH)),
        1 / places[0] if places else 0.0,
        gained / best,
    )


class Bootstrap:
    """Percentile intervals (Efron and Tibshirani 1993) over one group of questions.

    Every estimate uses the same resamples, so that differences between systems are paired.
    """

    def __init__(self, questions: int) -> None:
        draws = np.random.default_rng(_SEED).multinomial(
            questions, np.full(questions, 1 / questions), size=RESAMPLES
        )
        self._weights = draws / questions

    def estimates(self, scores: Scores) -> dict[str, Estimate]:
        """By metric. scores: (questions, metrics), of one system or a difference of two."""
        means = self._weights @ scores
        low, high = np.percentile(means, [2.5, 97.5], axis=0)
        return {
            metric: Estimate(float(mean), float(least), float(most))
            for metric, mean, least, most in zip(
                METRICS, scores.mean(axis=0), low, high, strict=True
            )
        }
