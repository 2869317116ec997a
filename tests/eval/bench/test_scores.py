"""Scores of a ranking, and their intervals."""

from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bench.scores import DEPTH, METRICS, Bootstrap, score

ids = st.lists(st.sampled_from("abcdefghijklmnopqrst"), max_size=30)
gold_ids = st.lists(st.sampled_from("abcdefghijklmnopqrst"), min_size=1, max_size=4, unique=True)


@given(ids, gold_ids)
def test_a_score_is_a_share_that_a_right_document_at_the_top_never_lowers(
    found: list[str], gold: list[str]
) -> None:
    before = score(found, gold)
    after = score([gold[0], *found], gold)
    assert all(0 <= value <= 1 for value in before)
    # A right document that pushes another one out of reach leaves the recall at 10 as it was.
    assert all(high >= low - 1e-12 for high, low in zip(after, before, strict=True))


def test_scores_of_a_ranking_worked_out_by_hand() -> None:
    ranked = ["x", "a", "x", "y", "z", "u", "b"]
    first, five, ten, reciprocal, gain = score(ranked, ["a", "b"])
    assert (first, five, ten, reciprocal) == (0, 0.5, 1, 0.5)
    assert gain == pytest.approx((1 / log2(3) + 1 / log2(7)) / (1 / log2(2) + 1 / log2(3)))
    assert score([str(place) for place in range(DEPTH)] + ["a"], ["a"]) == (0,) * 5
    assert score(["a", "b"], ["a", "b"])[0] == 0.5
    with pytest.raises(ValueError, match="no document is right"):
        score(["a"], [])


@given(st.lists(st.floats(0, 1), min_size=2, max_size=40))
def test_an_interval_holds_the_mean_and_is_a_point_where_nothing_varies(
    values: list[float],
) -> None:
    scores = np.repeat(np.array(values)[:, None], len(METRICS), axis=1)
    found = Bootstrap(len(values)).estimates(scores)["R@1"]
    # A percentile interval may miss a skewed mean by little, never the range of the values.
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found.mean == pytest.approx(np.mean(values))
    level = Bootstrap(len(values)).estimates(np.full_like(scores, 0.5))["R@1"]
    assert (level.low, level.high) == pytest.approx((0.5, 0.5))


def test_an_interval_is_about_as_wide_as_the_normal_one() -> None:
    scores = np.zeros((400, len(METRICS)))
    scores[:100] = 1
    found = Bootstrap(400).estimates(scores)["nDCG@10"]
    half = 1.96 * (0.25 * 0.75 / 400) ** 0.5
    assert found.low == pytest.approx(0.25 - half, abs=0.006)
    assert found.high == pytest.approx(0.25 + half, abs=0.006)
