"""Intervals by resampling questions: the percentile bootstrap (Efron and Tibshirani 1993)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

    Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]

RESAMPLES = 10_000
_AT_ONCE = 1_000_000  # drawn questions held in memory
_MANY_ALIKE = 20  # questions a kind from which drawing kinds is sooner done than drawing questions
_SEED = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured value with the interval that holds it, by default in 95 of 100 cases."""

    mean: float
    low: float
    high: float

    @property
    def apart(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def interval(
    values: Sequence[float], resamples: int = RESAMPLES, level: float = 0.95
) -> Estimate | None:
    """The mean of a value a question, with its interval; None without values.

    level: between 0 and 1. The same values give the same interval, in whatever order.
    """
    return statistic_interval([values], lambda means: means[:, 0], resamples, level)


def ratio_interval(
    numerators: Sequence[float],
    denominators: Sequence[float],
    resamples: int = RESAMPLES,
    level: float = 0.95,
) -> Estimate | None:
    """The sum of one value a question by the sum of another: citations that hold by citations made,
    refusals that were due by refusals. None where the denominators sum to 0; so is a resample in
    which they do left out."""
    return statistic_interval(
        [numerators, denominators], lambda means: means[:, 0] / means[:, 1], resamples, level
    )


def statistic_interval(
    columns: Sequence[Sequence[float]],
    statistic: "Statistic",
    resamples: int = RESAMPLES,
    level: float = 0.95,
) -> Estimate | None:
    """A statistic of the means of several values a question, with its interval.

    columns: each has one value a question, all in the same order; a question is drawn with all of
    its values. statistic: from the means, (samples, columns), to (samples,), NaN where it is
    undefined; such resamples are left out. None without questions, or where the statistic of all
    of them is undefined. Raises ValueError where the columns differ in length or a value is NaN.
    """
    import numpy as np  # heavy: loaded on first use

    rows = np.array(list(zip(*columns, strict=True)), dtype=np.float64)
    if not len(rows):
        return None
    if np.isnan(rows).any():
        raise ValueError("a value is not a number")
    kinds, counts = np.unique(rows, axis=0, return_counts=True)
    draws = np.random.default_rng(_SEED)
    size = max(1, _AT_ONCE // len(rows))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(statistic(rows.mean(axis=0, keepdims=True))[0])
        sampled = np.concatenate(
            [
                statistic(_resampled(kinds, counts, min(size, resamples - done), draws))
                for done in range(0, resamples, size)
            ]
        )
    if not np.isfinite(value):
        return None
    tail = 50 * (1 - level)
    low, high = np.percentile(sampled[np.isfinite(sampled)], [tail, 100 - tail])
    return Estimate(value, float(low), float(high))


def _resampled(
    kinds: "NDArray[np.float64]",
    counts: "NDArray[np.int64]",
    size: int,
    draws: "np.random.Generator",
) -> "NDArray[np.float64]":
    """The means of `size` resamples, (size, columns), of questions of which counts[i] have the
    values kinds[i]."""
    import numpy as np  # heavy: loaded on first use

    questions = int(counts.sum())
    if len(kinds) * _MANY_ALIKE < questions:
        # How often each kind is drawn, instead of each question on its own: the same lot, sooner.
        return draws.multinomial(questions, counts / questions, size) @ kinds / questions
    rows = np.repeat(kinds, counts, axis=0)
    return np.asarray(rows[draws.integers(questions, size=(size, questions))].mean(axis=1))
