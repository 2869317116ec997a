"""The service on a real socket of this machine, for as long as a test needs it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2

from rag import Desk
from rag.faces.api.app import create_app
from rag.faces.api.options import ServeOptions
from rag.faces.api.server import listen, server_of

PATIENCE = 120.0
UNHURRIED = ServeOptions(rate=0, grace=2)


@dataclass(frozen=True, slots=True)
class Service:
    """A running service. url: its beginning, http://127.0.0.1:port. home: its archive's folder."""

    url: str
    home: Path
    desk: Desk

    def client(self, **headers: str) -> httpx2.Client:
        """A client of it."""
        return httpx2.Client(base_url=self.url, headers=headers, timeout=PATIENCE)


def until(what: Callable[[], object]) -> None:
    """Waits, with patience, for something to be so."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.02)


@contextmanager
def serving(desk: Desk, options: ServeOptions = UNHURRIED) -> Iterator[Service]:
    """A service over an open Desk, in a thread of this process."""
    listening = listen(replace(options, host="127.0.0.1", port=0))
    server = server_of(create_app(desk, options), options)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        until(lambda: server.started or not thread.is_alive())
        assert server.started
        port = listening.getsockname()[1]
        yield Service(f"http://127.0.0.1:{port}", desk.settings.home, desk)
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        listening.close()
