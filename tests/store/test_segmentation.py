from hypothesis import given
from hypothesis import strategies as st

from store.segmentation import fold, tokens


def test_a_run_of_hanzi_gives_characters_and_pairs() -> None:
    assert tokens("水库堤坝") == ["水", "库", "堤", "坝", "水库", "库堤", "堤坝"]


def test_traditional_and_full_width_fold_to_simplified_and_half_width() -> None:
    assert tokens("灣區２０２１年ＧＤＰ") == tokens("湾区2021年gdp")


def test_numbers_stay_whole() -> None:
    assert tokens("增长3.5%，投入1,234.5万元，5G基站") == [
        *("增", "长", "增长", "3.5", "3.5%"),
        *("投", "入", "投入", "1234.5", "万", "元", "万元"),
        *("5g", "基", "站", "基站"),
    ]


@given(st.text())
def test_tokens_can_stand_in_the_index_as_they_are(text: str) -> None:
    for token in tokens(text):
        assert token
        assert not token.isspace()
        assert all(c.isalnum() or c in ".%" or not c.isascii() for c in token)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0")))
def test_width_and_script_never_matter(text: str) -> None:
    assert tokens(fold(text)) == tokens(text)
