"""Numbers, dates and days: their values, and what completes a date."""

import re
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rag.answering.verification import verify
from rag.answering.verification_numbers import numeral, quantities
from rag.answering.verification_text import fold
from tests.answering.verification_samples import SENTENCES


@given(st.integers(2, 999), st.integers(2, 999), st.sampled_from(["名男生", "亩山林", "本旧书"]))
def test_two_numbers_that_changed_places_are_caught(one: int, other: int, what: str) -> None:
    assume(one != other)
    quote = "青岭中学今年接收了{}{}，石桥中学去年接收了{}{}。"
    source = quote.format(one, what, other, what)
    assert verify(source, [f"据介绍，{source}"]).supported
    assert not verify(quote.format(other, what, one, what), [source]).supported


def test_a_day_without_its_month_takes_the_articles() -> None:
    quote, issued = "市政府31日召开会议。", [date(2023, 8, 2)]
    assert verify("市政府7月31日召开了会议。", [quote], dates=issued).supported
    assert not verify("市政府8月31日召开了会议。", [quote], dates=issued).supported
    assert not verify("市政府7月30日召开了会议。", [quote], dates=issued).supported
    assert not verify("市政府7月31日召开了会议。", ["市政府会议开了31天。"], dates=issued).supported


@pytest.mark.parametrize(
    ("before", "issued", "month"),
    [
        ("专家组6月22日到达云溪。", date(2023, 7, 20), 6),
        ("博览会将于9月9日开幕。", date(2023, 7, 28), 7),
        ("专家组在云溪。", date(2023, 7, 20), 7),
        ("专家组7月22日到达云溪。", date(2023, 7, 28), 7),
    ],
)
def test_a_day_without_its_month_may_take_the_one_told_before_it(
    before: str, issued: date, month: int
) -> None:
    quote = "市政府26日召开会议。"
    for other in (6, 7, 9):
        sentence = f"市政府{other}月26日召开了会议。"
        verdict = verify(sentence, [quote], dates=[issued], context=f"{before}{quote}")
        assert verdict.supported is (other == month)


def test_a_day_that_may_be_of_two_months_is_of_neither() -> None:
    quote, issued = "市政府7日召开会议。", [date(2023, 8, 9)]
    around = f"专家组7月2日到达云溪。{quote}"
    assert verify("市政府7日召开了会议。", [quote], dates=issued, context=around).supported
    for month in (7, 8):
        sentence = f"市政府{month}月7日召开了会议。"
        assert not verify(sentence, [quote], dates=issued, context=around).supported


def test_a_day_takes_no_month_from_another_quote() -> None:
    quotes = ["专家组6月22日到达云溪。", "市政府26日召开会议。"]
    assert not verify("市政府6月26日召开了会议。", quotes, dates=[date(2023, 8, 27)]).supported


def test_an_articles_dates_hold_no_other_number() -> None:
    quote, issued = "全市收到16条消息。", [date(2023, 8, 12)]
    assert not verify("全市共收到12条消息。", [quote], dates=issued).supported
    assert not verify("全市用8个月收到16条消息。", [quote], dates=issued).supported


@given(st.sampled_from([s for s in SENTENCES if re.search(r"\d", s)]), st.data())
def test_a_changed_digit_is_caught(sentence: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([m.start() for m in re.finditer(r"\d", sentence)]))
    digit = data.draw(st.sampled_from("0123456789"))
    assume(digit != sentence[place])
    changed = sentence[:place] + digit + sentence[place + 1 :]
    # A number that the sentence holds elsewhere, or the same value (1.20), is no change of fact.
    values = {quantity.value for quantity in quantities(fold(sentence))}
    assume(any(quantity.value not in values for quantity in quantities(fold(changed))))
    assert not verify(changed, [sentence]).supported


@given(st.integers(1, 10**9))
def test_chinese_and_arabic_numerals_are_one_value(number: int) -> None:
    assert numeral(str(number)) == number
    assert numeral(f"{number:,}") == number
    assert numeral(_in_chinese(number)) == number


def _in_chinese(number: int) -> str:
    """The numeral as it is read out, by the textbook rule, to test the reader of numerals with."""
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        if number >= size:
            high, low = divmod(number, size)
            gap = "〇" if 0 < low < size // 10 else ""
            return _in_chinese(high) + unit + gap + (_in_chinese(low) if low else "")
    text, skipped = "", False
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, number = divmod(number, size)
        if digit:
            text += ("〇" if skipped and text else "") + "〇一二三四五六七八九"[digit] + unit
        skipped = not digit
    return text


@pytest.mark.parametrize(
    ("run", "value"),
    [
        ("二〇三五", 2035),
        ("1.2万", 12000),
        ("三亿5000万", 350_000_000),
        ("1.5万亿", 15 * 10**11),
        ("三万五", 35000),
        ("一千〇五", 1005),
        ("两千", 2000),
        ("十四五", None),
        ("三五百", None),
    ],
)
def test_numerals(run: str, value: int | None) -> None:
    assert numeral(run) == (None if value is None else Fraction(value))


def test_an_articles_own_dates_complete_a_date() -> None:
    quote = "3月14日上午，市政府召开会议。"
    sentence = "2023年3月14日上午，市政府召开会议。"
    assert not verify(sentence, [quote]).supported
    assert verify(sentence, [quote], dates=[date(2023, 3, 14)]).supported
    assert not verify(sentence, [quote], dates=[date(2022, 3, 14)]).supported


@pytest.mark.parametrize("own", [date.min, date(1, 1, 31), date.max, date(9999, 12, 1)])
def test_a_day_is_completed_at_the_calendars_ends(own: date) -> None:
    assert verify("会议在24日上午闭幕。", ["24日上午，会议闭幕。"], dates=[own]).supported


@pytest.mark.parametrize("run", ["万" * 600, "9" * 5000, "一" * 5000])
def test_a_numeral_without_end_is_no_number(run: str) -> None:
    assert numeral(run) is None
    assert not verify(f"亏损{run}元。", ["工厂去年亏损500万元。"]).supported


LISTED = (
    "今年一季度，全市农业、工业和服务业分别增长3.1%、5.2%和6.3%。"
    "去年，全市接待游客620万人次，实现旅游收入45亿元，分别增长12%和15%。"
)


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("一季度全市服务业增长6.3%。", True),
        ("一季度全市工业增长5.2%。", True),
        ("全市旅游收入增长15%，达到45亿元。", True),
        ("一季度全市服务业增长5.2%。", False),
        ("一季度全市农业增长6.3%。", False),
        ("全市旅游收入增长12%，达到45亿元。", False),
        ("一季度全市外贸增长6.3%。", False),
    ],
)
def test_a_listed_number_is_of_what_is_listed_in_its_place(sentence: str, supported: bool) -> None:
    assert verify(sentence, [LISTED]).supported is supported
