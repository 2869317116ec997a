"""What every request passes first and every response last: its id, its faults, its headers."""

import logging
import re
import time
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.faces.api.errors import ApiError, error_body, explained

_log = logging.getLogger(__name__)

_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": _CSP,
}


class Edge:
    """ASGI middleware, the outermost: gives a request its id, an exception its response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Request(scope))
        scope.setdefault("state", {})["request_id"] = request_id
        began = time.perf_counter()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _complete(MutableHeaders(scope=message), scope["path"], request_id)
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Exception as error:
            if not isinstance(error, ApiError):
                _log.exception("request %s failed", request_id)
            if status:
                raise
            kind, message, code = explained(error)
            headers = error.headers if isinstance(error, ApiError) else {}
            body = error_body(kind, message, code, request_id)
            await JSONResponse(body, code, headers=headers)(scope, receive, answer)
        finally:
            _log.debug(
                "%s %s %s %.1f ms",
                *(scope["method"], scope["path"], status),
                (time.perf_counter() - began) * 1000,
            )


def _request_id(request: Request) -> str:
    """The caller's own id, where it is one that can stand in a log; else a new one."""
    given = request.headers.get("x-request-id", "")
    return given if _ID.fullmatch(given) else uuid4().hex


def _complete(headers: MutableHeaders, path: str, request_id: str) -> None:
    headers["X-Request-ID"] = request_id
    for name, value in _SECURITY.items():
        headers.setdefault(name, value)
    if path.startswith(("/api/", "/v1/", "/mcp")):
        headers.setdefault("Cache-Control", "no-store")
