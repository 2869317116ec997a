"""Too much at once, too slow, and clients that leave."""

import asyncio
import json
import socket
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest

from rag.faces.api.server import allow_many_files
from tests.api.conftest import open_desk
from tests.api.serving import UNHURRIED, Service, serving, until
from tests.desk.flood_fund import HELD, MORE, QUESTION, source_in
from tests.desk.flood_fund import served as with_model
from tests.fake_openai import server as fake
from tests.fake_openai import streaming
from tests.fake_openai.server import Body, FakeOpenAI, Reply


def both(body: Body) -> str:
    return fake.answer_json((HELD, source_in(body)), (MORE, source_in(body)))


def half(go_on: threading.Event) -> Reply:
    """The first sentence, and the second once a test says so."""
    return streaming.streams_until(both, "}", streaming.waits_for(go_on))


async def search(url: str) -> tuple[int, dict[str, str], bytes]:
    """One search over a connection of its own: status, headers, body."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        lines = f"GET /api/v1/search?q={quote(QUESTION)} HTTP/1.1\r\nHost: localhost\r\n"
        writer.write(f"{lines}Connection: close\r\n\r\n".encode())
        first, _, body = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        writer.close()
    status, *headers = first.decode().split("\r\n")
    return int(status.split()[1]), dict(line.split(": ", 1) for line in headers), body


async def searches(url: str, count: int) -> list[tuple[int, dict[str, str], bytes]]:
    return await asyncio.gather(*(search(url) for _ in range(count)))


@pytest.mark.slow
def test_a_thousand_requests_at_once_are_answered_or_turned_away(own_home: Path) -> None:
    allow_many_files()
    options = replace(UNHURRIED, concurrent=2, waiting=20)
    with open_desk(own_home) as desk, serving(desk, options) as service:
        with service.client() as client:
            until(lambda: client.get("/ready").status_code == 200)
        answers = asyncio.run(searches(service.url, 1000))
        counts = Counter(status for status, _, _ in answers)
        assert set(counts) == {200, 429}
        assert counts[200] >= 22
        for status, headers, body in answers:
            if status == 429:
                assert int(headers["retry-after"]) >= 1
                assert json.loads(body)["error"]["type"] == "TooManyRequests"
        assert len({body for status, _, body in answers if status == 200}) == 1
        # Well again.
        again = asyncio.run(searches(service.url, 20))
        assert [status for status, _, _ in again] == [200] * 20


@pytest.mark.slow
def test_what_waits_too_long_is_given_up_and_its_thread_is_counted(own_home: Path) -> None:
    go_on = threading.Event()
    options = replace(UNHURRIED, concurrent=1, waiting=0, deadline=0.5)
    with (
        with_model(own_home, half(go_on)) as (_, desk),
        serving(desk, options) as service,
        service.client() as client,
    ):
        until(lambda: client.get("/ready").status_code == 200)
        late = client.post("/api/v1/ask", json={"question": QUESTION})
        assert late.status_code == 504
        assert "0.5 s" in late.json()["error"]["message"]
        assert client.get("/api/v1/issue-dates").status_code == 429
        go_on.set()
        until(lambda: client.get("/api/v1/issue-dates").status_code == 200)
        (summary,) = client.get("/api/v1/answers").json()["items"]
    assert summary["broken_off"]


def test_a_stream_past_its_deadline_ends_with_an_error(own_home: Path) -> None:
    go_on = threading.Event()
    options = replace(UNHURRIED, deadline=0.5)
    with (
        with_model(own_home, half(go_on)) as (_, desk),
        serving(desk, options) as service,
        service.client() as client,
    ):
        asked = {"question": QUESTION, "stream": True}
        text = client.post("/api/v1/ask", json=asked).text
        go_on.set()
    last = text.strip().rpartition("event: ")[2]
    assert last.startswith("error")
    assert json.loads(last.partition("data: ")[2])["error"]["status"] == 504


def left_in_its_stream(service: Service, _: FakeOpenAI) -> None:
    """Takes a stream up to its first sentence, and leaves."""
    asked = {"question": QUESTION, "stream": True}
    with service.client() as client, client.stream("POST", "/api/v1/ask", json=asked) as response:
        lines = response.iter_lines()
        while next(lines) != "event: sentence":
            pass
        # Comments keep the line open meanwhile.
        while next(lines) != ": still here":
            pass


def left_waiting(service: Service, model: FakeOpenAI) -> None:
    """Asks for a whole answer, and leaves once the language model is at it."""
    body = json.dumps({"question": QUESTION}).encode()
    head = "POST /api/v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    host, port = service.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        until(lambda: model.received)


@pytest.mark.parametrize("leave", [left_in_its_stream, left_waiting])
def test_an_answer_whose_client_leaves_is_broken_off(
    own_home: Path, leave: Callable[[Service, FakeOpenAI], None]
) -> None:
    go_on = threading.Event()
    with (
        with_model(own_home, half(go_on)) as (model, desk),
        serving(desk, replace(UNHURRIED, keep_alive=0.1)) as service,
    ):
        leave(service, model)
        with service.client() as client:
            until(lambda: "newsdesk_http_requests_in_flight 1.0" in client.get("/metrics").text)
            go_on.set()
            until(lambda: client.get("/api/v1/answers").json()["items"])
            (summary,) = client.get("/api/v1/answers").json()["items"]
            assert summary["broken_off"]
            (total,) = client.get("/api/v1/usage").json()["items"]
            assert total["estimated"] == 1
            # The thread is free again.
            until(lambda: "newsdesk_work_under_way 0.0" in client.get("/metrics").text)


@pytest.mark.slow
def test_several_clients_get_what_one_gets(served_url: str) -> None:
    questions = [QUESTION, "霁澜大桥全长多少公里？", "县委常委会作出了哪些决定？"] * 4

    def ask(question: str) -> tuple[str, list[object]]:
        with httpx2.Client(base_url=served_url, timeout=60) as client:
            answer = client.post("/api/v1/ask", json={"question": question}).json()
            return answer["answer"], answer["citations"]

    alone = {question: ask(question) for question in set(questions)}
    with ThreadPoolExecutor(6) as threads:
        for question, answer in zip(questions, threads.map(ask, questions), strict=True):
            assert answer == alone[question]


def test_a_search_does_not_wait_for_all_answers_under_way(own_home: Path) -> None:
    go_on = threading.Event()
    options = replace(UNHURRIED, concurrent=2, waiting=8)
    with (
        with_model(own_home, half(go_on)) as (model, desk),
        serving(desk, options) as service,
        service.client() as client,
        ThreadPoolExecutor(4) as pool,
    ):
        until(lambda: client.get("/ready").status_code == 200)
        asked = {"question": QUESTION, "use_cache": False}
        answers = [pool.submit(client.post, "/api/v1/ask", json=asked) for _ in range(4)]
        until(lambda: "newsdesk_work_under_way 4.0" in client.get("/metrics").text)
        until(lambda: model.received)
        assert client.get("/api/v1/search", params={"q": QUESTION}).status_code == 200
        assert "newsdesk_work_waiting 3.0" in client.get("/metrics").text
        go_on.set()
        assert {answer.result().status_code for answer in answers} == {200}
