from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval.dates_asked import LITTLE, periods_in
from rag.retrieval.periods import VAGUE, Period

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
    ],
)
def test_other_words_name_no_days(question: str) -> None:
    assert periods_in(question, TODAY) == ()


@pytest.mark.parametrize(
    "question",
    [
        "12月23日的报纸说了什么？",
        "12月23日的《青石日报》说了什么？",
        "《青石日报》12月23日的头版是什么？",
        "12月23日青石镇有什么新闻？",
        "昨天的报道提到了谁？",
        "去年12月以来的新闻",
        "2020-12-23 的新闻",
        "What did yesterday's paper say?",
        "What is the news of December 23?",
        "What did the paper report about the bridge on December 23?",
        "Articles between December 20 and December 23",
        "What was in the news last week?",
    ],
)
def test_news_of_a_date_is_asked_for(question: str) -> None:
    assert only(question).explicit


@pytest.mark.parametrize(
    "question",
    [
        "12月23日召开的会议由谁主持？",
        "12月23日的新闻发布会说了什么？",
        "12月23日的报告提到了谁？",
        "最近的新闻有哪些？",
        "“12月23日的新闻”是谁唱的？",
        "Who spoke at the news conference of December 23?",
        "How many cases were reported in 2020?",
        "What was decided on December 23?",
    ],
)
def test_an_event_of_a_date_is_no_restriction(question: str) -> None:
    assert not only(question).explicit


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


def test_what_is_recent_is_vague() -> None:
    assert only("最近谁来了？").strength == VAGUE


@given(QUESTIONS, DAYS)
def test_any_text_gives_days_in_order(question: str, today: date) -> None:
    for period in periods_in(question, today):
        assert period.start < period.end
        assert period.holds(period.start)
        assert period.holds(period.end - timedelta(days=1))
        assert 0 < period.strength <= 1
        if period.repeats == "never":
            assert not period.holds(period.end)


@given(QUESTIONS.filter(lambda text: not any(c.isnumeric() for c in text)), DAYS)
def test_text_without_words_for_days_names_none(question: str, today: date) -> None:
    marks = "年月日号周天期近昨今明前后去上下本季半这那初底末礼"
    latin = "".join(c for c in question if c not in marks and not c.isascii())
    assert periods_in(latin, today) == ()


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
