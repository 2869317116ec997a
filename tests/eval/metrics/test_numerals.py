"""Numbers by their value, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.numerals import Number, numbers
from rag.retrieval.quantities import in_hanzi


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("投入12.5亿元", {("1250000000", "元")}),
        ("投入125,000万元", {("1250000000", "元")}),
        ("投入十二亿五千万元", {("1250000000", "元")}),
        ("1.5万亿美元", {("1500000000000", "美元")}),
        ("百分之三十五", {("35%", "")}),
        ("35 percent", {("35%", "")}),
        ("35个百分点", {("35", "个百分点")}),
        ("三点五万人", {("35000", "")}),
        ("1.2 million people", {("1200000", "")}),
        ("二〇二三年八月十五日", {("2023", "年"), ("8", "月"), ("15", "日")}),
        ("2023-08-15", {("2023", ""), ("8", ""), ("15", "")}),
        ("1.50公里", {("1.5", "公里")}),
        ("两千三百个", {("2300", "")}),
        ("一起去三明看一个展览", set()),
        ("全体市民", set()),
    ],
)
def test_numbers_by_value_and_unit(text: str, found: set[tuple[str, str]]) -> None:
    assert numbers(text) == {Number(value, unit) for value, unit in found}


@pytest.mark.parametrize(
    ("said", "text", "stands"),
    [
        (Number("35", "元"), Number("35", "元"), True),
        (Number("35", "元"), Number("35", "美元"), False),
        (Number("35"), Number("35", "元"), True),
        (Number("35", "元"), Number("35"), True),
        (Number("35%"), Number("35"), False),
        (Number("36", "元"), Number("35", "元"), False),
    ],
)
def test_a_unit_counts_where_both_say_one(said: Number, text: Number, stands: bool) -> None:
    assert said.stands_among([Number("1"), text]) is stands


@given(st.integers(2, 9999))
def test_hanzi_and_digits_give_the_same(number: int) -> None:
    assert numbers(f"{in_hanzi(number)}个") == numbers(f"{number}个") == {Number(str(number))}


@given(st.integers(0, 10**9))
def test_scales_separators_and_digits_give_the_same(number: int) -> None:
    whole = number * 10_000
    assert numbers(f"{number}万元") == numbers(f"{whole:,}元") == {Number(str(whole), "元")}
