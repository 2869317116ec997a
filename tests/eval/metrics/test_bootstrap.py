"""Intervals: what is known of them, and that they are always the same."""

from math import nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import Estimate, interval, ratio_interval, statistic_interval

values = st.lists(st.floats(-10, 10, allow_subnormal=False), min_size=1, max_size=30)


@given(values)
def test_the_interval_lies_around_the_mean_and_among_the_values(numbers: list[float]) -> None:
    found = interval(numbers, resamples=200)
    assert found is not None
    assert found.mean == pytest.approx(sum(numbers) / len(numbers))
    assert min(numbers) - 1e-9 <= found.low <= found.high <= max(numbers) + 1e-9


@given(values)
def test_the_same_values_in_another_order_give_the_same_interval(numbers: list[float]) -> None:
    found, other = interval(numbers, resamples=50), interval(numbers[::-1], resamples=50)
    assert found is not None
    assert other is not None
    assert (found.low, found.high) == (other.low, other.high)


@pytest.mark.parametrize("alike", [True, False])
def test_the_interval_is_as_wide_as_the_normal_one_of_many_questions(alike: bool) -> None:
    # Few different values are drawn in another way than many: both must come to the same.
    draws = np.random.default_rng(5)
    numbers = [float(one) for one in (draws.random(900) < 0.8 if alike else draws.random(900))]
    found = interval(numbers)
    assert found is not None
    half = 1.96 * float(np.std(numbers)) / sqrt(len(numbers))
    assert found.low == pytest.approx(found.mean - half, abs=half / 8)
    assert found.high == pytest.approx(found.mean + half, abs=half / 8)
    narrower = interval(numbers, level=0.5)
    assert narrower is not None
    assert found.low < narrower.low < narrower.high < found.high


def test_a_ratio_is_of_sums_and_questions_are_drawn_whole() -> None:
    # Three of four refusals were due. Every question with a refusal is right or wrong as a whole.
    found = ratio_interval([1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 0, 0])
    assert found is not None
    assert found.mean == 0.75
    assert 0 <= found.low < 0.75 < found.high <= 1
    # Where numerator and denominator go together, no resample gives another ratio.
    assert ratio_interval([1, 2, 3], [2, 4, 6]) == Estimate(0.5, 0.5, 0.5)


def test_resamples_in_which_a_statistic_is_undefined_are_left_out() -> None:
    found = ratio_interval([1, 0, 0], [1, 0, 0])
    assert found == Estimate(1.0, 1.0, 1.0)


def test_a_statistic_of_several_columns() -> None:
    # F1 of refusals by what was right, due and made.
    right, due, made = [1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 1]
    found = statistic_interval(
        [right, due, made], lambda means: 2 * means[:, 0] / (means[:, 1] + means[:, 2])
    )
    assert found is not None
    assert found.mean == pytest.approx(2 * 2 / (3 + 3))
    assert found.low < found.mean < found.high


def test_what_was_not_measured_or_makes_no_sense_has_no_interval() -> None:
    assert interval([]) is None
    assert ratio_interval([0, 0], [0, 0]) is None
    with pytest.raises(ValueError, match="shorter"):
        ratio_interval([1, 2], [1])
    with pytest.raises(ValueError, match="not a number"):
        interval([0.5, nan])


def test_an_interval_is_apart_where_it_leaves_out_zero() -> None:
    assert Estimate(0.5, 0.1, 0.9).apart
    assert Estimate(-0.5, -0.9, -0.1).apart
    assert not Estimate(0.5, 0.0, 0.9).apart
