"""Web pages, saved (.html, .htm, .mhtml) or fetched: the main text, found by trafilatura, and what
the page says of it.

Markup and entities keep a page's text from being pointed into: the page's raw text is the text that
is extracted, a paragraph a line. A page's id is a hash of what is read from it, so that another
advert beside the same article changes nothing.
"""

import email
import email.policy
import json
import re
from collections.abc import Sequence
from email.message import EmailMessage
from typing import TYPE_CHECKING

from rag.errors import ReadingError
from rag.reading.file import SourceFile, made_readable
from rag.reading.html_encoding import decode_html
from rag.reading.manuscript import (
    Credits,
    Manuscript,
    join_paragraphs,
    page_of_manuscripts,
    take_credits,
)
from rag.reading.options import ReadOptions
from rag.reading.traced import Traced
from rag.reading.web_metadata import credits_of, headline_of, without_scripts
from rag.types import Page

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LARGEST_MHTML = 32 * 1024 * 1024
# Elements of a page that anyone wrote by hand, or any program for people to read.
_MOST_ELEMENTS = 200_000
# libxml2 compares each attribute of a tag with all before it. Pieces are words, values in quotes
# and white space: an attribute is two or three. The group stands where a tag has more than that.
_MOST_PIECES = 20_000
_PIECE = r"""[^\s>"']++|"[^"]*+"|'[^']*+'|["']|\s++"""
_TAG = re.compile(rf"<[A-Za-z](?:{_PIECE}){{0,{_MOST_PIECES}}}+({_PIECE})?")
_SHORTEST_TEXT = 15


def read_html(file: SourceFile, options: ReadOptions) -> Page:
    """The page that a web page's bytes hold: one article. Raises ReadingError."""
    decoded = decode_html(file.read(), file.charset)
    return _read(file, decoded.text, decoded.encoding, options)


def read_mhtml(file: SourceFile, options: ReadOptions) -> Page:
    """The page in an .mhtml file (RFC 2557): its first part that is HTML. Raises ReadingError."""
    with made_readable("a saved web page"):
        message = email.message_from_bytes(file.read(_LARGEST_MHTML), policy=email.policy.default)
        part = next((part for part in message.walk() if _is_html(part)), None)
        if part is None:
            raise ReadingError("it holds no HTML; save the web page again")
        data = part.get_payload(decode=True)
        charset = part.get_content_charset("")
    if not isinstance(data, bytes) or not data.strip():
        raise ReadingError("its HTML is empty; save the web page again")
    decoded = decode_html(data, charset)
    return _read(file, decoded.text, decoded.encoding, options)


def _is_html(part: object) -> bool:
    return isinstance(part, EmailMessage) and part.get_content_type() in (
        "text/html",
        "application/xhtml+xml",
    )


def _read(file: SourceFile, html: str, encoding: str, options: ReadOptions) -> Page:
    with made_readable("a web page"):
        tree = _parse(html)
        headline = headline_of(tree)
        found = credits_of(tree, headline, file.url or "")
        paragraphs = _main_text(tree)
    paragraphs = _without_headline(paragraphs, headline)
    count, printed = take_credits(paragraphs)
    paragraphs = paragraphs[count:]
    if sum(map(len, paragraphs)) < _SHORTEST_TEXT:
        raise ReadingError("no article is found in it; give a page that holds one article's text")
    raw = "\n".join(paragraphs) + "\n"
    credits = Credits(
        found.names or printed.names,
        found.day or printed.day,
        found.publication or printed.publication,
    )
    identity = json.dumps([headline, raw, credits.names, str(credits.day), credits.publication])
    manuscript = Manuscript(headline, join_paragraphs(raw, _traced(paragraphs)), credits)
    return page_of_manuscripts(file, identity.encode(), raw, encoding, [manuscript], options)


def _parse(html: str) -> "HtmlElement":
    from lxml.html import HTMLParser, document_fromstring  # heavy: loaded on first use

    if any(tag[1] is not None for tag in _TAG.finditer(html)):
        raise ReadingError("a tag in it has thousands of attributes; save the web page again")
    # As bytes: lxml refuses text that declares an encoding.
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    data = html.encode("utf-8", "replace").replace(b"\0", b"")
    tree = document_fromstring(data, parser=parser)
    if sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        raise ReadingError(f"it has more than {_MOST_ELEMENTS:,} elements; give a page of one news")
    return tree


def _main_text(tree: "HtmlElement") -> list[str]:
    """The paragraphs of the main text, each on one line."""
    import trafilatura  # heavy: loaded on first use

    document = trafilatura.bare_extraction(
        without_scripts(tree), include_comments=False, include_tables=True, with_metadata=False
    )
    text = getattr(document, "text", None) or ""
    return [line for piece in text.splitlines() if (line := " ".join(piece.split()))]


def _without_headline(paragraphs: Sequence[str], headline: str) -> list[str]:
    """The paragraphs after the headline, where it stands among the first."""
    for i, paragraph in enumerate(paragraphs[:3]):
        if headline and "".join(paragraph.split()) == "".join(headline.split()):
            return list(paragraphs[i + 1 :])
    return list(paragraphs)


def _traced(paragraphs: Sequence[str]) -> list[Traced]:
    traced, start = [], 0
    for paragraph in paragraphs:
        traced.append(Traced(paragraph, tuple(range(start, start + len(paragraph)))))
        start += len(paragraph) + 1
    return traced
