"""Questions made of sentences: what is asked, and what is left alone."""

import pytest

from eval.generation.meetings import chaired
from eval.generation.statements import statements
from eval.generation.templates import Drafted, drafted
from tests.eval.generation.conftest import ArticlesOf


def drafts_of(articles_of: ArticlesOf, text: str) -> list[Drafted]:
    return [
        one
        for article in articles_of([text])
        for sentence in statements(article)
        for one in drafted(sentence)
    ]


@pytest.mark.parametrize(
    ("text", "kind", "question", "answer"),
    [
        ("霁澜大桥总投资3.6亿元。", "number", "霁澜大桥总投资多少亿元？", "3.6亿元"),
        ("霁川县图书馆新增图书1.5万册。", "number", "霁川县图书馆新增多少万册图书？", "1.5万册"),
        (
            "今年上半年，霁川县新增就业5600人。",
            "number",
            "2024年上半年霁川县新增就业多少人？",
            "5600人",
        ),
        ("6月3日，霁澜大桥正式通车。", "when", "霁澜大桥什么时候正式通车？", "6月3日"),
        (
            "霁川县第三届茶文化节将于6月20日在霁川县体育馆开幕。",
            "when",
            "霁川县第三届茶文化节将于什么时候在霁川县体育馆开幕？",
            "6月20日",
        ),
        (
            "霁川县第三届茶文化节将于6月20日在霁川县体育馆开幕。",
            "where",
            "霁川县第三届茶文化节将于6月20日在哪里开幕？",
            "霁川县体育馆",
        ),
        ("霁川县县长桑禾川出席霁澜大桥通车仪式。", "who", "谁出席霁澜大桥通车仪式？", "桑禾川"),
        (
            "霁川县水利局副局长叶知微表示，霜坪水厂扩建后可满足霁川县二十万人用水。",
            "who",
            "谁表示，霜坪水厂扩建后可满足霁川县二十万人用水？",
            "叶知微",
        ),
        (
            "本报讯（记者 云霁）6月5日，霁川县人民医院新门诊大楼正式启用。",
            "when",
            "霁川县人民医院新门诊大楼什么时候正式启用？",
            "6月5日",
        ),
    ],
)
def test_what_a_sentence_tells_is_asked_for(
    articles_of: ArticlesOf, text: str, kind: str, question: str, answer: str
) -> None:
    found = {one.kind: one for one in drafts_of(articles_of, text)}
    assert (found[kind].question, found[kind].answer) == (question, answer)
    assert found[kind].statement.quote == text


@pytest.mark.parametrize(
    "text",
    [
        "该桥总投资3.6亿元，由县交通局负责。",  # points at what was told before
        "我县今年上半年新增就业5600人。",  # whose county?
        "会议6月3日在霁川县体育馆召开完毕。",  # which meeting?
        "霁川县霜坪镇、云岭镇分别投资200万元。",  # two amounts in one
        "霁川县政府6月3日召开新闻发布会。",  # it holds many
        "霁川县县长桑禾川、副县长叶知微出席霁澜大桥通车仪式。",  # not one of them alone
        "霁川县图书馆可能新增图书1.5万册。",  # not said to be so
        "霁澜大桥总投资3.6亿元，其中“县级配套。",  # a quotation that doesn't close
        "下午，霁川县霁澜大桥吊装历时40分钟。",  # of which day?
        "霁川县茶文化节在霁川县三座公园同步举行。",  # where: not a place but how many
        "霁川县粮库小麦库存减少42吨。",  # another figure every day
        "责任编辑：云霁 霁澜大桥总投资3.6亿元。",
        "霁澜大桥总投资3.6亿元？",
    ],
)
def test_what_does_not_stand_alone_is_left(articles_of: ArticlesOf, text: str) -> None:
    assert [one.question for one in drafts_of(articles_of, text)] == []


def test_full_width_figures_have_their_plain_form_beside_them(articles_of: ArticlesOf) -> None:
    (one,) = drafts_of(articles_of, "霁川县图书馆新增图书１５万册。")
    assert one.alternatives[0] == "１５万册"
    assert "15万册" in one.alternatives


def test_what_qualifies_an_amount_may_be_left_out(articles_of: ArticlesOf) -> None:
    (one,) = drafts_of(articles_of, "霁川县图书馆新增图书超过1.5万册。")
    assert one.alternatives == ("超过1.5万册", "1.5万册")


def test_who_chaired_a_meeting_stands_on_two_sentences(articles_of: ArticlesOf) -> None:
    told = "5月15日上午，霁川县政府召开防汛工作会议，研究备汛。霁川县县长桑禾川主持会议。"
    text = f"{told}会后各镇作了部署。"
    (article,) = articles_of([text])
    (one,) = chaired(list(statements(article)))
    assert one.question == "谁主持了5月15日上午霁川县政府召开的防汛工作会议？"
    assert one.answer == "桑禾川"
    assert one.statement.quote == told


def test_a_chair_without_a_meeting_is_left(articles_of: ArticlesOf) -> None:
    (article,) = articles_of(["霁川县各镇都在备汛抢险。霁川县县长桑禾川主持会议。"])
    assert list(chaired(list(statements(article)))) == []
