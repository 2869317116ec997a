"""Foreign names found in Chinese text by their sound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval.transliteration import MOST_FORMS, NEAR_ENOUGH, transliterations

# Names as papers commonly transcribe them, of no particular person.
NAMES = [
    ("Jacksonville", "杰克逊维尔"),
    ("Peterson", "彼得森"),
    ("Madison", "麦迪逊"),
    ("Martin", "马丁"),
    ("Robert", "罗伯特"),
    ("Manchester", "曼彻斯特"),
    ("Philadelphia", "费拉德尔菲亚"),
    ("Stevenson", "史蒂文森"),
    ("Barcelona", "巴塞罗那"),
    ("Copenhagen", "哥本哈根"),
]
TEXT = "。".join(f"记者昨天在{hanzi}看到了许多游客" for _, hanzi in NAMES)


@pytest.mark.parametrize(("name", "hanzi"), NAMES)
def test_a_name_is_found_among_others_by_its_sound(name: str, hanzi: str) -> None:
    found = transliterations(name, [TEXT])
    assert hanzi in dict(found)
    assert found[0][1] == max(weight for _, weight in found)


@pytest.mark.parametrize("name", ["Wellington", "Zanzibar", "Fitzgerald"])
def test_a_name_that_stands_nowhere_finds_nothing(name: str) -> None:
    assert transliterations(name, [TEXT]) == ()


@pytest.mark.parametrize("name", ["", "Ann", "Leo", "123", "ü"])
def test_a_name_too_short_to_tell_finds_nothing(name: str) -> None:
    assert transliterations(name, [TEXT, "安娜和李奥"]) == ()


def test_accents_and_doubled_letters_make_no_difference() -> None:
    assert transliterations("Barcélonna", [TEXT]) == transliterations("Barcelona", [TEXT])


def test_ordinary_text_sounds_like_no_name() -> None:
    text = "市政府召开会议，研究部署老旧小区改造工作，要求各部门加快进度，确保年内完工。"
    assert all(transliterations(name, [text]) == () for name, _ in NAMES)


@given(
    st.text(max_size=20), st.lists(st.text(alphabet="马丁斯特尔·，的克", max_size=20), max_size=3)
)
def test_what_is_found_stands_in_a_text(name: str, texts: list[str]) -> None:
    found = transliterations(name, texts)
    assert len(found) <= MOST_FORMS
    for hanzi, weight in found:
        assert any(hanzi in text for text in texts)
        assert NEAR_ENOUGH**2 <= weight <= 1
