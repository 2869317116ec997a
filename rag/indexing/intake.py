"""What is given to be ingested, to pages. What is as it was when last read isn't read again."""

import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from pathlib import Path

from rag.intake_types import IngestFailure, Unchanged
from rag.reading.fetching import Fetcher, FetchLimits, Validators
from rag.reading.options import ReadOptions
from rag.reading.reader import FORMATS, READER_VERSION, discover, origin_of, read
from rag.reading.urls import MOST_ENTRIES, UrlReader, is_url
from rag.types import Page
from store.intake import Outcome, Scan, Visit
from store.library import Library

Result = Page | IngestFailure | Unchanged

_BLOCK = 1024 * 1024
# A file may be written again within the same tick of its file system's clock.
_SETTLED_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class IntakeOptions:
    """reading: what readers are told. again: reads what is unchanged too. allow_private: fetches
    from addresses that aren't public. most_entries: pages read of a feed at a time."""

    reading: ReadOptions
    again: bool = False
    allow_private: bool = False
    most_entries: int = MOST_ENTRIES

    def hints(self) -> str:
        """What is said with an input, as text."""
        told = self.reading
        return json.dumps(
            {
                "issue_date": told.issue_date and told.issue_date.isoformat(),
                "publication": told.publication,
                "allow_private": self.allow_private,
            },
            ensure_ascii=False,
        )

    def hinted(self, hints: str) -> "IntakeOptions":
        """These options with what was once said with an input."""
        told = json.loads(hints)
        day = told["issue_date"]
        return replace(
            self,
            reading=replace(
                self.reading,
                issue_date=date.fromisoformat(day) if day else None,
                publication=told["publication"],
            ),
            allow_private=told["allow_private"],
        )


@dataclass(slots=True)
class _Read:
    """What one file or URL gave so far."""

    pages: int = 0
    failures: list[IngestFailure] = field(default_factory=list)

    def take(self, result: Result) -> None:
        if isinstance(result, IngestFailure):
            self.failures.append(result)
        elif isinstance(result, Page):
            self.pages += 1


class Intake:
    """One ingest's reading. `settle` notes what was read, once all of it is stored."""

    def __init__(self, library: Library, options: IntakeOptions) -> None:
        self._library = library
        self._options = options
        self._hints = options.hints()
        # All that decides what is read from a file, beside its bytes and name.
        formats = [suffix for kind in FORMATS for suffix in kind.suffixes]
        self._decides = f"{READER_VERSION} {','.join(formats)} {self._hints}"
        self._outcomes: list[Outcome] = []
        self._visited: dict[str, Visit] = {}

    def pages(self, inputs: Sequence[str | Path]) -> Iterator[Result]:
        """The pages of files, folders and URLs, and what can't be read of them."""
        urls = [str(given) for given in inputs if is_url(given)]
        for found in discover([given for given in inputs if not is_url(given)]):
            if isinstance(found, IngestFailure):
                self._note_found(found)
                yield found
            else:
                yield from self._file(found)
        if urls:
            limits = FetchLimits(allow_private=self._options.allow_private)
            reader = UrlReader(Fetcher(limits), self, self._options.most_entries)
            for url in urls:
                yield from self._url(reader.read(url, self._options.reading))

    def settle(self) -> None:
        """Notes what was read. For holders of the writer lock, once all of it is stored."""
        self._library.intake.note(self._outcomes)
        self._outcomes = []

    # Visits, for the reader of URLs

    def validators(self, url: str) -> Validators:
        visit = None if self._options.again else self._library.intake.visit(url)
        return Validators(visit.etag, visit.last_modified) if visit else Validators()

    def holds(self, url: str) -> bool:
        return self._library.page_of(url) is not None

    def note(self, url: str, validators: Validators) -> None:
        self._visited[url] = Visit(validators.etag, validators.last_modified, 1)

    def _note_found(self, failure: IngestFailure) -> None:
        """Keeps what was found and isn't read; a path that leads nowhere is a slip of the hand."""
        if os.path.isfile(failure.source):
            self._outcomes.append(Outcome(failure.source, self._hints, (failure,)))

    def _file(self, path: Path) -> Iterator[Result]:
        origin = origin_of(path)
        before = _state(path)
        known = self._library.intake.scan(origin)
        if before and known and not self._options.again and known.hints == self._decides:
            if (known.size, known.modified) == before:
                yield from self._unchanged(origin, known)
                return
            if known.size == before[0] and _digest(path) == known.digest:
                self._outcomes.append(self._refreshed(origin, known, before))
                yield from self._unchanged(origin, known)
                return
        digest = _digest(path) if before else None
        found = _Read()
        for result in read(path, self._options.reading):
            found.take(result)
            yield result
        seen = None
        if before and digest and before == _state(path):
            seen = Scan(before[0], _reliable(before[1]), digest, self._decides, found.pages)
        self._outcomes.append(Outcome(origin, self._hints, tuple(found.failures), seen))

    def _unchanged(self, origin: str, known: Scan) -> Iterator[Result]:
        yield Unchanged(origin, known.pages)
        for failure in self._library.intake.failures_of(origin):
            yield IngestFailure(failure.source, failure.reason)

    def _refreshed(self, origin: str, known: Scan, state: tuple[int, int]) -> Outcome:
        """The same file at another time of change, and what failed of it still does."""
        failures = tuple(
            IngestFailure(failure.source, failure.reason)
            for failure in self._library.intake.failures_of(origin)
        )
        return Outcome(origin, self._hints, failures, replace(known, modified=_reliable(state[1])))

    def _url(self, results: Iterable[Result]) -> Iterator[Result]:
        """A feed's pages are noted each by itself: another try fetches one, not the feed."""
        found: dict[str, _Read] = {}
        for result in results:
            if not isinstance(result, Unchanged):
                where = result.origin if isinstance(result, Page) else result.source
                found.setdefault(_outermost(where), _Read()).take(result)
            yield result
        for url in dict.fromkeys([*found, *self._visited]):
            read = found.get(url, _Read())
            self._outcomes.append(
                Outcome(url, self._hints, tuple(read.failures), self._visited.get(url))
            )
        self._visited = {}


def _outermost(origin: str) -> str:
    """The URL of the file that a row or a ZIP file's entry stands in."""
    return origin.partition("!/")[0].partition("#")[0].partition(" line ")[0]


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns)


def _reliable(modified: int) -> int:
    """The time of a change, 0 where it is so recent that another may have the same."""
    return modified if time.time_ns() - modified > _SETTLED_NS else 0


def _digest(path: Path) -> str | None:
    """A hash of a file's bytes; None where it can't be read, which its reader then says."""
    if not path.is_file():
        return None
    digest = blake2b(digest_size=16)
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:
        return None
    return digest.hexdigest()
