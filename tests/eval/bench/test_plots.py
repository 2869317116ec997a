"""Plots of figures: that they draw what the files hold."""

import json
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from eval.bench.figures import read_ingest, read_peers, read_retrieval, read_search
from eval.bench.plots import ablation_plot, ingest_plot, latency_plot, main, recall_plot
from eval.errors import EvalError
from tests.eval.bench.samples import (
    ingest_figures,
    peers_figures,
    retrieval_figures,
    search_figures,
)


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
    pytest.importorskip("matplotlib")
    first = drawn(monkeypatch, tmp_path)
    assert sorted(first) == ["ablation.svg", "ingest.svg", "latency.svg", "recall.svg"]
    for content in first.values():
        assert ElementTree.fromstring(content).tag.endswith("svg")
    assert b"town, en" in first["recall.svg"]
    assert b"without splitting questions" in first["ablation.svg"]
    assert b"50% let through" in first["latency.svg"]
    assert drawn(monkeypatch, tmp_path) == first


def test_recall_is_drawn_over_k(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    english, chinese = recall_plot(read_peers([written(tmp_path, peers_figures())])).axes
    assert [axes.get_title() for axes in (english, chinese)] == ["town, en", "town, zh"]
    lines = {line.get_label(): points(line) for line in chinese.get_lines()}
    assert lines["newsdesk"] == [(1, 1), (5, 1), (10, 1)]
    assert lines["txtai"] == [(1, 0.5), (5, 0.5), (10, 0.5)]


def test_differences_are_drawn_with_their_intervals(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    figures = retrieval_figures()
    figure = ablation_plot(read_retrieval([written(tmp_path, figures)]))
    standing = figures[0]["groups"][0]["standings"]["without splitting questions"]
    wanted = standing["difference"]["nDCG@10"]
    _, interval, point = figure.axes[0].get_lines()
    assert points(interval) == [(wanted["low"], 0), (wanted["high"], 0)]
    assert points(point) == [(wanted["mean"], 0)]


def test_nothing_left_out_is_told(tmp_path: Path) -> None:
    found = read_retrieval([written(tmp_path, retrieval_figures(["newsdesk"]))])
    with pytest.raises(EvalError, match="--ablate"):
        ablation_plot(found)


def test_latency_is_drawn_by_size_and_filter(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    found = read_search([written(tmp_path, search_figures({9000: 20.0, 1000: 8.0}))])
    lexical, whole = latency_plot(found).axes
    assert (lexical.get_title(), whole.get_title()) == ("lexical search", "whole search")
    for line in whole.get_lines():
        assert points(line) == [(1000, 8), (9000, 20)]
    assert {line.get_label() for line in whole.get_lines()} == {"no filter", "50% let through"}


def test_stages_are_drawn_by_their_time(tmp_path: Path) -> None:
    patches = pytest.importorskip("matplotlib.patches")
    (axes,) = ingest_plot(read_ingest(written(tmp_path, ingest_figures()))).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["embed", "read"]
    bars = [bar for bar in axes.patches if isinstance(bar, patches.Rectangle)]
    assert [bar.get_width() for bar in bars] == [6.0, 1.0, 7.5, 0.5]


def test_without_matplotlib_the_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    words = ["plots", "--ingest", str(written(tmp_path, ingest_figures())), "-o", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit, match=r"newsdesk\[bench\]"):
        main()


def test_a_run_without_figures_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(sys, "argv", ["plots", "-o", str(tmp_path / "plots")])
    with pytest.raises(SystemExit, match="nothing to draw"):
        main()
