"""The half of Desk that takes pages in."""

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from threading import Event

from rag.errors import ArchiveLockedError, EmbeddingError, UsageError
from rag.indexing import pipeline
from rag.indexing.embedding.base import Embedder
from rag.indexing.intake import Intake, IntakeOptions, Result
from rag.indexing.pipeline import Progress
from rag.indexing.watching import SETTLE, settled_files
from rag.intake_types import FailedSource, IngestReport
from rag.reading.options import ReadOptions
from rag.reading.urls import MOST_ENTRIES, is_url
from rag.settings import Settings
from store.library import Library

_TRY_AGAIN = 5.0  # seconds after which files that wait are tried again

Seen = Callable[[Result], None]

_log = logging.getLogger(__name__)


class IngestingDesk:
    """Takes in files, folders and web addresses, and keeps what failed."""

    settings: Settings
    _library: Library
    _embedder: Embedder
    _today: Callable[[], date]

    def ingest(
        self,
        inputs: Sequence[str | Path],
        *,
        issue_date: date | None = None,
        publication: str | None = None,
        allow_private: bool = False,
        most_entries: int = MOST_ENTRIES,
        progress: Progress | None = None,
        seen: Seen | None = None,
    ) -> IngestReport:
        """Takes in files, folders, web addresses and feeds; names what fails, keeps the rest.

        What is as it was when it was last read isn't read again. issue_date: of pages and rows that
        name none themselves. publication: of every text page, over the name that it prints, and of
        rows that name none. allow_private: web addresses in one's own network are fetched too.
        most_entries: pages of a feed. seen: is given each page, failure and unchanged file as it is
        read; what it or `progress` raises ends the ingest, and what is stored by then stays.
        Raises ArchiveLockedError while another process ingests,
        EmbeddingError where the model fails; what was reported as done before stays.
        """
        if not inputs:
            raise UsageError("nothing to ingest: name at least one file, folder or web address")
        reading = ReadOptions(issue_date=issue_date, publication=publication, today=self._today())
        options = IntakeOptions(reading, allow_private=allow_private, most_entries=most_entries)
        return self._take_in(inputs, options, progress, seen)

    def failures(self) -> list[FailedSource]:
        """What could not be taken in and has not been since, the earliest first."""
        return self._library.intake.failures()

    def retry(
        self,
        numbers: Sequence[int] = (),
        *,
        progress: Progress | None = None,
        seen: Seen | None = None,
    ) -> IngestReport:
        """Reads again what failed, with what was said the first time: these failures, or all.

        A file that is gone is dropped from the list. Raises UsageError for a number that no failure
        has, and as `ingest` does.
        """
        known = self._library.intake.failures()
        unknown = set(numbers) - {failure.number for failure in known}
        if unknown:
            raise UsageError(
                f"no failure has the number {min(unknown)}; `newsdesk failures` lists them"
            )
        chosen = [failure for failure in known if not numbers or failure.number in numbers]
        report = IngestReport(0, 0, 0, 0, 0, ())
        options = IntakeOptions(ReadOptions(today=self._today()), again=True)
        with self._library.writing():
            gone = [f.input for f in chosen if not is_url(f.input) and not os.path.exists(f.input)]
            self._library.intake.forget(gone)
            kept = sorted(
                (self._library.intake.hints_of(failure.number), failure.input)
                for failure in chosen
                if failure.input not in gone
            )
            for hints, group in groupby(kept, key=lambda pair: pair[0]):
                inputs = list(dict.fromkeys(input for _, input in group))
                done = self._take_in(inputs, options.hinted(hints), progress, seen)
                report = report + done
        return report

    def watch(
        self,
        folders: Sequence[str | Path],
        told: Callable[[Sequence[Path], IngestReport], None],
        *,
        issue_date: date | None = None,
        publication: str | None = None,
        stop: Event | None = None,
        settle: float = SETTLE,
    ) -> None:
        """Takes in what is in folders, and then what comes into them, until `stop` is set.

        told: is called with the files and the report of each ingest. A file is read once it has
        stayed as it is for `settle` seconds and nobody writes it. While another process writes to
        the archive, or the embedding model fails, files wait, and a warning is logged. Raises
        UsageError for what is no folder, and KeyboardInterrupt.
        """
        if not folders:
            raise UsageError("nothing to watch: name at least one folder")
        paths = [_watchable(folder) for folder in folders]
        waiting: dict[Path, None] = {}
        not_before, warned = 0.0, ""
        for settled in settled_files(paths, stop or Event(), settle=settle):
            waiting |= dict.fromkeys(settled)
            if not waiting or time.monotonic() < not_before:
                continue
            try:
                report = self.ingest(list(waiting), issue_date=issue_date, publication=publication)
            except (ArchiveLockedError, EmbeddingError) as error:
                if str(error) != warned:
                    _log.warning("%s (%d files wait)", error, len(waiting))
                not_before, warned = time.monotonic() + _TRY_AGAIN, str(error)
                continue
            told(list(waiting), report)
            waiting, warned = {}, ""

    def _take_in(
        self,
        inputs: Sequence[str | Path],
        options: IntakeOptions,
        progress: Progress | None,
        seen: Seen | None,
    ) -> IngestReport:
        with self._library.writing():
            intake = Intake(self._library, options)
            pages = intake.pages(inputs)
            report = pipeline.ingest(
                pages if seen is None else _told(pages, seen),
                *(self._library, self._embedder, self.settings, progress),
            )
            intake.settle()
        return report


def _watchable(given: str | Path) -> Path:
    """A folder to watch, absolute. Raises UsageError for what is none."""
    if is_url(given):
        raise UsageError(
            f"{given} is a web address, and only folders are watched; ingest it again whenever it"
            " may have news: what is unchanged isn't read again"
        )
    path = Path(os.path.abspath(given))
    if path.is_dir():
        return path
    if path.exists():
        raise UsageError(f"{path} is a file, and only folders are watched; name its folder")
    raise UsageError(f"{path} is no folder; name a folder to watch")


def _told(results: Iterable[Result], seen: Seen) -> Iterator[Result]:
    for result in results:
        seen(result)
        yield result
