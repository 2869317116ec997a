"""The sentences that tell a story: verbatim, what was decided first, no formula speech."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import Desk
from rag.briefing.clustering import stories_of
from rag.briefing.formula import is_formula
from rag.briefing.lengths import EXTENTS
from rag.briefing.points import choose, point_of
from rag.briefing.sentences import kind_of, sentences_of, without_head
from rag.types import Article, Part, Span
from tests.answering.samples import article

SEED = Path(__file__).parents[3] / "shared/pages/seed/seed-page.txt"

FORMULA = (
    "会议强调，要提高政治站位，深入贯彻落实上级决策部署，为高质量发展提供坚强保障。",
    "要进一步压实责任，切实抓好各项任务落实。",
    "这具有十分重要的意义。",
    "他代表县委，向参加建设的同志们表示衷心感谢。",
    "会议指出，全县上下要团结一心，奋力开创新局面。",
)
NEWS = (
    "会议决定设立1200万元周转资金。",
    "县委书记主持会议。",
    "5月14日，大桥主桥顺利合龙。",
    "会议强调，资金每季度公布一次，首批300万元6月底前到位。",
    "全县共转移群众1240人，没有人员伤亡。",
    "昨天下午，县里召开表彰大会，表彰作出贡献的先进集体。",
)


@pytest.mark.parametrize("sentence", FORMULA)
def test_formula_speech_is_told_from_news(sentence: str) -> None:
    assert is_formula(sentence)


@pytest.mark.parametrize("sentence", NEWS)
def test_news_is_no_formula_speech(sentence: str) -> None:
    assert not is_formula(sentence)


def test_what_was_decided_leads_and_formula_speech_is_left_out(council: Article) -> None:
    told = [one.sentence.quote for one in choose([council], EXTENTS["standard"])]
    assert told[0].startswith("会议决定今年投入1.2万元")
    assert not any("意义" in quote for quote in told)
    assert any("沈明川主持会议" in quote for quote in told)


def test_an_article_of_nothing_but_formula_speech_is_told_by_its_first_sentence() -> None:
    one = article("x", "".join(FORMULA[:3]), "标题")
    [told] = choose([one], EXTENTS["standard"])
    assert told.sentence.quote == FORMULA[0]


@pytest.mark.parametrize("text", ["", "！！！", "\n\n"])
def test_an_article_that_says_nothing_tells_nothing(text: str) -> None:
    assert choose([article("x", text, "标题")], EXTENTS["standard"]) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "会议通过了停车收费办法，但没有通过罚款条款。",
        "全镇种植枇杷三千亩以上，其中两成受灾。",
        "新桥今天上午正式建成通车，货车除外。",
        "今年投入资金改造老旧小区，总额9400万元。",
        "由于连日来的强降雨，学校停课。",
        "县水利局负责人回应称，恢复今年秋季河道采砂，将是对下游堤防的一大威胁。",
        "六十位来自各个村镇的青年志愿者和学生们，以及带队老师参加活动。",
        "这次在县城开营的暑期少年夏令营白榆营地，是今年全县第一个。",
        "新修订的河道管理办法第十二条明确规定，各镇有义务清理河道。",
    ],
)
def test_a_sentence_is_not_cut_where_that_would_change_what_it_says(sentence: str) -> None:
    [variants] = sentences_of(article("x", sentence, "标题"))
    assert [one.quote for one in variants] == [sentence]


def test_a_sentence_may_end_before_what_only_praises_it() -> None:
    text = "县图书馆新馆昨天上午正式向全县读者开放，为建设书香城市打下坚实基础。"
    [variants] = sentences_of(article("x", text, "标题"))
    assert point_of(variants[1]) == "县图书馆新馆昨天上午正式向全县读者开放。"


def test_words_of_a_quotation_are_not_told_without_who_says_them() -> None:
    said = "我们在河边住过三天，看着水一天一天往上涨。\n后来水大得谁也没有见过，连石桥也看不见了。"
    text = f"县水利局局长说：“上月我们去过那里。{said}”新堤昨天完工。"
    one = article("x", text + "“请大家立即转移！”", "标题")
    told = [item.sentence.quote for item in choose([one], EXTENTS["standard"])]
    assert "新堤昨天完工。" in told
    assert not any("我们在河边" in quote or "转移" in quote for quote in told)


def test_what_tells_of_a_picture_is_not_news() -> None:
    one = article("x", "图为新桥。志愿者合影。新桥昨天通车。", "标题")
    assert [item[0].quote for item in sentences_of(one)] == ["新桥昨天通车。"]


@pytest.mark.parametrize(
    ("sentence", "decided"),
    [
        ("会议表决通过了关于召开大会的决定。", True),
        ("县里作出了暂停施工的决定。", True),
        ("三个镇可能共同决定关闭渡口。", False),
        ("他批评了县里的决定。", False),
        ("乘客可自主决定是否上车。", False),
    ],
)
def test_a_decision_is_told_from_talk_of_one(sentence: str, decided: bool) -> None:
    assert (kind_of(sentence) == "decision") is decided


def test_what_stands_before_the_news_is_not_quoted() -> None:
    for head in (
        "本报讯 ",
        "霁川日报讯（记者石溪桥）",
        "2024-07-08 16:38:43，正文：",
        "2024-07-08 16:38:43作者：石溪桥来源：霁川日报 ，正文：",
        "，正文：原标题：",
        "标题一 ",
        "标题一！",
        "本报讯 县新社白榆7月20日电(记者 石溪桥)",
        "县新网7月20日电 ",
        "红网7月28日讯（通讯员 石溪桥）",
        "标题一白榆客户端、白榆网7月28日消息(记者 石溪桥 文)",
        "本报讯【白榆网报道记者 石溪桥】",
        "白榆网7月28日电(石溪桥)",
        "参考网8月3日报道综合县内报道，",
        "记者石溪桥报道 ",
        "本网讯记者石溪桥报道",
        "石溪桥 摄",
    ):
        [first, *_] = sentences_of(article("x", f"{head}大桥昨天通车。桥长一千米。", "标题一"))
        assert first[0].quote == "大桥昨天通车。"


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.sampled_from([*FORMULA, *NEWS, "他说，桥修得好，", "“好！”", " \n", "12，", "据悉，"]),
        max_size=12,
    ).map("".join)
    | st.text(max_size=80)
)
def test_sentences_and_their_beginnings_are_the_articles_own(text: str) -> None:
    one = article("x", text, "县委常委会召开会议")
    last = 0
    for variants in sentences_of(one):
        whole = variants[0]
        assert last <= whole.span.start < whole.span.end <= len(text)
        last = whole.span.end
        for variant in variants:
            assert variant.quote == text[variant.span.start : variant.span.end]
            assert whole.quote.startswith(variant.quote)
    chosen = choose([one], EXTENTS["standard"])
    assert len(chosen) <= EXTENTS["standard"].points
    assert len({item.sentence.ordinal for item in chosen}) == len(chosen)


def test_the_parts_of_an_article_are_one_story_in_whatever_order() -> None:
    first = article("a", "县里召开会议，研究了三件事。", "会议召开", page="1")
    rest = article("b", "参会的还有各镇负责人。", "无题", page="3", page_id="p3")
    other = article("c", "果园里的桃子熟了。", "桃子", page="3", page_id="p3")
    parts = tuple(Part(one.id, "", one.page, "", None, len(one.text)) for one in (first, rest))
    joined = [replace(one, parts=parts) for one in (first, rest)]
    groups = stories_of([other, *reversed(joined)], {}, {})
    assert [[one.id for one in group] for group in groups] == [["a", "b"], ["c"]]
    assert len(stories_of([first, rest], {}, {})) == 2


@pytest.mark.slow
@pytest.mark.skipif(not SEED.exists(), reason="the seed page isn't here")
def test_the_seed_page_is_three_stories_led_by_what_was_decided_or_done(tmp_path: Path) -> None:
    with Desk.open(tmp_path) as desk:
        desk.ingest([SEED])
        briefing = desk.brief(date(2020, 12, 23))
    assert len(briefing.stories) == 3
    for story in briefing.stories:
        assert story.points[0].kind in ("decision", "action")
        assert not any(is_formula(point.text) for point in story.points)
    points = [point.text for story in briefing.stories for point in story.points]
    assert any("审议通过了《永康市五大重点工作指挥部方案》" in text for text in points)
    assert any("提请市委市政府全会审议" in text for text in points)
    assert any("张群环主持召开座谈会" in text and "征求意见" in text for text in points)
    assert any("召开总结表彰大会" in text for text in points)


def test_a_sentence_that_a_search_finds_begins_with_the_news() -> None:
    text = "2024-07-08 16:38，正文：白榆网7月8日电 大桥昨天通车。桥长一千米。"
    one = article("x", text, "标题")
    end = text.index("。") + 1
    first = without_head(one, Span("x", 0, end))
    assert text[first.start : first.end] == "大桥昨天通车。"
    assert without_head(one, Span("x", end, len(text))) == Span("x", end, len(text))
