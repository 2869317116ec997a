"""The server process: its socket, how long it waits for whom, how it stops."""

import asyncio
import logging
import socket
import sys
from types import FrameType

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from rag.errors import UsageError
from rag.faces.api.options import ServeOptions
from rag.faces.api.state import Served

if sys.platform != "win32":
    import resource

_BACKLOG = 2048
_MOST_FILES = 65_536
# More connections than this get the server's own, plain 503.
_MOST_CONNECTIONS = 4096
# Bytes; what comes of a body in the same piece counts too.
_LARGEST_HEAD = 512 * 1024
_TICKS = 10  # of a tenth of a second
_LAST_WORDS = 2  # seconds that streams have to end in, after their grace
_log = logging.getLogger(__name__)

HEADERS_WITHIN = 20.0
"""Seconds after which, or after twice as many, a connection is closed that has no whole head of a
request on it."""


class PatientProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """A connection that is closed where its client begins a request and doesn't go on with it
    (slow loris), or never ends its head; the server itself only bounds the time between two
    requests.

    A body that is refused is taken and thrown away for as long: many clients, browsers among them,
    read no answer before they have sent all, and a closed connection would tell them nothing.
    """

    _waited_after: object = None
    _head = 0
    _body_begun = False

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._look_again()

    def data_received(self, data: bytes) -> None:
        in_head = self._answered and not self._in_body
        self._head = self._head + len(data) if in_head else 0
        super().data_received(data)
        if self._answered and self._head > _LARGEST_HEAD:
            self.transport.close()

    @property
    def _answered(self) -> bool:
        """Whether no request is under way whose head has come."""
        return self.cycle is None or bool(self.cycle.response_complete)

    @property
    def _in_body(self) -> bool:
        """Whether the body of a request is still coming, by either parser."""
        parser = getattr(self, "conn", None)
        return self._body_begun if parser is None else parser.their_state is h11.SEND_BODY

    def on_headers_complete(self) -> None:
        self._body_begun = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._body_begun = False
        super().on_message_complete()

    def _look_again(self) -> None:
        self._timer = self.loop.call_later(HEADERS_WITHIN, self._look)

    def _look(self) -> None:
        if self.transport.is_closing():
            return
        after = (self.cycle,)
        if self._answered and self._waited_after == after:
            self.transport.close()
            return
        self._waited_after = after if self._answered else None
        self._look_again()

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        super().connection_lost(exc)


class ApiServer(uvicorn.Server):
    """A server that ends its ingest with the first signal, and returns once it has stopped: also
    where a reindex has put another archive in the place of its own. `kept` is its socket then, at
    which clients wait for who opens that one."""

    def __init__(self, config: uvicorn.Config, served: Served) -> None:
        super().__init__(config)
        self._served = served
        self._sockets: list[socket.socket] = []
        self.kept: socket.socket | None = None

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serves at these sockets, which a stop closes."""
        self._sockets = sockets or []
        await super().serve(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Looks each second whether the archive is still the one in its place."""
        if counter % _TICKS == 0 and not self.should_exit and self._served.replaced():
            _log.warning("the archive was reindexed; it is opened anew")
            self.should_exit = True
            self.kept = self._sockets[0].dup() if self._sockets else None
            self._served.stop()
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begins to stop; a second signal waits for nothing more."""
        self.force_exit = self.should_exit
        self.should_exit = True
        # A signal comes between any two steps, locks held or not: the loop does the rest.
        asyncio.get_running_loop().call_soon_threadsafe(self._served.stop)


def server_of(app: FastAPI, options: ServeOptions) -> ApiServer:
    """A server for the app; `run(sockets=[...])` returns when it has stopped."""
    config = uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=_MOST_CONNECTIONS,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=max(1, round(options.grace) + _LAST_WORDS),
    )
    return ApiServer(config, app.state.served)


def listen(options: ServeOptions) -> socket.socket:
    """A socket at the options' address. Raises UsageError where it can't be had."""
    try:
        host = "127.0.0.1" if options.host.lower() == "localhost" else options.host.strip("[]")
        found = socket.getaddrinfo(host, options.port, type=socket.SOCK_STREAM)
        family, _, _, _, address = found[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        raise UsageError(
            f"{options.host}:{options.port} can't be listened on ({error.strerror}); name another"
            " with --host and --port"
        ) from None


def allow_many_files() -> None:
    """Raises this process's bound on open files, connections among them, as far as it may."""
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
