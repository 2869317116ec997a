"""Long work whose steps an agent's client is told of, and which ends early where it gives up."""

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from mcp.server.mcpserver import Context

from rag.faces.api.work import Work
from rag.indexing.pipeline import Progress

Made = TypeVar("Made", covariant=True)


@dataclass(frozen=True, slots=True)
class _Step:
    said: str


class Progressive(Protocol[Made]):
    """Blocking work that calls `progress` at each step."""

    def __call__(self, *, progress: Progress) -> Made: ...


async def with_progress(work: Work, context: Context[Any, Any], make: Progressive[Made]) -> Made:
    """What `make` gives. Each of its steps is one progress notification, where the client asked for
    them: they count up, as the protocol has it, whatever stage they belong to. Cancelled, it ends
    at its next step. Raises ApiError as `Work.call` does."""

    def steps(tell: Callable[[_Step | Made], None]) -> _Step | Made:
        def progress(stage: str, done: int, total: int | None) -> None:
            of = f" of {total}" if total is not None else ""
            tell(_Step(f"{stage}: {done}{of}"))

        return make(progress=progress)

    number = 0
    async with aclosing(work.told(steps)) as told:
        async for event in told:
            if not isinstance(event, _Step):
                return event
            number += 1
            await context.report_progress(number, message=event.said)
    raise AssertionError("what is made comes last")
