"""How long answers take."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds that half of the questions (p50) and 95 of 100 (p95) took at most."""

    p50: float
    p95: float


def latency_of(seconds: Sequence[float]) -> Latency | None:
    """The percentiles of the seconds of each question, interpolated between neighbours as NumPy
    does; None without questions."""
    if not seconds:
        return None
    if len(seconds) == 1:
        return Latency(seconds[0], seconds[0])
    twentieths = quantiles(seconds, n=20, method="inclusive")
    return Latency(twentieths[9], twentieths[18])
