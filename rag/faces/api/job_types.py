"""What an ingest over HTTP is, from its request to its report."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

JobKind = Literal["files", "urls", "retry"]
JobState = Literal["waiting", "running", "done", "failed", "cancelled"]
OVER: frozenset[JobState] = frozenset(("done", "failed", "cancelled"))


@dataclass(frozen=True, slots=True)
class IngestOrder:
    """What is to be taken in. inputs: paths or URLs; names: as they are shown. numbers: of failures
    that are read again; all, where there are none."""

    kind: JobKind
    inputs: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    issue_date: date | None = None
    publication: str | None = None
    most_entries: int = 50
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """An ingest as it stands. done: pages so far, of `total`, where that is known. report: an
    ingest's shape. articles: shapes of those it read. error: why it failed, or what it waits for,
    one line."""

    id: str
    kind: JobKind
    state: JobState
    created_at: datetime
    inputs: tuple[str, ...]
    finished_at: datetime | None = None
    done: int = 0
    total: int | None = None
    report: dict[str, Any] | None = None
    articles: list[dict[str, Any]] = field(default_factory=list)
    error: str | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state in OVER


def job_shape(job: Job) -> dict[str, Any]:
    """A job as JSON values."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "created_at": job.created_at.isoformat(),
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
        "inputs": list(job.inputs),
        "done": job.done,
        "total": job.total,
        "report": job.report,
        "articles": job.articles,
        "error": job.error,
    }
