"""Whether two runs over the same questions really differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.metrics.bootstrap import RESAMPLES, Estimate, interval

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

_AT_ONCE = 500_000  # signs held in memory
_MOST_SIGNS = 20_000_000  # drawn in all: of long runs fewer exchanges are sampled,
_FEWEST = 1_000  # but so many at least
_SEED = 0


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """A second run less a first. difference: the mean, with its bootstrap interval. p_value: how
    likely one at least as large, either way, is where the runs don't differ. questions: compared;
    changed: those with another value in the second run."""

    difference: Estimate
    p_value: float
    questions: int
    changed: int


def paired_difference(
    first: Sequence[float], second: Sequence[float], resamples: int = RESAMPLES
) -> PairedDifference | None:
    """Compare one value a question of two runs, question by question; None without questions.

    The p-value is that of the two-sided permutation test that exchanges the two runs' values of a
    question (Fisher 1935; `scipy.stats.permutation_test`): exact where at most `resamples`
    exchanges are possible, otherwise sampled, always alike. Raises ValueError where the runs differ
    in length.
    """
    differences = [after - before for before, after in zip(first, second, strict=True)]
    difference = interval(differences, resamples)
    if difference is None:
        return None
    changed = [one for one in differences if one]
    return PairedDifference(
        difference, _sign_flip_p(changed, resamples), len(differences), len(changed)
    )


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """The p-values of several comparisons made at once, corrected (Holm 1979), by the same names.

    One below a bar is then significant with at most that chance of any false find among them all.
    """
    corrected: dict[str, float] = {}
    least = 0.0
    for done, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        least = max(least, min(1.0, (len(p_values) - done) * p_values[name]))
        corrected[name] = least
    return {name: corrected[name] for name in p_values}


def _sign_flip_p(changed: Sequence[float], resamples: int) -> float:
    # Exchanging equal values changes nothing: only the others are exchanged.
    if len(changed) < 2:
        return 1.0  # one alone is as far from zero either way
    import numpy as np  # heavy: loaded on first use
    from scipy.stats import permutation_test  # heavy: loaded on first use

    def total(values: "NDArray[np.float64]", axis: int) -> "NDArray[np.float64]":
        return np.asarray(values.sum(axis=axis))

    tested = permutation_test(
        (np.array(changed),),
        total,
        permutation_type="samples",
        vectorized=True,
        n_resamples=max(_FEWEST, min(resamples, _MOST_SIGNS // len(changed))),
        batch=max(1, _AT_ONCE // len(changed)),
        rng=np.random.default_rng(_SEED),
    )
    return float(tested.pvalue)
