"""Numbers, dates and ordinals of English questions, as Chinese papers print them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval.quantities import in_hanzi, quantities


@pytest.mark.parametrize(
    ("question", "text", "printed"),
    [
        ("Who invested 14 million yuan?", "14 million", "1400万"),
        ("Where did 1.4 billion people vote?", "1.4 billion", "14亿"),
        ("Were 2,000,000 trees planted?", "2,000,000", "200万"),
        ("Which two thousand homes were rebuilt?", "two thousand", "2000"),
        ("Who were the twenty-four teams?", "twenty-four", "二十四"),
        ("What was built in the 1960s?", "1960s", "20世纪60年代"),
        ("What was built in the 1960s?", "1960s", "六十年代"),
        ("What began in the 1700s?", "1700s", "18世纪"),
        ("Who lived in the 19th century?", "19th century", "19世纪"),
        ("Who lived in the nineteenth century?", "nineteenth century", "十九世纪"),
        ("Goals of the 14th Five-Year Plan?", "14th five-year plan", "十四五"),
        ("Which was the 20th congress?", "20th", "第二十"),
        ("What happened on December 23?", "december 23", "12月23日"),
        ("What happened on 5 May?", "5 may", "5月5日"),
        ("What opened in May?", "may", "5月"),
        ("Did exports fall by 5 percent?", "5 percent", "百分之五"),
        ("Did exports fall by 5.25%?", "5.25%", "5.25%"),
        ("Who won the race XLIX?", "xlix", "第49"),
    ],
)
def test_a_quantity_is_put_as_papers_print_it(question: str, text: str, printed: str) -> None:
    (found,) = quantities(question)
    assert found.text == text
    assert printed in dict(found.forms)


@pytest.mark.parametrize(
    "question",
    ["What may the mayor decide?", "Who marched in winter?", "What did I mix?", "Day 0 of A4"],
)
def test_other_words_are_no_quantities(question: str) -> None:
    assert quantities(question) == ()


@given(st.integers(1, 99), st.integers(1, 12), st.integers(1, 31))
def test_every_number_has_digits_and_hanzi(number: int, month: int, day: int) -> None:
    (ordinal,) = quantities(f"the {number}th meeting")
    assert {f"第{number}", f"第{in_hanzi(number)}"} <= dict(ordinal.forms).keys()
    assert _read(in_hanzi(number)) == number


@given(st.text(alphabet="ab XVI149,.%-$年月 stndrdthousandmillionMayJune", max_size=60))
def test_quantities_lie_apart_in_any_text(question: str) -> None:
    found = quantities(question)
    ends = [0, *(quantity.end for quantity in found)]
    assert all(end <= quantity.start for end, quantity in zip(ends, found, strict=False))
    for quantity in found:
        assert question[quantity.start : quantity.end].lower() == quantity.text
        assert quantity.forms
        assert all(form and 0 < weight <= 1 for form, weight in quantity.forms)


def _read(hanzi: str) -> int:
    digits = "〇一二三四五六七八九"
    tens, ten, units = hanzi.rpartition("十")
    return (digits.index(tens) if tens else bool(ten)) * 10 + (digits.index(units) if units else 0)
