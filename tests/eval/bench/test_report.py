"""Tables of figures, put into their places on a page."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bench.report import filled, main
from eval.errors import EvalError
from tests.eval.bench.samples import (
    embedding_figures,
    ingest_figures,
    measured,
    peers_figures,
    retrieval_figures,
    search_figures,
)

NAMES = ("retrieval", "ablation", "peers", "search", "ingest", "embedding")
PAGE = "# Figures\n" + "".join(
    f"\nAbout {name}.\n<!-- figures: {name} -->\nold\n<!-- end of figures -->\n" for name in NAMES
)

section = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: "<!--" not in text and "\r" not in text
)


def altered(measurement: Any, **values: Any) -> Any:
    """With other values among its figures."""
    return {**measurement, "figures": {**measurement["figures"], **values}}


def regrouped(measurement: Any) -> Any:
    """Without any group of questions."""
    (found,) = measurement["figures"]
    return {**measurement, "figures": [{**found, "groups": []}]}


def without_costs(measurement: Any) -> Any:
    """Of newsdesk, in a comparison."""
    (found,) = measurement["figures"]
    costs = {name: cost for name, cost in found["costs"].items() if name != "newsdesk"}
    return {**measurement, "figures": [{**found, "costs": costs}]}


def reported(monkeypatch: pytest.MonkeyPatch, folder: Path, **figures: Any) -> str:
    """The page after a run with these files of figures; a tuple's are several files."""
    page = folder / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    words = ["report", str(page)]
    for name, value in figures.items():
        words.append(f"--{name}")
        for number, each in enumerate(value if isinstance(value, tuple) else (value,)):
            path = folder / (f"{name}{number}.json" if number else f"{name}.json")
            path.write_text(each if isinstance(each, str) else json.dumps(each), encoding="utf-8")
            words.append(str(path))
    monkeypatch.setattr(sys, "argv", words)
    main()
    return page.read_text(encoding="utf-8")


@given(st.dictionaries(st.sampled_from(NAMES), section))
def test_only_what_is_given_changes_and_twice_is_once(sections: dict[str, str]) -> None:
    page = filled(PAGE, sections)
    assert filled(page, sections) == page
    for name in NAMES:
        assert f"\nAbout {name}.\n<!-- figures: {name} -->\n" in page
        if name in sections:
            assert f"-->\n\n{sections[name].strip()}\n\n<!-- end" in page
    assert page.count("\nold\n<!-- end of figures -->") >= len(NAMES) - len(sections)
    assert page.count("<!-- end of figures -->") == len(NAMES)


def test_a_section_without_a_place_is_told() -> None:
    with pytest.raises(EvalError, match="no place for search"):
        filled("# Nothing here\n", {"search": "|"})


BEGIN, END = "<!-- figures: search -->\n", "<!-- end of figures -->\n"
OTHER = "<!-- figures: peers -->\n"


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        (f"{BEGIN}old\n\nProse.\n{OTHER}old\n{END}", "figures: peers --> in line 5 is off"),
        (f"{BEGIN}old\n\nProse.\n", "figures: search --> in line 1 has no <!-- end"),
        (f"Prose.\n{END}{BEGIN}{END}", "end of figures --> in line 2 is off"),
        (f"{BEGIN}{END}Prose.\n{BEGIN}{END}", "two places for search"),
    ],
)
def test_prose_between_markers_that_are_not_paired_is_left(page: str, problem: str) -> None:
    with pytest.raises(EvalError, match=problem):
        filled(page, {"search": "|"})


def test_tables_hold_the_figures_that_the_files_hold(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = reported(
        monkeypatch,
        tmp_path,
        retrieval=retrieval_figures(),
        peers=peers_figures(),
        search=search_figures({9000: 20.0, 1000: 8.0}),
        ingest=ingest_figures(),
        embedding=embedding_figures(),
    )
    assert "old" not in page
    lines = page.splitlines()
    every = "1.000 (1.000 to 1.000)"
    assert f"| town, en | 10 |{f' {every} |' * 5}" in lines
    assert "| town, zh | 2 | 7 | 12.5 | 31.2 | 9.0 |" in lines
    assert "| **newsdesk** | 1.000 | 1.000 |" in lines
    (without, _) = [line for line in lines if line.startswith("| without splitting questions")]
    assert without.count("**-0.500 (") == 2
    best = [line for line in lines if line.startswith("| *txtai, class defaults: Embeddings*")]
    assert len(best) == 2  # a language each
    assert "| 0.500 (" in best[0]
    assert best[0].count("**-0.500 (") == 2
    assert "| newsdesk | 9 | 4 | 1.0 | 3.0 (4.0) | 2.5 | 3.0 (4.0) | 2.5 | 300 |" in lines
    small = lines.index("| 1000 | 5 | all, no filter | 8.0 (16.0) | 8.0 (16.0) |")
    assert lines.index("| 9000 | 5 | 50% by date | 20.0 (40.0) | 20.0 (40.0) |") > small
    assert "| 1000 |  | 0.25 | 0.75 | 0.50 | 12 |  | 0.995 |" in lines
    assert "| 10 | 40 | 8.0 | 1.2 | 75.0% | 512 | 0.5 |" in lines
    assert "| embed | 6.0 | 75.0% | 7.5 | 75.0% |" in lines
    assert (
        "| 2 passages together, 270 characters | 100.0 | 300.0 | 0.375 | 0.250 to 0.500 |" in lines
    )
    assert "| town, zh | 1.000 | 0 | 0 | 1.00 |" in lines
    made = [line for line in lines if line.startswith("Measured on Some CPU, 2 cores, Linux 6,")]
    assert len(made) == len(NAMES)
    assert "bundled, 1; reranker: bundled. Versions: newsdesk 0.1.0." in made[0]
    assert "Held out" not in page


def test_sets_held_out_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    several = (retrieval_figures(folds=5), retrieval_figures(name="village"))
    page = reported(monkeypatch, tmp_path, retrieval=several, peers=peers_figures(folds=5))
    assert page.count("Held out, 5 folds: town.") == 3
    assert "2 documents, newsdesk held out" in page


def test_without_ablation_its_tables_stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = reported(monkeypatch, tmp_path, retrieval=retrieval_figures(["newsdesk"]))
    assert "town, en" in page
    assert "<!-- figures: ablation -->\nold\n" in page


@pytest.mark.parametrize(
    ("figures", "problem"),
    [
        (
            {"retrieval": measured([{"name": "town"}])},
            r"retrieval\.json: figures\.0\.documents: .*bench\.retrieval",
        ),
        ({"search": "no JSON"}, r"search\.json: Invalid JSON.*bench\.search"),
        ({"ingest": []}, r"ingest\.json: .*bench\.ingest"),
        ({"ingest": {**ingest_figures(), "provenance": {}}}, r"provenance\.cpu: .*bench\.ingest"),
        ({"ingest": altered(ingest_figures(), seconds=0)}, r"figures\.seconds: .*greater than 0"),
        ({"ingest": altered(ingest_figures(), stages={})}, "no stage"),
        ({"embedding": altered(embedding_figures(), passages=0)}, r"figures\.passages"),
        ({"retrieval": measured([])}, "retrieval: the files hold no figures"),
        ({"peers": measured([])}, "peers: the files hold no figures"),
        ({"search": measured([])}, "search: the files hold no figures"),
        ({"retrieval": (retrieval_figures(), retrieval_figures())}, "set town stands there twice"),
        ({"peers": (peers_figures(), peers_figures())}, "set town stands there twice"),
        ({"search": (search_figures({9: 1.0}), search_figures({9: 2.0}))}, "size 9 stands there"),
        (
            {"search": (search_figures({9: 1.0}), search_figures({8: 2.0}, kinds=["dense"]))},
            "9 chunks were searched otherwise than 8",
        ),
        (
            {"search": json.dumps(search_figures({9: 1.0}, kinds=[]))},
            "latencies of 9 chunks are missing",
        ),
        (
            {"retrieval": json.dumps(retrieval_figures()).replace('"newsdesk": {"m', '"x": {"m')},
            "figures of newsdesk are missing",
        ),
        ({"retrieval": regrouped(retrieval_figures())}, "town: no group of questions"),
        ({"retrieval": json.dumps(retrieval_figures()).replace("R@5", "R@6")}, "other figures of"),
        ({"peers": json.dumps(peers_figures()).replace("txtai", "elastic")}, "called 'elastic'"),
        ({"peers": without_costs(peers_figures())}, "costs and quality are of different systems"),
        (
            {"retrieval": (retrieval_figures(), retrieval_figures(name="village", cpu="Another"))},
            r"measured apart \(cpu: Some CPU and Another\)",
        ),
        (
            {"search": (search_figures({9: 1.0}), search_figures({8: 1.0}, embedding="other"))},
            r"measured apart \(embedding: bundled, 1 and other\)",
        ),
        (
            {
                "search": (
                    search_figures({9: 1.0}),
                    search_figures({8: 1.0}, versions={"newsdesk": "0.2.0"}),
                )
            },
            r"measured apart \(newsdesk: 0\.1\.0 and 0\.2\.0\)",
        ),
        ({}, "nothing to write"),
    ],
)
def test_figures_that_cannot_be_used_are_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, figures: dict[str, Any], problem: str
) -> None:
    with pytest.raises(SystemExit, match=problem) as caught:
        reported(monkeypatch, tmp_path, **figures)
    assert "\n" not in str(caught.value)
    assert (tmp_path / "page.md").read_text("utf-8") == PAGE
