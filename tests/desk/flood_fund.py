"""A question of the golden pages, and a fake server's answers to it, true and false."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rag import Desk
from rag.usage import UsageTotal
from tests.fake_openai import server as fake
from tests.fake_openai.server import FakeOpenAI, Reply

REPOSITORY = Path(__file__).parents[2]
PAGES = REPOSITORY / "eval" / "golden" / "pages"
QUESTION = "防汛应急周转资金用在哪里？"
ENGLISH = "What is the flood control emergency fund for?"
CHINESE = "防汛应急资金用于什么？"
HELD = "1200万元防汛应急周转资金专项用于抢险物资储备和群众转移安置。"
MORE = "群众转移安置也用这笔资金。"
INVENTED = "3500万元防汛应急周转资金专项用于抢险物资储备和群众转移安置。"
NOON = datetime(2024, 5, 21, 12, 0, tzinfo=UTC)


@contextmanager
def served(home: Path, *script: Reply, **settings: str) -> Iterator[tuple[FakeOpenAI, Desk]]:
    with pytest.MonkeyPatch.context() as patch, FakeOpenAI(*script) as server:
        patch.setenv("OPENAI_BASE_URL", server.url)
        for name, value in settings.items():
            patch.setenv(name, value)
        with Desk.open(home) as desk:
            yield server, desk


def saying(*sentences: str) -> Reply:
    """A model that answers with sentences and names the right source for them."""

    def write(body: dict[str, Any]) -> str:
        return fake.answer_json(*((text, source_in(body)) for text in sentences))

    return fake.says(write)


def source_in(body: dict[str, Any]) -> str:
    """The id of the sentence that holds the answer, as the prompt prints it."""
    prompt = body["messages"][-1]["content"].splitlines()
    return str(next(line.split()[0] for line in prompt if "专项用于抢险物资储备" in line))


def translating(text: str, answers: Reply) -> Reply:
    """Translates by one text, and answers by another reply."""
    says = fake.says(text)
    return lambda exchange: (answers if "response_format" in exchange.body else says)(exchange)


def usage_of(home: Path) -> list[UsageTotal]:
    with Desk.open(home) as desk:
        return desk.usage()
