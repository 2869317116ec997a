"""A real HTTP server on loopback that speaks the OpenAI chat-completions protocol by a script.

Each request takes the script's next reply, the last one over and over. A reply is a function of the
open request; the functions below make them.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Protocol, Self

from rag.answering.llm import LanguageModel

Body = dict[str, Any]
Write = Callable[[Body], str]


class Exchange(BaseHTTPRequestHandler):
    """One open request: its body, and what a reply needs to send."""

    protocol_version = "HTTP/1.1"
    server: "FakeOpenAI"
    body: Body

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.body = json.loads(self.rfile.read(length))
        self.server.received.append(self.body)
        self.server.keys.append(self.headers.get("Authorization", ""))
        self.server.paths.append(self.path)
        try:
            self.server.next_reply()(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def send(
        self,
        body: bytes,
        status: int = 200,
        kind: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the test output clean."""


Reply = Callable[[Exchange], None]


class FakeOpenAI(ThreadingHTTPServer):
    """Serves while it is open as a context manager. received: request bodies in order; keys: their
    Authorization headers; url: what goes into OPENAI_BASE_URL."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, *script: Reply) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.url = f"http://127.0.0.1:{self.server_port}/v1"
        self.received: list[Body] = []
        self.keys: list[str] = []
        self.paths: list[str] = []
        self.closing = threading.Event()
        self._script = list(script)
        self._lock = threading.Lock()

    def plays(self, *script: Reply) -> None:
        """Begins another script, with nothing received yet."""
        with self._lock:
            self._script = list(script)
            self.received.clear()

    def next_reply(self) -> Reply:
        with self._lock:
            return self._script.pop(0) if len(self._script) > 1 else self._script[0]

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()


class Serve(Protocol):
    """Starts a server with a script and gives it with a model that asks it."""

    def __call__(
        self, *script: Reply, seconds: float = 10.0
    ) -> tuple[FakeOpenAI, LanguageModel]: ...


def completion(text: str, finish_reason: str = "stop") -> bytes:
    """A chat completion as the protocol has it."""
    reply = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "fake-1",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text},
                "finish_reason": finish_reason,
            }
        ],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }
    return json.dumps(reply, ensure_ascii=False).encode()


def says(text: str | Write, finish_reason: str = "stop") -> Reply:
    """Answers with a text, or with what a function writes to the request."""
    return lambda exchange: exchange.send(
        completion(text if isinstance(text, str) else text(exchange.body), finish_reason)
    )


def cites(*sentences: tuple[str, *tuple[str, ...]]) -> Reply:
    """Answers with sentences and their source ids, in the JSON that the prompts ask for."""
    return says(answer_json(*sentences))


def answer_json(*sentences: tuple[str, *tuple[str, ...]]) -> str:
    claims = [{"text": text, "sources": list(sources)} for text, *sources in sentences]
    return json.dumps({"answerable": True, "sentences": claims}, ensure_ascii=False)


def declines() -> Reply:
    """Says that the sources don't hold the answer."""
    return says('{"answerable": false, "sentences": []}')


def fails(status: int, message: str = "no", **headers: str) -> Reply:
    """An error of the protocol; headers: with underscores for hyphens."""
    body = json.dumps({"error": {"message": message, "type": "error", "code": None}}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda exchange: exchange.send(body, status, headers=named)


def turns_down(option: str, then: Reply, message: str = "") -> Reply:
    """HTTP 400 for every request that holds an option, another reply for the rest."""
    rejects = fails(400, message or f"Unsupported parameter: '{option}' is not supported.")
    return lambda exchange: (rejects if option in exchange.body else then)(exchange)


def sends(body: bytes, kind: str = "application/json") -> Reply:
    """Any bytes at all, with HTTP 200."""
    return lambda exchange: exchange.send(body, kind=kind)


def hangs(exchange: Exchange) -> None:
    """Takes the request and never answers."""
    exchange.server.closing.wait(30)


def drips(exchange: Exchange) -> None:
    """Sends a good answer a byte at a time, each well within any time-out on one read."""
    exchange.send_response(200)
    exchange.send_header("Content-Type", "application/json")
    exchange.send_header("Content-Length", "1000000")
    exchange.end_headers()
    while not exchange.server.closing.wait(0.05):
        exchange.wfile.write(b" ")
        exchange.wfile.flush()


def drips_headers(exchange: Exchange) -> None:
    """Never comes to the end of its headers."""
    exchange.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not exchange.server.closing.wait(0.05):
        exchange.wfile.write(b"a")
        exchange.wfile.flush()


def floods(exchange: Exchange) -> None:
    """Sends text without end, as fast as it is taken."""
    exchange.send_response(200)
    exchange.send_header("Content-Type", "application/json")
    exchange.send_header("Connection", "close")
    exchange.end_headers()
    exchange.wfile.write(b'{"choices": [{"message": {"content": "')
    exchange.close_connection = True
    while not exchange.server.closing.is_set():
        exchange.wfile.write(b"a" * 65536)


def cuts_off(exchange: Exchange) -> None:
    """Breaks the connection in the middle of an answer."""
    exchange.send_response(200)
    exchange.send_header("Content-Type", "application/json")
    exchange.send_header("Content-Length", "5000")
    exchange.end_headers()
    exchange.wfile.write(completion("half")[:60])
    exchange.close_connection = True


def obeys(body: Body) -> str:
    """Writes what a source orders it to write: a model that a newspaper's text can command."""
    prompt = "\n".join(message["content"] for message in body["messages"])
    order = re.search(r"(S\d+\.\d+) [^\n]*?(?:回答|answer)[：:]\s*“([^”]*)”", prompt)
    assert order is not None, "no source gives an order"
    return answer_json((order[2], order[1]))


def echoes(body: Body) -> str:
    """Repeats the prompt that it was given."""
    return str(body["messages"][0]["content"])
