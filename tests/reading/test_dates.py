"""Dates as news prints them, and the years that it leaves out."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.dates import date_in_name, event_date, full_dates, implied_year, parse_date

TODAY = date(2026, 11, 24)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_day_is_read_in_every_form(day: date) -> None:
    forms = [
        day.isoformat(),
        day.strftime("%Y%m%d"),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.isoformat()}T08:30:00+08:00",
        f"{day.isoformat()} 08:30:00",
    ]
    assert [parse_date(form) for form in forms] == [day] * len(forms)
    assert list(full_dates(f"云汀市 {day.year} 年 {day.month} 月 {day.day} 日 星期二")) == [day]
    assert [date_in_name(f"A02_{form}_page") for form in forms[:3]] == [day] * 3


@pytest.mark.parametrize(
    "value", ["2024-02-30", "20241301", "2023年2月29日", "yesterday", "", "2024-13-01T08:00:00"]
)
def test_a_day_that_does_not_exist_is_an_error(value: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_date(value)


@pytest.mark.parametrize(
    "name", ["page-01", "20241332", "2024-02-30", "12345678901", "report-2024", "1000-01-01x"]
)
def test_a_name_without_a_possible_day_has_none(name: str) -> None:
    assert date_in_name(name) is None


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("从2019年底开始调研，听取了2020年全市工作情况的汇报，明确2021年目标任务", 2020),
        ("制定 2021 年各项预期目标，展望二〇三五年远景目标，总结2020年工作", 2020),
        ("2023年1月至6月，全市共办理案件9400件，比2022年同期少一成", 2023),
        ("自2015年以来，云汀河水质逐年好转；2018年建成湿地公园，2018年8月开放", 2018),
        ("云汀市昨天召开会议", TODAY.year),
        ("到2035年基本建成，到2050年全面建成", TODAY.year),
    ],
)
def test_the_years_that_a_page_names_imply_its_own(text: str, year: int) -> None:
    assert implied_year(text, TODAY) == year


@given(st.text(), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_an_implied_year_is_never_ahead_of_the_clock(text: str, today: date) -> None:
    assert implied_year(text, today) <= today.year


@pytest.mark.parametrize(
    ("lead", "text", "issue", "event"),
    [
        ("本报讯", "12月23日下午，市委召开会议", date(2020, 12, 24), date(2020, 12, 23)),
        ("本报讯", "12月30日，年货节开幕", date(2021, 1, 2), date(2020, 12, 30)),
        ("本报讯", "１２月２３日下午，开会", date(2020, 12, 24), date(2020, 12, 23)),
        ("本报讯", "十二月二十三日，开会", date(2020, 12, 24), date(2020, 12, 23)),
        ("本报讯", "昨天，步行桥开放", date(2024, 6, 4), date(2024, 6, 3)),
        ("本报讯", "步行桥3日开放", date(2024, 6, 4), date(2024, 6, 3)),
        ("本报讯", "步行桥30日开放", date(2024, 7, 2), date(2024, 6, 30)),
        ("云汀社7月26日电", "当地时间25日，法庭宣判", None, date(2024, 7, 25)),
        ("云汀社7月26日电", "近日，法庭宣判", None, date(2024, 7, 26)),
        ("本报讯", "步行桥将于6月30日开放，6月3日验收", date(2024, 6, 4), date(2024, 6, 3)),
        ("本报讯", "2月30日，步行桥开放", date(2024, 6, 4), None),
        ("本报讯", "步行桥10日内开放，今天的孩子有福", date(2024, 6, 4), None),
        ("本报讯", "1998年6月3日建成的桥翻新", date(2024, 6, 4), None),
        ("本报讯", "近日，步行桥开放", date(2024, 6, 4), None),
    ],
)
def test_the_day_of_an_event(lead: str, text: str, issue: date | None, event: date | None) -> None:
    assert event_date(lead, text, issue, 2024, TODAY) == event


def test_a_day_still_to_come_was_last_year() -> None:
    assert event_date("本报讯", "12月23日，开会", None, 2026, TODAY) == date(2025, 12, 23)


@given(st.text(st.sampled_from("0123456789一二十三年月日今昨去明 ，号"), max_size=40), st.dates())
def test_no_text_gives_an_impossible_day(text: str, issue: date) -> None:
    for known in (issue, None):
        found = event_date("", text, known, 2024, TODAY)
        assert found is None or isinstance(found, date)
