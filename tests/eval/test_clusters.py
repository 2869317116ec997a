import pytest

from eval.metrics.clusters import b_cubed


def test_what_is_put_together_rightly_scores_one() -> None:
    assert b_cubed([["a", "b"], ["c"]], {"a": "x", "b": "x", "c": "y"}) == (1.0, 1.0, 1.0)


def test_all_in_one_group_costs_precision_and_all_apart_recall() -> None:
    gold = {"a": "x", "b": "x", "c": "y", "d": "y"}
    one, apart = b_cubed([list(gold)], gold), b_cubed([[name] for name in gold], gold)
    assert (one.precision, one.recall) == (0.5, 1.0)
    assert (apart.precision, apart.recall) == (1.0, 0.5)


def test_an_id_without_a_class_is_an_error() -> None:
    with pytest.raises(ValueError, match="other ids"):
        b_cubed([["a", "b"]], {"a": "x"})
