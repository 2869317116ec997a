from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.settings import Settings
from store.library import Library
from tests.store.samples import open_library, settings_for


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home")


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    with open_library(settings) as opened:
        yield opened
