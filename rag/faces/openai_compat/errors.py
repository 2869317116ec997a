"""Failures as OpenAI's clients read them: message, type, param, code."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from rag.errors import NewsdeskError
from rag.faces.api.errors import ApiError, explained
from rag.faces.api.responses import Shaped

_INVALID, _SERVER = "invalid_request_error", "server_error"
_TYPES: Mapping[int, str] = {
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
}
_MEANINGS: Mapping[int, str] = {
    400: "The request can't be answered as it is; `param` says which field is why.",
    401: "No API key, or one that opens nothing.",
    403: "The request isn't meant for this server.",
    404: "There is no such model.",
    413: "Too large.",
    429: "Too much at once; `Retry-After` says when to try again.",
    500: "A fault of newsdesk.",
    503: "Not ready, or stopping.",
    504: "It took longer than the deadline.",
}
_CODES: Mapping[int, str] = {401: "invalid_api_key", 429: "rate_limit_exceeded"}


class ChatErrorDetail(BaseModel):
    """A failure: one plain line, its kind, the field that is why, a word for it."""

    message: str
    type: str
    param: str | None
    code: str | None


class ChatErrorModel(BaseModel):
    """Every failure, in OpenAI's shape."""

    error: ChatErrorDetail


class ChatError(ApiError):
    """A chat that can't be answered as it is asked. param: the field that is why, as a path."""

    def __init__(self, message: str, param: str | None, code: str, status: int = 400) -> None:
        super().__init__(status, "BadRequest", message)
        self.param = param
        self.code = code


class ChatRoute(APIRoute):
    """A route whose failures, those of its dependencies too, are told in OpenAI's shape."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except (HTTPException, NewsdeskError, RequestValidationError) as error:
                status, body = chat_error(error)
                headers = error.headers if isinstance(error, HTTPException) else None
                return Shaped(body, status, headers=headers)

        return handled


def failures(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The failures of a path, for the OpenAPI document."""
    told: dict[int | str, dict[str, Any]] = {
        status: {"model": ChatErrorModel, "description": _MEANINGS[status]}
        for status in sorted({401, 403, 429, 500, *statuses})
    }
    return {**told, "default": {"model": ChatErrorModel, "description": "Any other failure."}}


def chat_error(error: Exception) -> tuple[int, dict[str, Any]]:
    """The status and the body for a failure. The message is one plain line."""
    if isinstance(error, RequestValidationError):
        problem = error.errors()[0]
        param = _path(problem["loc"][1:])
        message = f"{param or 'the body'}: {problem['msg'].removeprefix('Value error, ')}"
        return 400, error_shape(message, 400, param, None)
    if isinstance(error, HTTPException) and not isinstance(error, ApiError):
        return error.status_code, error_shape(error.detail, error.status_code)
    _, message, status = explained(error)
    if isinstance(error, ChatError):
        return status, error_shape(message, status, error.param, error.code)
    return status, error_shape(message, status)


def error_shape(
    message: str, status: int, param: str | None = None, code: str | None = None
) -> dict[str, Any]:
    """The body for a failure with this status."""
    kind = _TYPES.get(status, _SERVER if status >= 500 else _INVALID)
    told = {"message": " ".join(message.split()), "type": kind}
    return {"error": {**told, "param": param, "code": code or _CODES.get(status)}}


def _path(parts: tuple[int | str, ...]) -> str | None:
    """A field as a path: messages[0].content."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return path.lstrip(".") or None
