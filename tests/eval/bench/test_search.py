"""The benchmark of search: its vectors, and one small run from the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from eval.bench.search import SHARES, MixingEmbedder, main
from tests.store.samples import HashingEmbedder, packed_tokens, sentence


def test_first_vectors_are_the_embedders_and_further_ones_are_spread_as_they_are() -> None:
    texts = [sentence(number) for number in range(2000)]
    inner = HashingEmbedder(dimension=32)
    mixing = MixingEmbedder(inner, 40)
    chunks = mixing.embed_chunks(texts[:15]) + mixing.embed_chunks(texts[15:])
    known = HashingEmbedder(dimension=32).embed_queries(texts[:40])
    assert inner.embedded == texts[:40]
    rows = np.stack([chunk.vector for chunk in chunks])
    assert np.allclose(rows[:40], known)
    assert rows.shape == (2000, 32)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert {chunk.tokens for chunk in chunks} == {packed_tokens(text) for text in texts[:40]}
    mixtures = rows[40:]
    assert len(np.unique(mixtures, axis=0)) == len(mixtures)
    assert np.median(mixtures @ mixtures.T) == pytest.approx(np.median(known @ known.T), abs=0.05)
    assert mixtures.mean(axis=0) @ known.mean(axis=0) > 0
    leading = np.linalg.eigh(np.cov(known.T))[1][:, -5:]
    shares = [
        np.square((group - group.mean(axis=0)) @ leading).sum(axis=1).mean()
        for group in (known, mixtures)
    ]
    assert shares[1] == pytest.approx(shares[0], rel=0.3)


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
