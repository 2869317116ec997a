"""Offices and lists in an English sentence about Chinese words."""

import pytest

from rag.answering.verification import Bilingual, verify


@pytest.mark.parametrize(
    ("sentence", "quote", "supported"),
    [
        ("The meeting was chaired by the mayor, Lu Yuanzheng (陆远征).", "市委书记", False),
        (
            "The meeting was chaired by the Party secretary, Lu Yuanzheng (陆远征).",
            "市委书记",
            True,
        ),
        ("The mayor, Lu Yuanzheng (陆远征), chaired the meeting.", "副市长", False),
        ("The deputy mayor, Lu Yuanzheng (陆远征), chaired the meeting.", "副市长", True),
    ],
)
def test_an_office_is_the_sources(
    aligned: Bilingual, sentence: str, quote: str, supported: bool
) -> None:
    quote = f"{quote}陆远征主持会议。"
    assert verify(sentence, [quote], context=quote, bilingual=aligned).supported is supported


TOPICS = "五个调研组围绕工业经济、城市品质、土地利用、文化旅游、科技创新等五个方面开展调研。"


@pytest.mark.parametrize(
    ("listed", "supported"),
    [
        ("industrial economy, city quality, land use, tourism and technological innovation", True),
        ("industrial economy, city quality, land use, tourism and technology education", False),
        ("industrial economy, city quality, football, tourism and innovation", False),
    ],
)
def test_each_item_of_a_list_stands_in_the_source(
    aligned: Bilingual, listed: str, supported: bool
) -> None:
    sentence = f"The research groups studied five topics: {listed}."
    assert verify(sentence, [TOPICS], context=TOPICS, bilingual=aligned).supported is supported
