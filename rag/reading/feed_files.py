"""Feeds saved as files: the articles whose text the feed itself holds. Nothing is fetched for them:
what lies in a folder must not make requests."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from html import escape
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from rag.errors import ReadingError
from rag.intake_types import IngestFailure
from rag.reading.feeds import entry_day, parse_feed
from rag.reading.file import SourceFile
from rag.reading.options import ReadOptions
from rag.reading.web import read_html
from rag.types import Page

# A summary of fewer characters, or one that breaks off, is the beginning of a text.
_SHORTEST_SUMMARY = 200
_BREAKS_OFF = ("…", "...", "[…]", "[...]")


@dataclass(frozen=True, slots=True)
class _Told:
    """An entry with its text as HTML; empty where the feed holds none."""

    name: str
    title: str
    html: str
    url: str | None
    day: date | None


def read_feed(file: SourceFile, options: ReadOptions) -> Iterator[Page | IngestFailure]:
    """A page for each entry of a feed's file that holds its text; one failure names the rest.

    Raises ReadingError for what is no feed, and where it has no entry.
    """
    told: dict[str, _Told] = {}
    for entry in parse_feed(file.read(), "application/xml").entries:
        one = _told(entry)
        told.setdefault(one.name, one)
    if not told:
        raise ReadingError("it is no RSS or Atom feed, or one without entries; give one with text")
    without = [one for one in told.values() if not one.html]
    for one in told.values():
        if not one.html:
            continue
        try:
            yield read_html(
                _page(file, one), replace(options, issue_date=one.day or options.issue_date)
            )
        except ReadingError as error:
            yield IngestFailure(f"{file.origin}#{one.name}", str(error))
    if without:
        yield IngestFailure(
            file.origin,
            f"{len(without)} of its {len(told)} entries hold no text of their own, such as"
            f" {without[0].name}; nothing is fetched for a file: give their addresses, or the"
            " feed's",
        )


def _told(entry: Any) -> _Told:
    link = str(entry.get("link") or "").strip()
    title = " ".join(str(entry.get("title") or "").split())
    name = link or str(entry.get("id") or "").strip() or title
    printable = "".join(c for c in name if c.isprintable() and not c.isspace())[:500]
    return _Told(
        printable or "sha:" + sha256(repr(entry).encode()).hexdigest()[:16],
        title,
        _html(entry),
        link if urlsplit(link).scheme in ("http", "https") else None,
        entry_day(entry),
    )


def _html(entry: Any) -> str:
    """The text of an entry: its content, or a summary that is one."""
    for content in entry.get("content") or ():
        if str(content.get("value") or "").strip():
            return _as_html(content)
    detail = entry.get("summary_detail") or {}
    html = _as_html(detail)
    words = "".join(_words(html).split())
    if len(words) < _SHORTEST_SUMMARY or words.endswith(_BREAKS_OFF):
        return ""
    return html


def _as_html(content: Any) -> str:
    value = str(content.get("value") or "")
    if content.get("type") == "text/plain":
        return "".join(f"<p>{escape(line)}</p>" for line in value.splitlines() if line.strip())
    return value


def _words(html: str) -> str:
    from lxml.html import fromstring  # heavy: loaded on first use

    return str(fromstring(f"<div>{html}</div>").text_content())


def _page(file: SourceFile, one: _Told) -> SourceFile:
    """An entry as a web page of its own."""
    page = (
        f"<!DOCTYPE html><html><head><title>{escape(one.title)}</title></head><body><article>"
        f"<h1>{escape(one.title)}</h1>{one.html}</article></body></html>"
    ).encode("utf-8", "replace")
    return SourceFile(
        file.name, f"{file.origin}#{one.name}", lambda: BytesIO(page), charset="utf-8", url=one.url
    )
