from pathlib import Path

import pytest

from rag.settings import Settings
from tests.store.samples import settings_for


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home")
