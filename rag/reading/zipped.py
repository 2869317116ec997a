"""ZIP files: their entries are read one at a time, in memory; nothing is unpacked to disk."""

import io
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, TYPE_CHECKING, BinaryIO

from rag.errors import ReadingError
from rag.intake_types import IngestFailure
from rag.reading.file import SourceFile, made_readable
from rag.reading.zip_bounds import check_archive, check_entry, entry_name
from rag.types import Page

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

DEEPEST = 2
"""A ZIP file may stand in a ZIP file, and that one in no third."""

LARGEST_INNER = 64 * 1024 * 1024
"""Bytes of a ZIP file in a ZIP file, which is held in memory."""

ReadEntry = Callable[[SourceFile], Iterator[Page | IngestFailure]]


def read_zip(file: SourceFile, read_entry: ReadEntry) -> Iterator[Page | IngestFailure]:
    """The pages of a ZIP file's entries, in order of their names.

    read_entry: reads one, and gives what is wrong with it as IngestFailure. Hidden entries are
    skipped. Of two entries with one name the first counts. Raises ReadingError for a file that is
    no ZIP file, holds no page or breaks a bound (`zip_bounds`), or stands in too many others.
    """
    if file.depth >= DEEPEST:
        raise ReadingError("it is a ZIP file in a ZIP file in a ZIP file; unpack the outer one")
    with _whole(file) as data:
        with made_readable("a ZIP file"):
            archive = zipfile.ZipFile(data)
            check_archive(archive)
            entries = sorted(
                ((entry_name(entry), entry) for entry in archive.infolist() if not entry.is_dir()),
                key=lambda named: named[0],
            )
        seen: set[str] = set()
        for name, entry in entries:
            if _is_hidden(name):
                continue
            origin = f"{file.origin}!/{_on_one_line(name)}"
            if name in seen:
                yield IngestFailure(origin, "the ZIP file holds this name twice; rename one")
                continue
            seen.add(name)
            try:
                check_entry(entry, name)
            except ReadingError as error:
                yield IngestFailure(origin, str(error))
                continue
            inner = SourceFile(
                _on_one_line(name.replace("\\", "/").rpartition("/")[2]),
                origin,
                partial(_open, archive, entry),
                depth=file.depth + 1,
            )
            yield from read_entry(inner)
        if not seen:
            raise ReadingError("the ZIP file holds no file; pack some pages")


class _Entry(io.RawIOBase):
    """An entry's bytes, unpacked as they are read; what is damaged shows as a ReadingError."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer).cast("B")
        with made_readable("an entry of a ZIP file"):
            data = self._stream.read(len(view))
        view[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        with made_readable("an entry of a ZIP file"):
            return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def close(self) -> None:
        self._stream.close()
        super().close()


def _open(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> BinaryIO:
    with made_readable("an entry of a ZIP file"):
        return io.BufferedReader(_Entry(archive.open(entry)))


def _whole(file: SourceFile) -> BinaryIO:
    """The file, seekable at no cost: one that stands in another is unpacked first."""
    return io.BytesIO(file.read(LARGEST_INNER)) if file.depth else file.open()


def _is_hidden(name: str) -> bool:
    parts = name.split("/")
    return "__MACOSX" in parts or any(part.startswith(".") and part != ".." for part in parts)


def _on_one_line(name: str) -> str:
    return name.encode("unicode_escape").decode("ascii") if not name.isprintable() else name
