"""Packing token vectors and comparing them, against plain arithmetic."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from rag.errors import EmbeddingError
from rag.indexing.embedding import late_interaction
from rag.indexing.embedding.e5_onnx import TokenStates
from rag.indexing.embedding.late_interaction import (
    HALF_STRETCH,
    PackedPassages,
    TokenHead,
    pack,
    read_head,
    tokens_digest,
    unpack,
)
from rag.types import QuestionTokens

Vectors = NDArray[np.float32]

sizes = st.integers(1, 64).map(lambda half: 2 * half)


def unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@st.composite
def unit_vectors(draw: st.DrawFn) -> Vectors:
    shape = draw(st.integers(0, 20)), draw(sizes)
    rows = draw(arrays(np.float32, shape, elements=st.floats(-1, 1, width=16)))
    rows[:, 0] += 2  # no row of zeros
    return unit(rows)


def relevance(question: QuestionTokens, packed: list[bytes]) -> list[float | None]:
    return PackedPassages(packed, question.vectors.shape[1]).relevance(question)


def random_vectors(seed: int, tokens: int, size: int) -> Vectors:
    random = np.random.default_rng(seed)
    return unit(random.standard_normal((tokens, size)).astype(np.float32))


@given(vectors=unit_vectors())
def test_packing_keeps_components_to_half_a_level(vectors: Vectors) -> None:
    tokens, size = vectors.shape
    packed = pack(vectors)
    assert len(packed) == tokens * size // 2
    found = unpack(packed, size)
    assert found.shape == vectors.shape
    reach = 2.7 / size**0.5
    within = np.clip(vectors, -reach, reach)
    assert np.abs(found - within).max(initial=0) <= reach / 16 + 1e-6


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_vector_that_is_no_number_is_not_packed(value: float) -> None:
    vectors = random_vectors(0, 3, 8)
    vectors[1, 2] = value
    with pytest.raises(EmbeddingError, match="no number"):
        pack(vectors)


@given(packed=st.binary(max_size=480).map(lambda data: data[: len(data) // 48 * 48]))
def test_what_is_unpacked_packs_to_the_same_bytes(packed: bytes) -> None:
    assert pack(unpack(packed, 96)) == packed


@given(
    counts=st.lists(st.integers(0, 9), min_size=1, max_size=8),
    tokens=st.integers(1, 6),
    size=sizes,
    seed=st.integers(0, 99),
)
@settings(deadline=None)
def test_relevance_is_the_weighed_mean_of_the_best_cosines(
    counts: list[int], tokens: int, size: int, seed: int
) -> None:
    weights = np.random.default_rng(seed).uniform(0.1, 2, tokens).astype(np.float32)
    question = QuestionTokens(random_vectors(seed, tokens, size), weights)
    packed = [pack(random_vectors(seed + at, n, size)) for at, n in enumerate(counts, 1)]
    for found, passage in zip(relevance(question, packed), packed, strict=True):
        if not passage:
            assert found is None
            continue
        cosines = question.vectors @ unit(unpack(passage, size)).T
        expected = np.average(cosines.max(axis=1), weights=weights)
        assert found == pytest.approx(expected, abs=1e-5)


@given(
    counts=st.lists(st.integers(0, 9) | st.integers(0, 5 * HALF_STRETCH), min_size=1, max_size=5),
    tokens=st.integers(1, 6),
    seed=st.integers(0, 99),
)
@settings(deadline=None)
def test_focused_relevance_is_the_mean_of_a_passage_and_its_best_stretch(
    counts: list[int], tokens: int, seed: int
) -> None:
    weights = np.random.default_rng(seed).uniform(0.1, 2, tokens).astype(np.float32)
    question = QuestionTokens(random_vectors(seed, tokens, 8), weights)
    packed = [pack(random_vectors(seed + at, n, 8)) for at, n in enumerate(counts, 1)]
    found = PackedPassages(packed, 8).focused_relevance(question)
    for focused, whole, passage in zip(found, relevance(question, packed), packed, strict=True):
        if whole is None:
            assert focused is None
            continue
        cosines = question.vectors @ unit(unpack(passage, 8)).T
        stretches = [
            cosines[:, start : start + 2 * HALF_STRETCH].max(axis=1)
            for start in range(0, cosines.shape[1], HALF_STRETCH)
        ]
        best = max(np.average(stretch, weights=weights) for stretch in stretches)
        assert focused == pytest.approx((whole + best) / 2, abs=1e-5)


def test_what_stands_together_is_more_relevant_than_what_is_scattered() -> None:
    question = QuestionTokens(random_vectors(0, 4, 96), np.ones(4, dtype=np.float32))
    together, scattered = random_vectors(1, 160, 96), random_vectors(1, 160, 96)
    together[50:54] = scattered[::40] = question.vectors
    passages = PackedPassages([pack(together), pack(scattered)], 96)
    whole = passages.relevance(question)
    assert whole[0] == pytest.approx(whole[1], abs=0.02)
    near, far = passages.focused_relevance(question)
    assert near is not None
    assert far is not None
    assert near > far + 0.15


def test_packing_moves_relevance_little() -> None:
    question = QuestionTokens(random_vectors(0, 12, 96), np.ones(12, dtype=np.float32))
    passages = [random_vectors(seed, 120, 96) for seed in range(1, 30)]
    # One holds the question's own tokens, somewhat moved, as a passage with the answer does.
    passages[7][:12] = unit(question.vectors + np.float32(0.5) * random_vectors(99, 12, 96))
    exact = [float((question.vectors @ passage.T).max(axis=1).mean()) for passage in passages]
    found = relevance(question, [pack(passage) for passage in passages])
    np.testing.assert_allclose(np.array(found, dtype=np.float64), exact, atol=0.02)
    assert int(np.argmax(exact)) == 7 == max(range(29), key=lambda at: found[at] or 0.0)


def test_no_passage_with_tokens_gives_no_relevance() -> None:
    question = QuestionTokens(random_vectors(0, 3, 96), np.ones(3, dtype=np.float32))
    assert relevance(question, []) == []
    assert relevance(question, [b"", b""]) == [None, None]
    assert PackedPassages([b"", b""], 96).focused_relevance(question) == [None, None]


def test_tokens_of_another_size_ask_for_a_reindex() -> None:
    question = QuestionTokens(random_vectors(0, 3, 96), np.ones(3, dtype=np.float32))
    with pytest.raises(EmbeddingError, match="newsdesk reindex"):
        relevance(question, [pack(random_vectors(1, 5, 64))])


def states(words: list[bool]) -> TokenStates:
    random = np.random.default_rng(1)
    inner, outer = random.standard_normal((2, len(words), 6)).astype(np.float32)
    return TokenStates(np.array(words, dtype=np.bool_), 3 * inner, outer)


def test_the_head_projects_both_halves_alike() -> None:
    random = np.random.default_rng(2)
    passage, question = random.standard_normal((2, 12, 4)).astype(np.float32)
    weight = random.standard_normal(12).astype(np.float32)
    head = TokenHead(passage, question, weight, 0.25)
    given_states = states([True, False, True, True])
    words = given_states.words
    both = np.hstack([unit(given_states.inner[words]), unit(given_states.outer[words])])
    assert head.passage(given_states) == pack(unit(both @ passage))
    found = head.question(given_states)
    assert found is not None
    np.testing.assert_allclose(found.vectors, unit(both @ question), atol=1e-5)
    np.testing.assert_allclose(found.weights, np.log1p(np.exp(both @ weight + 0.25)), rtol=1e-4)


def test_the_head_gives_nothing_for_punctuation_alone() -> None:
    ones = np.ones((12, 4), dtype=np.float32)
    head = TokenHead(ones, ones, np.ones(12, dtype=np.float32), 0.0)
    assert head.passage(states([False, False])) == b""
    assert head.question(states([])) is None


def stored(**arrays: Vectors) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def test_the_digest_is_of_what_makes_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    arrays = {
        name: np.full((2, 2), at, dtype=np.float32)
        for at, name in enumerate(("passage", "question", "weight", "bias"))
    }
    digest = tokens_digest(stored(**arrays))
    note = np.zeros(1, dtype=np.float32)
    assert tokens_digest(stored(**arrays, record=note)) == digest
    for name in arrays:
        assert tokens_digest(stored(**{**arrays, name: arrays[name] + 1})) != digest
    for constant in ("_LEVELS", "_RANGE"):
        with monkeypatch.context() as patched:
            patched.setattr(late_interaction, constant, 2)
            assert tokens_digest(stored(**arrays)) != digest


@pytest.mark.parametrize(
    "data", [b"", b"no archive", stored(passage=np.ones((2, 2), dtype=np.float32)), stored()[:-9]]
)
def test_weights_that_cannot_be_read_are_told(data: bytes) -> None:
    for read in (read_head, tokens_digest):
        with pytest.raises(EmbeddingError, match="reinstall newsdesk"):
            read(data)
