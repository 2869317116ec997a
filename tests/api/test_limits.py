"""How much a client may send, and how long it may take over it."""

import json
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import httpx2
import pytest

from rag.faces.api import server
from rag.faces.api.options import ServeOptions
from tests.api.conftest import open_desk
from tests.api.serving import PATIENCE, Service, serving, until

KB = 1024
BOUNDED = ServeOptions(
    rate=0,
    grace=2,
    body_bytes=4 * KB,
    body_idle=0.3,
    upload_bytes=8 * KB,
    upload_files=2,
    question_characters=100,
)


@pytest.fixture(scope="module")
def bounded(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = Path(shutil.copytree(filled_home, tmp_path_factory.mktemp("bounded") / "home"))
    with (
        pytest.MonkeyPatch.context() as patch,
        open_desk(home) as desk,
    ):
        patch.setattr(server, "HEADERS_WITHIN", 0.3)
        with serving(desk, BOUNDED) as service:
            yield service


@pytest.fixture
def sender(bounded: Service) -> Iterator[httpx2.Client]:
    with bounded.client() as client:
        yield client


@pytest.fixture
def line(bounded: Service) -> Iterator[socket.socket]:
    """A bare connection."""
    host, port = bounded.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as opened:
        yield opened


def head(path: str, *lines: str) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


def replied(line: socket.socket) -> tuple[int, dict[str, str]]:
    """The status and the error of what comes until the server closes the connection."""
    came = b""
    while block := line.recv(65536):
        came += block
    first, _, body = came.partition(b"\r\n\r\n")
    return int(first.split()[1]), json.loads(body)["error"]


def test_a_body_that_says_it_is_too_large_is_not_waited_for(line: socket.socket) -> None:
    line.sendall(head("/api/v1/ask", "Content-Type: application/json", "Content-Length: 9999999"))
    status, error = replied(line)
    assert (status, error["type"]) == (413, "TooLarge")


def test_a_refused_body_is_thrown_away_so_that_its_sender_reads_why(bounded: Service) -> None:
    large = b"a" * 4096 * KB
    for headers, status in (({"Origin": "https://other.example"}, 403), ({}, 413)):
        with closing(HTTPConnection(bounded.url.removeprefix("http://"))) as connection:
            # It sends all before it reads, and takes no closed connection for an answer.
            connection.request("POST", "/api/v1/ask", large, headers)
            answer = connection.getresponse()
            assert (answer.status, answer.getheader("connection")) == (status, None)
            assert json.loads(answer.read())["error"]["message"]
            connection.request("GET", "/health")
            assert connection.getresponse().status == 200


def test_a_body_that_does_not_say_how_large_it_is_is_cut_off(sender: httpx2.Client) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"question": "'
        for _ in range(64):
            yield b"a" * KB

    kind = {"Content-Type": "application/json"}
    response = sender.post("/api/v1/ask", content=pieces(), headers=kind)
    assert response.status_code == 413


def test_a_body_that_does_not_go_on_is_given_up(line: socket.socket) -> None:
    line.sendall(
        head("/api/v1/ask", "Content-Type: application/json", "Content-Length: 100") + b"{"
    )
    status, error = replied(line)
    assert (status, error["type"]) == (408, "RequestTimeout")


def test_a_client_that_leaves_within_its_upload_is_no_fault(
    line: socket.socket, sender: httpx2.Client
) -> None:
    kind = "Content-Type: multipart/form-data; boundary=part"
    line.sendall(head("/api/v1/ingest/files", kind, "Content-Length: 1000") + b"--part\r\n")
    line.close()
    left = 'route="/api/v1/ingest/files",status="499"'
    until(lambda: left in sender.get("/metrics").text)


def test_headers_that_do_not_go_on_are_given_up(line: socket.socket) -> None:
    line.sendall(b"GET /health HTTP/1.1\r\nHost: local")
    assert line.recv(1024) == b""


def test_a_head_without_end_is_cut_off(line: socket.socket) -> None:
    line.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n")
    sent = 0
    with suppress(ConnectionError):
        while sent < 64 * 1024:
            line.sendall(b"X-More: " + b"a" * KB + b"\r\n")
            sent += 1
    assert sent < 64 * 1024


def test_a_connection_without_a_request_is_given_up(line: socket.socket) -> None:
    assert line.recv(1024) == b""


def test_a_large_upload_is_refused_and_leaves_nothing(
    bounded: Service, sender: httpx2.Client
) -> None:
    files = [("files", ("small.txt", b"a")), ("files", ("large.txt", b"a" * 9 * KB))]
    large = sender.post("/api/v1/ingest/files", files=files)
    assert large.status_code == 413
    assert "large.txt: the file has more than 8192 bytes" in large.json()["error"]["message"]
    huge = sender.post("/api/v1/ingest/files", files={"files": ("huge.txt", b"a" * 2048 * KB)})
    assert huge.status_code == 413
    many = [("files", (f"{n}.txt", b"a")) for n in range(3)]
    response = sender.post("/api/v1/ingest/files", files=many)
    assert response.status_code == 400
    assert "files" in response.json()["error"]["message"]
    kept = [path for path in (bounded.home / "uploads").rglob("*") if path.is_file()]
    assert kept == []
    assert sender.get("/api/v1/jobs").json()["items"] == []


def test_a_long_question_is_refused(sender: httpx2.Client) -> None:
    long = "桥" * 101
    for response in (
        sender.post("/api/v1/ask", json={"question": long}),
        sender.get("/api/v1/search", params={"q": long}),
        sender.get("/api/v1/articles", params={"q": long}),
        sender.post("/api/v1/timeline", json={"question": long}),
        sender.post("/api/v1/summaries", json={"search": long}),
        sender.post("/api/v1/briefings", json={"date": "2024-05-16", "topic": long}),
    ):
        assert response.status_code == 413
        assert "at most 100" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"question": 1}', "question"),
        ('{"question": "a", "from": 1608681600}', "from"),
        ('{"question": "a", "from": "1608681600"}', "from"),
        ('{"question": "a", "from": "2020-02-30"}', "from"),
        ('{"question": "a", "follows": [1]}', "follows.0"),
        ('{"question": "a", "publisher": "x"}', "publisher"),
        ('{"question"', "body"),
        ("", "body"),
    ],
)
def test_what_is_not_formed_as_it_should_be_is_told_where(
    sender: httpx2.Client, body: str, field: str
) -> None:
    kind = {"Content-Type": "application/json"}
    response = sender.post("/api/v1/ask", content=body, headers=kind)
    assert response.status_code == 422
    error = response.json()["error"]
    assert [one["field"] for one in error["fields"]] == [field]
    assert error["message"].startswith(f"{field}: ")


@pytest.mark.parametrize(
    "body", ['{"question": "\\ud800"}', "[" * 3000, '{"question": "a\\ud800"}']
)
def test_what_is_no_text_is_refused(sender: httpx2.Client, body: str) -> None:
    kind = {"Content-Type": "application/json"}
    response = sender.post("/api/v1/ask", content=body, headers=kind)
    assert response.status_code == 400
    assert response.json()["error"]["message"]


def test_days_that_run_backwards_are_refused(sender: httpx2.Client) -> None:
    days = {"from": "2024-05-17", "to": "2024-05-16"}
    for response in (
        sender.post("/api/v1/ask", json={"question": "a", **days}),
        sender.get("/api/v1/articles", params=days),
        sender.post("/api/v1/briefings", json=days),
        sender.get("/api/v1/usage", params=days),
    ):
        assert response.status_code == 400
        assert "swap the dates" in response.json()["error"]["message"]
