import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.rouge import rouge_l

TEXTS = st.text(alphabet="大桥通车 了昨天", max_size=20)


def test_what_both_hold_in_order_counts_over_both_lengths() -> None:
    assert rouge_l("大桥昨天通车", "大桥 昨天 通车") == 1.0
    assert rouge_l("大桥通车", "昨天大桥正式通车") == pytest.approx(2 * 4 / 12)
    assert rouge_l("车通桥大", "大桥通车") == pytest.approx(2 * 1 / 8)
    assert rouge_l("", "大桥") == 0.0


@settings(max_examples=50, deadline=None)
@given(TEXTS, TEXTS)
def test_it_is_the_longest_common_subsequence(some: str, others: str) -> None:
    ours, theirs = "".join(some.split()), "".join(others.split())
    table = [[0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    for i, one in enumerate(ours, 1):
        for j, other in enumerate(theirs, 1):
            longest = max(table[i - 1][j], table[i][j - 1])
            table[i][j] = table[i - 1][j - 1] + 1 if one == other else longest
    both = len(ours) + len(theirs)
    expected = 2 * table[-1][-1] / both if ours and theirs else 0.0
    assert rouge_l(some, others) == pytest.approx(expected)
    assert rouge_l(others, some) == pytest.approx(expected)
