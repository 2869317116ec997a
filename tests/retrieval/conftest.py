import pytest

from rag.retrieval.glossary import Glossary


@pytest.fixture(scope="session")
def glossary(tmp_path_factory: pytest.TempPathFactory) -> Glossary:
    return Glossary(tmp_path_factory.mktemp("glossary") / "glossary.sqlite")
