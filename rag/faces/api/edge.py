"""What every request passes first and every response last: its id, its faults, its headers, its
line in the log."""

import asyncio
import logging
import re
import time
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.faces.api.access import COUNTED
from rag.faces.api.errors import ApiError, error_body, explained, stopping
from rag.faces.api.logs import request_id as current_id
from rag.faces.api.logs import told
from rag.faces.api.metrics import Metrics

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
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_UNANSWERED = 499
"""The status in log and metrics where the client left before there was any."""


class Edge:
    """ASGI middleware, the outermost: ids, headers, log and numbers. log_questions: whether the log
    has the query of a URL, which holds what is searched."""

    def __init__(self, app: ASGIApp, metrics: Metrics, *, log_questions: bool) -> None:
        self._app = app
        self._metrics = metrics
        self._log_questions = log_questions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = _request_id(Headers(scope=scope))
        state = scope.setdefault("state", {})
        state["request_id"] = given
        token = current_id.set(given)
        began = time.perf_counter()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _complete(MutableHeaders(scope=message), scope["path"], given)
            await send(message)

        self._metrics.began()
        try:
            await self._app(scope, receive, answer)
        finally:
            self._note(scope, status or _UNANSWERED, time.perf_counter() - began)
            current_id.reset(token)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = _route(scope)
        # So would one for each word that can stand for a method.
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.ended(method, route, status, seconds)
        caller = scope["state"].get("caller")
        fields = {
            "method": scope["method"],
            "path": scope["path"],
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "client": (scope.get("client") or ("",))[0],
            "key": caller.key_id if caller else None,
        }
        if self._log_questions and scope["query_string"]:
            fields["query"] = scope["query_string"].decode("latin-1")
        level = logging.WARNING if status >= 500 else logging.INFO
        _log.log(level, "request", extra=told(**fields))


class Faults:
    """ASGI middleware: whatever goes wrong below it is told in the one shape, and logged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except asyncio.CancelledError:
            # Only a stop cancels a request, once its grace is over.
            if scope["type"] != "http" or begun:
                raise
            response = _explain(stopping(), scope["state"]["request_id"])
            await response(scope, receive, send)
        except ClientDisconnect:
            return  # it left before its body was whole: nobody takes an answer
        except Exception as error:
            if scope["type"] != "http":
                raise
            if not isinstance(error, ApiError):
                _log.exception("a request failed")
            if not begun:
                response = _explain(error, scope["state"]["request_id"])
                await response(scope, receive, send)


def _explain(error: Exception, request_id: str) -> JSONResponse:
    kind, message, status = explained(error)
    headers = error.headers if isinstance(error, ApiError) else {}
    return JSONResponse(error_body(kind, message, status, request_id), status, headers=headers)


def _route(scope: Scope) -> str:
    """The path as it is declared: a label for each path that is asked for would never end."""
    declared = getattr(scope.get("route"), "path", None)
    return str(declared) if declared else "other"


def _request_id(headers: Headers) -> str:
    """The caller's own id, where it is one that can stand in a log; else a new one."""
    given = headers.get("x-request-id", "")
    return given if _ID.fullmatch(given) else uuid4().hex


def _complete(headers: MutableHeaders, path: str, request_id: str) -> None:
    headers["X-Request-ID"] = request_id
    for name, value in _SECURITY.items():
        headers.setdefault(name, value)
    if path.startswith(COUNTED):
        headers.setdefault("Cache-Control", "no-store")
