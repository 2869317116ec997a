"""One ingest of the HTTP API: what it read, how far it is, and how it is stopped."""

from collections.abc import Callable
from threading import Event

from rag.desk import Desk
from rag.faces.api.job_types import IngestOrder
from rag.faces.api.uploads import named
from rag.faces.shapes import Shape, article_shape, ingest_shape
from rag.intake_types import IngestFailure, IngestReport, Unchanged
from rag.types import Article, Page

ARTICLES_TOLD = 200
"""Articles that a job's result lists at most."""


class CancelledError(Exception):
    """The ingest was asked to end; what it stored stays."""


class IngestRun:
    """An ingest under way. told: is called with the pages so far, and of how many."""

    def __init__(
        self, desk: Desk, order: IngestOrder, cancelled: Event, told: Callable[[int, int], None]
    ) -> None:
        self._desk = desk
        self._order = order
        self._cancelled = cancelled
        self._told = told
        self._read = 0
        self._done = 0
        self._articles: dict[str, None] = {}
        self._unchanged: list[str] = []

    def take_in(self) -> Shape:
        """Takes everything in. Raises CancelledError, and as `Desk.ingest` does."""
        order, desk = self._order, self._desk
        report: IngestReport
        if order.kind == "retry":
            report = desk.retry(order.numbers, progress=self._progress, seen=self._seen)
        else:
            report = desk.ingest(
                order.inputs,
                issue_date=order.issue_date,
                publication=order.publication,
                most_entries=order.most_entries,
                progress=self._progress,
                seen=self._seen,
            )
        return _named(ingest_shape(report))

    def articles(self) -> list[Shape]:
        """The articles of what it read that are in the archive, as printed."""
        found: list[Article] = self._desk.articles_of_ids(list(self._articles))
        for origin in self._unchanged:
            if len(found) >= ARTICLES_TOLD:
                break
            found += self._desk.articles_from(origin, limit=ARTICLES_TOLD - len(found))
        return [article_shape(article) for article in found[:ARTICLES_TOLD]]

    def _seen(self, result: Page | IngestFailure | Unchanged) -> None:
        if isinstance(result, Page):
            self._read += 1
            for article in result.articles:
                if len(self._articles) < ARTICLES_TOLD:
                    self._articles[article.id] = None
        elif isinstance(result, Unchanged):
            self._read += result.pages
            self._unchanged.append(result.origin)
        else:
            self._read += 1
        self._step()

    def _progress(self, stage: str, done: int, total: int | None) -> None:
        if stage == "pages":
            self._done = done
        self._step()

    def _step(self) -> None:
        if self._cancelled.is_set():
            raise CancelledError
        self._told(self._done, self._read)


def _named(shape: Shape) -> Shape:
    """A report in which uploads go by their names: where they are kept is no client's matter."""
    lists = {
        key: [{**one, "source": named(one["source"])} for one in shape[key]]
        for key in ("failed", "doubtful", "left_out")
    }
    return {**shape, **lists}
