"""The benchmark of search: its vectors, and one small run from the command line."""

import json
import os
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from eval.bench.mixing import MixingEmbedder
from eval.bench.search import NO_FILTER, SHARES, main
from eval.bench.search_archive import (
    DAYS,
    PAPERS,
    articles,
    built,
    by_paper,
    plan,
    settings_for,
)
from rag.desk import Desk
from tests.eval.bench.samples import run
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


def test_articles_are_spread_over_days_and_papers() -> None:
    made = list(islice(articles([sentence(number) for number in range(40)]), DAYS))
    assert len({article["date"] for article in made}) == DAYS
    papers = Counter(article["publication"] for article in made)
    for name, share in PAPERS.items():
        assert papers[name] == share * DAYS / 100
    assert sum(papers.values()) == DAYS
    assert len(papers) == len(PAPERS) + 1
    assert made == list(islice(articles([sentence(number) for number in range(40)]), DAYS))


def texts_of(folder: Path, rows: int = 20) -> Path:
    """A file of articles, four sentences each."""
    path = folder / f"texts{rows}.jsonl"
    made = [{"text": "".join(sentence(4 * n + part) for part in range(4))} for n in range(rows)]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in made), "utf-8")
    return path


def ends(monkeypatch: pytest.MonkeyPatch, *words: object) -> str:
    """The line that a run ends with."""
    monkeypatch.setattr(sys, "argv", ["search", *map(str, words)])
    with pytest.raises(SystemExit) as caught:
        main()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.slow
def test_a_small_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts, results, homes = texts_of(tmp_path), tmp_path / "results.json", tmp_path / "homes"
    words = [str(texts), "--sizes", "30", "--questions", "3", "--home", str(homes)]
    done = run("search", *words, "--embedded", "5", "--json", str(results))
    assert done.returncode == 0, done.stderr
    [measured] = json.loads(results.read_text(encoding="utf-8"))["figures"]
    assert 30 <= measured["chunks"] < 40
    assert measured["embedded"] == 5
    assert measured["recall"] == 1.0
    by_date = [f"{share:.0%} by date" for share in SHARES]
    assert list(measured["latencies"]) == [NO_FILTER, *by_date, "50% by paper", "1% by paper"]
    for kinds in measured["latencies"].values():
        assert list(kinds) == ["lexical", "dense", "whole"]
        assert all(0 < cost["p50"] <= cost["p95"] for cost in kinds.values())
    assert f"| {measured['chunks']} | 5 | 50% by paper |" in done.stdout

    assert "another --embedded (5)" in ends(monkeypatch, *words, "--embedded", 6)
    others = [texts_of(tmp_path, rows=19), *words[1:]]
    assert "other texts" in ends(monkeypatch, *others, "--embedded", 5)
    (homes / "30" / "built").write_text("", "utf-8")
    assert "doesn't tell what was built" in ends(monkeypatch, *words, "--embedded", 5)


@pytest.mark.slow
def test_only_the_paper_asked_for_is_searched(tmp_path: Path) -> None:
    sentences = [sentence(number) for number in range(80)]
    built(tmp_path / "home", plan(60, 5, sentences), sentences)
    with Desk.open(settings=settings_for(tmp_path / "home")) as desk:
        stored = Counter(article.publication for article in desk.articles())
        for name in PAPERS:
            hits = desk.search(sentences[0], filters=by_paper(name))
            assert {hit.article.publication for hit in hits} == ({name} if stored[name] else set())


def test_a_half_built_archive_is_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "homes" / "10"
    home.mkdir(parents=True)
    words = [texts_of(tmp_path), "--sizes", "10", "--questions", "2", "--home", home.parent]
    assert ends(monkeypatch, *words).startswith(f"search: {home}: was left half-built")
    assert os.listdir(home) == []


def test_texts_that_cannot_be_used_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "can't be read" in ends(monkeypatch, tmp_path / "missing.jsonl")
    (tmp_path / "empty.jsonl").touch()
    assert "no row with text" in ends(monkeypatch, tmp_path / "empty.jsonl")
    few = texts_of(tmp_path, rows=1)
    assert "sentences would do as questions" in ends(monkeypatch, few, "--questions", 99)
