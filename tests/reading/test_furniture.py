"""What a page prints about itself stays out of its articles and dates them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from rag.reading.reader import ReadOptions
from rag.types import Page

Printer = Callable[..., str]
Reader = Callable[..., Page]
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("furniture", "issue", "page", "publication"),
    [
        (("2024 年 6 月 4 日 星期二", "责任编辑：孙戊 版式：吴己", "要 闻 02"), 4, "2", ""),
        (("云汀日报", "2024年6月4日 星期二", "第03版：民生"), 4, "3", "云汀日报"),
        (("云汀日报 2024年6月4日 星期二 第A12版",), 4, "A12", "云汀日报"),
        (("2024年6月4日 星期二 责任编辑 孙戊 美编 吴己", "综合新闻 · 04"), 4, "4", ""),
        (("二〇二四年六月四日 星期二", "版次：05"), 4, "5", ""),
        (("责编：孙戊 校对：吴己",), None, "", ""),
    ],
)
@pytest.mark.parametrize("headings_first", [True, False])
@pytest.mark.parametrize("foot", [True, False])
def test_furniture_dates_the_page_and_is_no_story(
    stories: Any,
    print_page: Printer,
    read_text: Reader,
    furniture: tuple[str, ...],
    issue: int | None,
    page: str,
    publication: str,
    headings_first: bool,
    foot: bool,
) -> None:
    printed = print_page(stories, headings_first=headings_first)
    band = "".join(f"{line}\n" for line in furniture)
    read = read_text(printed + band if foot else band + printed)
    if issue:
        assert read.issue_date == date(2024, 6, issue)
        assert not any(article.date_inferred for article in read.articles)
    assert (read.page, read.publication) == (page, publication)
    assert [article.headline for article in read.articles] == [s.headline for s in stories]
    assert not any("孙戊" in a.text or "星期二" in a.text for a in read.articles)


def test_a_printed_date_goes_before_a_given_one_and_that_before_the_name(
    stories: Any, print_page: Printer, read_text: Reader
) -> None:
    plain = print_page(stories, headings_first=True)
    dated = "2024年6月4日 星期二\n" + plain
    given = ReadOptions(issue_date=date(2024, 6, 5), today=TODAY)
    bare = ReadOptions(today=TODAY)
    assert read_text(dated, "2024-06-06.txt", given).issue_date == date(2024, 6, 4)
    assert read_text(plain, "2024-06-06.txt", given).issue_date == date(2024, 6, 5)
    assert read_text(plain, "2024-06-06.txt", bare).issue_date == date(2024, 6, 6)


def test_without_any_the_latest_event_dates_the_page_and_is_flagged(
    stories: Any, print_page: Printer, read_text: Reader
) -> None:
    printed = print_page(stories, headings_first=True) + "2024年全市工作情况通报，共有五项。\n"
    page = read_text(printed, options=ReadOptions(today=TODAY))
    assert page.issue_date == date(2024, 6, 3)
    assert all(article.date_inferred for article in page.articles)
    assert [article.event_date for article in page.articles] == [
        date(2024, 6, 3),
        None,
        date(2024, 6, 2),
    ]


def test_a_given_publication_goes_before_the_masthead(
    stories: Any, print_page: Printer, read_text: Reader
) -> None:
    printed = "云汀日报\n2024年6月4日 星期二\n" + print_page(stories, headings_first=True)
    page = read_text(printed, options=ReadOptions(publication="云汀日报·周末", today=TODAY))
    assert {article.publication for article in page.articles} == {"云汀日报·周末"}
