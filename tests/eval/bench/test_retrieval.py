"""The measurement of retrieval, as a user starts it, and the ways to search that it compares."""

import json
from pathlib import Path

import pytest

from eval.bench.variants import documents, variants
from rag.settings import Settings
from tests.eval.bench.samples import run

# Ways to search


def test_a_document_stands_where_its_first_chunk_stood() -> None:
    assert documents(["b", "a", None, "b", "c"]) == ["b", "a", "c"]


def test_only_what_the_settings_use_is_left_out() -> None:
    bundled = variants(Settings(reranker="bundled"))
    none = variants(Settings(reranker="none"))
    other = variants(Settings(reranker="cross-encoder:some/model"))
    assert "without late interaction" in bundled
    assert "without late interaction" not in other
    assert "without reranking" in other
    assert "without reranking" not in none
    assert {"dense search alone", "without splitting questions"} <= none.keys()


# Whole runs


@pytest.mark.slow
def test_a_run_leaves_out_parts_and_keeps_the_archive(town: Path, tmp_path: Path) -> None:
    homes, results = tmp_path / "homes", tmp_path / "all.json"
    done = run("retrieval", str(town), "--ablate", "--home", str(homes), "--json", str(results))
    assert done.returncode == 0, done.stderr
    assert "## town: 3 documents, 3 chunks, taken in in" in done.stdout
    assert "### question_zh, all: 3 questions" in done.stdout
    written = json.loads(results.read_text("utf-8"))
    assert written["provenance"]["embedding"].startswith("bundled, ")
    assert written["provenance"]["reranker"] == "bundled"
    assert "reranker: bundled" in done.stdout
    (found,) = written["figures"]
    assert found["ingest_s"] > 0
    assert found["folds"] == 0
    assert found["latencies"]["question_en"]["p95"] >= found["latencies"]["question_en"]["p50"] > 0
    chinese = next(group for group in found["groups"] if group["field"] == "question_zh")
    assert set(chinese["standings"]) == {"newsdesk", *variants(Settings())}
    assert chinese["standings"]["newsdesk"]["metrics"]["R@1"]["mean"] == 1
    assert chinese["standings"]["newsdesk"]["difference"] == {}
    for name, standing in chinese["standings"].items():
        assert standing["metrics"]["R@10"]["mean"] == 1, name

    again = run("retrieval", str(town), "--home", str(homes))
    assert "3 chunks, kept from before" in again.stdout
    assert "less newsdesk's" not in again.stdout


@pytest.mark.slow
def test_an_archive_of_other_documents_is_not_measured(town: Path, tmp_path: Path) -> None:
    homes = tmp_path / "homes"
    assert run("retrieval", str(town), "--home", str(homes)).returncode == 0
    questions = town.with_name("town.questions.jsonl")
    one = questions.read_text("utf-8").splitlines()[0]
    questions.write_text(one, "utf-8")
    done = run("retrieval", str(town), "--documents", "1", "--home", str(homes))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("retrieval: ")
    assert "holds other documents" in done.stderr


def test_a_run_that_cannot_be_made_ends_in_one_line(town: Path) -> None:
    done = run("retrieval", str(town.with_name("village")))
    assert done.returncode == 1
    assert done.stderr.startswith("retrieval: ")
    assert done.stderr.count("\n") == 1
