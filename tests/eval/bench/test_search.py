"""The benchmark of search: its vectors, and one small run from the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from eval.bench.search import SHARES, JitteredEmbedder, main
from tests.store.samples import HashingEmbedder, sentence


def test_first_vectors_are_the_embedders_and_further_ones_are_near_them() -> None:
    texts = [sentence(number) for number in range(200)]
    inner = HashingEmbedder(dimension=384)
    jittered = JitteredEmbedder(inner, 20)
    rows = np.concatenate(
        [jittered.embed_passages(texts[:15]), jittered.embed_passages(texts[15:])]
    )
    known = HashingEmbedder(dimension=384).embed_passages(texts[:20])
    assert inner.embedded == texts[:20]
    assert np.array_equal(rows[:20], known)
    assert rows.shape == (200, 384)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    nearest = (rows[20:] @ known.T).max(axis=1)
    assert nearest.min() > 0.9
    assert nearest.max() < 0.99


@pytest.mark.slow
def test_a_small_run(tmp_path: Path) -> None:
    texts, results = tmp_path / "texts.jsonl", tmp_path / "results.json"
    rows = [{"text": "".join(sentence(4 * n + part) for part in range(4))} for n in range(20)]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    texts.write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, "-m", "eval.bench.search", str(texts), "--sizes", "30"]
    command += ["--embedded", "5", "--questions", "3", "--json", str(results)]
    root = Path(__file__).parents[3]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    [measured] = json.loads(results.read_text(encoding="utf-8"))
    assert 30 <= measured["chunks"] < 40
    assert measured["embedded"] == 5
    assert measured["recall"] == 1.0
    assert list(measured["latencies"]) == ["none", *(f"{share:.0%}" for share in SHARES)]
    for kinds in measured["latencies"].values():
        assert all(0 < cost["p50"] <= cost["p95"] for cost in kinds.values())
    assert "50%" in run.stdout


def test_a_half_built_archive_is_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = tmp_path / "texts.jsonl"
    row = {"text": "".join(sentence(number) for number in range(5))}
    texts.write_text(json.dumps(row), encoding="utf-8")
    home = tmp_path / "homes" / "10"
    home.mkdir(parents=True)
    arguments = [str(texts), "--sizes", "10", "--questions", "2", "--home", str(home.parent)]
    monkeypatch.setattr(sys, "argv", ["search", *arguments])
    with pytest.raises(SystemExit, match="half-built"):
        main()
    assert os.listdir(home) == []
