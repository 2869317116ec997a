from datetime import date

import pytest

from rag.answering.briefing import brief
from rag.answering.response_cache import CachedModel
from rag.briefing_types import Briefing
from rag.types import Article
from tests.answering.samples import COUNCIL, article
from tests.fake_openai import server as fake
from tests.fake_openai.server import Serve

DAY = date(2023, 3, 16)


def told(briefing: Briefing) -> list[list[str]]:
    return [[point.text for point in story.points] for story in briefing.stories]


def assert_verbatim(briefing: Briefing, articles: list[Article]) -> None:
    by_id = {one.id: one for one in articles}
    for citation in briefing.citations:
        text = by_id[citation.article_id].text
        assert citation.quote == text[citation.start : citation.end]
    numbers = {citation.number for citation in briefing.citations}
    for story in briefing.stories:
        for point in story.points:
            assert point.citations
            assert set(point.citations) <= numbers


def test_without_a_model_each_story_leads_with_what_was_decided_or_done(
    council: Article, library: Article
) -> None:
    briefing = brief([library, council], DAY, DAY, None, None)
    assert (briefing.mode, briefing.model, briefing.notes) == ("extractive", None, ())
    assert [story.headline for story in briefing.stories] == [council.headline, library.headline]
    first, second = told(briefing)
    assert first[0].startswith("会议决定今年投入1.2万元")
    assert not any("意义" in point for point in first)
    assert second[0].startswith("3月15日，云溪市新图书馆开馆")
    assert all(1 <= len(points) <= 3 for points in (first, second))
    assert_verbatim(briefing, [council, library])


def test_stories_stand_newest_issue_first_then_by_page_and_place() -> None:
    texts = [
        "东山村修好了水渠。",
        "西河镇举行了龙舟赛。",
        "南湖小学迎来新生。",
        "北岭林场开始植树。",
    ]
    printed = [
        article("d", texts[0], "四", page="10"),
        article("b", texts[1], "二", page="2", position=0),
        article("c", texts[2], "三", page="2", position=1),
        article("a", texts[3], "一", page="9", issue_date=date(2023, 3, 17)),
    ]
    briefing = brief(printed, DAY, date(2023, 3, 17), None, None)
    assert [story.headline for story in briefing.stories] == ["一", "二", "三", "四"]


def test_the_same_text_printed_twice_is_one_story(council: Article) -> None:
    again = article("again", COUNCIL.replace("上午", "上午，"), "另一个标题", position=5)
    briefing = brief([council, again], DAY, DAY, None, None)
    assert [story.article_ids for story in briefing.stories] == [("council", "again")]


def test_no_articles_make_an_empty_briefing() -> None:
    briefing = brief([], DAY, DAY, "公园", None)
    assert (briefing.stories, briefing.citations, briefing.topic) == ((), (), "公园")


@pytest.mark.parametrize("text", ["", "短", "！！！"])
def test_an_article_that_says_nothing_still_has_its_place(text: str) -> None:
    [story] = brief([article("x", text, "标题")], DAY, DAY, None, None).stories
    assert story.headline == "标题"


def test_a_model_writes_points_that_are_verified(
    serve: Serve, council: Article, library: Article
) -> None:
    _, model = serve(
        fake.cites(("会议审议通过了《云溪市城区公园建设方案》。", "S1.3"), ("投入9亿元。", "S1.3")),
        fake.cites(("新图书馆藏书48万册。", "S1.1")),
    )
    briefing = brief([council, library], DAY, DAY, None, CachedModel(model))
    assert (briefing.mode, briefing.model) == ("llm", "fake-1")
    assert told(briefing) == [
        ["会议审议通过了《云溪市城区公园建设方案》。"],
        ["新图书馆藏书48万册。"],
    ]
    assert council.headline in briefing.notes[0]
    assert "9亿" in briefing.notes[0]
    assert_verbatim(briefing, [council, library])


def test_a_story_that_the_model_makes_up_is_told_in_the_articles_words(
    serve: Serve, council: Article, library: Article
) -> None:
    server, model = serve(
        fake.cites(("投入9亿元。", "S1.3")), fake.cites(("新图书馆藏书48万册。", "S1.1"))
    )
    briefing = brief([council, library], DAY, DAY, None, CachedModel(model))
    first, second = told(briefing)
    assert first[0].startswith("会议决定")
    assert second == ["新图书馆藏书48万册。"]
    assert "9亿" in briefing.notes[0]
    assert len(server.received) == 2


def test_a_dead_server_is_asked_once(serve: Serve, council: Article, library: Article) -> None:
    server, model = serve(fake.fails(401, "no"))
    briefing = brief([council, library], DAY, DAY, None, CachedModel(model))
    assert briefing.mode == "extractive"
    assert len(server.received) == 1
    assert told(briefing) == told(brief([council, library], DAY, DAY, None, None))
    assert "OPENAI_API_KEY" in briefing.notes[0]
