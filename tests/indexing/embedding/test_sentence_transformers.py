"""Models of the sentence-transformers library as a user has them: real ones, made here."""

from pathlib import Path

import numpy as np
import pytest

from rag.errors import EmbeddingError
from tests.indexing.embedding.opening import check_unit_rows, opened


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
