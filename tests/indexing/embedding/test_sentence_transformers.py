"""Models of the sentence-transformers library as a user has them: real ones, made here."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rag.errors import EmbeddingError
from rag.indexing.embedding import windows
from rag.indexing.embedding.sentence_transformers import RECIPE
from tests.indexing.embedding.models import COMMIT, WINDOW, cache_of_hub, make_model
from tests.indexing.embedding.opening import check_unit_rows, opened

pytestmark = pytest.mark.slow


def same(one: np.ndarray, other: np.ndarray) -> bool:
    return np.allclose(one, other, atol=1e-5)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("plain") / "made")


def declaring(folder: Path, prompts: dict[str, str]) -> Path:
    """The plain model with prompts that it declares."""
    return make_model(folder, prompts=prompts)


def test_a_folder_with_a_model_works(tmp_path: Path, plain: Path) -> None:
    embedder = opened(f"sentence-transformers:{plain}")
    assert embedder.revision.startswith("folder ")
    assert embedder.dimension == 0
    vectors = embedder.embed_passages(["堤坝", "铁路 abc", "苹果"])
    check_unit_rows(vectors, 3)
    assert embedder.dimension == vectors.shape[1] == 16
    assert same(vectors[:1], embedder.embed_queries(["堤坝"]))
    assert embedder.embed_passages([]).shape == (0, 16)
    chunks = embedder.embed_chunks(["堤坝", "铁路 abc", "苹果"])
    assert np.array_equal(np.stack([chunk.vector for chunk in chunks]), vectors)
    assert {chunk.tokens for chunk in chunks} == {b""}
    question = embedder.embed_question("堤坝")
    assert same(question.vector, vectors[0])
    assert question.tokens is None

    other = opened(f"sentence-transformers:{make_model(tmp_path / 'other', seed=1)}")
    assert other.revision != embedder.revision


def test_a_vector_is_the_same_alone_and_in_any_batch(
    plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "_TOGETHER", 7)
    embedder = opened(f"sentence-transformers:{plain}")
    texts = ["堤坝" * count for count in range(1, 80)] + ["", "\ud800"]
    together = embedder.embed_passages(texts)
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=2e-6)


@pytest.mark.parametrize("precision", ["float16", "bfloat16"])
def test_a_model_in_half_precision_is_read_in_full_on_a_cpu(
    precision: str, plain: Path, tmp_path: Path
) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    half = SentenceTransformer(str(plain), device="cpu").to(getattr(torch, precision))
    half.save(str(tmp_path / "half"))
    embedder = opened(f"sentence-transformers:{tmp_path / 'half'}")
    texts = ["堤坝" * count for count in range(1, 30)]
    together = embedder.embed_passages(texts)
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=2e-6)
    whole = opened(f"sentence-transformers:{plain}").embed_passages(texts)
    np.testing.assert_allclose(together, whole, atol=0.05)


# What stands before a text


def test_prompts_are_the_models_own_or_those_of_e5(tmp_path: Path, plain: Path) -> None:
    declared = {"query": "ask: ", "document": "text: "}
    own = opened(f"sentence-transformers:{declaring(tmp_path / 'own', declared)}")
    bare = opened(f"sentence-transformers:{plain}")
    e5 = opened(f"sentence-transformers:{make_model(tmp_path / 'a').rename(tmp_path / 'tiny-e5')}")
    assert same(own.embed_queries(["abc"]), bare.embed_queries(["ask: abc"]))
    assert same(own.embed_passages(["abc"]), bare.embed_passages(["text: abc"]))
    assert same(e5.embed_queries(["abc"]), bare.embed_queries(["query: abc"]))
    assert same(e5.embed_passages(["abc"]), bare.embed_passages(["passage: abc"]))
    assert not same(e5.embed_queries(["abc"]), bare.embed_queries(["abc"]))
    # The files are the same to the last bit: the name alone puts something before texts.
    assert bare.revision != e5.revision


@pytest.mark.parametrize(
    ("prompts", "before_question", "before_passage"),
    [
        ({"search_query": "ask: ", "search_document": "text: ", "topic": "t"}, "ask: ", "text: "),
        ({"s2p_query": "ask: ", "s2s_query": "like: "}, "ask: ", ""),
        ({"web_search_query": "ask: ", "sts_query": "like: "}, "ask: ", ""),
        ({"retrieval.query": "ask: ", "retrieval.passage": "text: "}, "ask: ", "text: "),
        ({"query": "", "document": "text: "}, "", "text: "),
    ],
)
def test_prompts_are_found_by_the_names_that_models_give_them(
    prompts: dict[str, str], before_question: str, before_passage: str, tmp_path: Path, plain: Path
) -> None:
    embedder = opened(f"sentence-transformers:{declaring(tmp_path / 'own', prompts)}")
    bare = opened(f"sentence-transformers:{plain}")
    assert same(embedder.embed_queries(["abc"]), bare.embed_queries([before_question + "abc"]))
    assert same(embedder.embed_passages(["abc"]), bare.embed_passages([before_passage + "abc"]))


def test_prompts_of_which_none_is_for_questions_ask_for_the_setting(
    tmp_path: Path, plain: Path
) -> None:
    folder = declaring(tmp_path / "own", {"sts": "like: ", "clustering": "topic: "})
    name = f"sentence-transformers:{folder}"
    message = "clustering, sts, .*NEWSDESK_EMBEDDING_QUERY_PREFIX"
    with pytest.raises(EmbeddingError, match=message):
        opened(name).embed_passages(["abc"])
    bare = opened(f"sentence-transformers:{plain}")
    for before in ("", "like: "):
        found = opened(name, embedding_query_prefix=before).embed_queries(["abc"])
        assert same(found, bare.embed_queries([before + "abc"]))


def test_the_settings_go_before_what_a_model_declares(tmp_path: Path, plain: Path) -> None:
    name = f"sentence-transformers:{declaring(tmp_path / 'own', {'query': 'ask: '})}"
    given = opened(name, embedding_query_prefix="q: ", embedding_passage_prefix="p: ")
    none = opened(name, embedding_query_prefix="")
    bare = opened(f"sentence-transformers:{plain}")
    assert same(given.embed_queries(["abc"]), bare.embed_queries(["q: abc"]))
    assert same(given.embed_passages(["abc"]), bare.embed_passages(["p: abc"]))
    assert same(none.embed_queries(["abc"]), bare.embed_queries(["abc"]))
    revisions = [embedder.revision for embedder in (given, none, opened(name))]
    assert len(set(revisions)) == 3


@pytest.mark.parametrize(
    ("name", "e5"),
    [
        ("intfloat/multilingual-e5-small", True),
        ("intfloat/E5-base-v2", True),
        ("intfloat/multilingual-e5-large-instruct", False),
        ("e5/some-model", False),
        ("some/model-1e5a", False),
    ],
)
def test_an_e5_is_known_by_its_name_on_the_hub(
    name: str, e5: bool, tmp_path: Path, plain: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The snapshot's own folder is named by a hash, here with an e5 in it."""
    snapshot = cache_of_hub(plain, name, tmp_path)
    hashed = snapshot.rename(snapshot.with_name("0-e5-0"))
    embedder = opened(f"sentence-transformers:{hashed}")
    bare = opened(f"sentence-transformers:{plain}")
    with caplog.at_level(logging.WARNING):
        found = embedder.embed_queries(["abc"])
    assert same(found, bare.embed_queries(["query: abc" if e5 else "abc"]))
    assert ("asks for an instruction" in caplog.text) == ("instruct" in name)


def test_an_instruction_is_left_out_of_an_instructors_mean(tmp_path: Path) -> None:
    folder = make_model(tmp_path).rename(tmp_path / "tiny-instructor")
    instructor = opened(f"sentence-transformers:{folder}", embedding_query_prefix="a b: ")
    without = instructor.embed_queries(["abc"])
    plain = folder.rename(tmp_path / "tiny")
    usual = opened(f"sentence-transformers:{plain}", embedding_query_prefix="a b: ")
    assert not same(without, usual.embed_queries(["abc"]))


# Long texts


def test_a_text_over_the_window_counts_whole(plain: Path) -> None:
    embedder = opened(f"sentence-transformers:{plain}")
    beginning = "堤坝铁路" * 30
    one, other, short = embedder.embed_passages(
        [beginning + "苹果公" * 20, beginning + "abcdef " * 20, "堤坝"]
    )
    assert not same(one, other)
    assert same(short, embedder.embed_passages(["堤坝"])[0])
    # Three like stretches, each of whole words, are as one of them.
    third = "铁路 公路 " * 12
    whole, part = embedder.embed_passages([third * 3, third])
    assert WINDOW / 2 < len(third.replace(" ", "")) < WINDOW - 2
    assert same(whole, part)


def test_a_text_may_take_as_much_as_the_prefix_leaves(tmp_path: Path) -> None:
    """Not more: the end of a text that fits without its prefix isn't cut off for it."""
    prefix = "a b c d e f g h "
    name = f"sentence-transformers:{declaring(tmp_path / 'own', {'query': prefix})}"
    text = "堤" * (WINDOW - 6)
    one, other = opened(name).embed_queries([text + "坝路", text + "坝果"])
    assert not same(one, other)


def test_a_prefix_that_fills_the_window_is_refused(plain: Path) -> None:
    embedder = opened(f"sentence-transformers:{plain}", embedding_query_prefix="a " * WINDOW)
    with pytest.raises(EmbeddingError, match="no room"):
        embedder.embed_queries(["堤坝"])


def test_a_model_without_a_window_takes_texts_whole(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "堤坝": 1, "铁路": 2}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    static = StaticEmbedding(tokenizer, embedding_dim=8)
    SentenceTransformer(modules=[static], device="cpu").save(str(tmp_path / "static"))
    embedder = opened(f"sentence-transformers:{tmp_path / 'static'}")
    text = "堤坝 " * 5000
    one, other = embedder.embed_passages([text, text + "铁路 " * 5000])
    assert not same(one, other)


# Models that can't be used


@pytest.mark.parametrize(
    "name", ["no-such-owner/no-such-model", "a b/c/d", ".", "~nobody-at-all/m"]
)
def test_a_model_that_is_not_there_is_one_clear_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    embedder = opened(f"sentence-transformers:{name}")
    with pytest.raises(EmbeddingError, match="NEWSDESK_EMBEDDING") as caught:
        embedder.embed_queries(["堤坝"])
    assert "\n" not in str(caught.value)


def test_weights_under_other_names_are_refused(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    saved = make_model(tmp_path)
    weights = load_file(saved / "model.safetensors")
    pooler = {name: tensor for name, tensor in weights.items() if "pooler" not in name}
    save_file(pooler, saved / "model.safetensors", {"format": "pt"})
    embedder = opened(f"sentence-transformers:{saved}")
    check_unit_rows(embedder.embed_queries(["堤坝"]), 1)

    renamed = {name.replace("layer.1", "block.1"): tensor for name, tensor in weights.items()}
    save_file(renamed, saved / "model.safetensors", {"format": "pt"})
    with pytest.raises(
        EmbeddingError, match=r"hold no weights for encoder\.layer\.1.* and \d+ more"
    ):
        opened(f"sentence-transformers:{saved}").embed_queries(["堤坝"])

    save_file(
        {f"x.{name}": tensor for name, tensor in weights.items()}, saved / "model.safetensors"
    )
    with pytest.raises(EmbeddingError, match="hold no weights"):
        opened(f"sentence-transformers:{saved}").embed_queries(["堤坝"])


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file here that can't be read")
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").symlink_to("/proc/self/mem")
    with pytest.raises(EmbeddingError, match="can't be read"):
        _ = opened(f"sentence-transformers:{tmp_path}").revision


# The hub's cache

_ASKED_OF_CACHE = """
import json, socket, sys
asked = []

def refuse(*arguments, **_):
    asked.append(str(arguments))
    raise OSError("no network in this test")

socket.getaddrinfo = socket.socket.connect = socket.create_connection = refuse
from rag.indexing.embedding.providers import open_embedder
from rag.settings import Settings

found = []
for name in sys.argv[1:]:
    embedder = open_embedder(Settings(embedding=name))
    before = embedder.revision
    vector = embedder.embed_queries(["abc"])[0].tolist()
    found.append({"revisions": [before, embedder.revision], "vector": vector})
print(json.dumps({"asked": asked, "found": found}))
"""


def test_models_in_the_hubs_cache_ask_no_network(tmp_path: Path, plain: Path) -> None:
    """In a process of its own: the hub's client reads its variables when it is imported."""
    cache_of_hub(plain, "intfloat/tiny-e5", tmp_path / "hub")
    cache_of_hub(plain, "sentence-transformers/short-e5", tmp_path / "hub")
    names = ["intfloat/tiny-e5", "short-e5"]
    variables = {name: value for name, value in os.environ.items() if not name.endswith("OFFLINE")}
    variables |= {"HF_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", _ASKED_OF_CACHE, *(f"sentence-transformers:{n}" for n in names)],
        env=variables,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    outcome = json.loads(done.stdout)
    assert outcome["asked"] == []
    bare = opened(f"sentence-transformers:{plain}").embed_queries(["query: abc"])[0]
    for found in outcome["found"]:
        assert set(found["revisions"]) == {f"commit {COMMIT} recipe {RECIPE} e5"}
        assert same(np.array(found["vector"]), bare)
