"""A running service over the golden pages; an archive of a test's own where it writes."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from rag import Desk
from rag.settings import Settings
from tests.api.serving import Service, serving
from tests.desk.flood_fund import PAGES


def open_desk(home: Path) -> Desk:
    """An archive that asks no language model."""
    return Desk.open(settings=Settings(home=home, mode="extractive"))


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the golden pages in it, for tests to copy."""
    home = tmp_path_factory.mktemp("api") / "home"
    with open_desk(home) as desk:
        desk.ingest([PAGES])
    return home


@pytest.fixture(scope="session")
def served(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that tests only read from."""
    home = Path(shutil.copytree(filled_home, tmp_path_factory.mktemp("served") / "home"))
    with open_desk(home) as desk, serving(desk) as service:
        yield service


@pytest.fixture(scope="session")
def served_url(served: Service) -> str:
    """Where that service is."""
    return served.url


@pytest.fixture
def client(served: Service) -> Iterator[httpx2.Client]:
    """A client of the service that is only read from."""
    with served.client() as client:
        yield client


@pytest.fixture
def own_home(filled_home: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own, with the golden pages in it."""
    return Path(shutil.copytree(filled_home, tmp_path / "home"))


@pytest.fixture
def own_desk(own_home: Path) -> Iterator[Desk]:
    """An open archive of the test's own."""
    with open_desk(own_home) as desk:
        yield desk
