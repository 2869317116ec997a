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
    ingest_figures,
    peers_figures,
    retrieval_figures,
    search_figures,
)

NAMES = ("retrieval", "ablation", "peers", "search", "ingest")
PAGE = "# Figures\n" + "".join(
    f"\nAbout {name}.\n<!-- figures: {name} -->\nold\n<!-- end of figures -->\n" for name in NAMES
)

section = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: "<!--" not in text and "\r" not in text
)


def reported(monkeypatch: pytest.MonkeyPatch, folder: Path, **figures: Any) -> str:
    """The page after a run with these files of figures."""
    page = folder / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    words = ["report", str(page)]
    for name, value in figures.items():
        path = folder / f"{name}.json"
        path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        words += [f"--{name}", str(path)]
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
    )
    assert "old" not in page
    lines = page.splitlines()
    every = "1.000 (1.000 to 1.000)"
    assert f"| town, en | 10 |{f' {every} |' * 5}" in lines
    assert "| town, zh | 2 | 7 | 12.5 | 31.2 | 9.0 |" in lines
    assert "| **newsdesk** | 1.000 | 1.000 |" in lines
    (without, _) = [line for line in lines if line.startswith("| without splitting questions")]
    assert without.count("**-0.500 (") == 2
    assert any(line.startswith("| **txtai, default: Embeddings** | 0.500 (") for line in lines)
    small = lines.index("| 1000 | all, no filter | 8.0 (16.0) | 8.0 (16.0) |")
    assert lines.index("| 9000 | 50% | 20.0 (40.0) | 20.0 (40.0) |") > small
    assert "| 1000 | 0.25 | 0.75 | 0.50 | 12 |  | 0.995 |" in lines
    assert "| 10 | 40 | 8.0 | 1.2 | 75.0% | 512 | 0.5 |" in lines
    assert "| embed | 6.0 | 75.0% | 7.5 | 75.0% |" in lines


def test_without_ablation_its_tables_stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = reported(monkeypatch, tmp_path, retrieval=retrieval_figures(["newsdesk"]))
    assert "town, en" in page
    assert "<!-- figures: ablation -->\nold\n" in page


@pytest.mark.parametrize(
    ("figures", "problem"),
    [
        ({"retrieval": [{"name": "town"}]}, r"retrieval\.json: 0\.documents: .*bench\.retrieval"),
        ({"search": "no JSON"}, r"search\.json: Invalid JSON.*bench\.search"),
        ({"ingest": []}, r"ingest\.json: .*bench\.ingest"),
    ],
)
def test_figures_that_cannot_be_used_are_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, figures: dict[str, Any], problem: str
) -> None:
    with pytest.raises(SystemExit, match=problem) as caught:
        reported(monkeypatch, tmp_path, **figures)
    assert "\n" not in str(caught.value)
    assert (tmp_path / "page.md").read_text("utf-8") == PAGE
