"""An article that goes on on another page is one article to whoever asks, lists or sums up."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from rag import Desk
from rag.faces.shapes import article_shape, shown_shape
from rag.types import Article
from tests.cli.conftest import run
from tests.reading.conftest import Story
from tests.reading.press import Frame, Printed, Style, draw, set_page

pytestmark = pytest.mark.slow

HEADLINE = "霁川县部署汛期河道巡查 沿河十二个街道参加"
FIRST = (
    "本报讯 6月3日上午，霁川县召开防汛工作会议，部署主汛期河道巡查。会议决定，从6月5日起，"
    "沿河12个街道每天巡查两次，险工险段24小时有人值守，上游三座水库已按预案腾出"
)
REST = (
    "库容2600万立方米。会议要求，各街道要在6月10日前备足编织袋4.8万条、水泵320台，并向低洼地段的居民讲清转移路线。"
    "县防汛办公室负责人介绍，今年新设的17处水位监测点已全部投入使用。"
)
BUS = "本报讯 青禾县首条乡村公交环线日前开通，连接9个村庄，全长46公里，每天发车14班，票价1元。"
SCHOOL = "本报讯 6月2日，记者从县教育局获悉，全县78所中小学已全部开设课后服务，参加学生5.2万人。"
FRONT_PAGE = f"""2024年6月4日 星期二
霁川日报
第01版
{HEADLINE}
□记者 林甲
{FIRST}（下转第3版）
青禾县首条乡村公交环线开通
□记者 陈丙
{BUS}
"""
INSIDE_PAGE = f"""2024年6月4日 星期二
霁川日报
第03版
放学以后有书读
□记者 何丁
{SCHOOL}
霁川县部署河道巡查
（上接第1版）
{REST}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "a-inside.txt").write_text(INSIDE_PAGE, "utf-8")
    (folder / "front.txt").write_text(FRONT_PAGE, "utf-8")
    home = tmp_path_factory.mktemp("home")
    with Desk.open(home) as desk:
        assert desk.ingest([folder]).new == 2
    return home


@pytest.fixture(scope="module")
def desk(home: Path) -> Iterator[Desk]:
    with Desk.open(home) as desk:
        yield desk


@pytest.fixture(scope="module")
def parts(desk: Desk) -> Sequence[Article]:
    [first] = [one for one in desk.articles() if one.parts]
    return desk.parts(first.id)


def test_it_is_listed_once_by_its_first_part(desk: Desk, parts: Sequence[Article]) -> None:
    listed = desk.articles()
    assert len(listed) == 3
    assert len(desk.articles(joined=False)) == 4
    assert [(one.page, one.headline, one.text) for one in parts] == [
        ("1", HEADLINE, FIRST.replace("讯 6", "讯6")),
        ("3", HEADLINE, REST),
    ]
    [shape] = [article_shape(one) for one in listed if one.parts]
    assert shape["id"] == parts[0].id
    assert shape["characters"] == len(parts[0].text) + len(REST)
    assert [(one["id"], one["page"], one["source"]) for one in shape["parts"]] == [
        (parts[0].id, "1", "front.txt"),
        (parts[1].id, "3", "a-inside.txt"),
    ]


def test_any_part_shows_the_whole(desk: Desk, parts: Sequence[Article]) -> None:
    for one in parts:
        found = desk.parts(one.id[:8])
        assert [part.id for part in found] == [part.id for part in parts]
        shape = shown_shape(desk.article(one.id), found)
        assert shape["text"] == one.text
        assert [part["text"] for part in shape["parts"]] == [part.text for part in parts]


def test_a_hit_and_a_citation_of_a_later_part_name_the_article_and_its_own_page(
    desk: Desk, parts: Sequence[Article]
) -> None:
    hit = desk.search("新设水位监测点几处")[0]
    assert (hit.article_id, hit.article.headline, hit.article.page) == (parts[1].id, HEADLINE, "3")
    answer = desk.ask("霁川县今年新设了多少处水位监测点？")
    [citation] = [one for one in answer.citations if "17处" in one.quote]
    assert (citation.headline, citation.page, citation.source) == (HEADLINE, "3", "a-inside.txt")
    assert REST[citation.start : citation.end] == citation.quote
    assert "版" not in "".join(one.quote for one in answer.citations)


def test_a_briefing_tells_it_as_one_story(desk: Desk, parts: Sequence[Article]) -> None:
    briefing = desk.brief(date(2024, 6, 4))
    assert briefing.articles == 3
    assert len(briefing.stories) == 3
    [story] = [one for one in briefing.stories if parts[0].id in one.article_ids]
    assert set(story.article_ids) == {part.id for part in parts}
    assert story.headline == HEADLINE


def test_a_summary_speaks_for_all_parts(desk: Desk, parts: Sequence[Article]) -> None:
    summaries = [desk.summarize(part.id) for part in parts]
    assert summaries[0] == summaries[1]
    assert (summaries[0].article_id, summaries[0].headline) == (parts[0].id, HEADLINE)
    assert {one.article_id for one in summaries[0].citations} == {part.id for part in parts}
    assert [one.page for one in summaries[0].citations] == sorted(
        one.page for one in summaries[0].citations
    )


def test_show_prints_it_part_by_part(home: Path, parts: Sequence[Article]) -> None:
    shown = run("--home", home, "show", parts[1].id).output
    assert shown.index("[p. 1 · front.txt]") < shown.index("[p. 3 · a-inside.txt]")
    assert shown.index(parts[0].text) < shown.index(REST)
    listed = run("--home", home, "articles").output
    assert listed.count(HEADLINE) == 1
    assert "1, 3" in listed
    value = json.loads(run("--home", home, "show", parts[1].id, "--json").output)
    assert value["text"] == REST
    assert [part["text"] for part in value["parts"]] == [part.text for part in parts]


def test_a_page_read_again_without_its_jump_line_unlinks(tmp_path: Path) -> None:
    inside, front = tmp_path / "inside.txt", tmp_path / "front.txt"
    inside.write_text(INSIDE_PAGE, "utf-8")
    front.write_text(FRONT_PAGE, "utf-8")
    with Desk.open(tmp_path / "home") as desk:
        desk.ingest([inside, front])
        assert len(desk.articles()) == 3
        front.write_text(FRONT_PAGE.replace("（下转第3版）", "库容。"), "utf-8")
        desk.ingest([front])
        assert len(desk.articles()) == 4
        front.write_text(FRONT_PAGE.replace("3版", "三版"), "utf-8")
        desk.ingest([front])
        [first] = [one for one in desk.articles() if one.parts]
        assert [one.page for one in desk.parts(first.id)] == ["1", "3"]
        assert desk.verify().ok


def test_the_sheets_of_a_pdf_file_are_joined_and_keep_their_boxes(tmp_path: Path) -> None:
    sheets = []
    stories = (
        (Story("", HEADLINE, ("林甲",), (f"{FIRST}（下转第３版）",)), "第01版"),
        (Story("", "霁川县部署河道巡查", (), (f"（上接第一版）{REST}",)), "第03版"),
    )
    for story, label in stories:
        furniture = Printed(f"2024年6月4日 {label}", 40, 1161, 9)
        sheets.append(set_page([story], [Frame(40, 60, 760, 4)], Style(), furniture))
    path = draw(tmp_path / "issue.pdf", sheets, shuffled=3)
    with Desk.open(tmp_path / "home") as desk:
        report = desk.ingest([path])
        assert (report.new, report.failed) == (2, ())
        [first] = desk.articles()
        parts = desk.parts(first.id)
        answer = desk.ask("霁川县今年新设了多少处水位监测点？")
    assert [part.boxes[0].sheet for part in parts] == [1, 2]
    [citation] = [one for one in answer.citations if "17处" in one.quote]
    assert {box.sheet for box in citation.boxes} == {2}
    assert citation.headline == first.headline
