"""Markdown: headings are headlines, front matter is metadata, marks don't print."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.intake_types import IngestFailure
from rag.reading.reader import ReadOptions, read
from rag.types import Page
from tests.reading.files import BUS, LEVEE, MARKDOWN, OPTIONS, PATROL, check_map, failures, one


def written(tmp_path: Path, text: str, name: str = "page.md") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_front_matter_names_headline_day_authors_and_paper(tmp_path: Path) -> None:
    page = one(written(tmp_path, MARKDOWN))
    (article,) = page.articles
    assert article.headline == "守住堤岸保安澜"
    assert article.byline == ("林甲", "周乙文")
    assert (article.issue_date, article.event_date) == (date(2024, 6, 4), date(2024, 6, 3))
    assert not article.date_inferred
    assert article.publication == page.publication == "云汀日报"
    assert article.text == f"{LEVEE}\n{PATROL}"
    assert page.raw == MARKDOWN


def test_each_heading_begins_an_article_with_its_own_credits(tmp_path: Path) -> None:
    text = (
        f"# 云汀日报\n\n2024年6月4日 星期二\n\n## 守住堤岸保安澜\n记者 林甲\n\n{LEVEE}\n\n"
        f"### 巡查\n\n{PATROL}\n\n## 乡村公交开通\n作者：陈丙 来源：云汀晚报\n\n{BUS}\n"
    )
    page = one(written(tmp_path, text))
    levee, bus = page.articles
    assert (levee.headline, bus.headline) == ("守住堤岸保安澜", "乡村公交开通")
    assert levee.text == f"{LEVEE}\n巡查\n{PATROL}"
    assert (levee.byline, bus.byline) == (("林甲",), ("陈丙",))
    assert (levee.publication, bus.publication) == ("云汀日报", "云汀晚报")
    assert page.issue_date == levee.issue_date == bus.issue_date == date(2024, 6, 4)


def test_sections_below_a_headline_with_a_text_of_its_own_are_no_articles(tmp_path: Path) -> None:
    (article,) = one(
        written(tmp_path, f"# 守住堤岸保安澜\n\n{LEVEE}\n\n## 巡查\n\n{PATROL}\n\n## 公交\n\n{BUS}")
    ).articles
    assert article.text == f"{LEVEE}\n巡查\n{PATROL}\n公交\n{BUS}"


def test_marks_are_left_out_and_wrapped_lines_joined(tmp_path: Path) -> None:
    text = (
        "# 守住**堤岸** #\n\n6月3日上午，**云汀市**召开[防汛](http://example.org/a)工作会议，\n"
        "部署*主汛期*河道`巡查`。![图](a.png)\n\n> 会议决定，\\*每天\\*巡查两次。\n\n"
        "- 备足 sand bags\n  and pumps\n\n| 街道 | 水泵 |\n|---|---|\n| 沿河 | 12 |\n"
    )
    (article,) = one(written(tmp_path, text)).articles
    assert article.headline == "守住堤岸"
    assert article.text.split("\n") == [
        "6月3日上午，云汀市召开防汛工作会议，部署主汛期河道巡查。",
        "会议决定，*每天*巡查两次。",
        "备足 sand bags and pumps",
        "| 街道 | 水泵 |",
        "| 沿河 | 12 |",
    ]


def test_a_file_without_headings_is_read_as_a_printed_page(tmp_path: Path) -> None:
    page = one(written(tmp_path, f"守住堤岸保安澜\n□记者 林甲\n本报讯 {LEVEE}{PATROL}\n"))
    assert [article.headline for article in page.articles] == ["守住堤岸保安澜"]
    assert page.articles[0].byline == ("林甲",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# 只有标题\n", "no article"),
        ("---\ntitle: 标题\ndate: someday\n---\n正文在此。\n", "names no day"),
        ("\n", "empty"),
    ],
)
def test_what_holds_no_article_is_said(tmp_path: Path, text: str, words: str) -> None:
    (failure,) = failures(written(tmp_path, text))
    assert words in failure.reason


def test_a_date_given_counts_where_the_file_names_none(tmp_path: Path) -> None:
    path = written(tmp_path, f"# 公交\n\n{BUS}\n", "2024-06-05.md")
    assert one(path).issue_date == date(2024, 6, 5)
    told = ReadOptions(issue_date=date(2024, 6, 6), publication="白榆日报", today=OPTIONS.today)
    page = one(path, told)
    assert (page.issue_date, page.articles[0].publication) == (date(2024, 6, 6), "白榆日报")


@pytest.mark.parametrize(
    "line",
    [
        "# a" + " " * 100_000 + "b",
        "-" * 100_000 + "x",
        "<!--" * 50_000,
        "*a " * 50_000,
        "# " * 50_000,
    ],
)
def test_a_hostile_line_is_read_in_time_that_grows_with_it(tmp_path: Path, line: str) -> None:
    """Patterns that go back and forth would take minutes."""
    assert one(written(tmp_path, f"# 公交\n\n{BUS}\n\n{line}\n")).articles


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("# \n*_[]()`>-|~\\!<ab云汀。，\t\r\u3000\x1c=."), max_size=120))
def test_whatever_is_marked_up_maps_back(tmp_path: Path, text: str) -> None:
    path = tmp_path / "any.md"
    path.write_bytes(f"# 标题\n{text}".encode())
    for result in read(path, OPTIONS):
        if isinstance(result, Page):
            check_map(result)
        else:
            assert isinstance(result, IngestFailure)
