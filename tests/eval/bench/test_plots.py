"""Plots of figures: that they draw what the files hold."""

import json
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from matplotlib import patches

from eval.bench.figures import read_ingest, read_peers, read_retrieval, read_search
from eval.bench.plots import (
    ablation_plot,
    ingest_plot,
    latency_plot,
    main,
    recall_plot,
    risk_plot,
)
from eval.errors import EvalError
from tests.eval.bench.samples import (
    ingest_figures,
    measured,
    peers_figures,
    retrieval_figures,
    search_figures,
)
from tests.eval.samples import record, run_of, unanswerable, wrong


def written(folder: Path, figures: Any) -> Path:
    path = folder / "figures.json"
    path.write_text(json.dumps(figures), encoding="utf-8")
    return path


def points(line: Any) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in line.get_xydata()]


def drawn(monkeypatch: pytest.MonkeyPatch, folder: Path) -> dict[str, bytes]:
    """The files that a run with all figures leaves, by name."""
    every = {
        "retrieval": retrieval_figures(),
        "peers": peers_figures(),
        "search": search_figures({1000: 8.0, 9000: 20.0}),
        "ingest": ingest_figures(),
    }
    words = ["plots", "-o", str(folder / "plots")]
    for name, figures in every.items():
        path = folder / f"{name}.json"
        path.write_text(json.dumps(figures), encoding="utf-8")
        words += [f"--{name}", str(path)]
    monkeypatch.setattr(sys, "argv", words)
    main()
    return {path.name: path.read_bytes() for path in (folder / "plots").iterdir()}


@pytest.mark.slow
def test_a_run_draws_every_plot_alike_each_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = drawn(monkeypatch, tmp_path)
    assert sorted(first) == ["ablation.svg", "ingest.svg", "latency.svg", "recall.svg"]
    for content in first.values():
        assert ElementTree.fromstring(content).tag.endswith("svg")
    assert b"town, en" in first["recall.svg"]
    assert b"without splitting questions" in first["ablation.svg"]
    assert b"50% by date" in first["latency.svg"]
    assert drawn(monkeypatch, tmp_path) == first


def test_recall_is_drawn_over_k(tmp_path: Path) -> None:
    english, chinese = recall_plot(read_peers([written(tmp_path, peers_figures())]).figures).axes
    assert [axes.get_title() for axes in (english, chinese)] == ["town, en", "town, zh"]
    lines = {line.get_label(): points(line) for line in chinese.get_lines()}
    assert lines["newsdesk"] == [(1, 1), (5, 1), (10, 1)]
    assert lines["txtai"] == [(1, 0.5), (5, 0.5), (10, 0.5)]


def test_differences_are_drawn_with_their_intervals(tmp_path: Path) -> None:
    figures = retrieval_figures()
    figure = ablation_plot(read_retrieval([written(tmp_path, figures)]).figures)
    standing = figures["figures"][0]["groups"][0]["standings"]["without splitting questions"]
    wanted = standing["difference"]["nDCG@10"]
    _, interval, point = figure.axes[0].get_lines()
    assert points(interval) == [(wanted["low"], 0), (wanted["high"], 0)]
    assert points(point) == [(wanted["mean"], 0)]


def test_nothing_left_out_is_told(tmp_path: Path) -> None:
    found = read_retrieval([written(tmp_path, retrieval_figures(["newsdesk"]))]).figures
    with pytest.raises(EvalError, match="--ablate"):
        ablation_plot(found)


def test_latency_is_drawn_by_size_and_filter(tmp_path: Path) -> None:
    found = read_search([written(tmp_path, search_figures({9000: 20.0, 1000: 8.0}))]).figures
    lexical, whole = latency_plot(found).axes
    assert (lexical.get_title(), whole.get_title()) == ("lexical search", "whole search")
    for line in whole.get_lines():
        assert points(line) == [(1000, 8), (9000, 20)]
    assert {line.get_label() for line in whole.get_lines()} == {"all, no filter", "50% by date"}


def test_stages_are_drawn_by_their_time(tmp_path: Path) -> None:
    (axes,) = ingest_plot(read_ingest(written(tmp_path, ingest_figures())).figures).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["embed", "read"]
    bars = [bar for bar in axes.patches if isinstance(bar, patches.Rectangle)]
    assert [bar.get_width() for bar in bars] == [6.0, 1.0, 7.5, 0.5]


def test_a_run_without_figures_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "argv", ["plots", "-o", str(tmp_path / "plots")])
    with pytest.raises(SystemExit, match="nothing to draw"):
        main()


@pytest.mark.parametrize(
    ("figures", "problem"),
    [
        ({"retrieval": [measured([])]}, "retrieval: the files hold no figures"),
        ({"peers": [measured([])]}, "peers: the files hold no figures"),
        ({"search": [measured([])]}, "search: the files hold no figures"),
        ({"peers": [peers_figures(), peers_figures()]}, "set town stands there twice"),
        ({"search": [search_figures({9: 1.0}, kinds=[])]}, "latencies of 9 chunks are missing"),
        (
            {"search": [search_figures({9: 1.0}), search_figures({8: 2.0}, kinds=["dense"])]},
            "9 chunks were searched otherwise than 8",
        ),
        ({"ingest": [{"seconds": 3}]}, "ingest0.json: provenance: Field required"),
        ({"ingest": ["no figures"]}, "ingest0.json: Input should be an object"),
    ],
)
def test_figures_that_cannot_be_drawn_are_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, figures: dict[str, list[Any]], problem: str
) -> None:
    words = ["plots", "-o", str(tmp_path / "plots")]
    for name, several in figures.items():
        words.append(f"--{name}")
        for number, each in enumerate(several):
            path = tmp_path / f"{name}{number}.json"
            path.write_text(json.dumps(each), encoding="utf-8")
            words.append(str(path))
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit, match=f"plots: .*{problem}") as caught:
        main()
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "plots").exists()


def test_systems_without_figures_of_all_questions_are_told(tmp_path: Path) -> None:
    figures = json.loads(json.dumps(peers_figures()).replace('"all"', '"one kind"'))
    with pytest.raises(EvalError, match="no figures of all questions"):
        recall_plot(read_peers([written(tmp_path, figures)]).figures)


def test_risk_is_drawn_a_line_an_archive_a_panel_a_run() -> None:
    right = [record("q1", archive="full"), wrong("q2", archive="full", confidence=0.5)]
    answered = unanswerable("u1", refused=False, archive="negative")
    (axes,) = risk_plot([run_of(*right, answered)]).axes
    by_label = {str(line.get_label()).split(",")[0]: points(line) for line in axes.get_lines()}
    assert by_label["full"] == [(0.5, 0.0), (1.0, 0.5)]
    assert by_label["negative"] == [(1.0, 1.0)]
    assert by_label["all"][-1][1] == pytest.approx(2 / 3)
