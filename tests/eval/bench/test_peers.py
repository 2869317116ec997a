"""The comparison with other frameworks: its parts, and runs as a user starts them."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bench.peers.systems import FORMS, NEWSDESK, chosen
from eval.bench.peers.worker import ranked_documents
from eval.bench.scores import DEPTH
from eval.bench.sets import Document, load_set
from eval.bench.vectors import SharedVectors
from eval.errors import EvalError
from rag.indexing.embedding.providers import open_embedder
from rag.settings import Settings
from tests.eval.bench.samples import DOCUMENTS

ROOT = Path(__file__).parents[3]


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


# Whole runs


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "eval.bench.peers", *words],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )


@pytest.mark.slow
def test_a_run_shows_tables_and_writes_every_figure(town: Path, tmp_path: Path) -> None:
    done = run(str(town), "--systems", NEWSDESK, "--json", str(tmp_path / "all.json"))
    assert done.returncode == 0, done.stderr
    assert "### town, question_zh, all: 3 questions, 3 documents" in done.stdout
    assert "### town: costs" in done.stdout
    (found,) = json.loads((tmp_path / "all.json").read_text("utf-8"))
    cost = found["costs"][NEWSDESK]
    assert cost["passages"] == 3
    assert cost["embedded"] == 0
    assert cost["embedding_cpu_seconds"] > 0
    assert cost["peak_mib"] > 10
    assert len(cost["query_ms"]) == 6
    chinese = next(group for group in found["groups"] if group["field"] == "question_zh")
    assert chinese["standings"][NEWSDESK]["metrics"]["R@1"]["mean"] == 1


@pytest.mark.slow
def test_a_run_that_cannot_be_made_ends_in_one_line(town: Path) -> None:
    done = run(str(town), "--systems", "elastic")
    assert done.returncode == 1
    assert done.stderr.startswith("peers: no system is called")
    done = run(str(town.with_name("village")), "--systems", NEWSDESK)
    assert done.returncode == 1
    assert done.stderr.startswith("peers: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in FORMS if name != NEWSDESK])
def test_a_peer_finds_what_is_asked_for(name: str, town: Path, tmp_path: Path) -> None:
    try:
        chosen([name])
    except EvalError as error:
        pytest.skip(str(error))
    embedder = SharedVectors(open_embedder(Settings()), tmp_path / "vectors")
    system = FORMS[name].build(embedder)
    data = load_set(town)
    assert system.index(data.documents) == len(DOCUMENTS)
    for question in data.questions:
        found = system.search(question.texts["question_zh"], 60)
        assert set(found) <= set(DOCUMENTS)
        if FORMS[name].default:
            assert found[0] == question.gold[0]
    system.close()
