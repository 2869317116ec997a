"""The same news printed twice is linked, however it is set; other news is not."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rag.types import Copy, Page
from store.copies import same_news
from store.library import Library
from tests.store.samples import indexed, open_library, page_of, sentence, settings_for

STORY = (
    "柳湾水库除险加固工程6月12日完工，总投资3860万元，可灌溉农田4.2万亩。"
    "工程去年9月开工，加固大坝510米，新建溢洪道一处，更换闸门6扇。"
    "水库管理所负责人说，今年汛期水位将控制在汛限水位以下1.5米，沿岸3个村的防洪标准由十年一遇提高到五十年一遇。"
)
TRADITIONAL = (
    "柳灣水庫除險加固工程6月12日完工，總投資3860萬元，可灌溉農田4.2萬畝。"
    "工程去年9月開工，加固大壩510米，新建溢洪道一處，更換閘門6扇。"
    "水庫管理所負責人說，今年汛期水位將控制在汛限水位以下1.5米，沿岸3個村的防洪標準由十年一遇提高到五十年一遇。"
)


@pytest.mark.parametrize(
    "other",
    [
        STORY,
        TRADITIONAL,
        f"本报讯（记者 林甲）{STORY}",
        f"云汀社柳湾6月12日电（记者 周乙文）{STORY}",
        STORY.replace("，", "， ").replace("。", "。\n"),
        STORY[: STORY.index("今年汛期")],
        STORY.replace("总投资", "累计投资"),
    ],
)
def test_the_same_story_is_known_through_cuts_and_setting(other: str) -> None:
    assert same_news(STORY, other)
    assert same_news(other, STORY)


@pytest.mark.parametrize(
    "other",
    [
        STORY.replace("3860", "4110"),
        STORY.replace("510米", "610米"),
        STORY[:70],
        "",
        "柳湾水库举行开放日活动，附近学校的120名学生参观大坝和闸门，听工作人员讲解防洪知识。" * 2,
    ],
)
def test_other_figures_and_other_words_are_other_news(other: str) -> None:
    assert not same_news(STORY, other)
    assert not same_news(other, STORY)


WEATHER = (
    "今天白天到夜间，我市多云转晴，偏南风三到四级，最高气温三十二度，最低气温二十四度，空气质量良好，"
    "紫外线指数较强，适宜户外活动，市民出行注意防晒补水。气象台提醒农户抓住有利天气做好田间管理。"
)
PHRASES = (
    "会议强调，要增强做好工作的责任感和紧迫感，坚持问题导向，压实各方责任，加强组织领导，强化督促检查，"
    "确保各项任务落到实处、见到实效。会议还研究了其他事项，对下一阶段的工作作了安排。"
)
MEETING = f"云汀县昨日召开乡村振兴工作推进会，总结前一阶段的经验。{PHRASES}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (WEATHER, WEATHER.replace("三十二度", "三十一度")),
        (WEATHER, WEATHER.replace("三到四级", "五到六级")),
        (WEATHER, WEATHER.replace("多云转晴", "阴有小雨").replace("偏南", "偏北")),
        (MEETING, MEETING.replace("云汀县", "青禾县")),
        (MEETING, MEETING.replace("乡村振兴", "安全生产")),
    ],
)
def test_set_phrases_make_no_copies(one: str, other: str) -> None:
    assert same_news(one, one)
    assert not same_news(one, other)
    assert not same_news(other, one)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(settings_for(tmp_path / "home")) as library:
        yield library


def put(library: Library, *pages: Page) -> None:
    library.put([indexed(page, library) for page in pages])


def copies(library: Library, page: Page) -> tuple[Copy, ...]:
    return library.article(page.articles[0].id).also_in


def test_copies_are_linked_both_ways_as_they_are_stored(library: Library) -> None:
    first = page_of("/a.txt", STORY, publication="青禾日报", headline="水库加固完工")
    second = page_of("/b.txt", TRADITIONAL, publication="白榆晚報", issue_date=date(2021, 3, 5))
    other = page_of("/c.txt", *(sentence(number) * 3 for number in range(4)))
    put(library, first)
    put(library, second, other)
    [link] = copies(library, first)
    assert link == Copy(
        *(second.articles[0].id, "", "白榆晚報", date(2021, 3, 5), "1", "b.txt", None)
    )
    [back] = copies(library, second)
    assert (back.article_id, back.headline) == (first.articles[0].id, "水库加固完工")
    assert not copies(library, other)
    assert library.article(second.articles[0].id).text == TRADITIONAL
    listed = {article.id: article.also_in for article in library.articles()}
    assert listed[first.articles[0].id] == (link,)


def test_a_copy_that_is_replaced_leaves_no_link(library: Library) -> None:
    first, second = page_of("/a.txt", STORY), page_of("/b.txt", STORY, publication="白榆晚报")
    put(library, first, second)
    assert copies(library, first)
    put(library, page_of("/b.txt", sentence(1) * 3))
    assert not copies(library, first)


def test_weeks_later_it_is_other_news(library: Library) -> None:
    first = page_of("/a.txt", STORY)
    later = page_of("/b.txt", STORY, issue_date=date(2021, 4, 4))
    undated = page_of("/c.txt", STORY, issue_date=None)
    put(library, first, later, undated)
    assert [link.article_id for link in copies(library, first)] == [undated.articles[0].id]
    assert [link.article_id for link in copies(library, undated)] == [
        first.articles[0].id,
        later.articles[0].id,
    ]
