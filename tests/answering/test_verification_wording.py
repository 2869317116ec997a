"""How sure, how much and which way: opposites, plans told as done, and bounds of numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.verification import Bilingual, verify
from rag.retrieval.lexicon import lines

TRADE = (
    "云溪市上半年出口增长5.5%，进口下降3.2%。清河大桥拟于9月开工，预计投资超过3亿元。"
    "近200名工人已经进场，至少36台机器到位。市民可能从10月起改道。老桥上周关闭。"
)
MATCH = "决赛中，云溪队以3比1击败石桥队，获得冠军。石桥队首次参加决赛。"

ON_OPPOSITES = [
    (TRADE, "云溪市上半年出口下降5.5%。", False),
    (TRADE, "云溪市上半年进口增长3.2%。", False),
    (TRADE, "云溪市上半年进口减少3.2%。", True),
    (TRADE, "云溪市上半年出口提高5.5%，进口下滑3.2%。", True),
    (TRADE, "老桥上周开放。", False),
    (TRADE, "老桥本周关闭。", False),
    (TRADE, "老橋上周開放。", False),
    (MATCH, "决赛中，云溪队以3比1输给石桥队。", False),
    (MATCH, "决赛中，石桥队不敌云溪队。", True),
    (MATCH, "石桥队再次参加决赛。", False),
    (MATCH, "云溪队获得亚军。", False),
]
ON_PLANS = [
    ("清河大桥已于9月开工。", False),
    ("清河大桥9月开工。", False),
    ("清河大桥将于9月开工。", True),
    ("清河大桥计划9月开工。", True),
    ("市民从10月起改道。", False),
    ("市民或将从10月起改道。", True),
    ("近200名工人将进场。", False),
    ("近200名工人已进场。", True),
]
ON_BOUNDS = [
    ("清河大桥预计投资不足3亿元。", False),
    ("清河大桥预计投资逾3亿元。", True),
    ("清河大桥预计投资3亿元。", True),
    ("200多名工人已经进场。", False),
    ("200名工人已经进场。", True),
    ("最多36台机器到位。", False),
    ("36台以上机器到位。", True),
    ("云溪市上半年出口增长超过5.5%。", False),
]


@pytest.mark.parametrize(("source", "sentence", "supported"), ON_OPPOSITES)
def test_an_opposite_is_caught_and_a_word_of_the_same_side_is_not(
    source: str, sentence: str, supported: bool
) -> None:
    assert verify(sentence, [source]).supported is supported


@pytest.mark.parametrize(("sentence", "supported"), ON_PLANS)
def test_what_is_planned_is_no_fact_and_no_fact_is_a_plan(sentence: str, supported: bool) -> None:
    assert verify(sentence, [TRADE]).supported is supported


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("全市共征集群众意见建议1200条。", "全市共征集到群众意见1200条。"),
        ("列入年度计划的三个社区食堂改造项目已经开工建设。", "三个社区食堂改造项目开工建设。"),
        ("列入年度计划的三个社区食堂改造项目昨日开工建设。", "三个社区食堂改造项目昨日开工建设。"),
        ("00后小将力克三名对手夺得女单冠军。", "一名00后选手力克三名对手夺得女单冠军。"),
        ("学校举行模拟考试，共有820名学生参加了考试。", "820名学生参加了学校举行的模拟考试。"),
        ("该市将从4月起取消路边停车收费。", "从4月起，该市取消路边停车收费。"),
        ("该展览将持续至5月底，观众可免费参观。", "展览持续到5月底，观众可免费参观。"),
    ],
)
def test_words_that_only_look_like_a_plan_tell_none(source: str, sentence: str) -> None:
    assert verify(sentence, [source]).problems == ()


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("妇女将享受免费检查。", "妇女已享受免费检查。"),
        ("前三名将获得图书馆的奖金。", "前三名获得了图书馆的奖金。"),
        ("云溪市计划改造三个社区食堂。", "云溪市改造了三个社区食堂。"),
        ("市民建议改造三个社区食堂。", "三个社区食堂改造了，市民满意。"),
    ],
)
def test_words_that_do_tell_of_a_plan_still_count(source: str, sentence: str) -> None:
    assert not verify(sentence, [source]).supported


@pytest.mark.parametrize(
    ("source", "sentence", "supported"),
    [
        ("火灾烧毁房屋3间，未造成人员伤亡。", "火灾烧毁3间房屋，没有人员伤亡。", True),
        ("火灾烧毁房屋3间，未造成人员伤亡。", "火灾烧毁3间房屋，造成人员伤亡。", False),
        ("会议没有通过停车收费办法。", "停车收费办法未获通过。", True),
        ("会议没有通过停车收费办法。", "停车收费办法获得通过。", False),
        ("登记失业率控制在3%以内。", "登记失业率不超过3%。", True),
        ("登记失业率控制在3%以内。", "登记失业率没有控制在3%以内。", False),
        ("今年产值与去年3900吨差不多。", "今年产值和去年3900吨差不多。", True),
    ],
)
def test_what_is_denied_may_stand_behind_a_light_verb(
    source: str, sentence: str, supported: bool
) -> None:
    assert verify(sentence, [source]).supported is supported


def test_the_end_of_a_year_ends_nothing(bilingual: Bilingual) -> None:
    source = "清河大桥2021年9月开工，预计2024年底建成通车。"
    kept = "The bridge is expected to be completed and open to traffic by the end of 2024."
    assert verify(kept, [source], bilingual=bilingual).problems == ()
    ended = "Construction of the bridge ended in September 2021."
    assert any("ended" in one for one in verify(ended, [source], bilingual=bilingual).problems)


@pytest.mark.parametrize(("sentence", "supported"), ON_BOUNDS)
def test_more_than_so_much_is_neither_less_nor_so_much(sentence: str, supported: bool) -> None:
    assert verify(sentence, [TRADE]).supported is supported


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("No fewer than 36 machines arrived.", True),
        ("More than 36 machines arrived.", True),
        ("No more than 36 machines arrived.", False),
        ("Fewer than 36 machines arrived.", False),
    ],
)
def test_bounds_in_english_alone(sentence: str, supported: bool) -> None:
    assert verify(sentence, ["At least 36 machines arrived at the site."]).supported is supported


def test_the_last_years_are_no_bound() -> None:
    quote = "云溪三中三年来招收新生820名。"
    assert verify("近三年，云溪三中招收新生820名。", [quote]).supported
    assert not verify("近三年，云溪三中招收新生近820名。", [quote]).supported


def test_to_give_an_object_is_no_plan() -> None:
    quote = "市长将一枚奖章授予何慧敏。"
    assert verify("市长授予何慧敏一枚奖章。", [quote]).supported


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("Exports of Yunxi rose 5.5 percent in the first half of the year.", True),
        ("Imports fell 3.2 percent in the first half of the year.", True),
        ("Exports of Yunxi were up 5.5 percent in the first half of the year.", True),
        ("Exports of Yunxi were down 5.5 percent in the first half of the year.", False),
        ("Construction of the bridge started in September.", False),
        ("Construction of the bridge will start in September.", True),
        ("The old bridge was closed last week.", True),
        ("The old bridge was opened last week.", False),
        ("The bridge will get an investment of less than 300 million yuan.", False),
        ("The bridge will get an investment of over 300 million yuan.", True),
    ],
)
def test_english_sentences_are_held_against_chinese_words_too(
    sentence: str, supported: bool, bilingual: Bilingual
) -> None:
    assert verify(sentence, [TRADE], bilingual=bilingual).supported is supported


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("Profits rose by 12 percent.", False),
        ("Profits dropped by 12 percent.", True),
    ],
)
def test_opposites_in_english_alone(sentence: str, supported: bool) -> None:
    assert verify(sentence, ["Profits of the mill fell by 12 percent."]).supported is supported


SIDES = [[side.split(",") for side in line.split("\t")[:2]] for line in lines("opposites.tsv")]


@pytest.mark.parametrize("line", lines("opposites.tsv"))
def test_each_line_has_two_sides_that_share_no_word(line: str) -> None:
    one, other, *remark = line.split("\t")
    assert remark in ([], ["converse"])
    assert all(word == word.strip() and word for word in (*one.split(","), *other.split(",")))
    assert set(one.split(",")).isdisjoint(other.split(","))


@given(st.sampled_from(SIDES), st.data())
def test_a_word_is_supported_by_itself_alone(sides: list[list[str]], data: st.DataObject) -> None:
    word, other = (data.draw(st.sampled_from(side)).replace("#", "36") for side in sides)
    quote = f"据介绍，青岭的情况是{word}。" if word > "z" else f"In the town it was {word} again."
    assert verify(quote, [quote]).supported
    changed = quote.replace(word, other)
    if (word > "z") == (other > "z"):
        assert not verify(changed, [quote]).supported
