"""Cohen's kappa of two judges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import cohens_kappa

judged = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=20
)


def test_kappa_by_hand() -> None:
    # 35 of 50 alike; by chance (25 × 30 + 25 × 20) / 50² = 0.5.
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    first, second = zip(*pairs, strict=True)
    assert cohens_kappa(first, second) == pytest.approx((0.7 - 0.5) / (1 - 0.5))


@given(judged)
def test_kappa_is_as_defined(pairs: list[tuple[str, str]]) -> None:
    first, second = zip(*pairs, strict=True)
    alike = sum(one == other for one, other in pairs) / len(pairs)
    chance = sum(first.count(label) * second.count(label) for label in "abc") / len(pairs) ** 2
    if chance == 1:
        assert cohens_kappa(first, second) is None
    else:
        assert cohens_kappa(first, second) == pytest.approx((alike - chance) / (1 - chance))


def test_labels_may_be_true_and_false_and_one_alone_says_nothing() -> None:
    assert cohens_kappa([True, False], [True, False]) == 1.0
    assert cohens_kappa([True, False], [False, True]) == -1.0
    assert cohens_kappa([True, True], [True, True]) is None
    assert cohens_kappa([], []) is None
    with pytest.raises(ValueError, match="every case"):
        cohens_kappa([True], [])
