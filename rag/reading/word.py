"""Word files (.docx), read with python-docx: styled headings are headlines.

A Word file's bytes can't be pointed into: the page's raw text is the text that is extracted, a
paragraph a line.
"""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO

from rag.errors import ReadingError
from rag.reading.file import SourceFile, made_readable
from rag.reading.manuscript import (
    Manuscript,
    join_paragraphs,
    masthead_credits,
    page_of_manuscripts,
    take_credits,
)
from rag.reading.options import ReadOptions
from rag.reading.plain import read_text
from rag.reading.traced import Traced
from rag.reading.zip_bounds import check_archive, check_entry
from rag.types import Page

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

LARGEST = 64 * 1024 * 1024
"""Bytes of a Word file, pictures among them, packed and unpacked."""

LARGEST_TEXT = 16 * 1024 * 1024
"""Bytes of its text with its markup; some twenty times as much is held in memory."""

_BODY = "word/document.xml"
_TITLE = 1  # its level; headings are below it


@dataclass(frozen=True, slots=True)
class _Line:
    """A paragraph. level: of a heading, 1 to 10; 0 for any other."""

    level: int
    text: str


def read_word(file: SourceFile, options: ReadOptions) -> Page:
    """The page that a Word file holds.

    Each heading of the highest level in use begins an article. A file without styled headings is
    read as a plain-text page is. Raises ReadingError.
    """
    data = file.read(LARGEST)
    with file.open() as stream, made_readable("a Word file"):
        _check(stream)
    with file.open() as stream, made_readable("a Word file"):
        lines = list(_lines(stream))
    raw = "\n".join(line.text for line in lines) + "\n"
    if not any(line.level for line in lines):
        return read_text(data, raw, "docx", file, options)
    above, manuscripts = _manuscripts(raw, lines)
    whole = masthead_credits(above)
    return page_of_manuscripts(file, data, raw, "docx", manuscripts, options, whole=whole)


def is_word(file: SourceFile) -> bool:
    """Whether a ZIP file is a Word file."""
    try:
        with file.open() as stream, made_readable("a ZIP file"):
            return _BODY in zipfile.ZipFile(stream).namelist()
    except ReadingError:
        return False


def _check(stream: BinaryIO) -> None:
    with zipfile.ZipFile(stream) as archive:
        if _BODY not in archive.namelist():
            raise ReadingError("it is no Word file; save it as .docx again")
        check_archive(archive, LARGEST)
        for entry in archive.infolist():
            if entry.filename.endswith((".xml", ".rels")):
                check_entry(entry, entry.filename)
                if entry.file_size > LARGEST_TEXT:
                    raise ReadingError(
                        f"its {entry.filename} is larger than {LARGEST_TEXT:,} bytes; split it"
                    )


def _lines(stream: BinaryIO) -> Iterator[_Line]:
    import docx  # heavy: loaded on first use

    document: Document = docx.Document(stream)
    names = {style.style_id: style.name or "" for style in document.styles}
    for paragraph in _paragraphs(document):
        level = _level(names.get(_style_id(paragraph), ""))
        for piece in paragraph.text.splitlines():
            text = " ".join(piece.split())
            if text:
                yield _Line(level, text)


def _paragraphs(document: "Document") -> Iterator["Paragraph"]:
    """Paragraphs in printed order; those of a table cell by cell, each merged cell once."""
    for block in document.iter_inner_content():
        if not hasattr(block, "rows"):
            yield block
            continue
        seen = set()
        for row in block.rows:
            for cell in row.cells:
                if cell._tc not in seen:
                    seen.add(cell._tc)
                    yield from cell.paragraphs


def _style_id(paragraph: "Paragraph") -> str:
    return str(paragraph._p.style or "")


def _level(style: str) -> int:
    """1 for Title, 2 for Heading 1 or 标题 1, and so on; 0 for running text."""
    name = style.lower().replace(" ", "")
    if name in ("title", "标题"):
        return _TITLE
    for word in ("heading", "标题"):
        number = name.removeprefix(word)
        if number != name and number.isdigit() and 1 <= int(number) <= 9:
            return _TITLE + int(number)
    return 0


def _manuscripts(raw: str, lines: Sequence[_Line]) -> tuple[list[str], list[Manuscript]]:
    """What stands above the first article, and the articles."""
    levels = [line.level for line in lines if line.level]
    highest = min(levels)
    following = [level for level in levels if level > highest]
    if levels.count(highest) == 1 and following and not _has_text(lines, highest):
        highest = min(following)
    starts = [i for i, line in enumerate(lines) if line.level == highest]
    traced = _traced(lines)
    manuscripts = []
    for begin, end in pairwise([*starts, len(lines)]):
        count, credits = take_credits([line.text for line in lines[begin + 1 : end]])
        body = join_paragraphs(raw, traced[begin + 1 + count : end])
        manuscripts.append(Manuscript(lines[begin].text, body, credits))
    return [line.text for line in lines[: starts[0]]], manuscripts


def _has_text(lines: Sequence[_Line], level: int) -> bool:
    """Whether text that is more than credits stands between the first heading of a level and the
    next heading."""
    first = next(i for i, line in enumerate(lines) if line.level == level) + 1
    end = next((i for i in range(first, len(lines)) if lines[i].level), len(lines))
    own = [line.text for line in lines[first:end]]
    return take_credits(own)[0] < len(own)


def _traced(lines: Sequence[_Line]) -> list[Traced]:
    traced, start = [], 0
    for line in lines:
        traced.append(Traced(line.text, tuple(range(start, start + len(line.text)))))
        start += len(line.text) + 1
    return traced
