"""When what a sentence tells of happened, by its words or its article."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.event_dates import dated_parts
from rag.indexing.chunking import split_sentences
from tests.answering.samples import article

ISSUE = date(2023, 3, 16)
EVENT = date(2023, 3, 15)


def told(
    text: str, issue: date | None = ISSUE, event: date | None = EVENT
) -> list[tuple[str, str, str]]:
    """The parts of a text with their days and what gives those."""
    printed = article("a", text, "云溪新闻", issue_date=issue, event_date=event)
    found = []
    for parts in dated_parts(printed).values():
        for part in parts:
            when = part.when
            days = str(when.first) if when.first == when.last else f"{when.first}..{when.last}"
            by = f"{when.dated_by}, planned" if when.planned else when.dated_by
            found.append((text[part.span.start : part.span.end], days, by))
    return found


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2019年3月5日，水厂开工。", "2019-03-05"),
        ("二〇一九年三月五日，水厂开工。", "2019-03-05"),
        ("２０１９年３月，水厂开工。", "2019-03-01..2019-03-31"),
        ("2019年3至5月，水厂停工。", "2019-03-01..2019-05-31"),
        ("2019年上半年，水厂停工。", "2019-01-01..2019-06-30"),
        ("水厂于2019年建成。", "2019-01-01..2019-12-31"),
        ("2019年3月5日至8日，水厂停工。", "2019-03-05..2019-03-08"),
        ("2019-03-05，水厂开工。", "2019-03-05"),
        ("3月14日，水厂开工。", "2023-03-14"),
        ("昨天，水厂开工。", "2023-03-15"),
        ("去年，水厂开工。", "2022-01-01..2022-12-31"),
        ("2019年立项的水厂于2023年3月14日开工。", "2023-03-14"),  # the narrowest
        ("截至3月14日，水厂已铺管8公里。", "2023-03-14"),
    ],
)
def test_the_words_of_a_sentence_date_it(text: str, days: str) -> None:
    assert told(text) == [(text, days, "sentence")]


@pytest.mark.parametrize(
    "text",
    [
        "自2019年以来，水厂供水稳定。",
        "产量比2019年增加一成。",
        "产量较去年增加一成。",
        "产量与去年持平。",
        "印发《水厂2019年工作总结》。",
        "今年，水厂计划供水9万吨。",  # no more than the article's own day tells
        "水厂力争10月底前建成。",  # it was told, not done
        "水厂已经开工。",
    ],
)
def test_where_they_do_not_its_article_does(text: str) -> None:
    assert told(text) == [(text, str(EVENT), "article")]
    assert told(text, event=None) == [(text, str(ISSUE), "issue")]


def test_without_any_day_nothing_is_dated() -> None:
    assert told("水厂已经开工。", None, None) == []
    assert told("去年，水厂开工。", None, None) == []
    assert told("次年，水厂开工。") == []  # the words leave open which


def test_a_day_to_come_is_planned() -> None:
    text = "新馆将于4月2日开放。"
    assert told(text) == [(text, "2023-04-02", "sentence, planned")]


def test_a_sentence_takes_the_day_of_the_one_before_it_in_its_paragraph() -> None:
    text = "2019年3月，水厂开工。工程由县里出资。\n县里很重视。"
    assert [(days, by) for _, days, by in told(text)] == [
        ("2019-03-01..2019-03-31", "sentence"),
        ("2019-03-01..2019-03-31", "before"),
        (str(EVENT), "article"),
    ]


def test_a_month_of_the_same_year_is_of_the_year_told_before() -> None:
    text = "2019年3月，水厂开工。同年10月，水厂建成。"
    assert told(text)[1] == ("同年10月，水厂建成。", "2019-10-01..2019-10-31", "sentence")


def test_parts_that_begin_with_days_of_their_own_are_apart() -> None:
    text = "水厂2018年3月立项，2019年5月动工建设，2021年10月8日通水。"
    assert told(text) == [(text, "2021-10-08", "sentence")]  # the first isn't at a beginning
    text = "2018年3月，水厂立项，2019年5月动工建设，2021年10月8日通水。"
    assert told(text) == [
        ("2018年3月，水厂立项，", "2018-03-01..2018-03-31", "sentence"),
        ("2019年5月动工建设，", "2019-05-01..2019-05-31", "sentence"),
        ("2021年10月8日通水。", "2021-10-08", "sentence"),
    ]


DATES = (
    "2019年",
    "3月",
    "5日",
    "至",
    "同年",
    "去年",
    "昨天",
    "上半年",
    "10月底前",
    "，",
    "。",
    "\n",
)


@given(
    st.lists(
        st.sampled_from([*DATES, "，", "。", "\n", "水厂", "将", "〇", "99月", "“", "”"]),
        max_size=14,
    )
)
def test_parts_are_in_their_sentences_and_days_in_order(pieces: list[str]) -> None:
    text = "".join(pieces)
    parts = dated_parts(article("a", text, "", issue_date=ISSUE))
    assert [(span.start, span.end) for span in parts] == split_sentences(text)
    for span, of_span in parts.items():
        if of_span:
            assert (of_span[0].span.start, of_span[-1].span.end) == (span.start, span.end)
        assert all(part.when.first <= part.when.last for part in of_span)
