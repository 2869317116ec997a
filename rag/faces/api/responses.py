"""Responses: JSON of what rag.faces.shapes makes, and streams of events."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import anyio
from fastapi import Request
from fastapi.responses import JSONResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

from rag.errors import NewsdeskError
from rag.faces.api.errors import ApiError, error_body, explained, request_id_of
from rag.faces.api.options import ServeOptions
from rag.faces.shapes import Shape

Event = tuple[str, Any]
"""A name and what goes with it, as JSON."""


class Shaped(JSONResponse):
    """A shape as it stands: its response model documents it and changes nothing about it."""

    def render(self, content: Any) -> bytes:
        return json_text(content).encode("utf-8", "replace")


def json_text(value: Any) -> str:
    """JSON on one line."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def wants_events(request: Request) -> bool:
    """Whether a client asks for server-sent events by its Accept header."""
    return "text/event-stream" in request.headers.get("accept", "")


async def event_stream(
    events: AsyncGenerator[Event], request: Request, options: ServeOptions
) -> EventSourceResponse:
    """Server-sent events. What fails before the first of them is told by the status; after it, by
    a last event, `error`. Closed with the connection; comments keep it alive meanwhile."""
    first = await anext(events)
    return EventSourceResponse(
        _written(first, events, request),
        ping=options.keep_alive,
        send_timeout=options.body_idle,
        ping_message_factory=lambda: ServerSentEvent(comment="still here"),
        shutdown_event=anyio.Event(),
        shutdown_grace_period=options.grace,
    )


async def _written(
    first: Event, events: AsyncGenerator[Event], request: Request
) -> AsyncIterator[dict[str, str]]:
    try:
        yield _event(first)
        async for event in events:
            yield _event(event)
    except (ApiError, NewsdeskError) as error:
        kind, message, status = explained(error)
        yield _event(("error", error_body(kind, message, status, request_id_of(request))))
    finally:
        await events.aclose()


def _event(event: Event) -> dict[str, str]:
    name, data = event
    return {"event": name, "data": json_text(data).encode("utf-8", "replace").decode()}


def paged(items: list[Any], total: int, limit: int, offset: int) -> Shape:
    """A page of a list: some of `total` items, after the first `offset`."""
    after = offset + limit
    return {
        "items": items,
        "total": total,
        "limit": limit,
        "offset": offset,
        "next_offset": after if after < total else None,
    }
