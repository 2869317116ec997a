import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval.folding import fold, occurrences
from store.segmentation import simplified


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("會 議 決 定", "会议决定"),
        ("１２００ 万元（Ａ）", "1200万元(a)"),
        ("in  the\nCounty Hall", "in the county hall"),
        ("霁川 County 12 月", "霁川county 12月"),
    ],
)
def test_script_width_case_and_spaces_beside_hanzi_make_no_difference(
    text: str, folded: str
) -> None:
    assert fold(text) == folded


@given(st.text(max_size=80))
def test_folding_leaves_no_space_at_the_ends_and_none_twice(text: str) -> None:
    folded = fold(text)
    assert folded == folded.strip()
    assert "  " not in folded


@given(st.text(st.characters(max_codepoint=0x2FF), max_size=80))
def test_only_hanzi_are_simplified(text: str) -> None:
    assert simplified(text) == text


@pytest.mark.parametrize(
    ("form", "text", "count"),
    [
        ("水库", "水库大坝，水库库容", 2),
        ("decide", "they decided to decide", 2),
        ("art", "a party", 0),
        ("5", "15座桥，5.2米，50人", 0),
        ("5", "桥长5公里，5人", 2),
        ("gdp", "全县gdp增长", 1),
        ("2月", "12月开工，2月完工", 1),
        ("第2", "第20届，第2名", 1),
    ],
)
def test_words_are_counted_where_they_begin_and_numbers_whole(
    form: str, text: str, count: int
) -> None:
    assert occurrences(form, text) == count
