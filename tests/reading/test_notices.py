"""An index and the weather are no news, and what only looks like them is kept."""

from collections.abc import Callable

import pytest

from rag.types import Page

HEAD = "2024年6月4日 星期二\n云汀日报 第1版 要闻\n"
LEVEE = (
    "守住堤岸保安澜\n□记者 林甲\n本报讯 6月3日上午，云汀市召开防汛工作会\n议，部署主汛期河道巡查。"
    "会议决定，从6月\n5日起，沿河12个街道每天巡查两次，险工险\n段24小时有人值守。\n"
)
BUS = (
    "青禾县首条乡村公交环线开通\n□记者 陈丙\n本报讯 青禾县首条乡村公交环线日前开通，\n连接9个村庄，"
    "全长46公里。环线每天发车14\n班，票价1元，65岁以上老人免费。\n"
)
ENTRIES = (
    "青禾县开通乡村公交 3版\n市图书馆延长开放时间\n周末开到晚九点 5版\n柳湾水库除险加固完工 A06\n"
)
PLAIN_ENTRIES = "青禾县开通乡村公交 第3版\n市图书馆延长开放时间 第5版\n柳湾水库完工 第6版\n"
WEATHER = "天气预报\n今天白天晴转多云，偏南风3到4级，最高气温\n29℃；夜间多云，最低气温18℃。\n"

Read = Callable[..., Page]


def told(page: Page) -> list[tuple[str, str]]:
    return [(article.headline, article.text) for article in page.articles]


@pytest.mark.parametrize("index", [f"导读\n{ENTRIES}", f"今 日 导 读\n{ENTRIES}", PLAIN_ENTRIES])
def test_an_index_is_left_out_wherever_it_stands(read_text: Read, index: str) -> None:
    whole = told(read_text(HEAD + LEVEE + BUS))
    assert [headline for headline, _ in whole] == ["守住堤岸保安澜", "青禾县首条乡村公交环线开通"]
    assert told(read_text(HEAD + index + LEVEE + BUS)) == whole
    assert told(read_text(HEAD + LEVEE + index + BUS)) == whole
    assert told(read_text(HEAD + LEVEE + BUS + index)) == whole


def test_the_weather_is_left_out_wherever_it_stands(read_text: Read) -> None:
    whole = told(read_text(HEAD + LEVEE + BUS))
    for page in (WEATHER + LEVEE + BUS, LEVEE + WEATHER + BUS, LEVEE + BUS + WEATHER):
        assert told(read_text(HEAD + page)) == whole


def test_news_of_the_weather_and_of_pages_is_kept(read_text: Read) -> None:
    news = (
        "今起三天有大雨\n□记者 陈丙\n本报讯 市气象台发布天气预报，今天白天大雨，\n"
        "夜间多云，最高气温29℃，最低气温18℃。\n报道见今日本报第3版\n下期刊登市民来信。\n"
    )
    (_, story) = told(read_text(HEAD + LEVEE + news))
    assert story[0] == "今起三天有大雨"
    assert "夜间多云，最高气温29℃，最低气温18℃。" in story[1]
    assert "第3版" in story[1]


def test_a_page_of_nothing_else_is_a_page_without_news(read_text: Read) -> None:
    with pytest.raises(AssertionError, match="no article is found"):
        read_text(HEAD + f"导读\n{ENTRIES}" + WEATHER)
