"""Long work whose steps an agent's client is told of, and which ends early where it gives up."""

import asyncio
import threading
from typing import Any, Protocol, TypeVar

from mcp.server.mcpserver import Context

from rag.faces.api.work import Work
from rag.indexing.pipeline import Progress

T = TypeVar("T", covariant=True)


class Progressive(Protocol[T]):
    """Blocking work that calls `progress` at each step."""

    def __call__(self, *, progress: Progress) -> T: ...


class _GivenUpError(Exception):
    """Nobody waits for this any more."""


async def with_progress(work: Work, context: Context[Any, Any], make: Progressive[T]) -> T:
    """What `make` gives. Each of its steps is one progress notification, where the client asked for
    them: they count up, as the protocol has it, whatever stage they belong to. Cancelled, it ends
    at its next step. Raises ApiError as `Work.call` does."""
    loop = asyncio.get_running_loop()
    steps: asyncio.Queue[str | None] = asyncio.Queue()
    given_up = threading.Event()

    def progress(stage: str, done: int, total: int | None) -> None:
        if given_up.is_set():
            raise _GivenUpError
        of = f"{done} of {total}" if total is not None else f"{done}"
        loop.call_soon_threadsafe(steps.put_nowait, f"{stage}: {of}")

    async def tell() -> None:
        number = 0
        while (step := await steps.get()) is not None:
            number += 1
            await context.report_progress(number, message=step)

    telling = asyncio.create_task(tell())
    try:
        made = await work.call(make, progress=progress)
        steps.put_nowait(None)
        await telling
        return made
    finally:
        given_up.set()
        telling.cancel()
