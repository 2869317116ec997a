from datetime import date

import pytest

from rag.retrieval.dates_asked import periods_in
from rag.retrieval.periods import Period

TODAY = date(2021, 3, 10)  # a Wednesday


def only(question: str) -> Period:
    (period,) = periods_in(question, TODAY)
    return period


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
        "What did papers report about the flood on Monday?",
        "What did Monday's paper report?",
        "What was in the news in 2008?",
        "2020年关于洪水的报道有哪些？",
        "昨天的体育新闻有哪些？",
        "去年云溪市的新闻有哪些？",
        "12月23日人民日报登了什么？",
        "《青石日报》12月23日的一篇报道说了什么？",
        "《青石日报》12月23日第一版登了什么？",
        "《青石日报》12月23日报道火灾的文章说了什么？",
        "12月23日的那期报纸说了什么？",
        "昨天的新闻标题有哪些？",
        "今日要闻有哪些？",
        "What did the Qingshi Daily report yesterday?",
        "What news was there on December 23?",
        "Which articles from 2020 mention the flood?",
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
        "2020年冬奥会的报道说了什么？",
        "2020年冬奥会有什么新闻？",
        "关于2020年疫情的报道有哪些？",
        "关于2020年的报道有哪些？",
        "2020年报纸发行量是多少？",
        "2020年新闻自由指数是多少？",
        "据新华社12月23日报道，谁来了？",
        "今年春节的新闻有哪些？",
        "What was the coverage of 2008 Olympics opening?",
        "What news agency reported the flood on December 23?",
        "What is the news about the 2008 Olympics?",
        "What is the news of the 2008 Olympics?",
        "What was the coverage of last year's flood?",
        "What reconstructions supported the 1999 paper's information?",
    ],
)
def test_an_event_of_a_date_is_no_restriction(question: str) -> None:
    assert not only(question).explicit


@pytest.mark.parametrize(
    ("question", "starts"),
    [
        ("2021年3月5日和2020年12月18日的报纸说了什么？", ["2021-03-05", "2020-12-18"]),
        ("2020年3月5日、6日和8日的报纸说了什么？", ["2020-03-05", "2020-03-06", "2020-03-08"]),
        ("3月5、6日的报纸说了什么？", ["2021-03-05", "2021-03-06"]),
        ("2月5日与上周三的报纸说了什么？", ["2021-02-05", "2021-03-03"]),
        ("What did the papers of March 5 and 7, 2020 say?", ["2020-03-05", "2020-03-07"]),
        ("What did the papers of 5 and 7 March 2020 say?", ["2020-03-05", "2020-03-07"]),
        ("What is the news of March 5, 2020 or of March 7, 2019?", ["2020-03-05", "2019-03-07"]),
    ],
)
def test_dates_in_a_list_are_asked_for_alike(question: str, starts: list[str]) -> None:
    found = periods_in(question, TODAY)
    assert [period.start.isoformat() for period in found] == starts
    assert all(period.explicit and period.days == 1 for period in found)


def test_a_list_of_events_is_no_restriction() -> None:
    assert not any(p.explicit for p in periods_in("2020年和2021年冬奥会的报道有哪些？", TODAY))


def test_only_the_date_of_the_news_restricts() -> None:
    day, year = periods_in("3月5日的报纸怎么说2008年的奥运会？", TODAY)
    assert day.explicit
    assert not year.explicit
