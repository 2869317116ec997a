"""Each embedding provider as a user has it: the bundled model, a folder, a server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.errors import EmbeddingError
from rag.indexing.embedding import openai
from rag.indexing.embedding.base import Embedder
from rag.indexing.embedding.providers import open_embedder
from rag.settings import Settings
from tests.indexing.embedding_server import EmbeddingServer, serving


def opened(name: str, **values: object) -> Embedder:
    return open_embedder(Settings.model_validate({"embedding": name, **values}))


def check_unit_rows(vectors: np.ndarray, count: int) -> None:
    assert vectors.dtype == np.float32
    assert len(vectors) == count
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


# The bundled model


def test_bundled_brings_question_and_passage_together_across_languages() -> None:
    embedder = opened("bundled", embedding_batch=2)
    passages = ["水库的堤坝加固完成。", "中学生的歌咏比赛昨天举行。", "苹果今年丰收。"]
    vectors = embedder.embed_passages(passages)
    check_unit_rows(vectors, 3)
    assert vectors.shape[1] == embedder.dimension == 384
    questions = embedder.embed_queries(["堤坝修好了吗？", "Which students sang in the contest?"])
    assert (questions @ vectors.T).argmax(axis=1).tolist() == [0, 1]


def test_bundled_reads_past_a_nul_and_takes_what_is_no_text() -> None:
    embedder = opened("bundled")
    with_nul, plain = embedder.embed_passages(["堤坝\0加固完成", "堤坝 加固完成"])
    assert np.allclose(with_nul, plain, atol=1e-4)
    check_unit_rows(embedder.embed_passages(["", "\ud800", "长" * 700]), 3)
    assert embedder.embed_passages([]).shape == (0, 384)


# A server


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddingServer]:
    with serving() as (running, url):
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        yield running


def test_openai_embeds_in_batches_in_order(server: EmbeddingServer) -> None:
    embedder = opened("openai:some-model", embedding_batch=2)
    assert embedder.dimension == 0
    texts = ["堤坝", "铁路", "苹果", "", "公路"]
    vectors = embedder.embed_passages(texts)
    check_unit_rows(vectors, 5)
    assert embedder.dimension == 64
    assert [len(request["input"]) for request in server.requests] == [2, 2, 1]
    assert server.requests[0]["model"] == "some-model"
    one_by_one = np.concatenate([embedder.embed_queries([text]) for text in texts])
    assert np.allclose(vectors, one_by_one)


def test_openai_sends_the_key_where_there_is_one(
    server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key-of-a-test")
    opened("openai:m").embed_queries(["堤坝"])
    assert server.keys == ["Bearer key-of-a-test"]


def test_openai_tries_again_when_the_server_is_overloaded(server: EmbeddingServer) -> None:
    server.failures = 2
    check_unit_rows(opened("openai:m").embed_queries(["堤坝"]), 1)
    assert len(server.requests) == 3


def _drop_one(reply: dict[str, Any]) -> Any:
    reply["data"].pop()
    return reply


def _shorten_one(reply: dict[str, Any]) -> Any:
    reply["data"][1]["embedding"].pop()
    return reply


def _each(value: Any) -> Any:
    def change(reply: dict[str, Any]) -> Any:
        for item in reply["data"]:
            item["embedding"] = value
        return reply

    return change


def _same_index(reply: dict[str, Any]) -> Any:
    for item in reply["data"]:
        item["index"] = 0
    return reply


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_drop_one, id="a vector is missing"),
        pytest.param(_shorten_one, id="vectors of two lengths"),
        pytest.param(_same_index, id="one index twice"),
        pytest.param(_each(["a", "b"]), id="words for numbers"),
        pytest.param(_each([]), id="empty vectors"),
        pytest.param(_each([0.0, 0.0]), id="zero vectors"),
        pytest.param(_each(None), id="null for a vector"),
        pytest.param(_each("AACAPw=="), id="base64 that was not asked for"),
        pytest.param(lambda reply: json.dumps(_each([float("nan")] * 3)(reply)), id="NaN"),
        pytest.param(lambda _: {"hello": "world"}, id="another object"),
        pytest.param(lambda _: [1, 2], id="a list"),
        pytest.param(lambda _: "<html>busy</html>", id="a web page"),
        pytest.param(lambda _: {"object": "list", "data": None}, id="no data"),
    ],
)
def test_openai_refuses_a_reply_that_makes_no_sense(server: EmbeddingServer, change: Any) -> None:
    server.change = change
    with pytest.raises(EmbeddingError, match="openai:m: ") as caught:
        opened("openai:m").embed_passages(["堤坝", "铁路"])
    assert "\n" not in str(caught.value)


def test_openai_refuses_another_length_later(server: EmbeddingServer) -> None:
    embedder = opened("openai:m")
    embedder.embed_queries(["堤坝"])
    server.change = _each([1.0, 2.0])
    with pytest.raises(EmbeddingError, match="2 numbers after one of 64"):
        embedder.embed_queries(["堤坝"])


def test_openai_tells_of_an_unknown_model(server: EmbeddingServer) -> None:
    with pytest.raises(EmbeddingError, match=r"no such model.*OPENAI_BASE_URL"):
        opened("openai:unknown").embed_queries(["堤坝"])
    assert len(server.requests) == 1


def test_openai_tells_of_a_dead_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai, "RETRIES", 0)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(EmbeddingError, match=r"127\.0\.0\.1:9.*check the server"):
        opened("openai:m").embed_queries(["堤坝"])


def test_openai_without_a_key_says_so() -> None:
    with pytest.raises(EmbeddingError, match="OPENAI_API_KEY"):
        opened("openai:m").embed_queries(["堤坝"])


# A model of the sentence-transformers library


def make_model(folder: Path, seed: int = 0, prompts: dict[str, str] | None = None) -> Path:
    """A BERT of two tiny layers with random weights, saved as the library saves any model."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    torch.manual_seed(seed)
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"堤坝铁路苹果公:", *letters]
    words += [f"##{letter}" for letter in letters]
    folder.mkdir(parents=True)
    base = folder / "base"
    base.mkdir()
    (base / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(base)
    BertTokenizer(str(base / "vocab.txt")).save_pretrained(base)
    transformer = Transformer(str(base))
    model = SentenceTransformer(
        modules=[transformer, Pooling(16, "mean")], prompts=prompts, device="cpu"
    )
    saved = folder / "model"
    model.save(str(saved))
    return saved


@pytest.mark.slow
def test_a_folder_with_a_model_works(tmp_path: Path) -> None:
    saved = make_model(tmp_path / "plain")
    embedder = opened(f"sentence-transformers:{saved}", embedding_batch=2)
    assert embedder.revision.startswith("folder ")
    assert embedder.dimension == 0
    vectors = embedder.embed_passages(["堤坝", "铁路 abc", "苹果"])
    check_unit_rows(vectors, 3)
    assert embedder.dimension == vectors.shape[1] == 16
    assert np.allclose(vectors[:1], embedder.embed_queries(["堤坝"]), atol=1e-5)
    assert embedder.embed_passages([]).shape == (0, 16)
    chunks = embedder.embed_chunks(["堤坝", "铁路 abc", "苹果"])
    assert np.array_equal(np.stack([chunk.vector for chunk in chunks]), vectors)
    assert {chunk.tokens for chunk in chunks} == {b""}
    question = embedder.embed_question("堤坝")
    assert np.allclose(question.vector, vectors[0], atol=1e-5)
    assert question.tokens is None

    other = opened(f"sentence-transformers:{make_model(tmp_path / 'other', seed=1)}")
    assert other.revision != embedder.revision


@pytest.mark.slow
def test_prefixes_are_the_models_own_or_those_of_e5(tmp_path: Path) -> None:
    declared = {"query": "ask: ", "document": "text: "}
    saved = make_model(tmp_path / "prompts", prompts=declared)
    own = opened(f"sentence-transformers:{saved}")
    renamed = saved.rename(tmp_path / "tiny-e5-test")
    (renamed / "config_sentence_transformers.json").write_text("{}", encoding="utf-8")
    e5 = opened(f"sentence-transformers:{renamed}")
    saved = make_model(tmp_path / "bare")
    bare = opened(f"sentence-transformers:{saved}")

    def same(one: np.ndarray, other: np.ndarray) -> bool:
        return np.allclose(one, other, atol=1e-5)

    assert same(e5.embed_queries(["abc"]), bare.embed_queries(["query: abc"]))
    assert same(e5.embed_passages(["abc"]), bare.embed_passages(["passage: abc"]))
    assert not same(e5.embed_queries(["abc"]), bare.embed_queries(["abc"]))
    assert bare.revision != e5.revision
    make_model(tmp_path / "again", prompts=declared).rename(tmp_path / "prompts" / "model")
    assert same(own.embed_queries(["abc"]), bare.embed_queries(["ask: abc"]))
    assert same(own.embed_passages(["abc"]), bare.embed_passages(["text: abc"]))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["no-such-owner/no-such-model", "a b/c/d", "."])
def test_a_model_that_is_not_there_is_one_clear_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    embedder = opened(f"sentence-transformers:{name}")
    with pytest.raises(EmbeddingError, match="NEWSDESK_EMBEDDING") as caught:
        embedder.embed_queries(["堤坝"])
    assert "\n" not in str(caught.value)
