"""What the service counts and measures, for Prometheus."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from rag.faces.api.job_types import Job

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
Sizes = Callable[[], tuple[int, int, int]]


class Metrics:
    """The numbers of one server. sizes: gives the archive's pages, articles and chunks."""

    def __init__(self, sizes: Sizes) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "newsdesk_http_requests",
            "Requests that were answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "newsdesk_http_request_seconds",
            "From a request's first line to the end of its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._in_flight = Gauge(
            "newsdesk_http_requests_in_flight", "Requests under way.", registry=self._registry
        )
        self._stages = Histogram(
            "newsdesk_ask_seconds",
            "What the stages of an answer took.",
            ("stage",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._answers = Counter(
            "newsdesk_answers",
            "Answers that were given.",
            ("mode", "refused"),
            registry=self._registry,
        )
        self._pages = Counter(
            "newsdesk_ingest_pages",
            "Pages that ingests took in, or failed to.",
            ("outcome",),
            registry=self._registry,
        )
        self._jobs = Counter(
            "newsdesk_ingest_jobs", "Ingests that are over.", ("state",), registry=self._registry
        )
        self._registry.register(_Archive(sizes))

    def watch(self, name: str, what: str, value: Callable[[], float]) -> None:
        """A gauge that is read whenever it is asked for."""
        Gauge(name, what, registry=self._registry).set_function(value)

    def began(self) -> None:
        """A request came."""
        self._in_flight.inc()

    def ended(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered. route: the path as it is declared."""
        self._in_flight.dec()
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(route).observe(seconds)

    def answered(self, answer: Mapping[str, Any]) -> None:
        """An answer was given. answer: its shape."""
        self._answers.labels(answer["mode"], str(answer["refused"]).lower()).inc()
        for stage, milliseconds in answer["timings_ms"].items():
            self._stages.labels(stage).observe(milliseconds / 1000)

    def ingested(self, job: Job) -> None:
        """An ingest is over."""
        self._jobs.labels(job.state).inc()
        if job.report is not None:
            for outcome in ("new", "updated", "unchanged"):
                self._pages.labels(outcome).inc(job.report[outcome])
            self._pages.labels("failed").inc(len(job.report["failed"]))

    def text(self) -> bytes:
        """All of it, in Prometheus' text format; it looks at the archive."""
        return generate_latest(self._registry)


class _Archive(Collector):
    def __init__(self, sizes: Sizes) -> None:
        self._sizes = sizes

    def describe(self) -> list[Metric]:
        """Nothing is collected before it is asked for."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The archive's sizes, at this moment."""
        for kind, count in zip(("pages", "articles", "chunks"), self._sizes(), strict=True):
            yield GaugeMetricFamily(
                f"newsdesk_archive_{kind}", f"{kind.capitalize()} in the archive.", count
            )
