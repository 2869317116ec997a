"""How much a request may send: counted as it comes, whatever it says of itself."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.faces.api.errors import ApiError
from rag.faces.api.options import ServeOptions

UPLOADS = "/api/v1/ingest/files"
_AROUND_FILES = 1024 * 1024  # bytes of a multipart body that aren't of its files


class BodyLimit:
    """ASGI middleware: raises ApiError (413) for a body over its limit, before it is read where it
    says its length, else as soon as it is over; and (408) for one that doesn't go on."""

    def __init__(self, app: ASGIApp, options: ServeOptions) -> None:
        self._app = app
        self._most = options.body_bytes
        self._idle = options.body_idle
        self._most_uploaded = options.upload_bytes * options.upload_files + _AROUND_FILES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._most_uploaded if scope["path"] == UPLOADS else self._most
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit() and int(value) > most:
                raise _too_large(most)
        came, whole = 0, False

        async def counted() -> Message:
            nonlocal came, whole
            # After the body comes only that the client leaves, whenever that is.
            message = await (receive() if whole else self._next(receive))
            whole = whole or not message.get("more_body", False)
            came += len(message.get("body", b""))
            if came > most:
                raise _too_large(most)
            return message

        await self._app(scope, counted, send)

    async def _next(self, receive: Receive) -> Message:
        try:
            return await asyncio.wait_for(receive(), self._idle)
        except TimeoutError:
            raise ApiError(
                408,
                "RequestTimeout",
                f"nothing more of the request came for {self._idle:g} s; send it again",
                {"Connection": "close"},
            ) from None


def _too_large(most: int) -> ApiError:
    return ApiError(413, "TooLarge", f"the request has more than {most} bytes; send less")
