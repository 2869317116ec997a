"""Articles as JSON Lines, one a row: `text`, and if known `id`, `headline`, `date`, `publication`,
`url`."""

import codecs
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from rag.errors import ReadingError
from rag.intake_types import IngestFailure
from rag.reading import bylines
from rag.reading.dates import parse_date
from rag.reading.encoding import Decoded, decode, detect
from rag.reading.file import SourceFile
from rag.reading.identity import article_id, page_id
from rag.reading.manuscript import told_day
from rag.reading.options import ReadOptions
from rag.reading.plain import dated_name
from rag.reading.traced import identity_map
from rag.types import Article, Page

_SNIFF = 65_536
# U+0000 and halves of characters can be written in JSON but stored in no text file or database.
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_MAX_ROW = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that holds an article; absent values are empty or None."""

    id: str | None
    headline: str
    text: str
    date: date | None
    publication: str
    url: str | None


def read_jsonl(file: SourceFile, options: ReadOptions) -> Iterator[Page | IngestFailure]:
    """A Page for every row of a JSONL file, or an IngestFailure that names the row's line.

    Rows are read one at a time; a bad row costs no other. Of rows with the same id the first
    counts. Raises ReadingError for a file without a row or a binary one, OSError for one that can't
    be read.
    """
    seen: dict[bytes, int] = {}
    empty = True
    with file.open() as data:
        for number, line, settled in _lines(data):
            if not line.strip():
                continue
            empty = False
            try:
                row, text, encoding = _parse(line, settled)
                _first_of_its_id(row, number, seen)
            except ReadingError as error:
                yield IngestFailure(f"{file.origin} line {number}", str(error))
                continue
            yield _page(row, text.encode(), file.origin, file.name, encoding, options)
    if empty:
        raise ReadingError("the file holds no row; give one JSON object a line")


def _is_utf16(head: bytes) -> bool:
    return head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"{\0", b"\0{"))


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes, str]]:
    """Line numbers from 1, the lines as bytes, and the encoding that the file has settled, empty
    where each line's bytes tell it. A line too long to be an article is cut off."""
    head = file.read(_SNIFF)
    file.seek(0)
    if not _is_utf16(head):
        controls = sum(byte < 9 or 13 < byte < 32 for byte in head)
        if controls * 20 > len(head):
            raise ReadingError("it looks like a binary file, not JSON Lines; save it as UTF-8 text")
        file.seek(len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0)
        yield from ((number, line, "") for number, line in _numbered(file.readline))
        return
    encoding, mark = detect(head[: len(head) // 2 * 2])
    file.seek(mark)
    # A line feed's bytes may fall across two characters here, so the text is decoded first.
    text = io.TextIOWrapper(file, encoding, errors="replace", newline="\n")
    for number, line in _numbered(lambda size: text.readline(size).encode("utf-8")):
        yield number, line, encoding


def _numbered(readline: Callable[[int], bytes]) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := readline(_MAX_ROW + 1):
        number += 1
        yield number, line
        while len(line) > _MAX_ROW and not line.endswith(b"\n"):
            line = readline(_MAX_ROW + 1)


def _parse(line: bytes, encoding: str) -> tuple[_Row, str, str]:
    """The row that a line holds, its text as JSON, and the encoding it was read in."""
    if len(line) > _MAX_ROW:
        raise ReadingError(f"the row is longer than {_MAX_ROW:,} bytes; split its text")
    decoded = Decoded(line.decode("utf-8"), encoding) if encoding else decode(line.rstrip(b"\r\n"))
    if encoding and "\ufffd" in decoded.text:
        raise ReadingError(f"the row isn't {encoding.upper()} text; save it as UTF-8")
    text = decoded.text.strip()
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadingError(f"the row is no JSON ({error}); give one JSON object a line") from None
    if not isinstance(fields, dict):
        raise ReadingError('the row is no JSON object; give {"text": …}')
    return _row(fields), text, decoded.encoding


def _row(fields: dict[str, Any]) -> _Row:
    text = _string(fields, "text")
    if not text.strip():
        raise ReadingError("the row has no `text`; give the article's text")
    return _Row(
        id=_identifier(fields.get("id")),
        headline=_one_line(_string(fields, "headline") or _string(fields, "title")),
        text=text,
        date=_day(fields.get("date")),
        publication=_one_line(_string(fields, "publication")),
        url=_string(fields, "url") or None,
    )


def _string(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ReadingError(f"`{name}` is {_shown(value)}; it must be a string")
    if _NO_TEXT.search(value):
        raise ReadingError(f"`{name}` holds a character that is no text; mend or drop it")
    return value


def _one_line(text: str) -> str:
    """A headline or a name as lists and Markdown take it: line breaks made spaces."""
    return " ".join(part for line in text.splitlines() if (part := line.strip()))


def _identifier(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ReadingError(f"`id` is {_shown(value)}; it must be a string or a whole number")
    return _string({"id": str(value)}, "id")


def _day(value: object) -> date | None:
    if value is None or value == "":
        return None
    try:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise ValueError
        return parse_date(str(value))
    except ValueError:
        raise ReadingError(
            f"`date` is {_shown(value)}, which names no day; give it as 2020-12-23"
        ) from None


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def _first_of_its_id(row: _Row, number: int, seen: dict[bytes, int]) -> None:
    if row.id is None:
        return
    # A short hash, so that a million ids stay small in memory.
    key = hashlib.blake2b(row.id.encode(), digest_size=12).digest()
    first = seen.setdefault(key, number)
    if first != number:
        raise ReadingError(
            f"its id {_shown(row.id)} is that of line {first}; give every row an id of its own"
        )


def _page(
    row: _Row, raw: bytes, origin: str, source: str, encoding: str, options: ReadOptions
) -> Page:
    named = dated_name(source, options)
    identity = page_id(
        raw,
        issue_date=options.issue_date,
        publication=options.publication,
        date_in_name=named,
        row=row.id,
    )
    given = row.date or options.issue_date or named
    event = told_day(row.text, given, options.today)
    issue = given or event
    publication = row.publication or options.publication or ""
    article = Article(
        id=article_id(identity, 0),
        page_id=identity,
        position=0,
        headline=row.headline,
        kicker="",
        byline=bylines.inline_names(row.text) or bylines.closing_names(row.text)[0],
        dateline=bylines.dateline(row.text),
        text=row.text,
        source_map=identity_map(len(row.text)),
        issue_date=issue,
        event_date=event,
        date_inferred=given is None and issue is not None,
        publication=publication,
        page="",
        source=source,
        source_id=row.id,
        url=row.url,
    )
    return Page(
        id=identity,
        origin=f"{origin}#{row.id if row.id is not None else 'sha:' + _digest(raw)}",
        source=source,
        raw=row.text,
        encoding=encoding,
        issue_date=issue,
        publication=publication,
        page="",
        articles=(article,),
    )


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:32]
