import re
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from rag.answering.verification import Bilingual, support, verify
from rag.answering.verification_numbers import numeral, quantities
from rag.answering.verification_text import fold
from rag.indexing.chunking import split_sentences
from tests.answering.samples import COUNCIL, LIBRARY

MEETING = (
    "3月14日上午，云溪市政府召开常务会议。市长沈明川主持会议。会议决定今年投入1.2万元改造三个社区食堂，"
    "并审议通过了《云溪市城区公园建设方案》。会议没有通过停车收费办法。"
)
BRIDGE = (
    "清河大桥全长1860米，双向六车道，总投资3亿5000万元，2021年9月开工，预计二〇二四年底建成通车。"
    "“大桥通车后，两岸车程将缩短40%。”项目负责人陆远征表示。目前已完成百分之六十五的工程量。"
)
SCHOOL = (
    "云溪三中今年招收新生八百二十名，比去年增加5.5个百分点，其中农村学生占三分之一。"
    "学校新建宿舍楼两栋，共有床位1,240张，9月1日起投入使用。校长何慧敏未透露明年的计划。"
)

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
TRUE_ENGLISH = [
    (MEETING, "On the morning of March 14, the municipal government held an executive meeting."),
    (MEETING, "Mayor Shen Mingchuan (沈明川) chaired the meeting."),
    (MEETING, "Shen Mingchuan, the mayor, presided over the meeting."),
    (MEETING, "The meeting decided to invest 12,000 yuan in three community canteens this year."),
    (MEETING, "It passed the construction plan for urban parks in Yunxi."),
    (MEETING, "The parking fee measures were not passed."),
    (BRIDGE, "The Qinghe Bridge is 1,860 meters long and has six lanes."),
    (BRIDGE, "Total investment is 350 million yuan."),
    (BRIDGE, "Construction began in September 2021 and is expected to be completed in 2024."),
    (BRIDGE, "65 percent of the project has been completed."),
    (SCHOOL, "The school enrolled 820 new students this year, one-third of them rural students."),
    (SCHOOL, "Two new dormitory buildings have 1,240 beds and come into use on 1 September."),
    (SCHOOL, "Principal He Huimin (何慧敏) did not disclose plans for next year."),
]
FALSE_ENGLISH = [
    (MEETING, "On March 15, the municipal government held an executive meeting."),
    (MEETING, "Mayor Li Jianguo chaired the meeting."),
    (MEETING, "Mayor Li Jianguo (李建国) chaired the meeting."),
    (MEETING, "Mayor Li Jianguo (沈明川) chaired the meeting."),
    (MEETING, "The meeting decided to invest 12,000 dollars in three community canteens."),
    (MEETING, "The meeting decided to invest 12 million yuan in three community canteens."),
    (MEETING, "President John Smith attended the meeting."),
    (MEETING, "The government held its meeting in Shanghai."),
    (MEETING, "Rice farmers harvested wheat, soybeans and cotton after heavy snowfall."),
    (BRIDGE, "The bridge will not be completed."),
    (BRIDGE, "The Qinghe Bridge is 1,680 meters long."),
    (BRIDGE, "The bridge is expected to open in 2045."),
    (BRIDGE, "65 percentage points of the project are complete."),
    (SCHOOL, "The school enrolled 820 million new students."),
    (SCHOOL, "Five new dormitory buildings come into use on 1 September."),
]


@pytest.mark.parametrize(("source", "sentence"), TRUE_CHINESE)
def test_a_true_chinese_sentence_is_supported(source: str, sentence: str) -> None:
    assert verify(sentence, [source]).problems == ()


@pytest.mark.parametrize(("source", "sentence"), FALSE_CHINESE)
def test_a_false_chinese_sentence_is_caught(source: str, sentence: str) -> None:
    verdict = verify(sentence, [source])
    assert not verdict.supported
    assert verdict.problems


@pytest.mark.parametrize(("source", "sentence"), TRUE_ENGLISH)
def test_a_true_english_sentence_is_supported(
    source: str, sentence: str, bilingual: Bilingual
) -> None:
    assert verify(sentence, [source], bilingual=bilingual).problems == ()


@pytest.mark.parametrize(("source", "sentence"), FALSE_ENGLISH)
def test_a_false_english_sentence_is_caught(
    source: str, sentence: str, bilingual: Bilingual
) -> None:
    assert not verify(sentence, [source], bilingual=bilingual).supported


SENTENCES = [
    text[start:end]
    for text in (COUNCIL, LIBRARY, MEETING, BRIDGE, SCHOOL)
    for start, end in split_sentences(text)
]

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


@given(st.integers(2, 999), st.integers(2, 999), st.sampled_from(["名男生", "亩山林", "本旧书"]))
def test_two_numbers_that_changed_places_are_caught(one: int, other: int, what: str) -> None:
    assume(one != other)
    quote = "青岭中学今年接收了{}{}，石桥中学去年接收了{}{}。"
    source = quote.format(one, what, other, what)
    assert verify(source, [f"据介绍，{source}"]).supported
    assert not verify(quote.format(other, what, one, what), [source]).supported


def test_a_day_without_its_month_takes_the_articles() -> None:
    quote, issued = "市政府31日召开会议。", [date(2023, 8, 2)]
    assert verify("市政府7月31日召开了会议。", [quote], dates=issued).supported
    assert not verify("市政府8月31日召开了会议。", [quote], dates=issued).supported
    assert not verify("市政府7月30日召开了会议。", [quote], dates=issued).supported
    assert not verify("市政府7月31日召开了会议。", ["市政府会议开了31天。"], dates=issued).supported


@pytest.mark.parametrize(
    ("before", "issued", "month"),
    [
        ("专家组6月22日到达云溪。", date(2023, 7, 20), 6),
        ("博览会将于9月9日开幕。", date(2023, 7, 28), 7),
        ("专家组在云溪。", date(2023, 7, 20), 7),
        ("专家组7月22日到达云溪。", date(2023, 7, 28), 7),
    ],
)
def test_a_day_without_its_month_may_take_the_one_told_before_it(
    before: str, issued: date, month: int
) -> None:
    quote = "市政府26日召开会议。"
    for other in (6, 7, 9):
        sentence = f"市政府{other}月26日召开了会议。"
        verdict = verify(sentence, [quote], dates=[issued], context=f"{before}{quote}")
        assert verdict.supported is (other == month)


def test_a_day_that_may_be_of_two_months_is_of_neither() -> None:
    quote, issued = "市政府7日召开会议。", [date(2023, 8, 9)]
    around = f"专家组7月2日到达云溪。{quote}"
    assert verify("市政府7日召开了会议。", [quote], dates=issued, context=around).supported
    for month in (7, 8):
        sentence = f"市政府{month}月7日召开了会议。"
        assert not verify(sentence, [quote], dates=issued, context=around).supported


def test_a_day_takes_no_month_from_another_quote() -> None:
    quotes = ["专家组6月22日到达云溪。", "市政府26日召开会议。"]
    assert not verify("市政府6月26日召开了会议。", quotes, dates=[date(2023, 8, 27)]).supported


def test_an_articles_dates_hold_no_other_number() -> None:
    quote, issued = "全市收到16条消息。", [date(2023, 8, 12)]
    assert not verify("全市共收到12条消息。", [quote], dates=issued).supported
    assert not verify("全市用8个月收到16条消息。", [quote], dates=issued).supported


def test_a_person_whom_a_pronoun_means_may_be_named() -> None:
    quote = "他在会上强调了防汛责任。"
    around = f"市长沈明川主持会议。{quote}书记陆远征出席。"
    assert verify("沈明川在会上强调了防汛责任。", [quote], context=around).supported
    assert not verify("陆远征在会上强调了防汛责任。", [quote], context=around).supported


def test_a_province_is_named_with_or_without_the_word_for_it() -> None:
    assert verify("湖北省今年的苹果丰收。", ["今年湖北的苹果丰收。"]).supported
    assert not verify("湖南省今年的苹果丰收。", ["今年湖北的苹果丰收。"]).supported


def test_may_is_a_month_only_where_it_is_one(bilingual: Bilingual) -> None:
    quote = "这座桥可能在3月完工。"
    assert "may" not in " ".join(verify("It may end.", [quote], bilingual=bilingual).problems)
    assert not verify("The bridge ends in May.", [quote], bilingual=bilingual).supported


def test_a_foreign_name_that_looks_like_pinyin_is_no_other_name(bilingual: Bilingual) -> None:
    quote = "卢拉在市政府会议上发言。"
    spoke = "{} spoke at the meeting of the municipal government."
    assert verify(spoke.format("Lula (卢拉)"), [quote], bilingual=bilingual).supported
    assert not verify(spoke.format("Hangzhou (卢拉)"), [quote], bilingual=bilingual).supported


@given(st.text(alphabet="市长沈明川没有主持会议3、。", max_size=30), st.sampled_from(SENTENCES))
def test_laying_any_sentence_along_any_source_ends_in_a_verdict(text: str, source: str) -> None:
    verdict = verify(text, [source])
    assert verdict.supported == (not verdict.problems)


def test_meaning_stands_in_for_words_that_the_dictionary_misses(bilingual: Bilingual) -> None:
    quote = "会议结束。"
    near = replace(bilingual, similarity=lambda _, __: 0.9, minimum_similarity=0.8)
    far = replace(bilingual, similarity=lambda _, __: 0.7, minimum_similarity=0.8)
    assert verify(
        "The meeting wrapped up amid lengthy applause.", [quote], bilingual=near
    ).supported
    assert not verify(
        "The meeting wrapped up amid lengthy applause.", [quote], bilingual=far
    ).supported
    assert not verify("The meeting wrapped up with 36 guests.", [quote], bilingual=near).supported


@pytest.mark.parametrize(
    "sentence", ["// PWNED", "This is what the sources say.", "The bureau hoisted its umbrellas."]
)
def test_meaning_does_not_stand_in_for_all_the_words(sentence: str, bilingual: Bilingual) -> None:
    near = replace(bilingual, similarity=lambda _, __: 0.9, minimum_similarity=0.8)
    assert not verify(sentence, ["会议结束。"], bilingual=near).supported


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


@given(st.sampled_from([s for s in SENTENCES if re.search(r"\d", s)]), st.data())
def test_a_changed_digit_is_caught(sentence: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([m.start() for m in re.finditer(r"\d", sentence)]))
    digit = data.draw(st.sampled_from("0123456789"))
    assume(digit != sentence[place])
    changed = sentence[:place] + digit + sentence[place + 1 :]
    # A number that the sentence holds elsewhere, or the same value (1.20), is no change of fact.
    values = {quantity.value for quantity in quantities(fold(sentence))}
    assume(any(quantity.value not in values for quantity in quantities(fold(changed))))
    assert not verify(changed, [sentence]).supported


@given(st.integers(1, 10**9))
def test_chinese_and_arabic_numerals_are_one_value(number: int) -> None:
    assert numeral(str(number)) == number
    assert numeral(f"{number:,}") == number
    assert numeral(_in_chinese(number)) == number


def _in_chinese(number: int) -> str:
    """The numeral as it is read out, by the textbook rule, to test the reader of numerals with."""
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        if number >= size:
            high, low = divmod(number, size)
            gap = "〇" if 0 < low < size // 10 else ""
            return _in_chinese(high) + unit + gap + (_in_chinese(low) if low else "")
    text, skipped = "", False
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, number = divmod(number, size)
        if digit:
            text += ("〇" if skipped and text else "") + "〇一二三四五六七八九"[digit] + unit
        skipped = not digit
    return text


@pytest.mark.parametrize(
    ("run", "value"),
    [
        ("二〇三五", 2035),
        ("1.2万", 12000),
        ("三亿5000万", 350_000_000),
        ("1.5万亿", 15 * 10**11),
        ("三万五", 35000),
        ("一千〇五", 1005),
        ("两千", 2000),
        ("十四五", None),
        ("三五百", None),
    ],
)
def test_numerals(run: str, value: int | None) -> None:
    assert numeral(run) == (None if value is None else Fraction(value))


def test_an_articles_own_dates_complete_a_date() -> None:
    quote = "3月14日上午，市政府召开会议。"
    sentence = "2023年3月14日上午，市政府召开会议。"
    assert not verify(sentence, [quote]).supported
    assert verify(sentence, [quote], dates=[date(2023, 3, 14)]).supported
    assert not verify(sentence, [quote], dates=[date(2022, 3, 14)]).supported


def test_a_place_may_be_named_from_around_the_quote_but_no_person() -> None:
    quote = "我市召开大会，表彰先进集体。市长主持会议。"
    around = "杭州市召开大会。副市长李建国在会上发言。"
    assert verify("杭州市召开大会，表彰先进集体。", [quote], context=around).supported
    assert not verify("市长李建国主持会议。", [quote], context=around).supported


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


def test_similarity_is_asked_across_languages_alone(bilingual: Bilingual) -> None:
    apart = replace(bilingual, similarity=lambda _, __: 0.2, minimum_similarity=0.5)
    close = replace(bilingual, similarity=lambda _, __: 0.8, minimum_similarity=0.5)
    assert not verify(
        "The meeting wrapped up amid lengthy applause.", ["会议结束。"], bilingual=apart
    ).supported
    assert verify(
        "The meeting wrapped up amid lengthy applause.", ["会议结束。"], bilingual=close
    ).supported
    assert verify("会议结束。", ["会议结束。"], bilingual=apart).supported


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


@pytest.mark.parametrize("own", [date.min, date(1, 1, 31), date.max, date(9999, 12, 1)])
def test_a_day_is_completed_at_the_calendars_ends(own: date) -> None:
    assert verify("会议在24日上午闭幕。", ["24日上午，会议闭幕。"], dates=[own]).supported


@pytest.mark.parametrize("run", ["万" * 600, "9" * 5000, "一" * 5000])
def test_a_numeral_without_end_is_no_number(run: str) -> None:
    assert numeral(run) is None
    assert not verify(f"亏损{run}元。", ["工厂去年亏损500万元。"]).supported


def test_an_english_sentence_that_one_common_word_holds_is_not_supported(
    bilingual: Bilingual,
) -> None:
    quote = "市长沈明川说，全市公交车票价下调。"
    assert not verify("Officials said so.", [quote], bilingual=bilingual).supported


def test_words_that_deny_nothing_may_change() -> None:
    quote = "客队1比2不敌主队，只好离开。"
    assert verify("客队1比2不敌主队，不得不离开。", [quote]).supported
