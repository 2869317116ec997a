"""The bundled embedder against the engine that its weights come from."""

import json
import sys
from math import comb
from pathlib import Path

import pytest

from eval.bench.embedding import CHARACTERS, main, mcnemar
from tests.eval.bench.samples import DOCUMENTS, run


def test_mcnemar_worked_out_by_hand() -> None:
    assert mcnemar(0, 0) == 1
    assert mcnemar(3, 3) == 1
    assert mcnemar(0, 5) == mcnemar(5, 0) == pytest.approx(2 / 2**5)
    assert mcnemar(2, 8) == pytest.approx(2 * (1 + 10 + comb(10, 2)) / 2**10)


@pytest.mark.slow
def test_a_small_run(town: Path, tmp_path: Path) -> None:
    texts, results = tmp_path / "texts.jsonl", tmp_path / "results.json"
    long = ["".join(DOCUMENTS.values()) * 6, "短。"]
    texts.write_text("\n".join(json.dumps({"text": text}) for text in long), "utf-8")
    done = run(
        "embedding", str(texts), "--rounds", "2", "--sets", str(town), "--json", str(results)
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(results.read_text("utf-8"))["figures"]
    assert figures["passages"] == 1
    for turns in (figures["embedded"], figures["asked"]):
        assert len(turns["ours"]) == len(turns["source"]) == 2
        assert min(turns["ours"] + turns["source"]) > 0
    assert 0.95 < figures["cosine_least"] <= figures["cosine_mean"] <= 1.0001
    (found,) = figures["sets"]
    chinese = next(group for group in found["groups"] if group["field"] == "question_zh")
    for standing in chinese["standings"].values():
        assert standing["metrics"]["R@1"]["mean"] == standing["metrics"]["MRR@10"]["mean"] == 1
    same = {each["field"]: each["same_first"] for each in found["changed"]}
    assert same["question_zh"] == 1
    assert f"| 1 passages together, {CHARACTERS} characters |" in done.stdout
    assert "### town, zh, all: 3 questions, 3 documents" in done.stdout


@pytest.mark.parametrize(
    ("rows", "words", "problem"),
    [
        ('{"text": "短。"}', (), "no text of 270 characters"),
        ("", (), "no row with text"),
        ('{"body": "?"}', (), "texts.jsonl:1: text"),
        (None, (), "can't be read"),
        ('{"text": "%s"}' % ("长" * 300), ("--sets", "nowhere/town"), "no file town.docs"),
    ],
)
def test_a_run_that_cannot_be_made_ends_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rows: str | None,
    words: tuple[str, ...],
    problem: str,
) -> None:
    texts = tmp_path / "texts.jsonl"
    if rows is not None:
        texts.write_text(rows, "utf-8")
    monkeypatch.setattr(sys, "argv", ["embedding", str(texts), *words])
    with pytest.raises(SystemExit, match=f"embedding: .*{problem}") as caught:
        main()
    assert "\n" not in str(caught.value)
