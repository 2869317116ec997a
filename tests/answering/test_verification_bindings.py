"""What a sentence says of another thing than the words it cites do."""

from datetime import date

import pytest

from rag.answering.verification import Verdict, verify

MATCH = (
    "青石队在决赛中以3比1击败了松河女子联队，在最后三分钟连得11分。"
    "门将阿尔·贝托曾以136次扑救领先联赛，他是五次最佳球员得主。"
)
SALES = "2021年，云岭汽车集团全年交付新车93.6万辆，总产值达到1144亿元，同比增长8%。"


def checked(sentence: str, quote: str, topic: str = "") -> Verdict:
    return verify(sentence, [quote], topic=topic, context=f"{topic}\n{quote}")


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("门将阿尔·贝托有五次扑救。", MATCH),
        ("松河女子联队在最后三分钟连得11分。", MATCH),
        ("2022年，云岭汽车集团全年交付新车93.6万辆。", SALES),
        ("2021年云岭汽车集团总产值增长1144亿元。", SALES),
        ("三家企业退出评选。", "五家企业参加了评选，其中三家获奖，另有两家企业退出评选。"),
        ("共有3名学生参赛。", "共有12名学生参赛，获奖学生3名。"),
        ("决赛中青石队分在A组。", "决赛前抽签，青石队分在E组，松河队分在F组。"),
        ("2022年报名人数为24.3万人。", "据统计，临江省2022年报名人数为24.3万人，比上年多4600人。"),
    ],
)
def test_what_the_cited_words_say_of_something_else_is_turned_down(
    sentence: str, quote: str
) -> None:
    assert not checked(sentence, quote).supported


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("门将阿尔·贝托有136次扑救，领先联赛。", MATCH),
        ("青石队在最后三分钟连得11分。", MATCH),
        ("云岭汽车集团2021年全年交付新车93.6万辆。", SALES),
        ("2021年云岭汽车集团总产值达1144亿元，增长8%。", SALES),
        ("抽签后青石队分在E组。", "决赛前抽签，青石队分在E组，松河队分在F组。"),
        ("临江省2022年报名人数为24.3万人。", "据统计，临江省2022年报名人数为24.3万人。"),
    ],
)
def test_what_they_say_of_the_same_thing_is_kept(sentence: str, quote: str) -> None:
    assert checked(sentence, quote) == Verdict(True)


def test_the_place_that_a_figure_is_of_may_stand_in_the_headline() -> None:
    quote = "据统计，临江省2022年报名人数为24.3万人，比上年多4600人。"
    sentence = "2022年报名人数为24.3万人。"
    assert checked(sentence, quote, topic="临江省高考报名结束").supported


def test_the_same_number_told_of_two_years_holds_for_both() -> None:
    quote = "2021年交付93.6万辆；2022年交付的仍是93.6万辆。"
    assert checked("2022年交付93.6万辆。", quote).supported


GROWTH = "今年一季度，农业、工业、服务业增幅分别为3.1%、5.2%、6.3%。外贸增速居全省第一，达8.5%。"
ELLIPTIC = "现场共救出7名被困人员，其中2名伤势较重。12名学生参赛，获奖学生3名。"
BUILDING = "2021年9月，清河大桥开工建设，总投资3.5亿元，计划2024年底通车。"
READERS = "2018年起，图书馆每年办展，今年接待读者48万人次。"


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("一季度服务业增长6.3%。", GROWTH),
        ("一季度外贸增长8.5%，增速居全省第一。", GROWTH),
        ("2名被困人员伤势较重。", ELLIPTIC),
        ("12名学生参赛，3名学生获奖。", ELLIPTIC),
        ("总投资3.5亿元的清河大桥计划于2024年底通车。", BUILDING),
        ("市政府今年投入1.2亿元改造三个社区。", "北京市政府今年投入1.2亿元改造三个社区。"),
    ],
)
def test_what_the_source_says_in_another_order_or_without_its_noun_is_kept(
    sentence: str, quote: str
) -> None:
    assert checked(sentence, quote) == Verdict(True)


def test_this_year_is_another_than_the_year_told_before_it() -> None:
    sentence = "图书馆2023年接待读者48万人次。"
    issued = verify(sentence, [READERS], dates=[date(2023, 3, 16)], context=READERS)
    assert not any("48万" in problem for problem in issued.problems)
