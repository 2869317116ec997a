"""A folder of files in every format, some of which can't be read."""

from pathlib import Path

import pytest

from eval.bench.mixed_files import write_mixed
from eval.bench.mixed_folder import markdown, measure
from rag.settings import Settings


@pytest.mark.slow
def test_what_can_be_read_is_kept_and_the_rest_named_with_reasons(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    ways = write_mixed(folder, 66, 26)
    assert ways == 26
    figures = measure(folder, Settings(home=tmp_path / "home"))
    assert figures.first.new == figures.first.articles == 40
    named = {
        Path(failure.source.partition("!/")[0].partition(" line ")[0]).name
        for failure in figures.first.failed
    }
    assert named == {path.name for path in folder.glob("bad-*")}
    assert len(figures.first.failed) == 26
    assert all(failure.reason and "\n" not in failure.reason for failure in figures.first.failed)
    again = figures.second
    assert (again.new, again.updated, again.unchanged, again.failed) == (
        0,
        0,
        40,
        figures.first.failed,
    )
    assert "| 40 | 26 |" in markdown(figures)
