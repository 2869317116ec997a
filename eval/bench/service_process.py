"""A real `newsdesk serve` on loopback, and clients that ask it over sockets."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from uuid import uuid4

from eval.errors import EvalError

HOST = "127.0.0.1"
_UP_WITHIN = 180.0  # seconds
_DOWN_WITHIN = 60.0
_WAIT = 0.2
_ANSWER_WITHIN = 300.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs. process: its id."""

    process: int
    port: int

    def cpu_seconds(self) -> float | None:
        """Processor time that it has taken; None where the system doesn't tell."""
        record = Path(f"/proc/{self.process}/stat")
        if not record.exists():
            return None
        # The second field is a name in brackets, which may hold spaces.
        fields = record.read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(home: Path, folder: Path, options: Sequence[str]) -> Iterator[Server]:
    """A server of an archive, up; stopped at the end as a service is.

    folder: where it writes its log, and works: no newsdesk.toml there counts. options: of
    `newsdesk serve`. Raises EvalError where it doesn't come up, or doesn't end well.
    """
    port = _free_port()
    words = ("--home", str(home), "serve", "--host", HOST, "--port", str(port), *options)
    log = folder / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "rag", *words],
            cwd=folder,
            env=_environment(),
            stdout=output,
            stderr=output,
        )
    try:
        _await(process, port, log)
        yield Server(process.pid, port)
        process.send_signal(signal.SIGTERM)
        status = process.wait(_DOWN_WITHIN)
        if status not in (0, -signal.SIGTERM):
            raise EvalError(f"the server ended with status {status}: {_end_of(log)}")
    except subprocess.TimeoutExpired:
        raise EvalError(f"the server didn't stop within {_DOWN_WITHIN:.0f} s") from None
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def verified(home: Path, folder: Path) -> dict[str, Any]:
    """What `newsdesk verify --json` says of an archive."""
    done = subprocess.run(
        [sys.executable, "-m", "rag", "--home", str(home), "verify", "--json"],
        cwd=folder,
        env=_environment(),
        capture_output=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


class Client:
    """One connection, which stays open."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=_ANSWER_WITHIN)

    def get(self, path: str) -> tuple[str, Any]:
        """As `send`."""
        return self.send("GET", path)

    def post(self, path: str, value: object) -> tuple[str, Any]:
        """Sends JSON, as `send`."""
        return self.send("POST", path, json.dumps(value).encode(), "application/json")

    def upload(self, path: str, name: str, content: bytes) -> tuple[str, Any]:
        """Sends one file of a form, as `send`."""
        border = uuid4().hex
        head = f'--{border}\r\nContent-Disposition: form-data; name="files"; filename="{name}"'
        body = f"{head}\r\n\r\n".encode() + content + f"\r\n--{border}--\r\n".encode()
        return self.send("POST", path, body, f"multipart/form-data; boundary={border}")

    def send(
        self, method: str, path: str, body: bytes | None = None, kind: str = ""
    ) -> tuple[str, Any]:
        """The status and the JSON of an answer; for none, the kind of failure and None."""
        try:
            headers = {"Content-Type": kind} if kind else {}
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            return str(answer.status), json.loads(answer.read())
        except (OSError, HTTPException, ValueError) as error:
            self._connection.close()
            return type(error).__name__, None

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSDESK_")}
    here = os.pathsep.join(path for path in sys.path if path)
    return {**kept, "NEWSDESK_MODE": "extractive", "PYTHONPATH": here}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _await(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + _UP_WITHIN
    client = Client(port)
    while client.get("/health")[0] != "200":
        if process.poll() is not None:
            raise EvalError(f"the server didn't start: {_end_of(log)}")
        if time.monotonic() > until:
            raise EvalError(f"the server wasn't up within {_UP_WITHIN:.0f} s: {_end_of(log)}")
        time.sleep(_WAIT)
    client.close()


def _end_of(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
