"""English sentences over Chinese words."""

from dataclasses import replace

import pytest

from rag.answering.verification import Bilingual, verify
from tests.answering.verification_samples import BRIDGE, MEETING, SCHOOL

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
    (SCHOOL, "Principal He Huimin did not disclose plans for next year."),
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
    (SCHOOL, "Principal He Xiaolan did not disclose plans for next year."),
]


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


def test_may_is_a_month_only_where_it_is_one(bilingual: Bilingual) -> None:
    quote = "这座桥可能在3月完工。"
    assert "may" not in " ".join(verify("It may end.", [quote], bilingual=bilingual).problems)
    assert not verify("The bridge ends in May.", [quote], bilingual=bilingual).supported


def test_a_foreign_name_that_looks_like_pinyin_is_no_other_name(bilingual: Bilingual) -> None:
    quote = "卢拉在市政府会议上发言。"
    spoke = "{} spoke at the meeting of the municipal government."
    assert verify(spoke.format("Lula (卢拉)"), [quote], bilingual=bilingual).supported
    assert not verify(spoke.format("Hangzhou (卢拉)"), [quote], bilingual=bilingual).supported


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


def test_an_english_sentence_that_one_common_word_holds_is_not_supported(
    bilingual: Bilingual,
) -> None:
    quote = "市长沈明川说，全市公交车票价下调。"
    assert not verify("Officials said so.", [quote], bilingual=bilingual).supported


MET = "书记陆远征在会上强调防汛责任，市长沈明川主持会议。副市长何慧敏出席。"


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("Shen Mingchuan chaired the meeting.", True),
        ("Mayor Shen Mingchuan (沈明川) chaired the meeting.", True),
        ("Lu Yuanzheng chaired the meeting.", False),
        ("Lu Yuanzheng (陆远征) chaired the meeting.", False),
        ("He Huimin attended the meeting.", True),
        ("Lu Yuanzheng stressed responsibility for flood control at the meeting.", True),
        ("Shen Mingchuan stressed responsibility for flood control at the meeting.", False),
    ],
)
def test_who_did_what_is_held_in_english_too(
    sentence: str, supported: bool, bilingual: Bilingual
) -> None:
    assert verify(sentence, [MET], bilingual=bilingual).supported is supported
