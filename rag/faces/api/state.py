"""What routes stand on: the open archive, and what the server keeps beside it."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request

from rag.desk import Desk
from rag.errors import NewsdeskError
from rag.faces.api.options import ServeOptions
from rag.faces.api.work import Work

if TYPE_CHECKING:
    from rag.faces.api.jobs import Jobs
    from rag.faces.api.metrics import Metrics
    from rag.faces.api.readiness import Readiness
    from rag.faces.api.tracing import Tracing
    from store.keys import KeyStore


_LEAST_GRACE = 1.0
"""Seconds that threads get to end what they have begun to."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Served:
    """One server's parts. The Desk stands at `app.state.desk` too."""

    desk: Desk
    options: ServeOptions
    work: Work
    keys: "KeyStore"
    jobs: "Jobs"
    metrics: "Metrics"
    readiness: "Readiness"
    tracing: "Tracing | None" = None
    stopping_since: float | None = None

    def answered(self, answer: Mapping[str, Any]) -> None:
        """Counts an answer that is given. answer: its shape."""
        self.metrics.answered(answer)
        if self.tracing is not None:
            self.tracing.answered(answer)

    def replaced(self) -> bool:
        """Whether another archive has taken the place of this one."""
        try:
            return self.desk.replaced()
        except NewsdeskError:
            return False  # `GET /ready` says what is wrong with it

    def stop(self) -> None:
        """Begins to stop: no ingest begins, the one under way ends between two batches."""
        if self.stopping_since is None:
            self.stopping_since = time.monotonic()
        self.jobs.stop()

    def close(self) -> None:
        """Stops, and closes all but the Desk, in what is left of the grace that a stop gives."""
        self.stop()
        if not self.work.close(self._grace_left()):
            _log.warning("work of the archive goes on past the %g s of grace", self.options.grace)
        if not self.jobs.close(self._grace_left()):
            _log.warning("an ingest goes on past the %g s of grace", self.options.grace)
        self.readiness.close()
        self.keys.close()
        if self.tracing is not None:
            self.tracing.close()

    def _grace_left(self) -> float:
        since = self.stopping_since or 0
        return max(_LEAST_GRACE, self.options.grace - (time.monotonic() - since))


def served_by(request: Request) -> Served:
    """The parts of the server that has this request."""
    served: Served = request.app.state.served
    return served


def _desk(request: Request) -> Desk:
    return served_by(request).desk


def _work(request: Request) -> Work:
    return served_by(request).work


ServedDependency = Annotated[Served, Depends(served_by)]
DeskDependency = Annotated[Desk, Depends(_desk)]
"""The open archive. What it does blocks: call it through `WorkDependency`."""
WorkDependency = Annotated[Work, Depends(_work)]
"""`await work.call(desk.search, words)`; `async for event in work.events(begin)`."""
