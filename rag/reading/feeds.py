"""RSS and Atom feeds, parsed by feedparser: which pages they name."""

import re
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

from rag.errors import ReadingError
from rag.reading.dates import full_dates, parse_date
from rag.reading.fetching import Fetched, without_fragment
from rag.reading.file import made_readable

_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
BEGINS = re.compile(
    rb"(?s)\s*(?:<\?xml.{0,300}?\?>|<!--.{0,1000}?-->|\s){0,5}<(?:rss|feed|rdf:RDF)[\s>]"
)
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that a feed names. day: when the feed says it was published; None where it doesn't."""

    url: str
    day: date | None


def is_feed(reply: Fetched) -> bool:
    """Whether a reply is a feed, by its type or its beginning."""
    return reply.media_type in _TYPES or bool(BEGINS.match(reply.data[:4096].removeprefix(_MARK)))


def entries_of(reply: Fetched) -> list[Entry]:
    """The pages that a feed names, in its order, each once. Raises ReadingError for what is no
    feed, or names no page."""
    content_type = reply.media_type or "application/xml"
    if reply.charset:
        content_type += f"; charset={reply.charset}"
    found: dict[str, Entry] = {}
    for entry in parse_feed(reply.data, content_type, reply.url).entries:
        url = without_fragment(urljoin(reply.url, str(entry.get("link") or "")))
        if entry.get("link") and urlsplit(url).scheme in ("http", "https"):
            found.setdefault(url, Entry(url, entry_day(entry)))
    if not found:
        raise ReadingError("the feed names no page; check that it is an RSS or Atom feed")
    return list(found.values())


def parse_feed(data: bytes, content_type: str, url: str = "") -> Any:
    """What feedparser makes of a feed's bytes. Raises ReadingError."""
    import feedparser  # heavy: loaded on first use

    headers = {"content-type": content_type}
    if url:
        headers["content-location"] = url
    with made_readable("a feed"):
        # As a stream: feedparser takes bytes for the name of a file, too.
        return feedparser.parse(BytesIO(data), response_headers=headers)


def entry_day(entry: Any) -> date | None:
    """The day an entry names, read here: feedparser misreads Chinese dates in silence."""
    for name in ("published", "updated", "created"):
        # Of the dict itself: feedparser gives one date for another that is missing.
        said = str(dict.get(entry, name) or "").strip()
        if not said:
            continue
        for read in (parse_date, _by_mail_rules, _printed):
            try:
                return read(said)
            except (ValueError, TypeError, IndexError, OverflowError):
                continue
    return None


def _by_mail_rules(said: str) -> date:
    """RFC 5322: Thu, 24 Dec 2020 08:30:00 +0800."""
    return parsedate_to_datetime(said).date()


def _printed(said: str) -> date:
    for day in full_dates(said):
        return day
    raise ValueError(said)
