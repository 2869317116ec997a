"""Latency and usage of many answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import Latency, latency_of, total_usage
from rag.usage import NO_USAGE, Usage


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=40))
def test_percentiles_are_those_of_numpy(seconds: list[float]) -> None:
    found = latency_of(seconds)
    assert found is not None
    expected = np.percentile(seconds, [50, 95])
    assert (found.p50, found.p95) == pytest.approx(tuple(expected), abs=1e-9)


def test_percentiles_of_one_question_and_of_none() -> None:
    assert latency_of([0.4]) == Latency(0.4, 0.4)
    assert latency_of([]) is None


def test_usage_adds_up_and_an_unknown_price_makes_the_sum_unknown() -> None:
    priced = Usage(100, 20, cost_usd=0.5, calls=1)
    kept = Usage(cached_calls=1)
    assert total_usage([priced, kept, priced]) == Usage(200, 40, 1.0, calls=2, cached_calls=1)
    unpriced = Usage(10, 5, calls=1, estimated_calls=1)
    assert total_usage([priced, unpriced]) == Usage(110, 25, None, calls=2, estimated_calls=1)
    assert total_usage([]) == NO_USAGE
