"""The tokens that each embedding model gives with its vectors."""

import io
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.indexing.embedding import e5_graph, e5_onnx, late_interaction
from rag.indexing.embedding.bundled import BundledEmbedder
from rag.indexing.embedding.e5_tokenizer import E5Tokenizer
from rag.indexing.embedding.e5_weights import bundled_file, read_weights
from rag.indexing.embedding.late_interaction import PackedPassages, shipped_head
from rag.indexing.embedding.openai import OpenAIEmbedder
from tests.indexing.embedding_server import EmbeddingServer, serving

PASSAGES = (
    "青石镇水库的堤坝加固工程昨天完工，比计划提前了三周。",
    "松河中学的合唱比赛昨天举行，共有三百名学生参加。",
    "云岭县的苹果今年丰收，每斤收购价为 2.5 元。",
    "The ferry between Larkmoor and Penholt will stop running on 4 November.",
    "",
)
LONG = "".join(f"第{number}条：本县居民可于每月{number}日查询水费。" for number in range(1, 80))
BYTES_A_TOKEN = 48


@pytest.fixture(scope="module")
def embedder() -> BundledEmbedder:
    return BundledEmbedder(batch=4)


@pytest.fixture(scope="module")
def tokenizer() -> E5Tokenizer:
    return E5Tokenizer(read_weights(bundled_file()))


@given(order=st.permutations([*PASSAGES, LONG]), size=st.integers(1, 6))
@settings(max_examples=5, deadline=None)
def test_company_does_not_change_a_passage(
    embedder: BundledEmbedder, order: list[str], size: int
) -> None:
    texts = order[:size]
    for text, together in zip(texts, embedder.embed_chunks(texts), strict=True):
        (alone,) = embedder.embed_chunks([text])
        assert alone.tokens == together.tokens
        np.testing.assert_array_equal(alone.vector, together.vector)


def test_vectors_are_those_without_tokens(embedder: BundledEmbedder) -> None:
    texts = [*PASSAGES, LONG, "半\0个", "\ud800"]
    chunks = embedder.embed_chunks(texts)
    np.testing.assert_array_equal(
        np.stack([chunk.vector for chunk in chunks]), embedder.embed_passages(texts)
    )
    for text in texts:
        question = embedder.embed_question(text)
        np.testing.assert_array_equal(question.vector, embedder.embed_queries([text])[0])
    assert embedder.embed_chunks([]) == []


@pytest.mark.parametrize("text", [*PASSAGES, LONG, "，——。", " 前有空格", "passage: 茶"])
def test_each_token_with_a_letter_or_digit_has_a_vector(
    embedder: BundledEmbedder, tokenizer: E5Tokenizer, text: str
) -> None:
    """The prefix has none, and a text over the window has those of all its windows."""
    expected = int(tokenizer.words(tokenizer.ids(text)).sum())
    (chunk,) = embedder.embed_chunks([text])
    assert len(chunk.tokens) == BYTES_A_TOKEN * expected
    tokens = embedder.embed_question(text).tokens
    if not expected:
        assert tokens is None
        return
    assert tokens is not None
    assert tokens.vectors.shape == (expected, 2 * BYTES_A_TOKEN)
    assert tokens.vectors.dtype == tokens.weights.dtype == np.float32
    assert tokens.weights.shape == (expected,)
    assert (tokens.weights > 0).all()
    np.testing.assert_allclose(np.linalg.norm(tokens.vectors, axis=1), 1, atol=1e-5)


def test_a_long_text_has_more_than_one_window_of_tokens(
    embedder: BundledEmbedder, tokenizer: E5Tokenizer
) -> None:
    assert len(tokenizer.ids(LONG)) > 2 * 512
    (chunk,) = embedder.embed_chunks([LONG])
    tokens = embedder.embed_question("第78条水费").tokens
    (cut,) = embedder.embed_chunks([LONG[:200]])
    assert tokens is not None
    whole, beginning = PackedPassages([chunk.tokens, cut.tokens], 2 * BYTES_A_TOKEN).relevance(
        tokens
    )
    assert whole is not None
    assert beginning is not None
    assert whole > beginning


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("堤坝什么时候加固好的？", 0),
        ("How many students sang in the school contest?", 1),
        ("What did a pound of apples sell for?", 2),
        ("彭霍尔特的渡船哪天停航？", 3),
    ],
)
def test_relevance_is_highest_where_the_answer_stands(
    embedder: BundledEmbedder, question: str, passage: int
) -> None:
    tokens = embedder.embed_question(question).tokens
    assert tokens is not None
    packed = [chunk.tokens for chunk in embedder.embed_chunks(PASSAGES)]
    found = PackedPassages(packed, 2 * BYTES_A_TOKEN).relevance(tokens)
    assert found[4] is None
    assert max(range(4), key=lambda at: found[at] or -1.0) == passage


def test_the_revision_changes_with_what_makes_vectors_and_tokens(
    embedder: BundledEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = embedder.revision
    assert revision == BundledEmbedder(batch=1).revision
    for module, constant in (
        (e5_graph, "_MIGRATION"),
        (e5_onnx, "_PROBING_TEXTS"),
        (late_interaction, "_RANGE"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(module, constant, 3)
            assert embedder.revision != revision
    with np.load(io.BytesIO(shipped_head())) as shipped:
        arrays = {name: shipped[name] for name in shipped}
    for name, same in (("record", True), ("weight", False)):
        other = io.BytesIO()
        np.savez(other, **{**arrays, name: np.array(0)})
        found = BundledEmbedder(batch=1, projection=other.getvalue()).revision
        assert (found == revision) == same


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddingServer]:
    with serving() as (running, url):
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        yield running


def test_a_server_gives_vectors_alone(server: EmbeddingServer) -> None:
    embedder = OpenAIEmbedder("some-model", batch=2)
    chunks = embedder.embed_chunks(PASSAGES)
    np.testing.assert_array_equal(
        np.stack([chunk.vector for chunk in chunks]), embedder.embed_passages(PASSAGES)
    )
    assert {chunk.tokens for chunk in chunks} == {b""}
    question = embedder.embed_question(PASSAGES[0])
    np.testing.assert_array_equal(question.vector, embedder.embed_queries(PASSAGES[:1])[0])
    assert question.tokens is None
    assert len(server.requests) == 3 + 3 + 1 + 1
