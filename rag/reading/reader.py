"""The door of reading: paths in, pages and failures out."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.errors import ReadingError
from rag.reading.identity import READER_VERSION
from rag.reading.jsonl import read_jsonl
from rag.reading.options import ReadOptions
from rag.reading.pdf import read_pdf
from rag.reading.plain import read_plain
from rag.reading.scan import read_scan
from rag.types import IngestFailure, Page

__all__ = ["READER_VERSION", "ReadOptions", "discover", "read"]

_PLAIN = frozenset({".txt", ".text"})
_ROWS = frozenset({".jsonl", ".ndjson"})
_SHEETS = frozenset({".pdf"})
_SCANS = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff"})
_READ = _PLAIN | _ROWS | _SHEETS | _SCANS
_SUFFIXES = ".txt, .text, .jsonl, .ndjson, .pdf, .png, .jpg, .jpeg, .tif and .tiff"
# Types that hold pages too but aren't read: a folder's silence about them would mislead.
_PAGES_UNREAD = frozenset(
    f".{suffix}"
    for suffix in (
        *("html", "htm", "xhtml", "mhtml", "xml", "rss"),
        *("doc", "docx", "odt", "rtf", "epub", "zip", "gz"),
        *("bmp", "webp", "gif"),
    )
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_MAX_PAGE = 8 * 1024 * 1024


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
    """The pages of one file: a text file's one, one for each row of a JSONL file or each sheet of a
    PDF file, streamed.

    Whatever is wrong with the file or a row comes out as an IngestFailure that says what to do.
    """
    source = _printable(path.name)
    origin = _printable(os.path.abspath(path))
    try:
        if not path.is_file():
            yield IngestFailure(origin, _missing(path))
        elif path.suffix.lower() in _PLAIN:
            yield read_plain(_bytes(path), origin, source, options)
        elif path.suffix.lower() in _ROWS:
            yield from read_jsonl(path, origin, source, options)
        elif path.suffix.lower() in _SHEETS:
            yield from read_pdf(path, origin, source, options)
        elif path.suffix.lower() in _SCANS:
            yield from read_scan(path, origin, source, options)
        else:
            yield IngestFailure(origin, _unread(path))
    except ReadingError as error:
        yield IngestFailure(origin, str(error))
    except OSError as error:
        yield IngestFailure(origin, _unreadable(error))


def _given(path: Path) -> Path | IngestFailure:
    if not os.path.exists(path):
        return IngestFailure(_printable(str(path)), _missing(path))
    if path.suffix.lower() not in _READ:
        return IngestFailure(_printable(str(path)), _unread(path))
    return path


def _in_folder(folder: Path) -> Iterator[Path | IngestFailure]:
    troubles: list[OSError] = []
    found = False
    for name, folders, files in os.walk(folder, onerror=troubles.append):
        folders[:] = sorted(entry for entry in folders if not entry.startswith("."))
        for entry in sorted(files):
            path = Path(name, entry)
            suffix = path.suffix.lower()
            if entry.startswith("."):
                continue
            if suffix in _READ:
                found = True
                yield path
            elif suffix in _PAGES_UNREAD:
                found = True
                yield IngestFailure(_printable(str(path)), _unread(path))
    for trouble in troubles:
        found = True
        yield IngestFailure(_printable(str(trouble.filename)), _unreadable(trouble))
    if not found:
        yield IngestFailure(
            _printable(str(folder)), f"the folder holds no page; newsdesk reads {_SUFFIXES}"
        )


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_MAX_PAGE + 1)
    if len(data) > _MAX_PAGE:
        raise ReadingError(f"it is larger than {_MAX_PAGE:,} bytes; split it into pages")
    return data


def _missing(path: Path) -> str:
    text = str(path)
    if text.startswith(("http:/", "https:/")):
        return "web addresses aren't read yet; save the page as text and give the file"
    if os.path.exists(path):
        return "it is no regular file; give a text or JSONL file, or a folder"
    return "there is no such file or folder; check the path"


def _unread(path: Path) -> str:
    kind = f"files of type {path.suffix}" if path.suffix else "files without a type"
    return f"{kind} aren't read yet; newsdesk reads {_SUFFIXES}"


def _unreadable(error: OSError) -> str:
    return f"it can't be read ({error.strerror or error}); check that it exists and may be read"


def _printable(text: str) -> str:
    """A path as text that every terminal, database and JSON file takes, on one line."""
    return _CONTROL.sub(
        lambda match: match.group().encode("unicode_escape").decode("ascii"),
        text.encode("utf-8", "backslashreplace").decode("utf-8"),
    )
