import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval.dates_asked import periods_in
from rag.retrieval.periods import LITTLE, VAGUE, Period

TODAY = date(2021, 3, 10)  # a Wednesday

WORDS = st.sampled_from(
    [
        "12月23日",
        "二月三十日",
        "2020年",
        "去年",
        "上周三",
        "昨天",
        "23日",
        "5号",
        "至",
        "到",
        "和",
        "之间",
        "以来",
        "之前",
        "后",
        "三天前",
        "近10000年",
        "上半年",
        "前7个月",
        "的报纸",
        "新闻",
        "规划",
        "“",
        "”",
        "December",
        "23",
        "2020",
        "between",
        "and",
        "since",
        "last",
        "Monday",
        "in",
        "May",
        "20-23",
        "9999年",
        "0000年",
        "99999999",
        "2020-13-45",
        "500",
        "years",
        "ago",
        "next",
        "year",
    ]
)
OTHER_WORDS = st.sampled_from(
    [
        *("日本", "年轻人", "网上", "年货", "文明", "年度人物", "目前", "日均", "周边国家", "青年"),
        *(
            "初创",
            "年产值",
            "十月革命",
            "前景",
            "前沿技术",
            "底特律",
            "月亮",
            "天气",
            "水上",
            "上海",
        ),
        *(
            "嫦娥5号",
            "周全",
            "年会",
            "版本",
            "明亮",
            "如今",
            "日常",
            "海上",
            "日用品",
            "资本",
            "年龄",
        ),
        *("证明", "月票", "眼前", "半年报", "今后", "天空", "上半身", "季度"),
    ]
)
QUESTIONS = st.one_of(
    st.text(max_size=60),
    st.lists(WORDS, max_size=8).map("".join),
    st.lists(WORDS, max_size=8).map(" ".join),
)
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def only(question: str) -> Period:
    (period,) = periods_in(question, TODAY)
    return period


def days(question: str) -> tuple[str, str]:
    period = only(question)
    return period.start.isoformat(), period.end.isoformat()


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("2020年12月23日谁来了？", "2020-12-23", "2020-12-24"),
        ("二〇二〇年十二月二十三日谁来了？", "2020-12-23", "2020-12-24"),
        ("２０２０年１２月２３日谁来了？", "2020-12-23", "2020-12-24"),
        ("2020-12-23谁来了？", "2020-12-23", "2020-12-24"),
        ("12月23日谁来了？", "2020-12-23", "2020-12-24"),
        ("3月10日谁来了？", "2021-03-10", "2021-03-11"),
        ("3月11日谁来了？", "2020-03-11", "2020-03-12"),
        ("2月29日谁来了？", "2020-02-29", "2020-03-01"),
        ("23日谁来了？", "2021-02-23", "2021-02-24"),
        ("12月谁来了？", "2020-12-01", "2021-01-01"),
        ("2020年2月谁来了？", "2020-02-01", "2020-03-01"),
        ("去年谁来了？", "2020-01-01", "2021-01-01"),
        ("去年2月谁来了？", "2020-02-01", "2020-03-01"),
        ("昨天谁来了？", "2021-03-09", "2021-03-10"),
        ("前天谁来了？", "2021-03-08", "2021-03-09"),
        ("上周谁来了？", "2021-03-01", "2021-03-08"),
        ("上週三谁来了？", "2021-03-03", "2021-03-04"),
        ("周日谁来了？", "2021-03-07", "2021-03-08"),
        ("上周末谁来了？", "2021-03-06", "2021-03-08"),
        ("本月谁来了？", "2021-03-01", "2021-04-01"),
        ("上个月谁来了？", "2021-02-01", "2021-03-01"),
        ("本月5日谁来了？", "2021-03-05", "2021-03-06"),
        ("三天前谁来了？", "2021-03-07", "2021-03-08"),
        ("近一周谁来了？", "2021-03-03", "2021-03-11"),
        ("2020年上半年增长多少？", "2020-01-01", "2020-07-01"),
        ("2020年第二季度增长多少？", "2020-04-01", "2020-07-01"),
        ("2020年前7个月增长多少？", "2020-01-01", "2020-08-01"),
        ("12月20日至23日谁来了？", "2020-12-20", "2020-12-24"),
        ("12月30日到1月2日谁来了？", "2020-12-30", "2021-01-03"),
        ("2019年10月和2020年2月之间谁来了？", "2019-10-01", "2020-03-01"),
        ("从周一到周三谁来了？", "2021-03-08", "2021-03-11"),
        ("去年以来谁来了？", "2020-01-01", "2021-03-11"),
        ("2019年之前谁来了？", "0001-01-01", "2019-01-01"),
        ("Who came on December 23?", "2020-12-23", "2020-12-24"),
        ("Who came on 23rd December, 2019?", "2019-12-23", "2019-12-24"),
        ("Who came in 2020?", "2020-01-01", "2021-01-01"),
        ("Who came in May?", "2020-05-01", "2020-06-01"),
        ("Who came last Monday?", "2021-03-08", "2021-03-09"),
        ("Who came last Wednesday?", "2021-03-03", "2021-03-04"),
        ("Who came on Wednesday?", "2021-03-10", "2021-03-11"),
        ("Who came last week?", "2021-03-01", "2021-03-08"),
        ("Who came two weeks ago?", "2021-02-22", "2021-03-01"),
        ("Who came in the past 3 days?", "2021-03-07", "2021-03-11"),
        ("Who has come since January?", "2021-01-01", "2021-03-11"),
        ("Who came between March and May 2020?", "2020-03-01", "2020-06-01"),
        ("Who came between December 20 and December 23?", "2020-12-20", "2020-12-24"),
        ("Who came on December 20-23, 2019?", "2019-12-20", "2019-12-24"),
        ("How much in the first half of 2020?", "2020-01-01", "2020-07-01"),
        ("How much in the first half of last year?", "2020-01-01", "2020-07-01"),
        ("How much in the first three quarters of 2020?", "2020-01-01", "2020-10-01"),
        ("How much in Q3 2020?", "2020-07-01", "2020-10-01"),
        ("How much in early 2020?", "2020-01-01", "2020-05-01"),
        ("How much at the end of 2020?", "2020-12-01", "2021-01-01"),
        ("How much did it grow 2018-2020?", "2018-01-01", "2021-01-01"),
        ("How much in the 1980s?", "1980-01-01", "1990-01-01"),
        ("How much in the 1700s?", "1700-01-01", "1800-01-01"),
        ("How much in May of 2012?", "2012-05-01", "2012-06-01"),
        ("who came in may 2012?", "2012-05-01", "2012-06-01"),
        ("who came on may 5?", "2020-05-05", "2020-05-06"),
        ("Who came half a year ago?", "2020-09-01", "2020-10-01"),
        ("1至5月增长多少？", "2020-01-01", "2020-06-01"),
        ("1-5月增长多少？", "2020-01-01", "2020-06-01"),
        ("2019年1至5月增长多少？", "2019-01-01", "2019-06-01"),
        ("11月至2月增长多少？", "2020-11-01", "2021-03-01"),
        ("2019年一至三季度增长多少？", "2019-01-01", "2019-10-01"),
        ("2020年Q3增长多少？", "2020-07-01", "2020-10-01"),
        ("去年底谁来了？", "2020-12-01", "2021-01-01"),
        ("去年年底谁来了？", "2020-12-01", "2021-01-01"),
        ("2019年底谁来了？", "2019-12-01", "2020-01-01"),
        ("今年初谁来了？", "2021-01-01", "2021-03-01"),
        ("去年同期增长多少？", "2020-01-01", "2021-01-01"),
        ("今年以来增长多少？", "2021-01-01", "2021-03-11"),
        ("已于本周开工的有哪些？", "2021-03-08", "2021-03-15"),
        ("本月初谁来了？", "2021-03-01", "2021-04-01"),
        ("昨天晚报上谁来了？", "2021-03-09", "2021-03-10"),
        ("昨天下午谁来了？", "2021-03-09", "2021-03-10"),
        ("在5号上午谁来了？", "2021-03-05", "2021-03-06"),
        ("3月5日本市谁来了？", "2021-03-05", "2021-03-06"),
        ("12月5号线何时开通？", "2020-12-01", "2021-01-01"),
        ("2006年底特律谁来了？", "2006-01-01", "2007-01-01"),
        ("2020年度报告说了什么？", "2020-01-01", "2021-01-01"),
        ("2月6日起施行的规定有哪些？", "2021-02-06", "2021-03-11"),
        ("2月6日起火的仓库在哪里？", "2021-02-06", "2021-02-07"),
        ("2019年前的产值是多少？", "0001-01-01", "2019-01-01"),
        ("2019年前景如何？", "2019-01-01", "2020-01-01"),
        ("2019年前沿技术有哪些？", "2019-01-01", "2020-01-01"),
        ("2010年代增长多少？", "2010-01-01", "2020-01-01"),
        ("2010年代表团有谁？", "2010-01-01", "2011-01-01"),
        ("上世纪80年代增长多少？", "1980-01-01", "1990-01-01"),
        ("20世纪八十年代增长多少？", "1980-01-01", "1990-01-01"),
        ("半年前谁来了？", "2020-09-01", "2020-10-01"),
        ("近半年谁来了？", "2020-09-11", "2021-03-11"),
        ("近几天谁来了？", "2021-03-05", "2021-03-11"),
        ("近年来增长多少？", "2016-03-11", "2021-03-11"),
    ],
)
def test_words_for_days(question: str, start: str, end: str) -> None:
    assert days(question) == (start, end)


@pytest.mark.parametrize(
    "question",
    [
        "谁主持了会议？",
        "5号线何时开通？",
        "一周三次的班车停哪里？",
        "每周一的例会谁参加？",
        "3日内办结了多少件？",
        "中秋月饼卖了多少？",
        "Who may attend the second meeting?",
        "Were 2020 sold?",
        "Did they march to the square?",
        "2月30日的报纸说了什么？",
        "日本年轻人的新闻有哪些？",
        "网上年货节的报道说了什么？",
        "文明年度人物的报道说了什么？",
        "目前日均客流的新闻有哪些？",
        "青年初创企业的新闻有哪些？",
        "嫦娥5号的报道说了什么？",
        "十月革命的报道说了什么？",
        "今晚报说了什么？",
        "12月至40月谁来了？",
        "How many of the 2 may die?",
        "Who may 5,000 people ask?",
    ],
)
def test_other_words_name_no_days(question: str) -> None:
    assert periods_in(question, TODAY) == ()


@pytest.mark.parametrize(
    "question",
    [
        "到2035年的目标是什么？",
        "2035年远景目标是什么？",
        "《2035年的青石》由谁写？",
        "What is due by 2035?",
    ],
)
def test_a_date_of_a_plan_or_title_says_little(question: str) -> None:
    assert only(question).strength == LITTLE


@pytest.mark.parametrize("question", ["最近谁来了？", "近几年谁来了？", "近年来谁来了？"])
def test_what_is_recent_is_vague(question: str) -> None:
    assert only(question).strength == VAGUE


@given(QUESTIONS, DAYS)
def test_any_text_gives_days_in_order(question: str, today: date) -> None:
    for period in periods_in(question, today):
        assert period.start < period.end
        assert period.holds(period.start)
        assert period.holds(period.end - timedelta(days=1))
        assert 0 < period.strength <= 1
        if period.repeats == "never":
            assert not period.holds(period.end)


@given(st.lists(OTHER_WORDS, min_size=1, max_size=6), st.sampled_from(["", "的", "和", "，"]), DAYS)
def test_words_that_hold_words_for_days_name_none(
    words: list[str], between: str, today: date
) -> None:
    assert periods_in(f"{between.join(words)}的新闻有哪些？", today) == ()


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "昨天",
            "昨天和",
            "上年",
            "年",
            "1",
            "十",
            "1至",
            "《报",
            "“",
            "日报",
            "昨天的新闻",
            "从",
        ),
        *("on Monday ", "papers report x on March 5 ", "the day before ", "May 5 and ", "1, ", " "),
    ],
)
def test_the_time_grows_with_the_length_alone(piece: str) -> None:
    started = time.perf_counter()
    periods_in(piece * (10_000 // len(piece)), TODAY)
    assert time.perf_counter() - started < 5  # it takes 0.2 s at the most


@given(DAYS, DAYS)
def test_a_printed_date_is_read_back(day: date, today: date) -> None:
    for text in (f"{day.year}年{day.month}月{day.day}日", f"{day:%B} {day.day}, {day.year}"):
        (period,) = periods_in(text, today)
        assert (period.start, period.end) == (day, day + timedelta(days=1))


@given(DAYS, DAYS)
def test_a_date_without_its_year_is_the_last_one_and_any_other(day: date, today: date) -> None:
    (period,) = periods_in(f"{day.month}月{day.day}日", today)
    assert period.start <= today
    assert (period.start.month, period.start.day) == (day.month, day.day)
    assert period.holds(day)
    assert period.within(day, day).start == day
    assert not period.holds(day + timedelta(days=1))


@given(DAYS)
def test_days_are_counted_after_the_period(today: date) -> None:
    (yesterday,) = periods_in("昨天", today)
    assert yesterday.days_after(today) == 0
    assert yesterday.days_after(today + timedelta(days=2)) == 2
    assert yesterday.days_after(today - timedelta(days=1)) == -1
