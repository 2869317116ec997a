"""What a call costs: by the clock, and of the processor."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one call: by the clock, and of all the process's threads."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds over several calls: by the clock, and the median of processor time, to which
    other programs on the machine add little."""

    p50: float
    p95: float
    cpu_p50: float


def timed(work: Callable[[], T]) -> tuple[T, Cost]:
    """What a call returns, and what it cost."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, Cost(time.perf_counter() - wall, time.process_time() - cpu)


def latency(costs: Sequence[Cost]) -> Latency:
    """The costs of one call or more, summed up."""
    p50, p95 = np.percentile([cost.wall * 1e3 for cost in costs], [50, 95])
    return Latency(float(p50), float(p95), float(np.median([cost.cpu * 1e3 for cost in costs])))
