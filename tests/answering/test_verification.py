"""What a sentence may say of the words it cites, in Chinese."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.answering.verification import support, verify
from rag.answering.verification_text import fold
from tests.answering.verification_samples import BRIDGE, MEETING, SCHOOL, SENTENCES

# Self-written, each true of its source or false in one thing.
TRUE_CHINESE = [
    (MEETING, "会议审议通过了《云溪市城区公园建设方案》。"),
    (MEETING, "云溪市政府常务会议由市长沈明川主持。"),
    (MEETING, "会议决定今年投入12,000元改造3个社区食堂。"),
    (MEETING, "雲溪市政府３月１４日上午召開常務會議。"),
    (MEETING, "停车收费办法没有通过。"),
    (MEETING, "三月十四日上午，市长沈明川主持召开市政府常务会议。"),
    (MEETING, "这次会议审议通过了“城区公园建设方案”。"),
    (BRIDGE, "清河大桥双向6车道，全长1860米。"),
    (BRIDGE, "大桥总投资3.5亿元。"),
    (BRIDGE, "大桥2021年9月开工，预计2024年底建成通车。"),
    (BRIDGE, "工程量已完成65%。"),
    (BRIDGE, "项目负责人陆远征表示，通车后两岸车程将缩短百分之四十。"),
    (SCHOOL, "云溪三中今年招收新生820名。"),
    (SCHOOL, "新建的两栋宿舍楼共有1240张床位，9月1日投入使用。"),
    (SCHOOL, "农村学生占新生的1/3，比去年增加5.5个百分点。".replace("1/3", "三分之一")),
    (SCHOOL, "校长何慧敏未透露明年计划。"),
]


FALSE_CHINESE = [
    (MEETING, "会议决定今年投入1.3万元改造三个社区食堂。"),
    (MEETING, "会议决定今年投入1.2万元改造五个社区食堂。"),
    (MEETING, "会议决定今年投入1.2万元改造一个社区食堂。"),
    (MEETING, "3月15日上午，云溪市政府召开常务会议。"),
    (MEETING, "4月14日上午，云溪市政府召开常务会议。"),
    (MEETING, "市长李建国主持会议。"),
    (MEETING, "会议审议通过了《云溪市城区停车管理办法》。"),
    (MEETING, "会议没有审议通过《云溪市城区公园建设方案》。"),
    (MEETING, "会议通过停车收费办法。"),
    (MEETING, "市政府召开常务会议，任命何慧敏为教育局局长。"),
    (MEETING, "居民对新公园的设计感到非常满意。"),
    (MEETING, "会议审议通过了公园建设方案，全体市民对这个结果表示热烈欢迎。"),
    (BRIDGE, "大桥总投资3.5万元。"),
    (BRIDGE, "大桥总投资3亿5000万美元。"),
    (BRIDGE, "大桥预计2025年底建成通车。"),
    (BRIDGE, "工程量已完成56%。"),
    (BRIDGE, "两岸车程将缩短40分钟。"),
    (BRIDGE, "项目负责人表示“大桥质量全国第一”。"),
    (SCHOOL, "云溪三中今年招收新生八百二十二名。"),
    (SCHOOL, "新生比去年增加5.5%。"),
    (SCHOOL, "学校新建宿舍楼三栋。"),
    (SCHOOL, "农村学生占四分之一。"),
    (SCHOOL, "宿舍楼9月2日起投入使用。"),
]


@pytest.mark.parametrize(("source", "sentence"), TRUE_CHINESE)
def test_a_true_chinese_sentence_is_supported(source: str, sentence: str) -> None:
    assert verify(sentence, [source]).problems == ()


@pytest.mark.parametrize(("source", "sentence"), FALSE_CHINESE)
def test_a_false_chinese_sentence_is_caught(source: str, sentence: str) -> None:
    verdict = verify(sentence, [source])
    assert not verdict.supported
    assert verdict.problems


@given(st.text(alphabet="市长沈明川没有主持会议3、。", max_size=30), st.sampled_from(SENTENCES))
def test_laying_any_sentence_along_any_source_ends_in_a_verdict(text: str, source: str) -> None:
    verdict = verify(text, [source])
    assert verdict.supported == (not verdict.problems)


@given(st.data())
def test_whole_sentences_of_a_source_are_always_supported(data: st.DataObject) -> None:
    quotes = data.draw(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4))
    chosen = data.draw(st.sampled_from(quotes))
    spaced = data.draw(st.booleans())
    sentence = " ".join(chosen) if spaced and not re.search(r"\d", chosen) else chosen
    assert verify(sentence, quotes).supported


@given(st.text(min_size=1), st.text(), st.text())
@example("不3%", "", "")
def test_any_text_is_supported_by_itself_and_never_crashes(
    sentence: str, before: str, after: str
) -> None:
    verdict = verify(sentence, [f"{before}。{sentence}。{after}"])
    assert verdict.supported == any(c.isalnum() for c in fold(sentence))


def test_two_quotes_hold_together_what_neither_holds_alone() -> None:
    first, second = "云溪市政府召开常务会议。", "会议审议通过了城区公园建设方案。"
    sentence = "云溪市政府常务会议审议通过了城区公园建设方案。"
    assert verify(sentence, [first, second]).supported
    assert support(sentence, [first, second]) > max(
        support(sentence, [first]), support(sentence, [second])
    )


@pytest.mark.parametrize("sentence", ["", "  ", "。", "……"])
def test_a_sentence_that_says_nothing_is_not_supported(sentence: str) -> None:
    assert not verify(sentence, ["会议结束。"]).supported


def test_nothing_is_supported_by_nothing() -> None:
    assert not verify("会议结束。", []).supported
    assert not verify("会议结束。", [" "]).supported


def test_what_a_sentence_is_about_may_stand_in_the_headline_shown_with_it() -> None:
    quote, headline = "市长沈明川主持会议。", "云溪市召开防汛工作动员大会"
    sentence = "沈明川主持了防汛工作动员大会。"
    assert not verify(sentence, [quote]).supported
    assert verify(sentence, [quote], topic=headline).supported


def test_a_headline_alone_holds_no_sentence() -> None:
    headline = "云溪市召开防汛工作动员大会"
    assert not verify("云溪市召开了防汛工作大会。", ["市长沈明川出席。"], topic=headline).supported
    assert not verify(
        "李建国主持了防汛工作动员大会。", ["市长沈明川主持会议。"], topic=headline
    ).supported


def test_words_that_deny_nothing_may_change() -> None:
    quote = "客队1比2不敌主队，只好离开。"
    assert verify("客队1比2不敌主队，不得不离开。", [quote]).supported


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [("工厂产品质量稳定。", False), ("工厂产品销往嘉兴。", True)],
)
def test_a_short_sentence_stands_together_in_its_source(sentence: str, supported: bool) -> None:
    quote = (
        "工厂位于城东，居民多在厂里上班，产品销往嘉兴，路况良好，来往便利，车流稳定，"
        "夜里灯火通明，镇上生活安宁。"
    )
    assert verify(sentence, [quote]).supported is supported
