"""Long calls: told of step by step, and ended where the agent gives up."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.server.mcpserver import Context, MCPServer

from rag import Desk
from rag.faces.api.work import Work
from rag.faces.mcp.progress import with_progress
from rag.indexing.pipeline import Progress
from tests.api.serving import PATIENCE, serving


@pytest.fixture
def work() -> Iterator[Work]:
    made = Work(1, 0, PATIENCE)
    yield made
    assert made.close(PATIENCE)


def test_a_briefing_is_told_step_by_step(own_desk: Desk) -> None:
    steps: list[tuple[float, str | None]] = []

    async def told(progress: float, total: float | None, message: str | None) -> None:
        steps.append((progress, message))

    async def run(url: str) -> None:
        async with Client(url) as client:
            result = await client.call_tool(
                "brief", {"date_from": "2024-05-16"}, progress_callback=told
            )
            assert not result.is_error

    with serving(own_desk) as service:
        asyncio.run(run(f"{service.url}/mcp"))
    assert [number for number, _ in steps] == list(range(1, len(steps) + 1))
    assert steps[-1][1] == "points: 4 of 4"


def test_a_call_that_is_given_up_ends_at_its_next_step(work: Work) -> None:
    """Work that would never end, cancelled by the client after its third step."""
    ended = threading.Event()
    server = MCPServer[Any]("endless")

    def endless(*, progress: Progress) -> str:
        done = 0
        try:
            while True:
                done += 1
                progress("steps", done, None)
                ended.wait(0.01)
        finally:
            ended.set()

    @server.tool()
    async def wait(context: Context[Any, Any]) -> str:
        return await with_progress(work, context, endless)

    async def run() -> None:
        with anyio.CancelScope() as scope:

            async def told(progress: float, total: float | None, message: str | None) -> None:
                if progress == 3:
                    scope.cancel()

            async with Client(server, mode="legacy") as client:
                await client.call_tool("wait", progress_callback=told)

    asyncio.run(run())
    assert ended.wait(PATIENCE)
