"""Embeddings that several systems share."""

from pathlib import Path

import numpy as np

from eval.bench.vectors import SharedVectors
from rag.indexing.embedding.providers import open_embedder
from rag.settings import Settings
from tests.eval.bench.samples import DOCUMENTS
from tests.store.samples import HashingEmbedder


def test_vectors_are_embedded_once_and_shared(tmp_path: Path) -> None:
    plain = open_embedder(Settings())
    texts = list(DOCUMENTS.values())
    first = SharedVectors(plain, tmp_path / "vectors")
    passages = first.embed_passages([texts[0], texts[1], texts[0]])
    assert first.embedded == 2
    assert np.allclose(passages, plain.embed_passages([texts[0], texts[1], texts[0]]), atol=1e-5)
    questions = first.embed_queries(texts[:1])
    assert np.allclose(questions, plain.embed_queries(texts[:1]), atol=1e-5)
    first.close()

    second = SharedVectors(plain, tmp_path / "vectors")
    assert second.embed_passages([]).shape == (0, 384)
    assert np.array_equal(second.embed_passages(texts[1:2]), passages[1:2])
    assert second.embedded == 0
    assert 0 < second.passage_seconds < first.passage_seconds
    second.close()


def test_tokens_are_shared_with_the_vectors_they_belong_to(tmp_path: Path) -> None:
    plain = HashingEmbedder()
    texts = list(DOCUMENTS.values())
    first = SharedVectors(plain, tmp_path / "vectors")
    made = first.embed_chunks(texts)
    asked = first.embed_question(texts[0])
    first.close()

    second = SharedVectors(HashingEmbedder(), tmp_path / "vectors")
    for found, wanted in zip(second.embed_chunks(texts), plain.embed_chunks(texts), strict=True):
        assert np.array_equal(found.vector, wanted.vector)
        assert found.tokens == wanted.tokens
    assert [one.tokens for one in made] == [one.tokens for one in plain.embed_chunks(texts)]
    tokens, again = asked.tokens, second.embed_question(texts[0]).tokens
    wanted_tokens = plain.embed_question(texts[0]).tokens
    assert tokens is not None
    assert again is not None
    assert wanted_tokens is not None
    assert np.array_equal(again.vectors, wanted_tokens.vectors)
    assert np.array_equal(again.weights, tokens.weights)
    assert second.embed_question("？").tokens is None
    assert second.embedded == 1
    # A text's price as a chunk, with its tokens, isn't its price as a plain passage.
    second.embed_passages(texts)
    assert second.embedded == 1 + len(texts)
    second.close()
