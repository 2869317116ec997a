"""The web page at `/` and the files that it is made of, from the package's own data."""

from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

if TYPE_CHECKING:
    from fastapi import FastAPI

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# Text of the archive becomes no markup (trusted types), and nothing comes from elsewhere.
_POLICY = "; ".join(
    (
        *("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"),
        *("img-src 'self' blob:", "base-uri 'none'", "form-action 'none'"),
        *("frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'"),
    )
)
_HEADERS = {
    # Asked for anew each time, and sent only where it has changed.
    "Cache-Control": "no-cache",
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class _File:
    """One file of the page, with its headers. tag: of its content, for the browser's cache."""

    def __init__(self, name: str, content: bytes) -> None:
        self.content = content
        self.tag = f'"{sha256(content).hexdigest()[:16]}"'
        self.headers = {
            **_HEADERS,
            "Content-Type": _TYPES[name[name.rindex(".") :]],
            "ETag": self.tag,
        }

    def response(self, request: Request) -> Response:
        asked = request.headers.get("if-none-match", "")
        if self.tag in {one.strip().removeprefix("W/") for one in asked.split(",")}:
            return Response(status_code=304, headers=self.headers)
        return Response(self.content, headers=self.headers)


def mount_web(app: "FastAPI") -> None:
    """Serves the page at `/` and its files below `/static/`; none of them needs a key.

    Files are read once, here: no name in a request is ever one of a file on the disk.
    """
    held = dict(_read(files("rag.faces.api") / "web"))

    async def page(request: Request) -> Response:
        return held["index.html"].response(request)

    async def static(request: Request) -> Response:
        found = held.get(request.path_params["name"])
        if found is None:
            return Response("no such file\n", 404, media_type="text/plain")
        return found.response(request)

    methods = ["GET", "HEAD"]
    app.add_route("/", page, methods, include_in_schema=False)
    app.add_route("/static/{name:path}", static, methods, include_in_schema=False)


def _read(folder: Traversable, below: str = "") -> list[tuple[str, _File]]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _read(entry, f"{below}{entry.name}/")
        elif entry.name[entry.name.rfind(".") :] in _TYPES:
            name = f"{below}{entry.name}"
            found.append((name, _File(name, entry.read_bytes())))
    return found
