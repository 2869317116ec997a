"""Pages at web addresses: a page, or the pages that a feed names."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Protocol
from urllib.parse import unquote, urlsplit
from urllib.robotparser import RobotFileParser

from rag.errors import ReadingError
from rag.intake_types import IngestFailure, Unchanged
from rag.reading.feeds import Entry, entries_of, is_feed
from rag.reading.fetching import (
    USER_AGENT,
    Fetched,
    Fetcher,
    StatusError,
    Validators,
    without_fragment,
)
from rag.reading.file import SourceFile
from rag.reading.options import ReadOptions
from rag.reading.reader import read_file
from rag.types import Page

SCHEMES = ("http://", "https://")
MOST_ENTRIES = 50
"""Of one feed, the first ones, which are the latest."""

_AGENT = USER_AGENT.partition("/")[0]
# What a reply's media type is called as a file; other types are turned down unread.
_SUFFIXES = {
    "": "",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "multipart/related": ".mhtml",
    "message/rfc822": ".mhtml",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/tiff": ".tiff",
    "application/octet-stream": "",
    "binary/octet-stream": "",
}


_Rules = RobotFileParser | ReadingError
"""Of a site, or why they can't be had."""


class Visits(Protocol):
    """What is known of earlier visits to web addresses."""

    def validators(self, url: str) -> Validators:
        """Those of the version that was read; none where none was."""
        ...

    def holds(self, url: str) -> bool:
        """Whether a page from this address is in the archive."""
        ...

    def note(self, url: str, validators: Validators) -> None:
        """This version was read, without a failure."""
        ...


@dataclass(frozen=True, slots=True)
class UrlReader:
    """Reads URLs with one Fetcher. most: how many pages of a feed are read at a time."""

    fetcher: Fetcher
    visits: Visits
    most: int = MOST_ENTRIES

    def read(self, url: str, options: ReadOptions) -> Iterator[Page | IngestFailure | Unchanged]:
        """The page at a URL, or the pages that the feed there names. What can't be read comes out
        as an IngestFailure."""
        url = without_fragment(url)
        known = self.visits.validators(url)
        try:
            reply = self.fetcher.fetch(url, known)
            if reply.unchanged:
                yield Unchanged(url, 1)
            elif is_feed(reply):
                yield from self._feed(url, reply, options)
            else:
                yield from self._page(url, reply, options)
        except ReadingError as error:
            yield IngestFailure(url, str(error))

    def _page(
        self, url: str, reply: Fetched, options: ReadOptions
    ) -> Iterator[Page | IngestFailure]:
        whole = True
        for result in read_file(_file(url, reply), options):
            whole = whole and isinstance(result, Page)
            yield result
        if whole:
            self.visits.note(url, reply.validators)

    def _feed(
        self, url: str, reply: Fetched, options: ReadOptions
    ) -> Iterator[Page | IngestFailure | Unchanged]:
        """Pages that are held already are not fetched again. The feed's version is noted once all
        it names is read: until then the next visit must see it whole."""
        whole = True
        robots: dict[str, _Rules] = {}
        for entry in entries_of(reply)[: self.most]:
            if self.visits.holds(entry.url):
                yield Unchanged(entry.url, 1)
                continue
            for result in self._entry(entry, options, robots):
                whole = whole and isinstance(result, Page)
                yield result
        if whole:
            self.visits.note(url, reply.validators)

    def _entry(
        self, entry: Entry, options: ReadOptions, robots: dict[str, _Rules]
    ) -> Iterator[Page | IngestFailure]:
        told = replace(options, issue_date=entry.day or options.issue_date)
        try:
            self._check_allowed(entry.url, robots)
            reply = self.fetcher.fetch(entry.url)
            yield from read_file(_file(entry.url, reply), told)
        except ReadingError as error:
            yield IngestFailure(entry.url, str(error))

    def _check_allowed(self, url: str, robots: dict[str, _Rules]) -> None:
        """Raises ReadingError where the site doesn't let programs fetch this."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in robots:
            robots[site] = self._rules(f"{site}/robots.txt")
        rules = robots[site]
        if isinstance(rules, ReadingError):
            raise ReadingError(
                f"its site's robots.txt can't be read, which keeps programs out ({rules})"
            )
        if not rules.can_fetch(_AGENT, url):
            raise ReadingError("its site's robots.txt keeps programs out; save the page by hand")

    def _rules(self, url: str) -> _Rules:
        """What a robots.txt says (RFC 9309, 2.3.1): one that the site says it hasn't lets everyone
        in, one that can't be reached nobody."""
        rules = RobotFileParser()
        try:
            text = self.fetcher.fetch(url).data.decode("utf-8", "replace")
        except StatusError as error:
            if not 400 <= error.status < 500:
                return error
            text = ""
        except ReadingError as error:
            return error
        rules.parse(text.splitlines())
        return rules


def is_url(given: object) -> bool:
    """Whether what was given to be read is a web address rather than a path."""
    return isinstance(given, str) and given.strip().lower().startswith(SCHEMES)


def _file(url: str, reply: Fetched) -> SourceFile:
    """A reply as a file. Raises ReadingError for a media type that isn't read."""
    suffix = _SUFFIXES.get(reply.media_type)
    if suffix is None:
        raise ReadingError(
            f"it is of type {reply.media_type}, which isn't read; give the address of a page"
        )
    name = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2] or urlsplit(url).netloc
    if suffix and not name.lower().endswith(suffix):
        name += suffix
    printable = "".join(c if c.isprintable() else "_" for c in name)[:200]
    return SourceFile(
        printable, url, lambda: BytesIO(reply.data), charset=reply.charset, url=reply.url
    )
