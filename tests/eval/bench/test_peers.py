"""The comparison with other frameworks: its parts, and runs as a user starts them."""

import json
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from eval.bench.peers.recording import RecordingEmbedder
from eval.bench.peers.systems import FORMS, NEWSDESK, System, chosen
from eval.bench.peers.words import words
from eval.bench.peers.worker import embed_ahead, measure, ranked_documents
from eval.bench.scores import DEPTH
from eval.bench.sets import Document, load_set
from eval.bench.vectors import SharedVectors
from eval.errors import EvalError
from rag.indexing.embedding.base import Embedder
from rag.indexing.embedding.providers import open_embedder
from rag.settings import Settings
from tests.eval.bench.samples import DOCUMENTS, run
from tests.store.samples import HashingEmbedder, sentence


def test_a_system_must_be_known() -> None:
    with pytest.raises(EvalError, match="no system is called 'elastic'; choose among newsdesk"):
        chosen(["elastic"])
    assert chosen([NEWSDESK]) == [NEWSDESK]


class Listed:
    """A system of fixed passages: what it finds is their documents' ids, in order."""

    def __init__(self, passages: Sequence[str]) -> None:
        self._passages = list(passages)

    def index(self, documents: Sequence[Document]) -> int:
        return len(documents)

    def search(self, question: str, passages: int) -> list[str]:
        return self._passages[:passages]

    def close(self) -> None:
        self._passages.clear()


@given(st.lists(st.sampled_from("abcdefghijklmno"), max_size=60))
def test_more_passages_are_asked_for_where_ten_belong_to_fewer_documents(
    passages: list[str],
) -> None:
    documents = ranked_documents(Listed(passages), "?", passages[:DEPTH])
    assert documents == list(dict.fromkeys(passages))[:DEPTH]


def test_chinese_is_cut_into_words() -> None:
    assert words("青川的 Dam，1999年") == ["青川", "的", "dam", "1999", "年"]
    assert words("，。 ") == []


def test_passages_are_noted_first_and_embedded_by_themselves(tmp_path: Path) -> None:
    shared = SharedVectors(HashingEmbedder(), tmp_path / "vectors")
    noted = RecordingEmbedder(shared)
    texts = list(DOCUMENTS.values())
    lengths = np.linalg.norm(noted.embed_passages([*texts, texts[0]]), axis=1)
    assert lengths == pytest.approx([1, 1, 1, 1])
    assert len(noted.embed_chunks(texts[:1])) == 1
    assert shared.embedded == 0
    noted.embed_noted(batch=2)
    assert shared.embedded == len(texts) + 1
    shared.embed_passages(texts)
    shared.embed_chunks(texts[:1])
    assert shared.embedded == len(texts) + 1
    shared.close()


@pytest.mark.slow
def test_what_takes_other_passages_each_time_is_not_priced(town: Path, tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="newsdesk makes other passages each time"):
        measure(NEWSDESK, load_set(town), tmp_path / "vectors")
    embed_ahead(NEWSDESK, load_set(town), tmp_path / "vectors")
    measured = measure(NEWSDESK, load_set(town), tmp_path / "vectors")
    assert measured.passages == len(DOCUMENTS)
    assert measured.embedding_cpu_seconds > 0


# Whole runs


@pytest.mark.slow
def test_a_run_shows_tables_and_writes_every_figure(town: Path, tmp_path: Path) -> None:
    done = run("peers", str(town), "--systems", NEWSDESK, "--json", str(tmp_path / "all.json"))
    assert done.returncode == 0, done.stderr
    assert "### town, question_zh, all: 3 questions, 3 documents" in done.stdout
    assert "### town: costs" in done.stdout
    written = json.loads((tmp_path / "all.json").read_text("utf-8"))
    assert written["provenance"]["embedding"].startswith("bundled, ")
    (found,) = written["figures"]
    assert found["folds"] == 0
    cost = found["costs"][NEWSDESK]
    assert cost["passages"] == 3
    assert cost["embedded"] == 0
    assert cost["embedding_cpu_seconds"] > 0
    assert cost["peak_mib"] > 10
    assert set(cost["latencies"]) == {"question_en", "question_zh"}
    for of_field in cost["latencies"].values():
        assert 0 < of_field["p50"] <= of_field["p95"]
        assert of_field["cpu_p50"] > 0
    chinese = next(group for group in found["groups"] if group["field"] == "question_zh")
    assert chinese["standings"][NEWSDESK]["metrics"]["R@1"]["mean"] == 1


@pytest.mark.slow
def test_a_run_that_cannot_be_made_ends_in_one_line(town: Path) -> None:
    done = run("peers", str(town), "--systems", "elastic")
    assert done.returncode == 1
    assert done.stderr.startswith("peers: no system is called")
    done = run("peers", str(town.with_name("village")), "--systems", NEWSDESK)
    assert done.returncode == 1
    assert done.stderr.startswith("peers: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in FORMS if name != NEWSDESK])
def test_a_peer_finds_what_is_asked_for(name: str, town: Path, tmp_path: Path) -> None:
    embedder = SharedVectors(open_embedder(Settings()), tmp_path / "vectors")
    system = system_of(name, embedder)
    data = load_set(town)
    assert system.index(data.documents) == len(DOCUMENTS)
    for question in data.questions:
        found = system.search(question.texts["question_zh"], 60)
        assert set(found) <= set(DOCUMENTS)
        if FORMS[name].kind != "hybrid":  # keyword search by spaces finds no Chinese
            assert found[0] == question.gold[0]
    system.close()


def system_of(name: str, embedder: Embedder) -> System:
    """One that is installed; else the test is skipped."""
    try:
        chosen([name])
    except EvalError as error:
        pytest.skip(str(error))
    return FORMS[name].build(embedder)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["langchain-ensemble", "llama-index-fusion-zh"])
def test_asking_for_more_passages_changes_nothing_for_the_next_search(name: str) -> None:
    system = system_of(name, HashingEmbedder())
    system.index([Document(str(number), sentence(number)) for number in range(60)])
    first = system.search(sentence(7), 5)
    assert len(system.search(sentence(7), 20)) > len(first)
    assert system.search(sentence(7), 5) == first
    system.close()


class ChanceEmbedder(HashingEmbedder):
    """What is near what has nothing to do with the words."""

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self._drawn(text) for text in texts])

    def _drawn(self, text: str) -> NDArray[np.float32]:
        seed = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
        row = np.random.default_rng(seed).standard_normal(self.dimension, dtype=np.float32)
        return np.asarray(row / np.linalg.norm(row), dtype=np.float32)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["langchain-ensemble", "llama-index-fusion"])
def test_keyword_search_finds_chinese_only_with_words(name: str) -> None:
    texts = [f"第{number}天，白石镇的苹果丰收了。" for number in range(40)]
    texts[12] = "青川水库的堤坝昨天完工了。"
    found = {}
    for form in (name, f"{name}-zh"):
        system = system_of(form, ChanceEmbedder())
        system.index([Document(str(number), text) for number, text in enumerate(texts)])
        found[form] = system.search("堤坝什么时候完工？", 3)[:3]
        system.close()
    assert "12" in found[f"{name}-zh"]
    assert "12" not in found[name]
