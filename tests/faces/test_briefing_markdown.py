"""A briefing as Markdown: headings, cited points, a table, quotes; marks in the text stay text."""

from dataclasses import replace
from datetime import date

import pytest

from rag.briefing_types import Briefing
from rag.faces.briefing_frame import Frame
from rag.faces.briefing_markdown import briefing_markdown, escaped
from tests.faces.briefing_samples import BRIEFING, CITATIONS, EMPTY, QUOTES, STORIES, long_briefing

DAY = replace(
    BRIEFING, stories=STORIES[1:2], citations=CITATIONS[2:3], table=BRIEFING.table[2:], notes=()
)


def test_a_briefing_has_its_day_its_stories_its_table_and_its_quotes() -> None:
    assert briefing_markdown(DAY) == (
        "# 2023年3月16日要闻\n"
        "\n"
        "1条要闻 · 4篇报道 · 另有2条未列 · 要点均为报道原文\n"
        "\n"
        "## 1. 新图书馆开馆\n"
        "\n"
        "*藏书48万册*\n"
        "\n"
        "《云溪日报》、《云溪晚报》 · 第1版 · 2篇报道\n"
        "\n"
        "**续报：2023年3月10日的简报已报道“新图书馆将开馆”。**\n"
        "\n"
        f"- **新** {QUOTES[2]}[3]\n"
        "\n"
        "## 决定与数字\n"
        "\n"
        "| 类别 | 数值 | 内容 | 要闻 | 出处 |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| 数字 | 48万册 | 藏书48万册 | 2 | [3] |\n"
        "\n"
        "## 引文\n"
        "\n"
        "[3] 新图书馆开馆 · 云溪日报 · 2023年3月16日 · 第1版 · page.txt  \n"
        f"> {QUOTES[2]}\n"
    )


def test_its_frame_may_be_english() -> None:
    text = briefing_markdown(replace(DAY, topic="图书馆", date_to=date(2023, 3, 18)), "en")
    assert text.startswith("# News of 16 to 18 March 2023: 图书馆\n\n1 story · 4 articles")
    assert "## Decisions and numbers\n" in text
    assert "\n**Update: the briefing of 10 March 2023 told of “新图书馆将开馆”.**\n" in text
    assert "\n云溪日报, 云溪晚报 · 16 March 2023 · p. 1 · 2 articles\n" in text


@pytest.mark.parametrize(
    ("first", "last", "chinese", "english"),
    [
        (DAY.date_from, DAY.date_from, "2023年3月16日", "16 March 2023"),
        (DAY.date_from, date(2023, 3, 18), "2023年3月16日至18日", "16 to 18 March 2023"),
        (DAY.date_from, date(2023, 4, 2), "2023年3月16日至4月2日", "16 March to 2 April 2023"),
        (
            *(DAY.date_from, date(2024, 3, 16)),
            *("2023年3月16日至2024年3月16日", "16 March 2023 to 16 March 2024"),
        ),
    ],
)
def test_a_period_says_its_year_and_month_once(
    first: date, last: date, chinese: str, english: str
) -> None:
    assert Frame("zh").period(first, last) == chinese
    assert Frame("en").period(first, last) == english


def test_english_headlines_have_an_english_frame() -> None:
    story = replace(STORIES[0], headline="Council funds canteens")
    assert briefing_markdown(replace(DAY, stories=(story,))).startswith("# News of 16 March 2023\n")


def test_an_update_without_news_says_so() -> None:
    assert STORIES[1].update is not None
    story = replace(STORIES[1], update=replace(STORIES[1].update, news=False))
    assert "已报道“新图书馆将开馆”，尚无新内容。" in briefing_markdown(
        replace(DAY, stories=(story,))
    )


def test_a_long_one_has_contents() -> None:
    assert "## 目录" not in briefing_markdown(long_briefing(8))
    assert "## 目录\n\n1. 市政府常务会议研究老旧小区改造（1）\n2. " in briefing_markdown(
        long_briefing(9)
    )


@pytest.mark.parametrize(
    ("empty", "said"),
    [
        (EMPTY, "资料库中没有2023年3月17日的报道。"),
        (replace(EMPTY, topic="水厂"), "资料库中没有2023年3月17日关于“水厂”的报道。"),
        (replace(EMPTY, people=("沈明川",)), "资料库中没有2023年3月17日提到沈明川的报道。"),
    ],
)
def test_an_empty_day_says_so_with_the_days_nearest(empty: Briefing, said: str) -> None:
    text = briefing_markdown(empty)
    assert f"\n{said}\n" in text
    assert "\n最近有报道的日期：2023年3月16日（4篇）、2023年3月20日（1篇）。\n" in text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("*重点*与_强调_、`码`、<b>、|", "\\*重点\\*与\\_强调\\_、\\`码\\`、\\<b>、\\|"),
        ("[点](http://example.com/)", "[点]\\(http://example.com/)"),
        ("[1]: http://example.com/", "[1]\\: http://example.com/"),
        ("[点][1]", "[点]\\[1]"),
        ("# 题\n- 项\n1. 项\n> 引", "\\# 题\n\\- 项\n1\\. 项\n\\> 引"),
        ("1.2万元，#5，5月1日。", "1.2万元，#5，5月1日。"),
    ],
)
def test_nothing_in_an_article_becomes_markdown(text: str, safe: str) -> None:
    assert escaped(text) == safe


def test_the_whole_is_safe_on_a_terminal() -> None:
    text = briefing_markdown(BRIEFING)
    assert "\u202e" not in text
    assert "(引文未能证实)" in text
