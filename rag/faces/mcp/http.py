"""MCP over streamable HTTP, as a path of the service."""

from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.desk import Desk
from rag.faces.api.access import is_of
from rag.faces.api.errors import ApiError
from rag.faces.api.state import Served
from rag.faces.mcp.server import server

PATH = "/mcp"
MOST_SESSIONS = 1000
SESSION_IDLE = 1800.0  # seconds


def mount(app: FastAPI, desk: Desk) -> Callable[[], AbstractAsyncContextManager[None]]:
    """Serves MCP at /mcp of the service's app; gives what is to be entered while the app runs.

    The app's own middleware has checked host, key and rate of a request before it comes here.
    """
    served: Served = app.state.served
    made = server(desk, served.work, served.answered)
    routes = made.streamable_http_app(
        streamable_http_path=PATH,
        max_sessions=MOST_SESSIONS,
        session_idle_timeout=SESSION_IDLE,
        max_request_body_size=served.options.body_bytes,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    ).routes
    (route,) = (one for one in routes if isinstance(one, Route))
    guarded = _Guarded(route.app, served.options.allow_origins)
    app.router.routes.append(_Named(PATH, endpoint=guarded, include_in_schema=False))
    return made.session_manager.run


class _Named(Route):
    """A route that log and metrics know by its path, as they know FastAPI's own."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        return match, {**found, "route": self}


class _Guarded:
    """ASGI: keeps out pages of other sites, and keeps a session to the key that began it."""

    def __init__(self, app: ASGIApp, allow_origins: Collection[str]) -> None:
        self._app = app
        self._allow_origins = allow_origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        own = origin is None or is_of(origin, headers.get("host", ""))
        if not own and origin not in self._allow_origins:
            raise ApiError(
                403,
                "CrossSite",
                "a page of another site may not do this; --allow-origin ORIGIN lets it",
            )
        caller = scope.get("state", {}).get("caller")
        if caller is not None and caller.key_id is not None:
            token = AccessToken(token="", client_id=caller.key_id, scopes=[caller.scope])
            scope = {**scope, "user": AuthenticatedUser(token)}
        await self._app(scope, receive, send)
