"""OpenTelemetry traces: a span for each request, sent where the environment says. Off by default.

The standard variables set it up: OTEL_EXPORTER_OTLP_ENDPOINT turns it on, OTEL_SERVICE_NAME and the
others are the SDK's own.
"""

import logging
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from rag import __version__

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"

_log = logging.getLogger(__name__)


class Tracing:
    """Traces of one app's requests."""

    def __init__(self, app: FastAPI, provider: "TracerProvider") -> None:
        from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor  # heavy: on first use

        self._provider = provider
        self._app = app
        # Spans for every message sent would be most of a trace, and the URL of a search says what
        # was asked.
        FastAPIInstrumentor.instrument_app(
            app,
            tracer_provider=provider,
            excluded_urls="health,ready,metrics",
            exclude_spans=["receive", "send"],
            server_request_hook=_without_words,
        )

    def answered(self, answer: Mapping[str, Any]) -> None:
        """Notes on the request's span what the stages of its answer took."""
        from opentelemetry import trace  # heavy: loaded on first use

        span = trace.get_current_span()
        span.set_attribute("newsdesk.mode", str(answer["mode"]))
        span.set_attribute("newsdesk.refused", bool(answer["refused"]))
        for stage, milliseconds in answer["timings_ms"].items():
            span.set_attribute(f"newsdesk.{stage}_ms", int(milliseconds))

    def close(self) -> None:
        """Sends what is left."""
        self._provider.shutdown()


def tracing_for(app: FastAPI) -> Tracing | None:
    """Traces where the environment names a collector; None, and a line in the log, where it names
    one but the package that makes spans isn't installed."""
    if not (os.environ.get(ENDPOINT) or os.environ.get(_TRACES_ENDPOINT)):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import (  # heavy: on first use
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        named = os.environ.get("OTEL_SERVICE_NAME", "newsdesk")
        provider = TracerProvider(
            resource=Resource.create({SERVICE_NAME: named, SERVICE_VERSION: __version__})
        )
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        return Tracing(app, provider)
    except ImportError as error:
        _log.warning("no traces: %s; pip install 'newsdesk[tracing]'", error)
        return None


def _without_words(span: Any, scope: dict[str, Any]) -> None:
    """Leaves the query, which holds what was asked, out of a span."""
    if span is not None and span.is_recording():
        path = scope.get("path", "")
        for name in ("http.url", "http.target", "url.full", "url.query"):
            if span.attributes and name in span.attributes:
                span.set_attribute(name, path)
