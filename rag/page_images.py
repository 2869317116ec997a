"""The pages that articles were read from, as images: of files that still are what was read."""

import os
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from rag.errors import ArticleNotFoundError, ReadingError
from rag.reading.sheets import sheet_png
from rag.reading.urls import is_url
from rag.types import Article
from store.library import Library

_BLOCK = 1024 * 1024
_ON_PAGE = "#page="


@dataclass(frozen=True, slots=True)
class SheetFile:
    """The file that a sheet is of. digest: of its bytes, hexadecimal."""

    path: Path
    digest: str


class PageImages:
    """The page images of one archive. Every path comes from the archive, none from a caller."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def sheets(self, article: Article) -> tuple[int, ...]:
        """The numbers of the sheets that an article stands on and that can be shown; none where its
        page has no layout, or its file is gone, changed, packed or from the web."""
        numbers = tuple(sorted({box.sheet for box in article.boxes}))
        return numbers if numbers and self._file_of(article) is not None else ()

    def file_of(self, article_id: str, number: int) -> SheetFile:
        """The file of one of an article's sheets. Raises ArticleNotFoundError for an article that
        isn't there and a sheet that can't be shown."""
        article = self._library.article(article_id)
        found = self._file_of(article)
        if found is None or number not in {box.sheet for box in article.boxes}:
            raise ArticleNotFoundError(
                f"no image of page {number} of the article {article.id[:12]} can be shown: it has"
                " no such page, or its file is gone or has changed"
            )
        return found

    def png(self, file: SheetFile, number: int, width: int) -> bytes:
        """A sheet as a PNG image. width: in pixels. Raises ArticleNotFoundError where it can't be
        shown after all."""
        try:
            return sheet_png(file.path, number, width)
        except (OSError, ReadingError) as error:
            raise ArticleNotFoundError(f"page {number} can't be shown: {error}") from error

    def _file_of(self, article: Article) -> SheetFile | None:
        """The file that the article was read from, if it is there and holds what was read."""
        for origin in self._library.origins_of(article.page_id):
            name = origin.rpartition(_ON_PAGE)[0] if _ON_PAGE in origin else origin
            if is_url(name):
                continue
            scan = self._library.intake.scan(name)
            digest = _digest_now(Path(name))
            if scan is not None and digest == scan.digest:
                return SheetFile(Path(name), digest)
        return None


def _digest_now(path: Path) -> str | None:
    try:
        found = path.stat()
        if not path.is_file():
            return None
        return _digest(path, found.st_size, found.st_mtime_ns, found.st_ino)
    except OSError:
        return None


@lru_cache(maxsize=256)
def _digest(path: Path, *_state: int) -> str:
    """The digest that the intake ledger keeps of a file; anew where its state is another."""
    digest = blake2b(digest_size=16)
    with open(os.fspath(path), "rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
