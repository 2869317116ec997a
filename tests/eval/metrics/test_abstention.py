"""Refusals counted right and wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import refusal_f1, refusal_precision, refusal_recall

outcomes = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=20)


def test_refusals_of_three_where_two_of_four_were_due() -> None:
    asked = [(False, True)] * 2 + [(False, False)] * 2 + [(True, True)] + [(True, False)] * 5
    assert refusal_precision(asked) == pytest.approx(2 / 3)
    assert refusal_recall(asked) == 0.5
    assert refusal_f1(asked) == pytest.approx(2 * (2 / 3) * 0.5 / (2 / 3 + 0.5))


def test_what_did_not_happen_is_not_measured() -> None:
    assert refusal_precision([(True, False), (False, False)]) is None
    assert refusal_f1([(True, False)]) is None
    assert refusal_f1([(False, False)]) == 0.0
    assert refusal_f1([(True, True)]) == 0.0


@given(outcomes)
def test_f1_is_the_harmonic_mean_where_both_are_measured(asked: list[tuple[bool, bool]]) -> None:
    precision, recall, f1 = refusal_precision(asked), refusal_recall(asked), refusal_f1(asked)
    if precision is not None and recall is not None:
        total = precision + recall
        assert f1 == pytest.approx(2 * precision * recall / total if total else 0.0)
    elif precision is None and recall is None:
        assert f1 is None
    else:
        assert f1 == 0.0
