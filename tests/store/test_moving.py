"""Where the vectors are: an archive may be moved or copied, and served from elsewhere and back."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag.settings import Settings
from store.archive import CATALOGUE_NAME
from store.chroma import ChromaVectors
from tests.store.samples import (
    indexed,
    open_library,
    page_of,
    question_vector,
    sentence,
    settings_for,
)


@pytest.fixture
def listings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where all vectors were listed from now on, as a comparison with the catalogue does."""
    seen: list[str] = []
    ids = ChromaVectors.ids

    def noted_ids(self: ChromaVectors) -> set[str]:
        seen.append(self.place)
        return ids(self)

    monkeypatch.setattr(ChromaVectors, "ids", noted_ids)
    return seen


def filled(settings: Settings) -> Path:
    with open_library(settings) as library:
        library.put([indexed(page_of("/a.txt", *map(sentence, range(9))), library)])
        return library.archive


def noted(archive: Path, place: str | None) -> str:
    """What is noted of the place; changed before, where a place is given."""
    with closing(sqlite3.connect(archive / CATALOGUE_NAME, isolation_level=None)) as catalogue:
        if place is not None:
            catalogue.execute("UPDATE manifest SET value = ? WHERE field = 'vectors_at'", (place,))
        rows = catalogue.execute("SELECT value FROM manifest WHERE field = 'vectors_at'")
        [(found,)] = rows.fetchall()
        return str(found)


@pytest.mark.parametrize("earlier", [True, False])
def test_a_home_that_moves_is_not_compared(
    settings: Settings,
    tmp_path: Path,
    listings: list[str],
    caplog: pytest.LogCaptureFixture,
    earlier: bool,
) -> None:
    archive = filled(settings)
    # Earlier versions noted where the folder was.
    noted(archive, str(archive / "vectors") if earlier else None)
    for name, move in (("copied", shutil.copytree), ("moved", shutil.move)):
        move(settings.home, tmp_path / name)
        listings.clear()
        with open_library(settings_for(tmp_path / name)) as library:
            assert len(library.dense(question_vector("水库"), 20)) == 9
            library.put([indexed(page_of("/b.txt", sentence(50)), library)])
            assert listings == []
            assert library.verify().ok
    assert caplog.text == ""


def test_vectors_that_were_elsewhere_are_compared_and_only_mending_is_told(
    settings: Settings, listings: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    archive = filled(settings)
    listings.clear()
    noted(archive, "http://127.0.0.1:9")
    with open_library(settings) as library:
        assert len(library.dense(question_vector("水库"), 20)) == 9
    assert len(listings) == 1
    assert noted(archive, None) == "files"
    assert caplog.text == ""

    with open_library(settings) as library:
        # As many as there should be, but one is another's.
        [first, second, *_] = sorted(library._vectors.ids())
        batch = library._ledger.vectors_of([first])
        batch.vectors[:] = library._ledger.vectors_of([second]).vectors
        library._vectors.upsert([batch])
    noted(archive, "http://127.0.0.1:9")
    with open_library(settings) as library:
        assert len(library.dense(question_vector("水库"), 20)) == 9
        assert library.verify().ok
    assert "brought in step with the catalogue" in caplog.text
