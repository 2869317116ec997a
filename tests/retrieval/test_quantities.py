"""Numbers, dates and ordinals of English questions, as Chinese papers print them."""

import re

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
        ("Where do two-thirds of residents live?", "two-thirds", "三分之二"),
        ("What is three quarters of it?", "three quarters", "四分之三"),
        ("Where does a fifth of the rice grow?", "a fifth", "五分之一"),
        ("Who planted one hundred and twenty trees?", "one hundred and twenty", "一百二十"),
        ("Who planted one hundred and twenty trees?", "one hundred and twenty", "120"),
        ("Where do seven hundred million live?", "seven hundred million", "7亿"),
        ("Where are two thousand wells?", "two thousand", "两千"),
        ("Who owes $3bn?", "3bn", "30亿"),
        ("Who paid $2.5m?", "2.5m", "250万"),
        ("Who paid 5m yuan?", "5m", "500万"),
        ("Who planted a million trees?", "a million", "100万"),
        ("Who planted half a million trees?", "half a million", "50万"),
        ("Did exports fall by twenty percent?", "twenty percent", "百分之二十"),
        ("Did exports fall by 5.0%?", "5.0%", "5.0%"),
        ("What happened on Dec 23?", "dec 23", "12月23日"),
        ("what happened on dec. 23?", "dec. 23", "12月23日"),
        ("What happened on 5th of Sept?", "5th of sept", "9月5日"),
        ("What opened in Nov?", "nov", "11月"),
        ("Goals of the 14th FYP?", "14th fyp", "十四五"),
        ("What did the 20th National Congress decide?", "20th", "二十大"),
        ("What did the twentieth Party Congress decide?", "twentieth", "二十大"),
        ("What is the twenty-third?", "twenty-third", "第二十三"),
    ],
)
def test_a_quantity_is_put_as_papers_print_it(question: str, text: str, printed: str) -> None:
    (found,) = quantities(question)
    assert found.text == text
    assert printed in dict(found.forms)


@pytest.mark.parametrize(
    "question",
    [
        "What may the mayor decide?",
        "Who marched in winter?",
        "What did I mix?",
        "Day 0 of A4",
        "How much money was spent on the network?",
        "How often does someone alone weigh the height of a phone?",
        "Is it 5m tall?",
        "What did Jan say, and Mar?",
    ],
)
def test_other_words_are_no_quantities(question: str) -> None:
    assert quantities(question) == ()


def test_a_peoples_congress_is_counted_otherwise() -> None:
    (found,) = quantities("What did the 14th National People's Congress decide?")
    assert "第十四" in dict(found.forms)
    assert "十四大" not in dict(found.forms)


def test_the_first_three_quarters_of_a_year_are_no_fraction() -> None:
    found = quantities("What grew in the first three quarters of 2023?")
    assert [quantity.text for quantity in found] == ["first", "three"]


@given(st.integers(1, 9999))
def test_every_number_has_digits_and_hanzi(number: int) -> None:
    (ordinal,) = quantities(f"the {number}th meeting")
    assert {f"第{number}", f"第{in_hanzi(number)}"} <= dict(ordinal.forms).keys()
    assert _read(in_hanzi(number)) == number


@given(st.integers(1, 10**12), st.sampled_from([" ", "-"]), st.booleans())
def test_every_number_in_words_is_one_quantity(number: int, dash: str, joined: bool) -> None:
    spelled = _said(number, dash, " and " if joined else " ")
    (found,) = quantities(f"Who counted {spelled} trees?")
    assert found.text == spelled
    assert str(number) in dict(found.forms)


_PIECES = st.sampled_from(
    [
        *("one", "two", "ten", "twenty", "hundred", "million", "a", "and", "of", "s", "th", "m"),
        *("thirds", "quarter", "May", "Dec", "Congress", "percent", "yuan", "century", "XV", "bn"),
        *(" ", " ", "-", ".", ",", "$", "%", "'", "1", "49", "0", "年", "月", "é"),
    ]
)


@given(st.lists(_PIECES, max_size=16).map("".join))
def test_quantities_lie_apart_in_any_text(question: str) -> None:
    found = quantities(question)
    ends = [0, *(quantity.end for quantity in found)]
    assert all(end <= quantity.start for end, quantity in zip(ends, found, strict=False))
    for quantity in found:
        assert question[quantity.start : quantity.end].lower() == quantity.text
        before, after = question[: quantity.start][-1:], question[quantity.end :][:1]
        assert not re.match(r"\w", before), (question, quantity)
        assert not re.match(r"\w", after), (question, quantity)
        assert quantity.forms
        assert all(form and 0 < weight <= 1 for form, weight in quantity.forms)


def _read(hanzi: str) -> int:
    """The value of a number below ten thousand in hanzi."""
    digits, places = "〇一二三四五六七八九", {"千": 1000, "百": 100, "十": 10}
    total, digit = 0, 0
    for character in hanzi.replace("零", ""):
        if character in places:
            total, digit = total + (digit or 1) * places[character], 0
        else:
            digit = digits.index(character)
    return total + digit


_SMALL = [
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def _said(number: int, dash: str, joint: str) -> str:
    """A number in English words."""
    for scale, size in (("trillion", 10**12), ("billion", 10**9), ("million", 10**6)):
        if number >= size:
            return _with_rest(number, size, scale, dash, joint)
    if number >= 1000:
        return _with_rest(number, 1000, "thousand", dash, joint)
    if number >= 100:
        return _with_rest(number, 100, "hundred", dash, joint)
    if number < 20:
        return _SMALL[number - 1]
    tens, units = divmod(number, 10)
    return _TENS[tens - 2] + (dash + _SMALL[units - 1] if units else "")


def _with_rest(number: int, size: int, scale: str, dash: str, joint: str) -> str:
    head, rest = divmod(number, size)
    said = f"{_said(head, dash, joint)} {scale}"
    return said + (joint + _said(rest, dash, joint) if rest else "")
