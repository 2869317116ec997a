from collections.abc import Iterator

import pytest

from rag.retrieval.glossary import Glossary


@pytest.fixture(scope="session")
def glossary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Glossary]:
    """The dictionary that ships, in a table of its own."""
    glossary = Glossary(tmp_path_factory.mktemp("glossary") / "glossary.sqlite")
    yield glossary
    glossary.close()
