"""A folder of files in every format, some of which can't be read."""

from pathlib import Path

import pytest

from eval.bench.mixed_files import write_mixed
from eval.bench.mixed_folder import markdown, measure
from rag.settings import Settings


@pytest.mark.slow
def test_what_can_be_read_is_kept_and_the_rest_named_with_reasons(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    made = write_mixed(tmp_path / "pages", 67, 43, 0)
    assert (made.pages, made.scanned, made.ways) == (24, 0, 43)
    figures = measure(made, Settings(home=tmp_path / "home"))
    texts = figures.texts.report
    assert texts.new == texts.articles == 24
    named = {
        Path(failure.source.partition("!/")[0].partition(" line ")[0]).name
        for failure in texts.failed
    }
    assert named == {path.name for path in made.bad.iterdir()}
    assert len(texts.failed) == 43 + (not figures.by_root)
    assert all(failure.reason and "\n" not in failure.reason for failure in texts.failed)
    again = figures.again.report
    assert (again.new, again.updated, again.unchanged) == (0, 0, 24)
    assert {failure.source for failure in texts.failed} <= {
        failure.source for failure in again.failed
    }
    assert f"| files with text | 24 | 24 | {len(texts.failed)} |" in markdown(figures)
