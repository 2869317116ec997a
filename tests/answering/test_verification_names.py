"""Names: whose they are, where they stand, and who did what."""

import pytest

from rag.answering.verification import verify

HOSPITAL = (
    "青岭市有医院36所，卫生站24所。院长何慧敏在东川区主持了义诊，副院长陆远征在西河区看望了病人。"
    "新大楼已经完工，可以在5月启用。该市没有关闭门诊，看病的人比去年多百分之六点五。"
)


IN_PLACE = [
    ("青岭市有医院24所，卫生站36所。", False),
    ("院长陆远征在东川区主持了义诊，副院长何慧敏在西河区看望了病人。", False),
    ("院长何慧敏在西河区主持了义诊。", False),
    ("新大楼尚未完工，可以在5月启用。", False),
    ("新大楼已经完工，不可以在5月启用。", False),
    ("新大楼已经完工，不能在5月启用。", False),
    ("该市关闭门诊，看病的人比去年多6.5%。", False),
    ("看病的人比去年多百分之六点八。", False),
    ("青岭市有卫生站24所，医院36所。", True),
    ("副院长陆远征在西河区看望了病人，院长何慧敏主持了义诊。", True),
    ("新大楼已完工，5月可以启用。", True),
    ("看病的人比去年多6.5%，该市没有关闭门诊。", True),
]


@pytest.mark.parametrize(("sentence", "supported"), IN_PLACE)
def test_what_stands_in_anothers_place_is_caught(sentence: str, supported: bool) -> None:
    assert verify(sentence, [HOSPITAL]).supported is supported


def test_a_person_whom_a_pronoun_means_may_be_named() -> None:
    quote = "他在会上强调了防汛责任。"
    around = f"市长沈明川主持会议。{quote}书记陆远征出席。"
    assert verify("沈明川在会上强调了防汛责任。", [quote], context=around).supported
    assert not verify("陆远征在会上强调了防汛责任。", [quote], context=around).supported


def test_a_province_is_named_with_or_without_the_word_for_it() -> None:
    assert verify("湖北省今年的苹果丰收。", ["今年湖北的苹果丰收。"]).supported
    assert not verify("湖南省今年的苹果丰收。", ["今年湖北的苹果丰收。"]).supported


def test_a_place_may_be_named_from_around_the_quote_but_no_person() -> None:
    quote = "我市召开大会，表彰先进集体。市长主持会议。"
    around = "杭州市召开大会。副市长李建国在会上发言。"
    assert verify("杭州市召开大会，表彰先进集体。", [quote], context=around).supported
    assert not verify("市长李建国主持会议。", [quote], context=around).supported


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("沈明川主持了防汛工作会议。", True),
        ("陆远征主持了防汛工作会议。", False),
        ("陆远征强调防汛工作会议的责任。", True),
    ],
)
def test_who_did_what_is_held_against_the_sentence_that_says_so(
    sentence: str, supported: bool
) -> None:
    quotes = ["书记陆远征在防汛工作会议上强调责任。", "市长沈明川主持防汛工作会议。"]
    assert verify(sentence, quotes).supported is supported


def test_an_act_that_no_quote_tells_is_caught() -> None:
    quotes = ["书记陆远征在防汛工作会议上强调责任。"]
    assert not verify("陆远征主持防汛工作会议。", quotes).supported


def test_a_pronoun_means_the_only_person_named_before_it() -> None:
    quote = "他表示，工厂去年亏损500万元。"
    named = "厂长王大明出席会议。"
    several = "厂长王大明称赞工程师李红。"
    sentence = "王大明表示，工厂去年亏损500万元。"
    assert verify(sentence, [quote], context=named + quote).supported
    assert not verify(sentence, [quote], context=several + quote).supported
    others = "其他企业也在裁员，工厂去年亏损500万元。"
    assert not verify(sentence, [others], context=named + others).supported


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("云溪县去年种树820亩。", False),
        ("青岭市去年种树820亩。", True),
        ("展会邀请了杭州、宁波、温州的代表。", True),
        ("展会邀请了宁波、杭州、温州的代表。", True),
        ("展会邀请了杭州、嘉兴、温州的代表。", False),
    ],
)
def test_the_name_of_another_cited_sentence_is_not_in_this_ones_place(
    sentence: str, supported: bool
) -> None:
    quotes = [
        "青岭市去年种树820亩。",
        "云溪县有36家工厂，多数产品销往嘉兴。",
        "展会邀请了杭州、宁波、温州的代表。",
    ]
    assert verify(sentence, quotes).supported is supported


def test_who_did_what_is_held_within_a_sentence() -> None:
    quote = "市长沈明川主持召开会议，书记陆远征出席并讲话。"
    assert verify("沈明川主持会议，陆远征出席。", [quote]).supported
    assert not verify("陆远征主持会议，沈明川出席。", [quote]).supported


def test_what_one_person_said_no_other_did() -> None:
    quotes = ["书记陆远征强调，防汛责任要落实。", "市长沈明川出席会议。"]
    assert verify("陆远征在会上强调，防汛责任要落实。", quotes).supported
    assert not verify("沈明川在会上强调，防汛责任要落实。", quotes).supported
