"""Lists in running text, quoted whole."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering.lists import whole_list
from rag.indexing.sentences import split_sentences

MEASURES = "会议提出三项措施：一是改造食堂；二是增开夜班车；三是延长图书馆开放时间。"
TEXT = f"本报讯 3月14日，市政府开会。{MEASURES}会议由市长主持。"


def quoted(text: str, sentence: str, most: int = 260) -> str:
    start = text.index(sentence)
    found = whole_list(text, start, start + len(sentence), most)
    return text[slice(*found)]


@pytest.mark.parametrize(
    "item", ["会议提出三项措施：一是改造食堂；", "二是增开夜班车；", "三是延长图书馆开放时间。"]
)
def test_any_item_brings_the_whole_list_with_what_introduces_it(item: str) -> None:
    assert quoted(TEXT, item) == MEASURES


@pytest.mark.parametrize("sentence", ["会议由市长主持。", "本报讯 3月14日，市政府开会。"])
def test_a_sentence_of_no_list_stays_alone(sentence: str) -> None:
    assert quoted(TEXT, sentence) == sentence


@pytest.mark.parametrize(
    "items",
    [
        ["1. 改造食堂；", "2. 增开夜班车。"],
        ["1、改造食堂。", "2、增开夜班车。"],
        ["一是改造食堂。", "二是增开夜班车。"],
        ["（一）改造食堂。", "（二）增开夜班车。"],
        ["第一，改造食堂。", "第二，增开夜班车。"],
    ],
)
def test_lines_with_marks_below_a_colon_are_a_list(items: list[str]) -> None:
    listed = "\n".join(["措施如下：", *items])
    text = f"昨天降温。\n{listed}\n明天降温。"
    for sentence in ["措施如下：", *items]:
        assert quoted(text, sentence) == listed


def test_an_item_of_several_sentences_does_not_end_the_list() -> None:
    text = "措施如下：\n1. 改造食堂。下月完工。\n2. 增开夜班车。"
    assert quoted(text, "2. 增开夜班车。") == text


def test_a_list_of_many_sentences_in_one_line_takes_no_longer_than_it_grows() -> None:
    text = "一是" + "改造食堂。" * 20000
    start = len(text) - len("改造食堂。")
    assert whole_list(text, start, len(text), 260) == (start, len(text))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("天气预报：\n作家顾晓岚获得诗歌奖。\n体育：\n云溪队获胜。", "作家顾晓岚获得诗歌奖。"),
        ("措施如下；\n云溪队获胜。", "云溪队获胜。"),
        ("措施如下：\r\n2023年，云溪队获胜。", "2023年，云溪队获胜。"),
        ("会议召开。\n一是改造食堂。", "一是改造食堂。"),
        ("第一中学开学：\n第二中学停课。", "第二中学停课。"),
    ],
)
def test_an_ordinary_line_below_a_colon_is_no_item(text: str, sentence: str) -> None:
    assert quoted(text, sentence) == sentence


def test_a_list_that_is_too_long_is_not_quoted_whole() -> None:
    assert quoted(TEXT, "二是增开夜班车；", most=len(MEASURES) - 1) == "二是增开夜班车；"
    assert quoted(TEXT, "二是增开夜班车；", most=len(MEASURES)) == MEASURES


@settings(deadline=None)
@given(st.text("一二是、1.；。：\n ;:", min_size=1, max_size=60), st.integers(1, 40))
def test_what_is_quoted_holds_the_sentence_and_ends_where_sentences_do(
    text: str, most: int
) -> None:
    sentences = split_sentences(text)
    for start, end in sentences:
        found = whole_list(text, start, end, most)
        assert found[0] <= start < end <= found[1]
        assert found == (start, end) or found[1] - found[0] <= most
        assert found[0] in {first for first, _ in sentences}
        assert found[1] in {last for _, last in sentences}
