"""Differences of two runs: exact p-values worked out by counting, and Holm's own example."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics import holm, paired_difference

p_values = st.dictionaries(st.text(max_size=3), st.floats(0, 1), max_size=8)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=7))
def test_few_changes_have_the_exact_p_value(pairs: list[tuple[int, int]]) -> None:
    first, second = zip(*pairs, strict=True)
    found = paired_difference(first, second)
    assert found is not None
    differences = [after - before for before, after in pairs]
    sums = [
        sum(sign * one for sign, one in zip(signs, differences, strict=True))
        for signs in product((1, -1), repeat=len(differences))
    ]
    as_large = sum(abs(one) >= abs(sum(differences)) for one in sums) / len(sums)
    assert found.p_value == pytest.approx(as_large)
    assert found.changed == sum(one != 0 for one in differences)
    assert found.questions == len(pairs)
    assert found.difference.mean == pytest.approx(sum(differences) / len(pairs))


def test_runs_that_are_equal_do_not_differ() -> None:
    found = paired_difference([0.0, 0.5, 1.0], [0.0, 0.5, 1.0])
    assert found is not None
    assert (found.difference.mean, found.p_value, found.changed) == (0.0, 1.0, 0)
    assert not found.difference.apart


def test_many_changes_one_way_are_significant_and_as_many_both_ways_are_not() -> None:
    better = paired_difference([0.0] * 40 + [1.0] * 60, [1.0] * 100)
    assert better is not None
    assert better.p_value < 0.001
    assert better.difference.apart
    mixed = paired_difference([0.0] * 20 + [1.0] * 20, [1.0] * 20 + [0.0] * 20)
    assert mixed is not None
    assert mixed.p_value > 0.9
    assert not mixed.difference.apart


def test_the_same_runs_give_the_same_p_value_and_the_other_way_round_the_opposite() -> None:
    first = [0.1 * (one % 7) for one in range(60)]
    second = [0.1 * (one % 5) for one in range(60)]
    found, again = paired_difference(first, second), paired_difference(first, second)
    back = paired_difference(second, first)
    assert found is not None
    assert back is not None
    assert found == again
    assert back.difference.mean == pytest.approx(-found.difference.mean)
    assert back.p_value == pytest.approx(found.p_value, abs=0.02)


def test_runs_over_different_questions_cannot_be_compared() -> None:
    assert paired_difference([], []) is None
    with pytest.raises(ValueError, match="shorter"):
        paired_difference([1.0, 0.0], [1.0])


def test_holm_multiplies_by_what_is_left_and_never_falls() -> None:
    corrected = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert corrected == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})
    assert list(corrected) == ["a", "b", "c", "d"]


@given(p_values)
def test_holm_keeps_the_order_and_begins_with_bonferroni(
    given_values: dict[str, float],
) -> None:
    corrected = holm(given_values)
    for name, value in given_values.items():
        assert value <= corrected[name] <= 1
    least = min(given_values.values(), default=0.0)
    assert min(corrected.values(), default=0.0) == min(1.0, least * len(given_values))
    ordered = sorted(given_values, key=lambda name: given_values[name])
    assert [corrected[name] for name in ordered] == sorted(corrected.values())
