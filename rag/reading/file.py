"""One file to read: on disk, in a ZIP file, or fetched."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rag.errors import ReadingError

LARGEST_PAGE = 8 * 1024 * 1024
"""Bytes of a file that holds a page, or a few, as text."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """What a reader is given. name: the file's, with its type. origin: the absolute path or URL it
    came from. open: gives its bytes from the beginning, seekable, each time anew. charset: what
    came with it says of its encoding, empty where nothing does. depth: in how many ZIP files it
    stands."""

    name: str
    origin: str
    open: Callable[[], BinaryIO]
    charset: str = ""
    url: str | None = None
    depth: int = 0

    @property
    def suffix(self) -> str:
        """The type that its name ends with, in lower case and with its dot; or nothing."""
        return Path(self.name).suffix.lower()

    def head(self, size: int) -> bytes:
        """Its first bytes."""
        with self.open() as file:
            return file.read(size)

    def read(self, most: int = LARGEST_PAGE) -> bytes:
        """All its bytes. Raises ReadingError where they are more than `most`, and where nothing but
        white space is among them."""
        with self.open() as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise ReadingError(f"it is larger than {most:,} bytes; split it into pages")
        if not data.strip():
            raise ReadingError("the file is empty; give a page with text")
        return data


@contextmanager
def made_readable(kind: str) -> Iterator[None]:
    """Turns whatever a library raises over a damaged file into a ReadingError.

    kind: what the file should be. Libraries that read files raise nearly anything over broken
    bytes, index errors among them; none of that is a fault of the rest.
    """
    try:
        yield
    except (ReadingError, OSError, MemoryError):
        raise
    except Exception as error:
        said = " ".join(str(error).split())[:120]
        raise ReadingError(
            f"it can't be read as {kind} ({type(error).__name__}{': ' + said if said else ''});"
            " open it with the program it was made by and save it again"
        ) from error
