"""Who gets in at /mcp: keys, pages of other sites, sessions of others."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client

from rag.faces.api.options import ServeOptions
from store.keys import KeyStore
from tests.api.conftest import open_desk
from tests.api.serving import PATIENCE, Service, serving

ASKED = {
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "0"},
    },
}
LIST = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


@pytest.fixture(scope="module")
def guarded(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that lets nobody in without a key, and pages of one other site."""
    options = ServeOptions(require_key=True, allow_origins=("https://desk.example",))
    home = Path(shutil.copytree(filled_home, tmp_path_factory.mktemp("guarded") / "home"))
    with open_desk(home) as desk, serving(desk, options) as service:
        yield service


@pytest.fixture(scope="module")
def keys(guarded: Service) -> list[str]:
    store = KeyStore(guarded.home)
    made = [store.add(name, "read")[1] for name in ("first", "second", "revoked")]
    store.revoke("revoked")
    store.close()
    return made


def sent(service: Service, message: Any, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with service.client(**ASKED, **named) as client:
        return client.post("/mcp", json=message)


def bearer(key: str) -> str:
    return f"Bearer {key}"


@pytest.mark.parametrize("key", [None, "nd_unknown", "revoked"])
def test_without_a_key_that_opens_it_nothing_is_served(
    guarded: Service, keys: list[str], key: str | None
) -> None:
    given = keys[2] if key == "revoked" else key
    headers = {"Authorization": bearer(given)} if given else {}
    response = sent(guarded, INITIALIZE, **headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert "API key" in response.json()["error"]["message"]


def test_a_session_is_its_keys_own(guarded: Service, keys: list[str]) -> None:
    begun = sent(guarded, INITIALIZE, Authorization=bearer(keys[0]))
    assert begun.status_code == 200
    session = begun.headers["mcp-session-id"]
    own = {"Authorization": bearer(keys[0]), "Mcp_Session_Id": session}
    assert sent(guarded, INITIALIZED, **own).status_code == 202
    assert sent(guarded, LIST, **own).status_code == 200
    assert sent(guarded, LIST, **{**own, "Authorization": bearer(keys[1])}).status_code == 404


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://evil.example", 403), ("https://desk.example", 200), ("null", 403)],
)
def test_pages_of_other_sites_are_kept_out(
    guarded: Service, keys: list[str], origin: str, status: int
) -> None:
    given = {"Authorization": bearer(keys[0]), "Origin": origin}
    assert sent(guarded, INITIALIZE, **given).status_code == status


def test_its_own_page_gets_in(served: Service) -> None:
    assert sent(served, INITIALIZE, Origin=served.url).status_code == 200
    assert sent(served, INITIALIZE, Origin="http://127.0.0.1:1").status_code == 403


def test_a_name_that_leads_here_is_not_enough(served: Service) -> None:
    assert sent(served, INITIALIZE, Host="rebound.example").status_code == 403


async def tools_of(url: str, key: str) -> int:
    headers = {"Authorization": bearer(key)}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=PATIENCE) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        return len((await client.list_tools()).tools)


def test_the_official_client_gets_in_with_a_key_and_not_without(
    guarded: Service, keys: list[str]
) -> None:
    url = f"{guarded.url}/mcp"
    assert asyncio.run(tools_of(url, keys[0])) == 5
    with pytest.RaisesGroup(MCPError, allow_unwrapped=True, flatten_subgroups=True):
        asyncio.run(tools_of(url, "nd_wrong"))
