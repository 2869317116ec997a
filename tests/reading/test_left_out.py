"""Captions, adverts and notices are in no article, and what is left out is told."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from rag.reading.reader import ReadOptions, read
from rag.types import Page
from tests.reading.press import Frame, Printed, Style, draw, set_page

HEAD = "2024年6月4日 星期二\n云汀日报 第1版 要闻\n"
LEVEE_TEXT = (
    "□记者 林甲\n本报讯 6月3日上午，云汀市召开防汛工作会\n议，部署主汛期河道巡查。会议决定，从6月\n"
    "5日起，沿河12个街道每天巡查两次，险工险\n段24小时有人值守。\n"
)
BUS_TEXT = (
    "□记者 陈丙\n本报讯 青禾县首条乡村公交环线日前开通，\n连接9个村庄，全长46公里。环线每天发车14\n"
    "班，票价1元，65岁以上老人免费。\n"
)
LEVEE, BUS = "守住堤岸保安澜\n", "青禾县首条乡村公交环线开通\n"

CAPTIONS = (
    "图为巡查队员在柳湾村段查看水位。\n",
    "图为巡查队员在柳湾村段查看水位。（林甲 摄）\n",
    "图为巡查队员6月3日在云汀河柳湾村段查看\n水位和堤脚。 本报记者 周乙 摄\n",
    "△巡查队员在柳湾村段查看水位\n",
    "▲ 巡查队员在柳湾村段查看水位。 周乙 摄\n",
    "上图：巡查队员查看水位。\n",
    "（记者 周乙 摄）\n",
    "本报记者 周乙 摄\n",
    "新华社发（周乙 摄）\n",
    "图片来源：视觉中国\n",
    "（资料图片）\n",
)
ADVERTS = (
    "·广告·\n滨河花园盛大开盘\n两居室三居室均有现房\n售楼热线：0571-88123456\n",
    "【广告】\n青禾装饰\n免费上门量房\n电话 88123456\n",
    "招聘保洁员两名，月薪面议 13900001111\n柳湾路门面出租 13900002222\n"
    "管道疏通，随叫随到 88123456\n",
    "广告\n",
)
NOTICES = (
    "遗失声明\n王某不慎将身份证遗失，证号尾数0011，声明\n作废。\n",
    "云汀市自然资源局拍卖公告\n受委托，定于6月20日上午公开拍卖柳湾村\n旧厂房一处，起拍价80万元。有意者请于6月\n"
    "18日前报名。\n联系电话：0571-88123456\n云汀市自然资源局\n2024年6月3日\n",
    "招聘启事\n本院招聘护士5名，要求大专以上学历。\n联系电话：0571-88123456\n",
    "青禾县水务公司停水通知\n因管道检修，6月8日8时至18时柳湾村停水，\n"
    "请储水备用。特此通知。\n青禾县水务公司\n2024年6月4日\n",
    "李某遗失驾驶证一本，声明作废。\n",
)

Read = Callable[..., Page]


def told(page: Page) -> list[tuple[str, str]]:
    return [(article.headline, article.text) for article in page.articles]


def kinds(page: Page) -> list[str]:
    return [one.kind for one in page.left_out if one.kind != "furniture"]


def raw_of(page: Page, kind: str) -> str:
    return "".join(
        page.raw[one.start : one.end] + "\n" for one in page.left_out if one.kind == kind
    )


@pytest.mark.parametrize(
    ("kind", "block"),
    [
        *(("caption", block) for block in CAPTIONS),
        *(("advert", block) for block in ADVERTS),
        *(("notice", block) for block in NOTICES),
    ],
)
@pytest.mark.parametrize("headings_first", [True, False])
def test_what_is_no_news_is_left_out_between_articles(
    read_text: Read, kind: str, block: str, headings_first: bool
) -> None:
    levee = LEVEE + LEVEE_TEXT if headings_first else LEVEE_TEXT + LEVEE
    bus = BUS + BUS_TEXT if headings_first else BUS_TEXT + BUS
    whole = told(read_text(HEAD + levee + bus))
    assert [headline for headline, _ in whole] == [LEVEE.strip(), BUS.strip()]
    for page in (HEAD + levee + block + bus, HEAD + levee + bus + block):
        read = read_text(page)
        assert told(read) == whole
        assert set(kinds(read)) == {kind}
        assert raw_of(read, kind) == block


@pytest.mark.parametrize("block", CAPTIONS[:6])
def test_a_caption_inside_a_text_is_no_part_of_it(read_text: Read, block: str) -> None:
    whole = told(read_text(HEAD + LEVEE + LEVEE_TEXT + BUS + BUS_TEXT))
    inside = LEVEE_TEXT.replace("会议决定，从6月\n", f"会议决定，从6月\n{block}")
    assert told(read_text(HEAD + LEVEE + inside + BUS + BUS_TEXT)) == whole


def test_a_paragraph_with_its_pictures_credit_is_left_out_after_a_text(read_text: Read) -> None:
    block = "6月3日，市民在滨河公园散步。 周乙 摄\n"
    whole = told(read_text(HEAD + LEVEE + LEVEE_TEXT + BUS + BUS_TEXT))
    page = read_text(HEAD + LEVEE + LEVEE_TEXT + block + BUS + BUS_TEXT)
    assert told(page) == whole
    assert raw_of(page, "caption") == block


def test_what_only_looks_so_is_kept(read_text: Read) -> None:
    news = (
        "商业广告须标明“广告”字样\n□记者 陈丙\n本报讯 云汀市市场监管局发布公告，6月起商业\n广告须"
        "标明“广告”字样，违者将被罚款。\n局负责人说，这份公告绘就了今后三年监管的蓝\n图为经营者划出了红线。\n"
        "市民可拨打投诉电话12315或0571-88123456。\n"
    )
    page = read_text(HEAD + LEVEE + LEVEE_TEXT + news)
    assert kinds(page) == []
    assert page.articles[1].headline == "商业广告须标明“广告”字样"
    assert "蓝图为经营者划出了红线。" in page.articles[1].text
    assert page.articles[1].text.endswith("0571-88123456。")


@pytest.mark.parametrize(
    "text",
    [
        "各县区咨询点如下：\n青禾县 0571-88123401\n柳湾镇 0571-88123402\n云汀市 0571-88123403\n",
        "市民不慎遗失证件的，可在网上登报，原证件声\n明作废后三天内补办。\n",
        "新堤加宽到六米，两侧各留两米种树。图片来源\n：云汀市水利局。\n",
        "堤顶道路同时拓宽，四月完工以来往来车辆增加\n了三成。（图片由水利局提供）\n",
        "照片由市民随手拍下，记录了这一年的变化，图\n源：市民提供的三百多张照片里的二十张在展。\n",
        "各家菜场公示了电话，便民服务中心也在推广\n这一做法。\n",
        "分享\n让更多人看到\n",
    ],
)
def test_a_texts_own_lists_and_credits_are_kept(read_text: Read, text: str) -> None:
    words = "".join(text.replace("（图片由水利局提供）", "").split())
    for page in (
        LEVEE + LEVEE_TEXT + text + BUS + BUS_TEXT,
        LEVEE_TEXT + text + LEVEE + BUS_TEXT + BUS,
    ):
        first, second = read_text(HEAD + page).articles
        assert words in "".join(first.text.split())
        assert (first.headline, second.headline) == (LEVEE.strip(), BUS.strip())


@pytest.mark.parametrize(
    ("last", "headline"),
    [
        ("责任编辑：\n", "一觉醒来手机不见了"),
        ("责任编辑：\n", "感受科技、文化魅力"),
        ("·广告·\n", "九月起微信小程序须备案"),
        ("·广告·\n", "县里发放购车优惠"),
        ("", "@全市网约车司机，这些地方可换电"),
        ("", "市纪委最新通报"),
        ("", "农民办起合作社"),
    ],
)
def test_a_headline_is_kept_below_what_is_no_news(
    read_text: Read, last: str, headline: str
) -> None:
    bus = BUS_TEXT.replace("□", "")
    for page in (
        f"{LEVEE}{LEVEE_TEXT}{last}{headline}\n{bus}",
        f"{LEVEE_TEXT}{LEVEE}{bus}{last}{headline}\n",
    ):
        _, article = read_text(HEAD + page).articles
        assert (article.headline, article.byline) == (headline, ("陈丙",))


def test_a_report_quoted_within_a_text_starts_no_article(read_text: Read) -> None:
    text = "据云汀市水利局3日消息，堤顶道路将在月底前\n完成硬化。\n"
    page = read_text(HEAD + LEVEE + LEVEE_TEXT + text + BUS + BUS_TEXT)
    assert [article.headline for article in page.articles] == [LEVEE.strip(), BUS.strip()]
    assert text.replace("\n", "").strip() in page.articles[0].text.replace("\n", "")


def test_news_of_a_notice_is_kept_under_its_headline(read_text: Read) -> None:
    text = (
        "□记者 陈丙\n本报讯 6月3日，云汀市政府发布通告，6月10日\n起全市河道"
        "禁渔三个月。\n咨询电话：0571-88123456\n"
    )
    title = "云汀市政府关于河道禁渔的通告\n"
    for page in (LEVEE + LEVEE_TEXT + title + text, LEVEE_TEXT + LEVEE + text + title):
        read = read_text(HEAD + page)
        assert [article.headline for article in read.articles] == [LEVEE.strip(), title.strip()]
        assert kinds(read) == []


def test_a_story_in_a_picture_is_an_article(read_text: Read) -> None:
    photo = (
        "滨河公园开园\n6月3日，市民在新开放的滨河公园散步，公园沿\n"
        "河而建，全长三公里。 本报记者 周乙 摄\n"
    )
    page = read_text(HEAD + LEVEE + LEVEE_TEXT[7:].replace("值守。", "值守。（记者 林甲）") + photo)
    assert [article.headline for article in page.articles] == [LEVEE.strip(), "滨河公园开园"]
    assert kinds(page) == []


def test_a_printed_page_leaves_them_out_too(tmp_path: Path, stories: Sequence[object]) -> None:
    style = Style(size=10.0)
    frames = (Frame(50, 110, 742, 4), Frame(50, 430, 742, 4))
    beside = (
        Printed("广告", 50, 450, 10.0),
        Printed("滨河花园盛大开盘", 50, 415, 20.0),
        Printed("两居室三居室均有现房", 50, 395, 10.0),
        Printed("售楼热线：0571-88123456", 50, 379, 10.0),
        Printed("遗失声明", 400, 415, 20.0),
        Printed("王某不慎将身份证遗失，声明作废。", 400, 395, 10.0),
    )

    def page_of(*more: Printed) -> Page:
        path = draw(tmp_path / "page.pdf", [set_page(stories[:2], frames, style, *more)])
        (page,) = read(path, ReadOptions())
        assert isinstance(page, Page), page
        return page

    page = page_of(*beside)
    assert told(page) == told(page_of())
    assert "滨河花园盛大开盘" in raw_of(page, "advert")
    assert "遗失声明" in raw_of(page, "notice")
