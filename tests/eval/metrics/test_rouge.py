"""ROUGE-L held against a longest common subsequence computed otherwise."""

from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import rouge_l


def common(one: Sequence[str], other: Sequence[str]) -> int:
    """By recursion from the front, where the library fills a table."""

    @cache
    def longest(i: int, j: int) -> int:
        if i == len(one) or j == len(other):
            return 0
        if one[i] == other[j]:
            return 1 + longest(i + 1, j + 1)
        return max(longest(i + 1, j), longest(i, j + 1))

    return longest(0, 0)


@given(st.text("云溪大桥，。", max_size=16), st.text("云溪大桥，。", max_size=16))
def test_chinese_is_compared_character_by_character(answer: str, reference: str) -> None:
    said, right = ([one for one in text if one not in "，。"] for text in (answer, reference))
    scores = rouge_l(answer, reference, "zh")
    shared = common(said, right)
    assert scores.precision == pytest.approx(shared / len(said) if said else 0)
    assert scores.recall == pytest.approx(shared / len(right) if right else 0)
    assert scores.f1 == pytest.approx(2 * shared / (len(said) + len(right)) if shared else 0)


@given(
    st.lists(st.sampled_from(["city", "bridge", "12"]), max_size=10),
    st.lists(st.sampled_from(["City", "Bridge,", "12"]), max_size=10),
)
def test_english_is_compared_word_by_word(said: list[str], right: list[str]) -> None:
    shared = common(said, [word.lower().strip(",") for word in right])
    scores = rouge_l(" ".join(said), " ".join(right), "en")
    assert scores.recall == pytest.approx(shared / len(right) if right else 0)
    assert scores.precision == pytest.approx(shared / len(said) if said else 0)


@pytest.mark.parametrize(
    ("answer", "reference", "precision", "recall"),
    [
        # 全 长 1.28 公 里 of 大 桥 全 长 1.28 公 里
        ("全长１.２８公里", "大桥，全长1.28公里。", 1.0, 5 / 7),
        # A number is right as a whole or not at all.
        ("12公里", "15公里", 2 / 3, 2 / 3),
        ("gdp", "GDP增长", 1.0, 1 / 3),
        ("", "大桥", 0.0, 0.0),
    ],
)
def test_numbers_and_words_of_other_scripts_stay_whole(
    answer: str, reference: str, precision: float, recall: float
) -> None:
    scores = rouge_l(answer, reference, "zh")
    assert (scores.precision, scores.recall) == pytest.approx((precision, recall))
