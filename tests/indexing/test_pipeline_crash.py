"""An ingest killed at any moment: what it reported as stored is there, and a second run ends it."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.settings import Settings
from tests.indexing.ingest_process import PAGES, pages
from tests.store.samples import open_library, settings_for

REPOSITORY = Path(__file__).parents[2]


def ingest_for(home: Path, edition: int, pages_until: int, seconds: float) -> int:
    """Ingests an edition, killed so many seconds after so many pages are reported as stored, if it
    hasn't ended; how many pages it reported by then."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.indexing.ingest_process", home, str(edition)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    done = 0
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        while done < pages_until:
            done = int(process.stdout.readline())
        time.sleep(seconds)
        process.kill()
        # A line that was cut off isn't said.
        lines = process.stdout.read().split("\n")[:-1]
    return max((int(line) for line in lines if line.isdigit()), default=done)


@pytest.mark.slow
def test_kills_lose_nothing_that_was_reported(tmp_path: Path) -> None:
    chance = random.Random(20210304)
    settings = settings_for(tmp_path / "home", embedding_batch=8)
    reported = []
    for edition in (0, 0, 1, 1, 2):
        until = chance.randrange(PAGES // 2)
        done = ingest_for(settings.home, edition, until, chance.uniform(0, 0.1))
        reported.append(done)
        assert_stored(settings, edition, done)
    assert any(0 < done < PAGES for done in reported), "no kill came in the middle"
    assert ingest_for(settings.home, 2, PAGES, 0.0) == PAGES
    assert_stored(settings, 2, PAGES)


def assert_stored(settings: Settings, edition: int, done: int) -> None:
    with open_library(settings) as library:
        expected = list(pages(edition))
        for page in expected[:done]:
            assert library.page_of(page.origin) == page.id
            assert library.page(page.id).articles == page.articles
        report = library.verify()
        assert report.problems == ()
        assert report.pages == len(library.origins())
        assert report.chunks == report.vectors
