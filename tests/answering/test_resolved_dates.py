"""Dates that a sentence leaves open, resolved by the issue date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.resolved_dates import resolved_dates
from rag.types import Article, Span
from tests.answering.samples import article

ISSUE = date(2020, 12, 24)


def printed(text: str, issue: date | None = ISSUE, *, inferred: bool = False) -> Article:
    return article("a", text, "云溪新闻", issue_date=issue, date_inferred=inferred)


def resolved(text: str, issue: date | None = ISSUE, *, inferred: bool = False) -> dict[str, str]:
    found = resolved_dates(printed(text, issue, inferred=inferred), Span("a", 0, len(text)))
    return {
        one.text: str(one.first) if one.first == one.last else f"{one.first}..{one.last}"
        for one in found
    }


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("12月23日下午，市委召开会议。", {"12月23日下午": "2020-12-23"}),
        ("１２月２３日，市委召开会议。", {"１２月２３日": "2020-12-23"}),
        ("十二月二十三日，市委召开会议。", {"十二月二十三日": "2020-12-23"}),
        ("12月21日至23日举行。", {"12月21日至23日": "2020-12-21..2020-12-23"}),
        ("记者昨天获悉，水厂完工。", {"昨天": "2020-12-23"}),
        ("昨晚大雪。", {"昨晚": "2020-12-23"}),
        ("比去年增长。", {"去年": "2019-01-01..2019-12-31"}),
        ("今年1至11月增长。", {"今年1至11月": "2020-01-01..2020-11-30"}),
        ("去年3月5日开工。", {"去年3月5日": "2019-03-05"}),
        ("今年上半年完工。", {"今年上半年": "2020-01-01..2020-06-30"}),
        ("本月启用。", {"本月": "2020-12-01..2020-12-31"}),
        ("上个月验收。", {"上个月": "2020-11-01..2020-11-30"}),
        ("自12月28日起施行。", {"12月28日": "2020-12-28"}),
        ("将于3月5日开馆。", {"3月5日": "2021-03-05"}),
    ],
)  # fmt: skip
def test_a_date_counts_from_the_issue(text: str, meant: dict[str, str]) -> None:
    assert resolved(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "2019年12月23日，市委召开会议。",  # nothing is open
        "3月5日开馆。",  # the last one, or the next
        "2月30日开馆。",
        "2013年，水厂开工。12月23日，水厂完工。",  # of which year isn't told
        "每年12月23日放假。",
        "他说：“昨天很冷。”",  # of whose yesterday
        "张某：昨天很冷。",
        "《今日云溪》创刊。",
        "过去年代的日本年轻人，60岁以上年龄。",
        "今天的云溪更美。",
        "先天和后天因素。",
        "农历12月23日是小年。",
        "最近三年增长。",
        "民国9年12月23日，水厂开工。",
        "那年12月23日，他离家。",
        "他生于12月23日。",
        "12月23日是纪念日。",
        "从开工到今天。",
    ],
)
def test_what_is_not_near_certain_stays_open(text: str) -> None:
    assert resolved(text) == {}


def test_a_year_may_be_told_one_paragraph_before() -> None:
    day = "12月23日，水厂扩建完工。"
    assert resolved(f"1937年，水厂开工。\n{day}") == {}
    assert resolved(f"2020年，水厂开工。\n{day}") == {"12月23日": "2020-12-23"}
    assert resolved(f"1937年，水厂开工。\n水厂不大。\n{day}") == {"12月23日": "2020-12-23"}


def test_yesterday_counts_from_the_day_of_the_dateline() -> None:
    text = "新华社云溪12月20日电 记者昨天获悉，水厂完工。"
    filed = article("a", text, "云溪新闻", issue_date=ISSUE, dateline="新华社云溪12月20日电")
    found = resolved_dates(filed, Span("a", 15, len(text)))
    assert [(one.text, one.first) for one in found] == [("昨天", date(2020, 12, 19))]


def test_yesterday_of_an_agency_report_counts_from_its_own_day() -> None:
    assert resolved("据新华社12月20日电，记者昨天获悉，水厂完工。") == {
        "12月20日": "2020-12-20",
        "昨天": "2020-12-19",
    }


def test_a_dateline_far_from_the_issue_says_nothing_of_yesterday() -> None:
    filed = article("a", "昨天下雪。", "云溪新闻", issue_date=ISSUE, dateline="云溪12月25日电")
    assert resolved_dates(filed, Span("a", 0, 5)) == ()


def test_a_day_of_another_year_is_not_told_from_the_issue() -> None:
    assert resolved("去年今日，水厂开工。") == {"去年": "2019-01-01..2019-12-31"}


def test_an_inferred_issue_date_says_nothing_of_yesterday() -> None:
    text = "昨天，12月23日开始的会议结束，今年第三次。"
    found = resolved_dates(printed(text, inferred=True), Span("a", 0, len(text)))
    assert [(one.text, one.first, one.inferred) for one in found] == [
        ("12月23日", date(2020, 12, 23), True),
        ("今年", date(2020, 1, 1), True),
    ]


def test_an_issue_date_inferred_near_the_end_of_a_year_says_nothing_of_this_year() -> None:
    assert resolved("今年增长。", date(2020, 12, 30), inferred=True) == {}
    assert resolved("今年增长。", date(2020, 12, 30)) == {"今年": "2020-01-01..2020-12-31"}


def test_without_an_issue_date_all_stays_open() -> None:
    assert resolved("昨天，12月23日，去年。", None) == {}


PIECES = st.sampled_from(
    (
        *(
            "12月23日",
            "昨天",
            "去年",
            "今年1至11月",
            "本月5日",
            "3月5日至9日",
            "２月２９日",
            "2019年",
        ),
        *("，", "。", "\n", "“", "”", "（", "）", "：", "下午", "水厂完工", "将于", "a", " ", "号"),
        *("２月２９日", "日", "月", "十", "𠮷"),
    )
)


@given(
    pieces=st.lists(PIECES, max_size=25), issue=st.dates(), inferred=st.booleans(), data=st.data()
)
def test_what_is_resolved_stands_in_the_sentence_as_it_is_printed(
    pieces: list[str], issue: date, inferred: bool, data: st.DataObject
) -> None:
    text = "".join(pieces)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    at = start
    for one in resolved_dates(printed(text, issue, inferred=inferred), Span("a", start, end)):
        assert at <= one.start < one.end <= end
        assert text[one.start : one.end] == one.text
        assert one.first <= one.last
        assert one.inferred == inferred
        at = one.end


@given(issue=st.dates(date(1900, 1, 1), date(2100, 1, 1)), back=st.integers(0, 180))
def test_a_day_of_the_half_year_before_the_issue_is_that_day(issue: date, back: int) -> None:
    day = issue - timedelta(days=back)
    assert resolved(f"{day.month}月{day.day}日，水厂完工。", issue) == {
        f"{day.month}月{day.day}日": str(day)
    }
