"""The measurement of entailment by words: its own pairs, and a whole run."""

import json
from datetime import date
from pathlib import Path

import pytest

from eval.bench.entailment import ANOTHER_SENTENCE, ITSELF, SHARES, entailed, of_one_article
from eval.bench.verification_sets import LabelledSet, Source
from tests.eval.bench.samples import run

TEXT = (
    "云溪市政府3月14日召开常务会议，会议决定投入1.2万元改造36个社区食堂。"
    "清河大桥全长1860米，双向六车道，预计明年建成通车。"
    "市图书馆周末延长开放时间，读者可以在网上预约。"
)


def test_sentences_stand_beside_themselves_and_beside_another() -> None:
    sources = tuple(
        Source(f"town/{number}", f"town/{number}", TEXT, "", date(2023, 3, 16))
        for number in range(12)
    )
    found = [
        pair
        for half in (False, True)
        for pair in of_one_article(LabelledSet("town", sources, (), ()), half)
    ]
    assert [pair.supported for pair in found] == [True, False] * 12
    assert {pair.article.id for pair in found} == {source.id for source in sources}
    for pair in found:
        assert pair.sentence in TEXT
        assert (pair.quotes == (pair.sentence,)) is pair.supported
    verdicts = entailed(found)
    assert list(verdicts) == [(True, ITSELF), (False, ANOTHER_SENTENCE)]
    assert all(all(row) for row in verdicts[True, ITSELF])
    assert not any(any(row) for row in verdicts[False, ANOTHER_SENTENCE])


@pytest.mark.slow
def test_a_run_prints_the_share_of_each_kind(tmp_path: Path) -> None:
    rows = [
        {"id": str(number), "text": TEXT, "summary": "清河大桥全长1860米。", "time": "2023-03-16"}
        for number in range(6)
    ]
    path, results = tmp_path / "news.jsonl", tmp_path / "all.json"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    done = run("entailment", str(path), "--json", str(results))
    assert done.returncode == 0, done.stderr
    assert f"| sentences | pairs | share {SHARES[0]} |" in done.stdout
    kinds = {row["kind"]: row for row in json.loads(results.read_text("utf-8"))}
    assert set(kinds[ITSELF]["entailed"].values()) == {1.0}
    assert kinds["number changed"]["supported"] is False
    assert f"| false: number changed | {kinds['number changed']['pairs']} | 0.000 |" in done.stdout


def test_a_set_without_pairs_ends_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "few.jsonl"
    path.write_text('{"text": "会议。", "event": "无关的话。"}\n', "utf-8")
    done = run("entailment", str(path))
    assert done.returncode == 1
    assert done.stderr.startswith("entailment: no pair can be made")
    assert done.stderr.count("\n") == 1
