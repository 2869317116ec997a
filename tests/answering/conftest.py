"""Articles of an invented town, and a language model on a fake server."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date

import pytest

from rag.answering.llm import LanguageModel
from rag.answering.passages import Passage
from rag.answering.verification import Bilingual
from rag.indexing.embedding.bundled import BundledEmbedder
from rag.retrieval.glossary import Glossary
from rag.types import Article
from tests.answering.samples import COUNCIL, LIBRARY, article
from tests.fake_openai.server import FakeOpenAI, Reply, Serve


@pytest.fixture(scope="session")
def bilingual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bilingual]:
    """What compares English sentences with Chinese quotes, with the dictionary that ships."""
    glossary = Glossary(tmp_path_factory.mktemp("glossary") / "glossary.sqlite")
    yield Bilingual(glossary=glossary)
    glossary.close()


@pytest.fixture(scope="session")
def aligned(bilingual: Bilingual) -> Bilingual:
    """The same with the words that the bundled model finds near each other."""
    return replace(bilingual, words=BundledEmbedder(8).word_similarities)


@pytest.fixture
def council() -> Article:
    return article(
        "council", COUNCIL, "市政府常务会议研究老旧小区改造", event_date=date(2023, 3, 14)
    )


@pytest.fixture
def library() -> Article:
    return article("library", LIBRARY, "新图书馆开馆", position=1, event_date=date(2023, 3, 15))


@pytest.fixture
def passages(council: Article, library: Article) -> list[Passage]:
    return [
        Passage("S1", council, 0, len(council.text)),
        Passage("S2", library, 0, len(library.text)),
    ]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server with a script and gives it with a model that asks it."""
    with ExitStack() as stack:

        def start(*script: Reply, seconds: float = 10.0) -> tuple[FakeOpenAI, LanguageModel]:
            server = stack.enter_context(FakeOpenAI(*script))
            return server, LanguageModel(server.url, "sk-secret", "model-x", seconds, 400)

        yield start
