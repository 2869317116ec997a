"""An archive of the golden pages, one for each test."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from rag import Desk
from tests.desk.flood_fund import PAGES


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("filled") / "home"
    with Desk.open(home) as desk:
        desk.ingest([PAGES])
    return home


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    """An archive of the test's own."""
    return Path(shutil.copytree(filled, tmp_path / "home"))


@pytest.fixture(scope="session")
def briefed(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same archive, with the vectors in it that every briefing looks up."""
    home = Path(shutil.copytree(filled, tmp_path_factory.mktemp("briefed") / "home"))
    with Desk.open(home) as desk:
        desk.brief(date(2024, 5, 16))
    return home
