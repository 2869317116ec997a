"""Dense scores of passages in two languages; the texts are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval.level import is_english, levelled
from rag.types import Chunk, Language

AHEAD = 0.06
_COSINES = st.integers(-1000, 1000).map(lambda thousandths: thousandths / 1000)
CHINESE = "云溪市水库大坝加固工程昨天完工，由市水利局负责施工。"
ENGLISH = "The town held a meeting on flood control, and patrols were increased."


def chunks_of(*texts: str) -> dict[str, Chunk]:
    return {
        str(at): Chunk(str(at), "a", at, 0, len(text), text, "") for at, text in enumerate(texts)
    }


@pytest.mark.parametrize(
    "text",
    [
        CHINESE,
        "GDP目标是6%",
        "联系方式:newsdesk.contact.office@example.com.cn",
        "Panthers Broncos Steelers Patriots Seahawks Cardinals Packers Chiefs Texans",
        "电影The Voice of the River and of the Town昨天在我市上映，市民说很好看，票已经卖完了。",
        "",
    ],
)
def test_names_and_addresses_are_no_english_text(text: str) -> None:
    assert is_english(ENGLISH)
    assert not is_english(text)


@pytest.mark.parametrize(
    ("language", "own", "other"), [("en", ENGLISH, CHINESE), ("zh", CHINESE, ENGLISH)]
)
def test_a_passage_does_not_go_first_for_its_language_alone(
    language: Language, own: str, other: str
) -> None:
    level = levelled([("0", 0.80), ("1", 0.78)], chunks_of(own, other), language, AHEAD)
    assert [chunk_id for chunk_id, _ in level] == ["1", "0"]


def test_a_passage_that_is_much_nearer_stays_first() -> None:
    dense = [("0", 0.90), ("1", 0.78)]
    assert [one for one, _ in levelled(dense, chunks_of(ENGLISH, CHINESE), "en", AHEAD)] == [
        "0",
        "1",
    ]


def test_an_address_among_chinese_passages_changes_nothing() -> None:
    chunks = chunks_of(CHINESE, "联系方式:newsdesk.contact.office@example.com.cn")
    for language in ("en", "zh"):
        dense = [("1", 0.81), ("0", 0.80)]
        assert levelled(dense, chunks, language, AHEAD) == dense


@given(
    st.lists(st.tuples(st.sampled_from([CHINESE, ENGLISH]), _COSINES), max_size=12),
    st.sampled_from(["zh", "en"]),
)
def test_passages_of_one_language_keep_their_order(
    passages: list[tuple[str, float]], language: Language
) -> None:
    chunks = chunks_of(*(text for text, _ in passages))
    dense = sorted(
        ((str(at), score) for at, (_, score) in enumerate(passages)),
        key=lambda item: (-item[1], item[0]),
    )
    level = levelled(dense, chunks, language, AHEAD)
    if len({text for text, _ in passages}) < 2:
        assert level == dense
    before, after = dict(dense), dict(level)
    for chunk_id, chunk in chunks.items():
        shift = abs(after[chunk_id] - before[chunk_id])
        assert shift == 0 or (chunk.text == ENGLISH and shift == pytest.approx(AHEAD))
    for text in (CHINESE, ENGLISH):
        alike = [one for one, _ in dense if chunks[one].text == text]
        kept = [one for one, _ in level if chunks[one].text == text]
        assert [before[one] for one in alike] == [before[one] for one in kept]
