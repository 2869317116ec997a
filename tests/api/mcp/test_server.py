"""MCP by the official client: over stdio from a process of its own, over HTTP from the service."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client import IncomingMessage
from mcp_types import CallToolResult, TextContent, TextResourceContents

from rag import Desk
from rag.faces.mcp.resources import LISTED_AT_A_TIME
from tests.api.serving import Service, serving
from tests.desk.flood_fund import QUESTION, REPOSITORY

NOT_HELD = "火星基地的食堂今年换了几任厨师长？"
TOOLS = {"ask", "search", "read_article", "list_articles", "brief"}
DAY = "2024-05-16"
FUND = "决定设立1200万元防汛应急周转资金，专项用于抢险物资储备和群众转移安置。"

Visit = Callable[[Client], Awaitable[None]]


def visited(target: StdioServerParameters | str, visit: Visit, mode: str = "auto") -> None:
    """A visit by the official client, to which nothing came that is not the protocol."""
    strange: list[Exception] = []

    async def noted(message: IncomingMessage) -> None:
        if isinstance(message, Exception):
            strange.append(message)

    async def run() -> None:
        async with Client(
            target, mode=mode, read_timeout_seconds=60, message_handler=noted
        ) as client:
            await visit(client)

    asyncio.run(run())
    assert strange == []


def stdio(home: Path) -> StdioServerParameters:
    """The command as a client starts it."""
    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "rag", "mcp", "--home", str(home)],
        env={
            "PYTHONPATH": str(REPOSITORY),
            "HF_HUB_OFFLINE": "1",
            "NEWSDESK_MODE": "extractive",
            "PATH": os.environ["PATH"],
        },
    )


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


async def called(client: Client, tool: str, **arguments: Any) -> tuple[str, Any]:
    """A tool's text and structured content; the client fails where its schema says otherwise."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, text_of(result)
    assert result.structured_content is not None
    return text_of(result), result.structured_content


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert "\n" not in text_of(result)
    return text_of(result)


async def the_whole_face(client: Client) -> None:
    """Everything that is offered, used once."""
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == TOOLS
    for tool in tools.values():
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert tool.description
        assert tool.output_schema is not None
        assert all("description" in one for one in tool.input_schema["properties"].values())

    text, answer = await called(client, "ask", question=QUESTION, date_from=DAY, date_to=DAY)
    (citation,) = answer["citations"]
    assert not answer["refused"]
    assert f"{FUND}[1](newsdesk://article/{citation['article_id']})" in text

    read, article = await called(client, "read_article", article_id=citation["article_id"])
    assert article["text"][citation["start"] : citation["end"]] == citation["quote"] == FUND
    assert article["headline"] in read

    text, found = await called(client, "search", query="防汛", limit=2)
    assert [hit["article_id"] in text for hit in found["items"]] == [True, True]

    text, listed = await called(client, "list_articles", limit=4, offset=4)
    assert (len(listed["items"]), listed["total"], listed["next_offset"]) == (4, 11, 8)
    assert "offset 8 gives the next" in text

    text, briefing = await called(client, "brief", date_from=DAY)
    assert briefing["from"] == briefing["to"] == DAY
    assert f"[1](newsdesk://article/{briefing['citations'][0]['article_id']})" in text

    resources = (await client.list_resources()).resources
    assert len(resources) == 11
    (template,) = (await client.list_resource_templates()).resource_templates
    assert template.uri_template == "newsdesk://article/{article_id}"
    (content,) = (await client.read_resource(f"newsdesk://article/{article['id']}")).contents
    assert isinstance(content, TextResourceContents)
    assert content.text == read
    assert content.mime_type == "text/markdown"

    prompts = {prompt.name for prompt in (await client.list_prompts()).prompts}
    assert prompts == {"briefing", "question"}
    prompt = await client.get_prompt("briefing", {"day": DAY, "topic": "防汛"})
    assert f"date_from {DAY}, date_to {DAY} and topic '防汛'" in str(prompt.messages[0].content)
    prompt = await client.get_prompt("question", {"question": QUESTION})
    assert QUESTION in str(prompt.messages[0].content)


def test_the_documentation_tells_of_every_tool() -> None:
    told = (REPOSITORY / "docs" / "clients.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", told.split("### Tools")[1], re.MULTILINE)) == TOOLS


@pytest.mark.slow
@pytest.mark.slow
def test_a_client_that_vanishes_is_no_fault(own_home: Path) -> None:
    started = stdio(own_home)
    with subprocess.Popen(
        [started.command, *started.args],
        env={**os.environ, **(started.env or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        running.stdout.close()
        running.stdout = None
        _, told = running.communicate(b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n', 60)
    assert b"fault" not in told


def test_over_stdio(own_home: Path) -> None:
    visited(stdio(own_home), the_whole_face, "legacy")


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_over_http(served: Service, mode: str) -> None:
    visited(f"{served.url}/mcp", the_whole_face, mode)


def test_a_refusal_is_no_error(served: Service) -> None:
    async def visit(client: Client) -> None:
        text, answer = await called(client, "ask", question=NOT_HELD)
        assert answer["refused"]
        assert answer["citations"] == []
        assert "](" not in text
        text, briefing = await called(client, "brief", date_from="2024-05-01")
        assert briefing["stories"] == []
        assert [day["date"] for day in briefing["nearest"]] == ["2024-05-16", "2024-05-17"]
        assert "2024年5月16日" in text
        _, listed = await called(client, "list_articles", publication="无此报")
        assert (listed["items"], listed["next_offset"]) == ([], None)

    visited(f"{served.url}/mcp", visit)


def test_what_agents_do_is_counted(served: Service) -> None:
    async def visit(client: Client) -> None:
        await called(client, "ask", question=NOT_HELD)

    before = refusals(served)
    visited(f"{served.url}/mcp", visit)
    assert refusals(served) == before + 1
    with served.client() as client:
        assert 'route="/mcp"' in client.get("/metrics").text


def refusals(service: Service) -> float:
    """The refusals that the service's metrics have counted."""
    counted = r'^newsdesk_answers_total\{mode="extractive",refused="true"\} (\S+)$'
    with service.client() as client:
        found = re.search(counted, client.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_a_question_may_follow_an_answer(served: Service) -> None:
    async def visit(client: Client) -> None:
        _, first = await called(client, "ask", question="谁主持了县委常委会会议？")
        follows = ["0123456789ab", first["id"]]
        _, second = await called(client, "ask", question="他还说了什么？", follows=follows)
        assert second["understood"] == "桑禾川还说了什么？"
        assert any("0123456789ab" in note for note in second["notes"])

    visited(f"{served.url}/mcp", visit)


def test_what_cannot_be_done_is_one_plain_line(served: Service) -> None:
    async def visit(client: Client) -> None:
        for tool, arguments, told in FAULTS:
            line = await refused(client, tool, **arguments)
            assert line[: len(told)] == told
        for uri in ("newsdesk://article/0000000000000000", "newsdesk://papers"):
            with pytest.raises(MCPError) as raised:
                await client.read_resource(uri)
            assert raised.value.code == -32602
        for name, arguments, told in PROMPT_FAULTS:
            with pytest.raises(MCPError, match=told) as raised:
                await client.get_prompt(name, arguments)
            assert raised.value.code == -32602
        with pytest.raises(MCPError, match="no cursor of this list"):
            await client.list_resources(cursor="next")

    visited(f"{served.url}/mcp", visit)


FAULTS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("ask", {"question": " "}, "question: is blank; give it words"),
    ("ask", {}, "question: Field required"),
    ("ask", {"question": "问" * 2001}, "question: String should have at most 2000 characters"),
    ("ask", {"question": QUESTION, "from": DAY}, "ask takes no from; it takes question, date_from"),
    (
        *("ask", {"question": QUESTION, "date_from": "2024-13-01"}),
        "date_from: '2024-13-01' is no day of the calendar; write 2020-12-23",
    ),
    ("search", {"query": "防汛", "date_from": 20240516}, "date_from: 20240516 is no day"),
    (
        *("search", {"query": "防汛", "date_from": "2024-05-17", "date_to": DAY}),
        "from 2024-05-17 lies after to 2024-05-16; swap the dates",
    ),
    ("search", {"query": "防汛", "limit": 51}, "limit: Input should be less than or equal to 50"),
    ("read_article", {"article_id": "0000000000000000"}, "no article has the id"),
    ("brief", {}, "say which day: date_from, date_to, or both"),
    ("brief", {"date_from": DAY, "length": "endless"}, "length: Input should be 'short'"),
    ("list_articles", {"offset": -1}, "offset: Input should be greater than or equal to 0"),
)
PROMPT_FAULTS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("briefing", {"day": "today"}, "'today' is no day of the calendar"),
    ("briefing", {"day": DAY, "last_day": "2024-05-15"}, "swap the days"),
    ("briefing", {}, "needs day"),
    ("question", {"question": " "}, "the question is blank"),
    ("weather", {}, "there is no prompt 'weather'"),
)


@pytest.mark.slow
def test_resources_are_listed_page_by_page(tmp_path: Path) -> None:
    count = LISTED_AT_A_TIME + 5
    rows = "".join(f'{{"text": "第{n}号公报，今日发布。"}}\n' for n in range(count))
    file = tmp_path / "rows.jsonl"
    file.write_text(rows, encoding="utf-8")

    async def visit(client: Client) -> None:
        first = await client.list_resources()
        assert len(first.resources) == LISTED_AT_A_TIME
        last = await client.list_resources(cursor=first.next_cursor)
        assert last.next_cursor is None
        uris = {one.uri for one in (*first.resources, *last.resources)}
        assert len(uris) == count

    with Desk.open(tmp_path / "home") as desk:
        desk.ingest([file])
        with serving(desk) as service:
            visited(f"{service.url}/mcp", visit)
