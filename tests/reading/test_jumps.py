"""Jump lines are taken out of the text and kept as what they say; prose that names one is prose."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.page_labels import names_page, page_label
from rag.reading.furniture import find_furniture
from rag.reading.layout import read_lines
from rag.reading.reader import ReadOptions, read
from rag.types import Page
from tests.reading.conftest import STORIES, Story, folded, wrap
from tests.reading.press import Frame, Printed, Style, draw, set_page

FRONT = """2024年6月4日 星期二
云汀日报
第01版
守住堤岸保安澜
□记者 林甲
　　本报讯 6月3日上午，云汀市召开
防汛工作会议，部署主汛期河道巡查。会
议决定，从6月5日起，沿河12个街道每
天巡查两次，险工险段24小时有人值守。
上游三座水库已按预案腾出库{jump}
青禾县首条乡村公交环线开通
□记者 陈丙
　　本报讯 青禾县首条乡村公交环线日
前开通，连接9个村庄，全长46公里。环
线每天发车14班，票价1元，65岁以上
老人免费。
"""
INSIDE = """2024年6月4日 星期二
云汀日报
第03版
放学以后有书读
□记者 何丁
　　本报讯 6月2日，记者从云汀市教育
局获悉，全市78所中小学已全部开设课
后服务，参加学生5.2万人，占在校学生
的91%。
{jump}容。“宁可十防九空，不可失
防万一。”市防汛办公室负责人说。会议要
求，各街道要在6月10日前备足编织袋、
水泵和照明设备，并向低洼地段的居民讲
清转移路线。
柳湾村图书室开放
□记者 周乙
　　本报讯 柳湾村图书室日前开放，藏书
三千册，村民可以免费借阅。
"""
BEGINNING = "容。“宁可十防九空，不可失防万一。”市防汛办公室负责人说。"
OUT = ("转第", "接第", "转3", "接1", "版）")


def true_to_its_source(page: Page) -> None:
    for article in page.articles:
        for clean, raw, length in article.source_map.runs:
            for i in range(length):
                printed = page.raw[raw + i]
                assert article.text[clean + i] == printed or printed.isspace()


@pytest.mark.parametrize(
    ("jump", "page"),
    [
        ("（下转第3版）", "3"),
        ("\n（下转第３版）", "3"),
        ("\n下 转 第 3 版", "3"),
        ("（下转\n第3版）", "3"),
        ("\n（下转第\n3版）", "3"),
        ("\n▶下转第三版", "3"),
        ("　　下转3版", "3"),
        ("(下转第A03版)", "A3"),
        ("【下转T2版】", "T2"),
        ("\n紧转第十二版", "12"),
        ("（轉第3、4版）", "3"),
    ],
)
def test_an_article_that_goes_on_says_where(
    read_text: Callable[..., Page], jump: str, page: str
) -> None:
    found = read_text(FRONT.format(jump=jump))
    first, second = found.articles
    assert (first.headline, first.jump_to, first.jump_from) == ("守住堤岸保安澜", page, "")
    assert first.text.endswith("上游三座水库已按预案腾出库")
    assert (second.headline, second.jump_to) == ("青禾县首条乡村公交环线开通", "")
    assert found.page == "1"
    true_to_its_source(found)


@pytest.mark.parametrize(
    ("jump", "headline", "names"),
    [
        ("（上接第1版）", "", ()),
        ("（上接\n第一版）", "", ()),
        ("上接一版\n", "", ()),
        ("守住堤岸\n（上接第1版）\n", "守住堤岸", ()),
        ("守住堤岸（ 上 接 第 1 版 ）\n", "守住堤岸", ()),
        ("（上接第01版）\n守住堤岸\n", "守住堤岸", ()),
        ("▲上接第１版\n守住堤岸\n□记者 林甲\n", "守住堤岸", ("林甲",)),
        ("守住堤岸\n□记者 林甲\n（紧接第1版）", "守住堤岸", ("林甲",)),
    ],
)
def test_what_it_goes_on_with_is_an_article_of_its_own(
    read_text: Callable[..., Page], jump: str, headline: str, names: tuple[str, ...]
) -> None:
    found = read_text(INSIDE.format(jump=jump))
    before, rest, after = found.articles
    assert (rest.headline, rest.byline) == (headline, names)
    assert (rest.jump_from, rest.jump_to) == ("1", "")
    assert rest.text.startswith(BEGINNING)
    assert before.text.endswith("占在校学生的91%。")
    assert after.headline == "柳湾村图书室开放"
    assert found.page == "3"
    true_to_its_source(found)


def test_a_part_in_the_middle_says_both(read_text: Callable[..., Page]) -> None:
    text = f"守住堤岸\n（上接第1版）{BEGINNING}会议要求备足编织袋、水泵，讲清路线（下转第4版）\n"
    [part] = read_text(text + "放学以后\n□记者 何丁\n本报讯 全市学校已开设课后服务。\n").articles[
        :1
    ]
    assert (part.jump_from, part.jump_to) == ("1", "4")
    assert part.text == f"{BEGINNING}会议要求备足编织袋、水泵，讲清路线"


def test_headings_below_their_articles_stay_theirs(read_text: Callable[..., Page]) -> None:
    found = read_text(
        "□记者 林甲\n本报讯 6月3日上午，云汀市召开防汛工作会议，部署河道巡查，从6月5日起，"
        "上游水库已按预案腾出（下转第3版）\n守住堤岸保安澜\n"
        "□记者 陈丙\n本报讯 青禾县首条乡村公交环线日前开通，连接9个村庄。\n乡村公交环线开通\n"
    )
    assert [(one.headline, one.jump_to) for one in found.articles] == [
        ("守住堤岸保安澜", "3"),
        ("乡村公交环线开通", ""),
    ]


@pytest.mark.parametrize(
    "sentences",
    [
        "编辑就在文末排上一行小字（下转第3版）\n读者翻到那一版，就能看到剩下的文字，\n"
        "那里又印着另一行小字，叫做读者熟悉的\n（上接第1版）的字样，翻来翻去很不便。\n",
        "编辑就写上（下转第3版），读者翻到那一\n版，就能看到文末写着：下转第3版。\n",
        "现在的报纸很少写下转第3版，也不写上接\n第1版了，读者说是好事。\n",
    ],
)
def test_prose_about_jump_lines_stays_whole(read_text: Callable[..., Page], sentences: str) -> None:
    top = "老报人谈排版\n□记者 林甲\n　　本报讯 老报人说，头版的稿件长了，\n"
    foot = "老报人还说，如今读者在手机上看报，一篇\n稿件再长也不用翻版了，这样方便得多。\n"
    [article] = read_text(top + sentences + foot).articles
    assert (article.jump_to, article.jump_from) == ("", "")
    assert folded(sentences) in folded(article.text)


NUMBERS = {"3": "3", "03": "3", "３": "3", "三": "3", "A3": "A3", "Ｂ12": "B12", "十二": "12"}


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    verb=st.sampled_from(["下转", "紧转", "续转", "下轉"]),
    number=st.sampled_from(sorted(NUMBERS)),
    nth=st.sampled_from(["第", ""]),
    brackets=st.sampled_from(["（）", "()", "【】", "〔〕"]),
    mark=st.sampled_from(["", "▶", "→", "■"]),
    gaps=st.lists(st.sampled_from(["", "", " ", "　"]), min_size=12, max_size=12),
    own_line=st.booleans(),
)
def test_however_it_is_printed_it_says_the_same(
    read_text: Callable[..., Page],
    verb: str,
    number: str,
    nth: str,
    brackets: str,
    mark: str,
    gaps: list[str],
    own_line: bool,
) -> None:
    bare = f"{mark}{brackets[0]}{verb}{nth}{number}版{brackets[1]}"
    jump = "".join(c + gap for c, gap in zip(bare, [*gaps, *gaps], strict=False))
    first = read_text(FRONT.format(jump="\n" * own_line + jump)).articles[0]
    assert first.jump_to == NUMBERS[number]
    assert first.text.endswith("腾出库")


def printed(stories: Sequence[Story], *, headings_first: bool, width: int, indent: bool) -> str:
    """A page of stories; the byline only of those that have names."""
    page = ["2024年6月4日 星期二", "云汀日报 第03版"]
    for story in stories:
        heading = [line for line in (story.kicker, story.headline) if line]
        byline = [f"□记者 {' '.join(story.names)}"] if story.names else []
        body = []
        for paragraph in story.paragraphs:
            first, *lines = wrap("　　" * indent + paragraph, width)
            body += ["　　" * (indent and len(paragraph) > width) + first, *lines]
        page += [*heading, *byline, *body] if headings_first else [*byline, *body, *heading]
    return "\n".join(page) + "\n"


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    headings_first=st.booleans(),
    width=st.integers(13, 26),
    indent=st.booleans(),
    to=st.sampled_from(["（下转第4版）", "▶下转第四版"]),
    come=st.sampled_from(["（上接第1版）", "上接一版"]),
    apart=st.booleans(),
    bare=st.booleans(),
    order=st.permutations(range(3)),
    at=st.integers(15, 60),
)
def test_however_a_page_is_set_its_parts_are_told_apart(
    read_text: Callable[..., Page],
    headings_first: bool,
    width: int,
    indent: bool,
    to: str,
    come: str,
    apart: bool,
    bare: bool,
    order: list[int],
    at: int,
) -> None:
    whole, other, _ = STORIES
    opening, middle, closing = whole.paragraphs
    apart = apart or come == "上接一版"
    first = replace(
        whole, paragraphs=(opening, *([middle[:at], to] if apart else [middle[:at] + to]))
    )
    rest = Story(
        "",
        "" if bare else whole.headline,
        (),
        (*([come, middle[at:]] if apart else [come + middle[at:]]), closing),
    )
    stories = [(first, other, rest)[i] for i in order]
    said = [[("", "4"), ("", ""), ("1", "")][i] for i in order]
    texts = [[opening + middle[:at], other.text, middle[at:] + closing][i] for i in order]
    found = read_text(printed(stories, headings_first=headings_first, width=width, indent=indent))
    assert [(one.jump_from, one.jump_to) for one in found.articles] == said
    assert [folded(one.headline) for one in found.articles] == [folded(s.headline) for s in stories]
    assert [folded(one.text) for one in found.articles] == [folded(text) for text in texts]
    true_to_its_source(found)


def test_a_jump_line_is_no_furniture() -> None:
    lines = read_lines(FRONT.format(jump="\n（下转第3版）"))
    kept = [line for line in lines if line.number not in find_furniture(lines).lines]
    assert "（下转第3版）" in [line.text for line in kept]


@pytest.mark.parametrize(
    ("printed", "label"),
    [("第03版", "3"), ("三", "3"), ("Ａ３", "A3"), ("A03", "A3"), ("二十一", "21"), ("", "")],
)
def test_labels_have_one_form(printed: str, label: str) -> None:
    assert page_label(printed) == label


def test_a_label_without_its_letter_is_meant_in_its_section() -> None:
    assert names_page("3", "A3", "A1")
    assert not names_page("3", "B3", "A1")
    assert not names_page("A3", "3", "1")


@pytest.mark.parametrize("shuffled", [None, 7])
@pytest.mark.parametrize("foot", [300, 1040])
def test_pdf_pages_say_it_in_their_columns(
    tmp_path: Path, shuffled: int | None, foot: float
) -> None:
    """At the foot of a page and above it, with and without a headline above what goes on."""
    broken, other, last = STORIES
    first = replace(broken, paragraphs=(*broken.paragraphs[:2], "会议要求备足水泵（下转第3版）"))
    rest = Story("", "守住堤岸", (), (f"（上接第1版）{broken.paragraphs[2]}",))
    bare = replace(rest, headline="")
    style = Style()
    sheets = [
        set_page(
            (other, first),
            (Frame(40, 60, 760, 4), Frame(40, foot - 60, 760, 4)),
            style,
            Printed("2024年6月4日 第01版", 40, 1161, 9),
        ),
        set_page(
            (last, rest, bare),
            (Frame(40, 60, 760, 4), Frame(40, 300, 360, 2), Frame(440, 312, 360, 2)),
            style,
            Printed("2024年6月4日 第03版", 40, 1161, 9),
        ),
    ]
    path = draw(tmp_path / "issue.pdf", sheets, shuffled=shuffled)
    pages = list(read(path, ReadOptions(today=date(2024, 6, 20))))
    assert all(isinstance(page, Page) for page in pages), pages
    front, inside = (page for page in pages if isinstance(page, Page))
    assert [(one.headline, one.jump_to) for one in front.articles] == [
        (other.headline, ""),
        (first.headline, "3"),
    ]
    assert front.articles[1].text.endswith("会议要求备足水泵")
    assert [(one.headline, one.jump_from) for one in inside.articles] == [
        (last.headline, ""),
        ("守住堤岸", "1"),
        ("", "1"),
    ]
    for article in inside.articles[1:]:
        assert folded(article.text) == folded(broken.paragraphs[2])
    for page in (front, inside):
        true_to_its_source(page)
        assert not any(piece in one.text for one in page.articles for piece in OUT)
