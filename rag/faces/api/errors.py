"""What goes wrong, as every path tells it: one shape, one plain line, never a traceback."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from rag.errors import (
    AnswerNotFoundError,
    ArchiveLockedError,
    ArticleNotFoundError,
    BriefingNotFoundError,
    EmbeddingError,
    HomeError,
    IndexMismatchError,
    NewsdeskError,
    ReadingError,
    ReindexedError,
    SettingsError,
    UsageError,
    VectorServerError,
)

_log = logging.getLogger(__name__)

# The first that fits counts.
_STATUSES: tuple[tuple[type[NewsdeskError], int], ...] = (
    (ArticleNotFoundError, 404),
    (AnswerNotFoundError, 404),
    (BriefingNotFoundError, 404),
    (ArchiveLockedError, 409),
    (SettingsError, 500),
    (UsageError, 400),
    (ReadingError, 400),
    (IndexMismatchError, 503),
    (EmbeddingError, 503),
    (VectorServerError, 503),
    (HomeError, 503),
)
_NAMES = {400: "BadRequest", 404: "NotFound", 405: "MethodNotAllowed", 413: "TooLarge"}


class ApiError(HTTPException):
    """A failure of a request itself. kind: its name, one word. headers: sent with it."""

    def __init__(
        self, status: int, kind: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, message, dict(headers or {}))
        self.kind = kind


def stopping() -> ApiError:
    """The failure of what a server takes no more, or can't end any more, since it stops."""
    return ApiError(503, "Stopping", "the server is stopping; ask again when it is back")


def error_body(kind: str, message: str, status: int, request_id: str, **more: Any) -> Any:
    """The shape of every failure. message: one plain line."""
    told = {"type": kind, "message": " ".join(message.split()), "status": status}
    return {"error": {**told, "request_id": request_id, **more}}


def explained(error: Exception) -> tuple[str, str, int]:
    """A failure's kind, its one line, and its status."""
    if isinstance(error, ApiError):
        return error.kind, error.detail, error.status_code
    if isinstance(error, ReindexedError):
        message = "the archive was reindexed, and the server opens it anew; ask again in a moment"
        return type(error).__name__, message, 503
    if isinstance(error, NewsdeskError):
        status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
        return type(error).__name__, str(error), status
    return "InternalError", "newsdesk failed at this; its log says how, by the request id", 500


def request_id_of(request: Request) -> str:
    """The id that a request goes by, in its answer and in the log."""
    return str(request.scope.get("state", {}).get("request_id", ""))


def handle_errors(app: FastAPI) -> None:
    """Makes an app tell of every failure in the one shape."""
    app.add_exception_handler(ApiError, _failed)
    app.add_exception_handler(NewsdeskError, _failed)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)


async def _failed(request: Request, error: Exception) -> JSONResponse:
    kind, message, status = explained(error)
    if status >= 500:
        _log.warning("%s: %s", kind, message)
    headers = error.headers if isinstance(error, ApiError) else {}
    body = error_body(kind, message, status, request_id_of(request))
    return JSONResponse(body, status, headers=headers)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = [
        {
            "field": _field(problem["type"], problem["loc"]),
            "message": problem["msg"].removeprefix("Value error, "),
        }
        for problem in error.errors()
    ]
    message = "; ".join(f"{one['field']}: {one['message']}" for one in fields[:5])
    body = error_body("ValidationError", message, 422, request_id_of(request), fields=fields)
    return JSONResponse(body, 422)


def _field(problem: str, place: tuple[int | str, ...]) -> str:
    """Where a request is wrong: a field's name; what the place of broken JSON is says the rest."""
    inner = () if problem == "json_invalid" else place[1:]
    return ".".join(map(str, inner)) or str(place[0])


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind = _NAMES.get(error.status_code, "HttpError")
    body = error_body(kind, str(error.detail), error.status_code, request_id_of(request))
    return JSONResponse(body, error.status_code, headers=error.headers)
