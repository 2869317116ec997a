"""The door of reading: paths in, pages and failures out.

FORMATS lists what is read. A file's beginning says what it is where it can't be mistaken, whatever
its name ends with; else its type (the end of its name) does.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rag.errors import ReadingError
from rag.intake_types import IngestFailure
from rag.reading.feed_files import read_feed
from rag.reading.feeds import BEGINS
from rag.reading.file import SourceFile
from rag.reading.identity import READER_VERSION
from rag.reading.jsonl import read_jsonl
from rag.reading.markdown import read_markdown
from rag.reading.options import ReadOptions
from rag.reading.pdf import read_pdf
from rag.reading.plain import read_plain
from rag.reading.scan import read_scan
from rag.reading.web import read_html, read_mhtml
from rag.reading.word import is_word, read_word
from rag.reading.zipped import read_zip
from rag.types import Page

__all__ = [
    "FORMATS",
    "READER_VERSION",
    "Format",
    "ReadOptions",
    "discover",
    "is_page_name",
    "origin_of",
    "read",
    "read_file",
]

ReadPages = Callable[[SourceFile, ReadOptions], Iterator[Page | IngestFailure]]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that is read. suffixes: the types it goes by. begins: a pattern that only such
    files begin with; None where there is none. read: gives its pages, or raises ReadingError."""

    name: str
    suffixes: tuple[str, ...]
    read: ReadPages
    begins: re.Pattern[bytes] | None = None


def _one_page(read_page: Callable[[SourceFile, ReadOptions], Page]) -> ReadPages:
    def read_pages(file: SourceFile, options: ReadOptions) -> Iterator[Page | IngestFailure]:
        yield read_page(file, options)

    return read_pages


def _read_packed(file: SourceFile, options: ReadOptions) -> Iterator[Page | IngestFailure]:
    """A file that begins as a ZIP file does, which a Word file is too."""
    if file.suffix == ".docx" or (file.suffix != ".zip" and is_word(file)):
        yield read_word(file, options)
    else:
        yield from read_zip(file, partial(read_file, options=options))


FORMATS = (
    Format("text", (".txt", ".text"), _one_page(read_plain)),
    Format("JSON Lines", (".jsonl", ".ndjson"), read_jsonl),
    Format("Markdown", (".md", ".markdown"), _one_page(read_markdown)),
    Format(
        "HTML",
        (".html", ".htm", ".xhtml"),
        _one_page(read_html),
        re.compile(
            rb"(?i)\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)*<(?:!doctype\s+html|html[\s>])",
            re.S,
        ),
    ),
    Format("MHTML", (".mhtml", ".mht"), _one_page(read_mhtml)),
    Format("PDF", (".pdf",), read_pdf, re.compile(rb"%PDF-")),
    Format(
        "image",
        (".png", ".jpg", ".jpeg", ".tif", ".tiff"),
        read_scan,
        re.compile(rb"\x89PNG|\xff\xd8\xff|II\*\x00|MM\x00\*"),
    ),
    Format("feed", (".xml", ".rss", ".atom"), read_feed, BEGINS),
    Format("ZIP", (".zip", ".docx"), _read_packed, re.compile(rb"PK(?:\x03\x04|\x05\x06)")),
)

_BY_SUFFIX = {suffix: format for format in FORMATS for suffix in format.suffixes}
_SUFFIXES = ", ".join(_BY_SUFFIX)
# Types that hold pages too but aren't read: a folder's silence about them would mislead.
_PAGES_UNREAD = frozenset(
    f".{suffix}"
    for suffix in (
        *("doc", "odt", "rtf", "epub", "gz", "rar", "7z", "tar"),
        *("bmp", "webp", "gif"),
    )
) - frozenset(_BY_SUFFIX)
# What a file that isn't read is, by its first bytes.
_ELSE = (
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"Rar!", "a RAR file"),
    (b"7z\xbc\xaf", "a 7z file"),
)
_HEAD = 1024
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def discover(inputs: Sequence[str | Path]) -> Iterator[Path | IngestFailure]:
    """The files to read: those given, and those in the folders given, sorted, each once.

    Hidden files are skipped in folders, and so are types that hold no pages. A path that doesn't
    exist, a folder without a page and a type that isn't read come out as failures.
    """
    seen: set[str] = set()
    for given in inputs:
        path = Path(given)
        for found in _in_folder(path) if os.path.isdir(path) else [_given(path)]:
            if isinstance(found, Path):
                absolute = os.path.abspath(found)
                if absolute in seen:
                    continue
                seen.add(absolute)
            yield found


def read(path: Path, options: ReadOptions) -> Iterator[Page | IngestFailure]:
    """The pages of one file, streamed where it holds many.

    Whatever is wrong with the file or a part of it comes out as an IngestFailure that says what to
    do.
    """
    origin = origin_of(path)
    try:
        regular = path.is_file()
    except OSError as error:
        yield IngestFailure(origin, _unreadable(error))
        return
    if regular:
        yield from read_file(
            SourceFile(_printable(path.name), origin, lambda: path.open("rb")), options
        )
    else:
        yield IngestFailure(origin, _missing(path))


def read_file(file: SourceFile, options: ReadOptions) -> Iterator[Page | IngestFailure]:
    """`read`, of a file that need not lie on disk."""
    try:
        yield from _format_of(file).read(file, options)
    except ReadingError as error:
        yield IngestFailure(file.origin, str(error))
    except OSError as error:
        yield IngestFailure(file.origin, _unreadable(error))


def origin_of(path: Path) -> str:
    """The absolute path, as text on one line."""
    return _printable(os.path.abspath(path))


def is_page_name(path: Path) -> bool:
    """Whether a file of this name in a folder is taken for pages, read or not; hidden files are
    not, nor are the notes that Word keeps beside an open file."""
    suffix = path.suffix.lower()
    return not path.name.startswith((".", "~$")) and (
        suffix in _BY_SUFFIX or suffix in _PAGES_UNREAD
    )


def _format_of(file: SourceFile) -> Format:
    """The format of a file. Raises ReadingError for one that isn't read."""
    head = file.head(_HEAD)
    for format in FORMATS:
        if format.begins and format.begins.match(head):
            return format
    for beginning, what in _ELSE:
        if head.startswith(beginning):
            raise ReadingError(f"it is {what}, which isn't read yet; newsdesk reads {_SUFFIXES}")
    if file.suffix not in _BY_SUFFIX:
        raise ReadingError(_unread(file.suffix))
    return _BY_SUFFIX[file.suffix]


def _given(path: Path) -> Path | IngestFailure:
    if not os.path.exists(path):
        return IngestFailure(_printable(str(path)), _missing(path))
    return path


def _in_folder(folder: Path) -> Iterator[Path | IngestFailure]:
    troubles: list[OSError] = []
    found = False
    for name, folders, files in os.walk(folder, onerror=troubles.append):
        folders[:] = sorted(entry for entry in folders if not entry.startswith("."))
        for entry in sorted(files):
            path = Path(name, entry)
            if not is_page_name(path):
                continue
            found = True
            if path.suffix.lower() in _BY_SUFFIX:
                yield path
            else:
                yield IngestFailure(_printable(str(path)), _unread(path.suffix))
    for trouble in troubles:
        found = True
        yield IngestFailure(_printable(str(trouble.filename)), _unreadable(trouble))
    if not found:
        yield IngestFailure(
            _printable(str(folder)), f"the folder holds no page; newsdesk reads {_SUFFIXES}"
        )


def _missing(path: Path) -> str:
    if os.path.exists(path):
        return "it is no regular file; give a page's file, or a folder"
    return "there is no such file or folder; check the path"


def _unread(suffix: str) -> str:
    kind = f"files of type {suffix}" if suffix else "files without a type"
    return f"{kind} aren't read yet; newsdesk reads {_SUFFIXES}"


def _unreadable(error: OSError) -> str:
    return f"it can't be read ({error.strerror or error}); check that it exists and may be read"


def _printable(text: str) -> str:
    """A path as text that every terminal, database and JSON file takes, on one line."""
    return _CONTROL.sub(
        lambda match: match.group().encode("unicode_escape").decode("ascii"),
        text.encode("utf-8", "backslashreplace").decode("utf-8"),
    )
