"""A real HTTP server that speaks the OpenAI embeddings protocol, with faults on request."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.store.samples import HashingEmbedder

Reply = tuple[int, Any]


class EmbeddingServer:
    """Answers with the hashing embedder; `change` may be set to answer otherwise.

    failures: how many requests fail first, with `status`, `code` and `headers`. silent: whether it
    answers nothing at all, until the server ends.
    """

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.failures = 0
        self.status = 503
        self.code: str | None = None
        self.headers: dict[str, str] = {}
        self.silent = False
        self.ended = threading.Event()
        self.change: Callable[[dict[str, Any]], Any] = lambda reply: reply

    def answer(self, request: dict[str, Any]) -> Reply:
        if self.silent:
            self.ended.wait(30)
        if self.failures:
            self.failures -= 1
            return self.status, {"error": {"message": "overloaded", "code": self.code}}
        if request["model"] == "unknown":
            return 404, {"error": {"message": "no such model", "type": "invalid_request_error"}}
        rows = HashingEmbedder().embed_queries(request["input"])
        reply = {
            "object": "list",
            "model": request["model"],
            "data": [
                {"object": "embedding", "index": index, "embedding": [3 * v for v in row.tolist()]}
                for index, row in enumerate(rows)
            ],
            "usage": {"prompt_tokens": 1, "total_tokens": 1},
        }
        return 200, self.change(reply)


@contextmanager
def serving() -> Iterator[tuple[EmbeddingServer, str]]:
    """A running server and its base URL."""
    server = EmbeddingServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.requests.append(body)
            server.keys.append(self.headers["Authorization"])
            status, reply = server.answer(body)
            text = reply if isinstance(reply, str) else json.dumps(reply)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            for name, value in server.headers.items() if status != 200 else ():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        try:
            yield server, f"http://127.0.0.1:{http.server_address[1]}/v1"
        finally:
            server.ended.set()
            http.shutdown()
            thread.join()
