"""Ingests over HTTP, one after the other, in a thread of their own."""

import asyncio
import json
import logging
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rag.desk import Desk
from rag.errors import ArchiveLockedError, HomeError, NewsdeskError, StoreError
from rag.faces.api.errors import ApiError, stopping
from rag.faces.api.ingest_run import CancelledError, IngestRun
from rag.faces.api.job_types import IngestOrder, Job, JobState, job_shape
from store.jobs import JOBS_NAME, JobStore
from store.record_ids import new_id

_TRY_AGAIN = 2.0  # seconds after which a locked archive is tried again
_STOPPED = "the server stopped before it was done; what it stored stays, send the rest again"
_log = logging.getLogger(__name__)


class Jobs:
    """The ingests of one server. At most `waiting` wait; `kept` that are over can be looked up.

    Memory: those that aren't over. The rest, with the articles that they read, is in their file.
    """

    def __init__(
        self,
        desk: Desk,
        waiting: int,
        kept: int,
        ended: Callable[[Job], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """ended: is told of each job once it is over. now: the clock, with its time zone. Raises
        StoreError or HomeError where the file of jobs fails."""
        self._desk = desk
        self._ended = ended
        self._store = JobStore(desk.settings.home, most=kept)
        self._most_waiting = waiting
        self._kept = kept
        self._now = now
        self._mutex = threading.Lock()
        self._coming = threading.Condition(self._mutex)
        self._queue: deque[str] = deque()
        self._jobs: dict[str, Job | None] = {}  # None: over, and in the file
        self._orders: dict[str, IngestOrder] = {}
        self._cancelled: dict[str, threading.Event] = {}
        self._watchers: dict[str, set[Callable[[], None]]] = {}
        self._stopping = threading.Event()
        self._recall()
        self._thread = threading.Thread(target=self._work, name="ingest", daemon=True)
        self._thread.start()

    def queued(self) -> int:
        """How many wait for their turn."""
        return len(self._queue)

    def stop(self) -> None:
        """Ends the ingest under way between two batches, and begins no other."""
        with self._mutex:
            if self._stopping.is_set():
                return
            self._stopping.set()
            for cancelled in self._cancelled.values():
                cancelled.set()
            waiting, self._queue = list(self._queue), deque()
            for job_id in waiting:
                self._finish(job_id, "failed", error=_STOPPED)
            self._coming.notify_all()

    def close(self, seconds: float) -> bool:
        """Stops, and waits so many seconds for that. Whether the ingest under way has ended."""
        self.stop()
        self._thread.join(seconds)
        ended = not self._thread.is_alive()
        if ended:
            self._store.close()
        return ended

    def add(self, order: IngestOrder) -> Job:
        """A new job, which waits for its turn. Raises ApiError: 429 where too many wait, 503 where
        the server stops."""
        with self._mutex:
            self._check_room()
            now = self._now()
            job = Job(new_id(now), order.kind, "waiting", now, order.names)
            self._jobs[job.id] = job
            self._orders[job.id] = order
            self._cancelled[job.id] = threading.Event()
            self._queue.append(job.id)
            self._keep(job)
            self._forget_old()
            self._coming.notify()
        return job

    def check_room(self) -> None:
        """Raises what `add` would raise now."""
        with self._mutex:
            self._check_room()

    def latest(self, limit: int, offset: int) -> tuple[list[Job], int]:
        """At most `limit` jobs, the latest first, after the first `offset`; and how many are
        known. Raises StoreError or HomeError where the file of jobs fails."""
        with self._mutex:
            ids = list(reversed(self._jobs))
            found = map(self._read, ids[offset : offset + limit])
            return [job for job in found if job is not None], len(ids)

    def find(self, job_id: str) -> Job:
        """A job by its id. Raises ApiError (404), and StoreError or HomeError where the file of
        jobs fails."""
        with self._mutex:
            return self._known(job_id)

    def cancel(self, job_id: str) -> Job:
        """The job, which ends before its turn, or between two batches; what it stored stays.
        Nothing comes of cancelling one that is over. Raises ApiError (404)."""
        with self._mutex:
            job = self._known(job_id)
            if not job.over:
                self._cancelled[job_id].set()
            if job_id in self._queue:
                self._queue.remove(job_id)
                self._finish(job_id, "cancelled")
            self._coming.notify_all()
            return self._known(job_id)

    async def watch(self, job_id: str) -> AsyncGenerator[Job]:
        """A job as it stands, and again whenever it has changed, until it is over. Raises ApiError
        (404)."""
        loop, changed = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(changed.set)

        with self._mutex:
            job = self._known(job_id)
            self._watchers.setdefault(job_id, set()).add(wake)
        try:
            while True:
                yield job
                if job.over:
                    return
                await changed.wait()
                changed.clear()
                job = self.find(job_id)
        finally:
            with self._mutex:
                self._watchers.get(job_id, set()).discard(wake)

    def _check_room(self) -> None:
        if self._stopping.is_set():
            raise stopping()
        if len(self._queue) >= self._most_waiting:
            raise ApiError(
                429,
                "TooManyRequests",
                f"{len(self._queue)} ingests wait already; try again when one is done",
                {"Retry-After": "10"},
            )

    def _work(self) -> None:
        while (job_id := self._next()) is not None:
            try:
                self._run(job_id)
            except Exception:
                _log.exception("ingest %s failed", job_id)
                error = "newsdesk failed at this; its log says how"
                self._end(job_id, "failed", error=error)

    def _next(self) -> str | None:
        with self._mutex:
            while not self._queue and not self._stopping.is_set():
                self._coming.wait()
            return None if self._stopping.is_set() else self._queue.popleft()

    def _run(self, job_id: str) -> None:
        """Takes one order in; where another process writes, once that has ended."""
        cancelled = self._cancelled[job_id]

        def told(done: int, total: int) -> None:
            with self._mutex:
                self._change(job_id, state="running", done=done, total=total, error=None)

        run = IngestRun(self._desk, self._orders[job_id], cancelled, told)
        told(0, 0)
        while True:
            try:
                report = run.take_in()
            except ArchiveLockedError as error:
                with self._mutex:
                    self._change(job_id, state="waiting", error=str(error))
                if cancelled.wait(_TRY_AGAIN):
                    self._cut_short(job_id)
                    return
            except CancelledError:
                self._cut_short(job_id, articles=run.articles())
                return
            except NewsdeskError as error:
                self._end(job_id, "failed", error=str(error), articles=run.articles())
                return
            else:
                self._end(job_id, "done", report=report, articles=run.articles())
                return

    def _cut_short(self, job_id: str, **changes: Any) -> None:
        if self._stopping.is_set():
            self._end(job_id, "failed", error=_STOPPED, **changes)
        else:
            self._end(job_id, "cancelled", **changes)

    def _end(self, job_id: str, state: JobState, **changes: Any) -> None:
        with self._mutex:
            self._finish(job_id, state, **changes)

    def _finish(self, job_id: str, state: JobState, **changes: Any) -> None:
        """For holders of the mutex."""
        self._change(
            job_id, **{"error": None, **changes, "state": state, "finished_at": self._now()}
        )
        self._orders.pop(job_id, None)
        job = self._known(job_id)
        if self._keep(job):
            self._jobs[job_id] = None
        self._ended(job)

    def _change(self, job_id: str, **changes: Any) -> None:
        """For holders of the mutex."""
        self._jobs[job_id] = replace(self._known(job_id), **changes)
        for wake in self._watchers.get(job_id, ()):
            wake()

    def _keep(self, job: Job) -> bool:
        """Writes a job down, if it can be; where that fails, a restart won't know of it."""
        try:
            self._store.keep(job.id, json.dumps(job_shape(job)), over=job.over)
        except (StoreError, HomeError) as error:
            _log.warning("job %s can't be written down: %s", job.id, error)
            return False
        return True

    def _recall(self) -> None:
        """What became of the jobs of earlier servers: those they didn't finish have failed."""
        for job_id, over in self._store.all():
            self._jobs[job_id] = None
            self._cancelled[job_id] = threading.Event()
            job = None if over else self._read(job_id)
            if job is not None:
                job = replace(job, state="failed", finished_at=self._now(), error=_STOPPED)
                if not self._keep(job):
                    self._jobs[job_id] = job

    def _known(self, job_id: str) -> Job:
        """For holders of the mutex."""
        job = self._read(job_id)
        if job is None:
            raise ApiError(404, "JobNotFound", f"no job has the id {job_id!r}")
        return job

    def _read(self, job_id: str) -> Job | None:
        """For holders of the mutex. None for one whose record another version wrote otherwise."""
        job = self._jobs.get(job_id)
        if job is not None or job_id not in self._jobs:
            return job
        body = self._store.find(job_id)
        if body is None:
            return None
        try:
            return TypeAdapter(Job).validate_json(body)
        except ValidationError as error:
            _log.warning("a job in %s can't be read: %s", JOBS_NAME, error)
            return None

    def _forget_old(self) -> None:
        over = [job_id for job_id, job in self._jobs.items() if job is None or job.over]
        for job_id in over[: max(0, len(over) - self._kept)]:
            del self._jobs[job_id], self._cancelled[job_id]
            self._watchers.pop(job_id, None)
