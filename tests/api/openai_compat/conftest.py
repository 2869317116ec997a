"""OpenAI's own client of the service that is only read from."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from openai import OpenAI

from store.keys import KeyStore
from tests.api.serving import Service


def key_of(home: Path) -> str:
    """A new key to read an archive with: OpenAI's client needs one."""
    keys = KeyStore(home)
    secret = keys.add("chat", "read")[1]
    keys.close()
    return secret


@pytest.fixture(scope="session")
def key(served: Service) -> str:
    return key_of(served.home)


@pytest.fixture
def chat(served: Service, key: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{served.url}/v1", api_key=key, max_retries=0) as client:
        yield client
