"""The page of the configuration is the one that the settings and options give."""

import runpy
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "configuration.py"


def test_the_page_is_up_to_date() -> None:
    script = runpy.run_path(str(SCRIPT))
    told = script["PAGE"].read_text(encoding="utf-8")
    assert told == script["page"](), f"run {script['COMMAND']}"
    assert (
        "| `NEWSDESK_EMBEDDING_BATCH` | `embedding_batch` | whole number, 1 to 4096 | `32` |"
        in told
    )
    assert "| `NEWSDESK_FUSION` | `fusion` | convex, rrf | `convex` |" in told
    assert "| `--port` | `8020` |" in told


def test_a_page_that_is_not_up_to_date_is_told_and_can_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = runpy.run_path(str(SCRIPT))
    main = script["main"]
    page = tmp_path / "configuration.md"
    page.write_text("old", encoding="utf-8")
    main.__globals__["PAGE"] = page
    assert main(["--check"]) == 1
    assert "isn't up to date; run python scripts/configuration.py" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == "old"
    assert main([]) == 0
    assert main(["--check"]) == 0
    assert main(["--else"]) == 2
