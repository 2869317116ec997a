"""The measurement of an ingest, as a user starts it."""

import json
import sys
from pathlib import Path

import pytest

from eval.bench.ingest import TimedEmbedder, main
from tests.eval.bench.samples import DOCUMENTS, run
from tests.store.samples import HashingEmbedder

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="threads' times are Linux's")


def written(path: Path) -> Path:
    rows = [{"id": name, "text": text * 4} for name, text in DOCUMENTS.items()]
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return path


def test_time_at_work_is_the_embedders_alone() -> None:
    timed = TimedEmbedder(HashingEmbedder())
    assert timed.seconds == 0
    first = timed.embed_chunks(["青川", "白石"])
    assert [one.tokens for one in first] == [
        one.tokens for one in HashingEmbedder().embed_chunks(["青川", "白石"])
    ]
    assert timed.seconds > 0
    assert (timed.name, timed.revision, timed.dimension) == ("hashing", "1", 64)


@linux_only
@pytest.mark.slow
def test_a_small_ingest_is_measured(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    documents = written(tmp_path / "docs.jsonl")
    done = run("ingest", str(documents), "--limit", "2", "--json", str(results))
    assert done.returncode == 0, done.stderr
    measured = json.loads(results.read_text("utf-8"))
    figures = measured["figures"]
    assert measured["provenance"]["embedding"].startswith("bundled, ")
    assert figures["documents"] == 2
    assert figures["chunks"] >= 2
    assert figures["seconds"] > 0
    assert 0 < figures["busy"] <= 1
    assert figures["peak_mib"] > 10
    stages = figures["stages"]
    assert stages["embed"]["wall"] == pytest.approx(figures["busy"] * figures["seconds"])
    told = sum(stage["cpu"] for stage in stages.values())
    assert told == pytest.approx(figures["cpu_seconds"], abs=1e-6)
    # The storing thread's stages, all but the embedder's own, make up the time.
    beside = sum(stage["wall"] for name, stage in stages.items() if name != "embed")
    assert beside <= figures["seconds"]
    assert "| stage | wall, s |" in done.stdout
    assert f"| 2 | {figures['chunks']} |" in done.stdout


@linux_only
@pytest.mark.parametrize(
    ("file", "embedding", "problem"),
    [
        ("missing.jsonl", "bundled", "ingest: .*missing.jsonl"),
        ("empty.jsonl", "bundled", "ingest: .*empty.jsonl"),
        ("docs.jsonl", "other", "ingest: NEWSDESK_EMBEDDING"),
    ],
)
def test_a_run_that_cannot_be_made_ends_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, embedding: str, problem: str
) -> None:
    written(tmp_path / "docs.jsonl")
    (tmp_path / "empty.jsonl").touch()
    monkeypatch.setenv("NEWSDESK_EMBEDDING", embedding)
    monkeypatch.setattr(sys, "argv", ["ingest", str(tmp_path / file)])
    with pytest.raises(SystemExit, match=problem) as caught:
        main()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--limit", "0"], "0: must be 1 or more"),
        (["--json", "nowhere/results.json"], "can't be written"),
    ],
)
def test_words_that_make_no_sense_are_told_before_anything_is_done(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    problem: str,
) -> None:
    monkeypatch.setattr(sys, "argv", ["ingest", str(written(tmp_path / "docs.jsonl")), *words])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert problem in capsys.readouterr().err
