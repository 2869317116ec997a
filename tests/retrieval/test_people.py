"""People named in Chinese questions; the names are invented, of nobody in particular."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.retrieval.people import people_in


@pytest.mark.parametrize(
    ("question", "people"),
    [
        ("王小明何时上任？", ["王小明"]),
        ("王曉明何時上任？", ["王晓明"]),
        ("会议由陈志强主持吗？", ["陈志强"]),
        ("什么时候张群环当选？", ["张群环"]),
        ("李国治、张群环和王小明谁出席了？", ["李国治", "张群环", "王小明"]),
        ("约翰·斯密斯批评了谁？", ["约翰·斯密斯"]),
        ("约翰•斯密斯批评了谁？", ["约翰•斯密斯"]),
        ("公开赛张之臻成绩如何？", ["张之臻"]),
        ("会议由谁主持？", []),
        ("《王小明传》是谁写的？", []),
        ("“王小明”是什么？", []),
        ("张", []),
        ("·", []),
        ("王小明·", ["王小明"]),
    ],
)
def test_people_are_told_by_their_names(question: str, people: list[str]) -> None:
    assert list(people_in(question, ())) == people


@pytest.mark.parametrize(
    "behind", ["说了什么？", "的讲话是什么？", "主持了什么会议？", "和谁出席？", "？"]
)
@pytest.mark.parametrize("name", ["张群环", "沈明川", "司马晏", "欧阳若兰", "曹文埴"])
def test_a_name_that_the_segmenter_cuts_is_whole(name: str, behind: str) -> None:
    assert people_in(f"{name}{behind}", ()) == (name,)


@pytest.mark.parametrize("name", ["周俊", "王沈", "尚恩"])
@pytest.mark.parametrize("behind", ["是怎样的人？", "有什么爱好？", "在哪里？"])
def test_a_particle_behind_a_name_is_no_part_of_it(name: str, behind: str) -> None:
    assert people_in(f"{name}{behind}", ()) == (name,)


@pytest.mark.parametrize(
    "question",
    [
        "文明出现的地区是哪里？",
        "药剂顾问主要关注什么？",
        "什么卫星升空了？",
        "高清和叶绿体是什么？",
        "马鹿的生存会受到什么威胁？",
        "谷歌说了什么？",
        "布林肯说了什么？",
        "米泽车站在哪里？",
        "黎明职业大学在哪里？",
        "余杭站的建筑有什么特点？",
    ],
)
def test_other_words_that_begin_with_a_surname_are_nobody(question: str) -> None:
    assert people_in(question, ()) == ()


@pytest.mark.parametrize(
    ("question", "people"),
    [
        ("亚力克·谢尔布鲁克建议用什么来支付？", ["亚力克·谢尔布鲁克"]),
        ("莱昂德罗·内托曾效力过哪些球队？", ["莱昂德罗·内托"]),
        ("伊维卡·奥利奇司职什么位置？", ["伊维卡·奥利奇"]),
        ("卢克·坎克利贡献了多少次？", ["卢克·坎克利"]),
        ("路德维希·密斯·凡德罗设计了什么？", ["路德维希·密斯·凡德罗"]),
        ("约翰·埃施和海因里希·沃斯被谁处死？", ["约翰·埃施", "海因里希·沃斯"]),
        ("加法尔·尼迈里将军邀请了谁？", ["加法尔·尼迈里"]),
        ("活动队归根情·情暖归侨探访了谁？", []),
    ],
)
def test_a_dotted_name_ends_where_foreign_names_do(question: str, people: list[str]) -> None:
    assert list(people_in(question, ())) == people


def test_a_papers_name_is_nobodys() -> None:
    assert people_in("《高明日报》说了什么？", ("高明日报",)) == ()
    assert people_in("高明日报说了什么？", ("高明日报",)) == ()


@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(
            st.sampled_from(
                ["张群环", "约翰", "·", "斯密斯", "司马", "说", "的", "《", "》", "文明", " "]
            ),
            max_size=12,
        ).map("".join),
    )
)
@settings(deadline=None)  # the first example loads dictionaries
def test_people_stand_in_any_question_as_named(question: str) -> None:
    for name in people_in(question, ()):
        assert len(name) >= 2
        assert name[0] != "·"
        assert name[-1] != "·"
