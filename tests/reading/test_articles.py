"""Pages to articles: whatever the layout, the same stories come out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.types import Article, Page

Printer = Callable[..., str]
Reader = Callable[..., Page]

FURNITURE = ("2024 年 6 月 4 日 星期二", "责任编辑：孙戊 版式：吴己", "要 闻 02")


def folded(text: str) -> str:
    return "".join(text.split())


def same_stories(articles: Sequence[Article], stories: Sequence[Any]) -> None:
    assert [(a.kicker, a.headline, a.byline) for a in articles] == [
        (story.kicker, story.headline, story.names) for story in stories
    ]
    assert [folded(a.text) for a in articles] == [folded(story.text) for story in stories]


def traceable(page: Page) -> None:
    for article in page.articles:
        for i, character in enumerate(article.text):
            raw = page.raw[article.source_map.raw_offset(i)]
            assert raw == character or (raw.isspace() and character in " \n")


@pytest.mark.parametrize("headings_first", [True, False])
@pytest.mark.parametrize("furniture", [(), FURNITURE])
@pytest.mark.parametrize("air", [True, False])
def test_stories_come_out_as_printed(
    stories: Any,
    print_page: Printer,
    read_text: Reader,
    headings_first: bool,
    furniture: tuple[str, ...],
    air: bool,
) -> None:
    printed = print_page(stories, headings_first=headings_first, furniture=furniture, air=air)
    page = read_text(printed)
    same_stories(page.articles, stories)
    traceable(page)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    headings_first=st.booleans(),
    width=st.integers(12, 30),
    blank=st.sampled_from([0.0, 0.3, 1.0]),
    spaced=st.sampled_from([0.0, 0.1, 0.5]),
    seed=st.integers(0, 2**16),
)
def test_setting_does_not_change_the_stories(
    stories: Any,
    print_page: Printer,
    read_text: Reader,
    headings_first: bool,
    width: int,
    blank: float,
    spaced: float,
    seed: int,
) -> None:
    printed = print_page(
        stories,
        headings_first=headings_first,
        width=width,
        blank=blank,
        spaced=spaced,
        air=True,
        seed=seed,
    )
    page = read_text(printed)
    same_stories(page.articles, stories)
    traceable(page)


def test_paragraphs_are_parted_where_a_line_ends_short(
    stories: Any, print_page: Printer, read_text: Reader
) -> None:
    page = read_text(print_page(stories, headings_first=True, width=21))
    counts = [article.text.count("\n") + 1 for article in page.articles]
    assert counts == [len(story.paragraphs) for story in stories]


@pytest.mark.parametrize(
    "byline",
    [
        "□首席记者 {names}",
        "■通讯员 {names}",
        "记者 {names}",
        "本报记者 {names}",
        "◇实习生 {names} 文/图",
    ],
)
def test_bylines_of_every_form(
    stories: Any, print_page: Printer, read_text: Reader, byline: str
) -> None:
    page = read_text(print_page(stories, headings_first=True, byline=byline))
    same_stories(page.articles, stories)


def test_byline_in_brackets_after_the_lead(read_text: Reader) -> None:
    page = read_text(
        "云汀河上新添一座步行桥\n"
        "本报讯（记者 林甲 通讯员 周乙文）6月3\n"
        "日，云汀河步行桥建成开放，全长两百一\n"
        "十六米，两岸居民过河只要三分钟。\n"
        "老粮仓改成社区图书馆\n"
        "本报讯 青禾县把闲置多年的老粮仓改成\n"
        "了社区图书馆，藏书两万册，周末开到晚\n"
        "上九点。\n"
        "（记者 陈丙）\n"
    )
    assert [article.byline for article in page.articles] == [("林甲", "周乙文"), ("陈丙",)]
    assert page.articles[0].text.startswith("本报讯（记者 林甲 通讯员 周乙文）6月3日，")
    assert page.articles[1].text.endswith("周末开到晚上九点。")


def test_an_article_without_byline_or_lead_after_a_closing_byline(read_text: Reader) -> None:
    page = read_text(
        "老粮仓改成社区图书馆\n"
        "本报讯 青禾县把闲置多年的老粮仓改成\n"
        "了社区图书馆，藏书两万册，周末开到晚\n"
        "上九点。（记者 陈丙）\n"
        "云汀河上新添一座步行桥\n"
        "云汀河步行桥昨天建成开放，全长两百一\n"
        "十六米，两岸居民过河只要三分钟，比过\n"
        "去绕行少走两公里。（通讯员 何丁）\n"
    )
    assert [(article.headline, article.byline) for article in page.articles] == [
        ("老粮仓改成社区图书馆", ("陈丙",)),
        ("云汀河上新添一座步行桥", ("何丁",)),
    ]
    assert page.articles[1].text.startswith("云汀河步行桥昨天建成开放")


def test_names_in_letter_spaced_type_are_told_apart(read_text: Reader) -> None:
    page = read_text(
        "云汀河上新添一座步行桥\n"
        "本 报 讯 （ 记 者 林 甲 周 乙 文 ） 云 汀 河\n"
        "步行桥昨天建成开放，全长两百一十六米，\n"
        "两岸居民过河只要三分钟。\n"
    )
    (article,) = page.articles
    assert article.byline == ("林甲", "周乙文")
    assert article.text.startswith("本报讯（记者林甲周乙文）云汀河步行桥昨天")


def test_articles_that_only_closing_bylines_part(read_text: Reader) -> None:
    printed = (
        "{}\n云汀河步行桥昨天建成开放，全长两百一\n十六米，两岸居民过河只要三分钟。\n（记者 {}）\n"
    )
    headlines = ["云汀河上新添一座步行桥", "两岸居民过河不再绕行", "步行桥通过荷载试验"]
    names = ["林甲", "周乙文", "陈丙"]
    page = read_text("".join(printed.format(*pair) for pair in zip(headlines, names, strict=True)))
    assert [article.headline for article in page.articles] == headlines
    assert [article.byline for article in page.articles] == [(name,) for name in names]


def test_a_headline_broken_at_the_column_is_joined(read_text: Reader) -> None:
    page = read_text(
        "云汀市首个全民健身中心的游泳馆和攀\n"
        "岩馆建成开放\n"
        "□记者 林甲\n"
        "本报讯 云汀市首个全民健身中心的游泳\n"
        "馆和攀岩馆建成开放，市民凭身份证每月\n"
        "可以免费游泳两次。馆内设有无障碍更衣\n"
        "室和儿童浅水区。\n"
    )
    assert page.articles[0].headline == "云汀市首个全民健身中心的游泳馆和攀岩馆建成开放"
    assert page.articles[0].kicker == ""


def test_halves_of_equal_length_are_one_headline(read_text: Reader) -> None:
    page = read_text(
        "全市农田水利建设现场会召开\n"
        "修好千条渠\n"
        "灌好万亩田\n"
        "□记者 林甲\n"
        "本报讯 云汀市昨天召开农田水利建设现\n"
        "场会，要求秋种前修好一千条支渠。\n"
    )
    article = page.articles[0]
    assert (article.kicker, article.headline) == (
        "全市农田水利建设现场会召开",
        "修好千条渠 灌好万亩田",
    )


def test_credits_under_a_story_are_no_kicker(read_text: Reader) -> None:
    page = read_text(
        "□记者 林甲\n"
        "本报讯 云汀河步行桥昨天建成开放，全\n"
        "长两百一十六米。\n"
        "来源：云汀融媒\n"
        "云汀河上新添一座步行桥\n"
        "□记者 陈丙\n"
        "本报讯 青禾县老粮仓改成了图书馆，藏\n"
        "书两万册。\n"
        "联系电话：010-5550100\n"
        "老粮仓改成社区图书馆\n"
    )
    assert [(a.kicker, a.headline) for a in page.articles] == [
        ("", "云汀河上新添一座步行桥"),
        ("", "老粮仓改成社区图书馆"),
    ]


@pytest.mark.parametrize(
    "headline",
    [
        "台风外围云系北上 防汛力量整装待发",
        "高考语文：新题型考什么",
        "县医院扫码挂号 看病不再排长队",
        "谁来分享丰收的喜悦？",
        "【深读】一座老桥的三次重修",
        "“再修二十公里！”",
        "AI走进CT室",
    ],
)
@pytest.mark.parametrize("headings_first", [True, False])
def test_headlines_with_words_of_credits_are_headlines(
    stories: Any, print_page: Printer, read_text: Reader, headline: str, headings_first: bool
) -> None:
    renamed = [replace(stories[0], headline=headline), stories[1], stories[2]]
    page = read_text(print_page(renamed, headings_first=headings_first))
    same_stories(page.articles, renamed)


def test_datelines_are_the_printed_source_tags(read_text: Reader) -> None:
    page = read_text(
        "云汀河上新添一座步行桥\n"
        "□记者 林甲\n"
        "本报讯 云汀社青禾6月3日电（记者 陈丙）云汀\n"
        "河步行桥建成开放，全长两百一十六米，\n"
        "两岸居民过河只要三分钟。\n"
        "老粮仓改成社区图书馆\n"
        "□记者 何丁\n"
        "本报讯 青禾县老粮仓改成了图书馆，藏\n"
        "书两万册。\n"
    )
    assert [a.dateline for a in page.articles] == ["本报讯 云汀社青禾6月3日电", "本报讯"]
    assert [a.byline for a in page.articles] == [("林甲",), ("何丁",)]


def test_one_story_with_a_paragraph_a_line_needs_no_byline(read_text: Reader) -> None:
    page = read_text(
        "Town opens a footbridge\n"
        "\n"
        "The footbridge over the Yun opened on Monday. It is 216 m long.\n"
        "\n"
        "Residents of both banks save a walk of 2 km.\n"
    )
    (article,) = page.articles
    assert article.headline == "Town opens a footbridge"
    assert article.text == (
        "The footbridge over the Yun opened on Monday. It is 216 m long.\n"
        "Residents of both banks save a walk of 2 km."
    )
