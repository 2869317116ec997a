"""Dense scores of passages in two languages; the texts are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval.level import OWN_LANGUAGE, levelled, written_in
from rag.types import Chunk, Language

_COSINES = st.integers(-1000, 1000).map(lambda thousandths: thousandths / 1000)
CHINESE = "云溪市水库大坝加固工程昨天完工，由市水利局负责施工。"
ENGLISH = "The town held a meeting on flood control, and patrols were increased."


def chunks_of(*texts: str) -> dict[str, Chunk]:
    return {
        str(at): Chunk(str(at), "a", at, 0, len(text), text, "") for at, text in enumerate(texts)
    }


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (CHINESE, "zh"),
        (ENGLISH, "en"),
        ("GDP目标是6%", "zh"),
        ("The 河长制 is explained", "en"),
        ("", "en"),
    ],
)
def test_a_text_is_in_the_language_that_carries_it(text: str, language: str) -> None:
    assert written_in(text) == language


@pytest.mark.parametrize(
    ("language", "own", "other"), [("en", ENGLISH, CHINESE), ("zh", CHINESE, ENGLISH)]
)
def test_a_passage_does_not_go_first_for_its_language_alone(
    language: Language, own: str, other: str
) -> None:
    level = levelled([("0", 0.80), ("1", 0.78)], chunks_of(own, other), language)
    assert [chunk_id for chunk_id, _ in level] == ["1", "0"]


def test_a_passage_that_is_much_nearer_stays_first() -> None:
    dense = [("0", 0.90), ("1", 0.78)]
    assert [one for one, _ in levelled(dense, chunks_of(ENGLISH, CHINESE), "en")] == ["0", "1"]


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
    level = levelled(dense, chunks, language)
    if len({text for text, _ in passages}) < 2:
        assert level == dense
    before, after = dict(dense), dict(level)
    for chunk_id, chunk in chunks.items():
        ahead = OWN_LANGUAGE if written_in(chunk.text) == language else 0.0
        assert after[chunk_id] == before[chunk_id] or after[chunk_id] == before[chunk_id] - ahead
    for text in (CHINESE, ENGLISH):
        alike = [one for one, _ in dense if chunks[one].text == text]
        kept = [one for one, _ in level if chunks[one].text == text]
        assert [before[one] for one in alike] == [before[one] for one in kept]
