"""How the service is: its state, numbers, headers, log, traces, and how it stops."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import httpx2
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)

from rag.desk import Desk, reindex
from rag.errors import UsageError
from rag.faces.api.options import ServeOptions
from rag.faces.api.server import listen
from rag.settings import Settings
from tests.api.conftest import open_desk
from tests.api.serving import PATIENCE, serving, until
from tests.desk.flood_fund import QUESTION
from tests.fake_openai import server as fake

API = ("/api/v1/articles", "/api/v1/articles/none", "/metrics")


def test_every_answer_has_its_headers(client: httpx2.Client) -> None:
    for path in (*API, "/health", "/nowhere"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'")
        assert "frame-ancestors 'none'" in policy
        assert "server" not in headers
    assert client.get("/api/v1/articles").headers["cache-control"] == "no-store"


def test_a_request_keeps_the_id_it_comes_with_if_that_can_be_logged(client: httpx2.Client) -> None:
    own = client.get("/health", headers={"X-Request-ID": "a-1.b:2"})
    assert own.headers["x-request-id"] == "a-1.b:2"
    for wrong in ("a b", "a" * 101, '"', "<script>"):
        given = client.get("/health", headers={"X-Request-ID": wrong}).headers["x-request-id"]
        assert re.fullmatch("[0-9a-f]{32}", given)


def test_the_service_is_ready_once_it_is_warm(own_desk: Desk) -> None:
    with serving(own_desk) as service, service.client() as client:
        until(lambda: client.get("/ready").status_code == 200)
        checks = client.get("/ready").json()["checks"]
        assert checks == {"archive": "ok", "model": "ok", "disk": "ok"}


def number_of(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found, name
    return float(found.group(1))


def test_numbers_are_counted(own_desk: Desk) -> None:
    with serving(own_desk) as service, service.client() as client:
        client.post("/api/v1/ask", json={"question": QUESTION})
        client.get("/api/v1/articles/none")
        client.get("/nowhere/else")
        text = client.get("/metrics").text
        asked = 'newsdesk_http_requests_total{method="POST",route="/api/v1/ask",status="200"}'
        assert number_of(text, asked) == 1
        unknown = 'newsdesk_http_requests_total{method="GET",route="other",status="404"}'
        assert number_of(text, unknown) == 1
        assert 'route="/api/v1/articles/{article_id}",status="404"' in text
        assert number_of(text, "newsdesk_http_requests_in_flight") == 1
        assert number_of(text, 'newsdesk_ask_seconds_count{stage="total"}') == 1
        assert number_of(text, 'newsdesk_answers_total{mode="extractive",refused="false"}') == 1
        pages, articles, _ = own_desk.counts()
        assert number_of(text, "newsdesk_archive_pages") == pages
        assert number_of(text, "newsdesk_archive_articles") == articles
        assert "none" not in text.lower()


class Collector(TraceServiceServicer):
    """An OpenTelemetry collector that keeps the spans it is sent."""

    def __init__(self) -> None:
        self.spans: list[Any] = []

    def Export(self, request: ExportTraceServiceRequest, _: Any) -> ExportTraceServiceResponse:
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                self.spans += scope.spans
        return ExportTraceServiceResponse()


@contextmanager
def collecting() -> Iterator[tuple[str, Collector]]:
    with ThreadPoolExecutor(2) as threads:
        server, collector = grpc.server(threads), Collector()
        add_TraceServiceServicer_to_server(collector, server)  # type: ignore[no-untyped-call]
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        yield f"http://127.0.0.1:{port}", collector
        server.stop(0).wait(PATIENCE)


@pytest.mark.slow
def test_requests_are_traced_where_a_collector_is_named(
    own_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with collecting() as (url, collector):
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
        trace = "0af7651916cd43dd8448eb211c80319c"
        with serving(own_desk) as service, service.client() as client:
            parent = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
            client.post("/api/v1/ask", json={"question": QUESTION}, headers=parent)
            client.get("/api/v1/search", params={"q": QUESTION})
            client.get("/health")
        # Stopped, it has sent what was left.
        spans = {span.name: span for span in collector.spans}
    assert set(spans) == {"POST /api/v1/ask", "GET /api/v1/search"}
    asked = spans["POST /api/v1/ask"]
    assert asked.trace_id.hex() == trace
    told = {one.key: one.value for one in asked.attributes}
    assert told["newsdesk.mode"].string_value == "extractive"
    assert told["newsdesk.total_ms"].int_value >= 0
    for span in spans.values():
        assert QUESTION not in str(span)
        assert "%E9%98%B2" not in str(span)


def rows(count: int) -> bytes:
    texts = [{"text": f"第{number}号通知：{number}条水渠已经疏浚。"} for number in range(count)]
    return "\n".join(map(json.dumps, texts)).encode()


@contextmanager
def process(
    home: Path, *words: str, mode: str = "extractive"
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`newsdesk serve` as a process of its own, and where it listens."""
    command = [sys.executable, "-m", "rag", "--home", str(home), "serve", "--port", "0", "--json"]
    environment = {**os.environ, "NEWSDESK_MODE": mode}
    running = subprocess.Popen(
        [*command, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        assert running.stdout is not None
        yield running, json.loads(running.stdout.readline())["url"]
    finally:
        running.kill()
        running.communicate()


@pytest.mark.slow
def test_a_stop_ends_what_goes_on_and_frees_the_archive(own_home: Path) -> None:
    with process(own_home, "--grace", "10") as (running, url):
        with httpx2.Client(base_url=url, timeout=PATIENCE) as client:
            files = {"files": ("rows.jsonl", rows(20_000))}
            job_id = client.post("/api/v1/ingest/files", files=files).json()["job"]["id"]
            until(lambda: client.get(f"/api/v1/jobs/{job_id}").json()["done"] > 0)
            client.get("/api/v1/search", params={"q": "水渠疏浚"})
            client.get("/api/v1/articles/none")
        running.send_signal(signal.SIGTERM)
        _, log = running.communicate(timeout=60)
        assert running.returncode == 0
    lines = [json.loads(line) for line in log.splitlines()]
    searched = next(line for line in lines if line.get("route") == "/api/v1/search")
    assert searched["status"] == 200
    assert searched["level"] == "info"
    assert searched["request_id"]
    assert "query" not in searched
    assert "水渠" not in log
    assert "%E6%B0%B4" not in log
    assert not [line for line in lines if "traceback" in line]
    with open_desk(own_home) as desk:
        pages, _, _ = desk.counts()
        assert 3 < pages < 20_003
        assert desk.verify().ok
        with serving(desk) as service, service.client() as client:
            job = client.get(f"/api/v1/jobs/{job_id}").json()
    assert job["state"] == "failed"
    assert "the server stopped before it was done" in job["error"]
    assert job["articles"]


@pytest.mark.slow
def test_a_reindexed_archive_is_opened_anew_and_questions_are_logged_on_demand(
    own_home: Path,
) -> None:
    with process(own_home, "--log-questions") as (running, url):
        with httpx2.Client(base_url=url, timeout=PATIENCE) as client:
            client.get("/api/v1/search", params={"q": "bridge"})
            reindex(Settings(home=own_home, mode="extractive"))
            asked = {"question": QUESTION}
            until(lambda: client.get("/ready").status_code == 503)
            until(lambda: client.get("/ready").status_code == 200)
            answer = client.post("/api/v1/ask", json=asked).json()
            assert answer["citations"]
            files = {"files": ("rows.jsonl", rows(2))}
            job_id = client.post("/api/v1/ingest/files", files=files).json()["job"]["id"]
            until(lambda: client.get(f"/api/v1/jobs/{job_id}").json()["state"] == "done")
        running.send_signal(signal.SIGINT)
        _, log = running.communicate(timeout=60)
    lines = [json.loads(line) for line in log.splitlines()]
    assert any(line.get("query") == "q=bridge" for line in lines)
    assert any(line.get("question") == QUESTION for line in lines)


@pytest.mark.slow
def test_a_stop_does_not_wait_for_a_language_model_that_says_nothing(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fake.FakeOpenAI(fake.hangs) as model:
        monkeypatch.setenv("OPENAI_BASE_URL", model.url)
        monkeypatch.setenv("NEWSDESK_MODEL_TIMEOUT", "600")
        with (
            process(own_home, "--grace", "1", mode="llm") as (running, url),
            ThreadPoolExecutor(1) as threads,
            httpx2.Client(base_url=url, timeout=PATIENCE) as client,
        ):
            asked = threads.submit(client.post, "/api/v1/ask", json={"question": QUESTION})
            until(lambda: model.received)
            running.send_signal(signal.SIGTERM)
            _, log = running.communicate(timeout=60)
            assert running.returncode == 0
            assert asked.exception() or asked.result().status_code == 503
    assert "past the 1 s of grace" in log
    with open_desk(own_home) as desk:
        assert desk.verify().ok


def test_a_port_that_is_taken_is_told_of(served_url: str) -> None:
    port = int(served_url.rpartition(":")[2])
    with pytest.raises(UsageError, match=rf"^127\.0\.0\.1:{port} can't be listened on"):
        listen(ServeOptions(port=port))
    for host in ("no.such.name.invalid", "999.1.1.1"):
        with pytest.raises(UsageError, match="name another with --host"):
            listen(ServeOptions(host=host, port=0))
