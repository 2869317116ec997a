"""Archives made for a measurement: of the documents that a set brings, or of a folder of pages.

They lie beside the runs, named by what is in them and how it is indexed, so that a run that was
broken off finds what it had taken in; the run that asked last removes them, unless they are kept.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from eval.datasets import Archive, Dataset
from eval.errors import EvalError
from eval.manifest import code_hash
from rag.errors import UsageError
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.indexing.pipeline import Progress

# What decides how an archive is indexed.
_INDEXED_BY = (
    "embedding",
    "embedding_query_prefix",
    "embedding_passage_prefix",
    "chunk_characters",
    "chunk_cap",
    "headline_context",
)


@contextmanager
def archives(
    dataset: Dataset,
    pages: Path | None,
    settings: Settings,
    folder: Path,
    *,
    keep: bool = False,
    progress: "Progress | None" = None,
    today: Callable[[], date] | None = None,
) -> Iterator[dict[str, Settings]]:
    """The settings that open each archive which a set's questions name; "" where they name none.

    That is the archive in settings.home, where the set brings no documents and no pages are named.
    folder: where archives are made. keep: leave them there. They are removed only where the
    measurement ends well. today: the clock, for dates that a page leaves out. Raises EvalError
    where a document can't be read, for figures over a part of them would not mean what they say,
    and where another measurement is using the same archive.
    """
    made = _sources(dataset, pages, settings)
    if not made:
        yield {"": settings}
        return
    opened: dict[str, Settings] = {}
    locks = []
    try:
        for name, source in made.items():
            home = folder / source.key
            locks.append(_lock(home))
            opened[name] = settings.model_copy(update={"home": home, "chroma_url": None})
            source.take_in(opened[name], progress, today)
        yield opened
        if not keep:
            for each in opened.values():
                shutil.rmtree(each.home, ignore_errors=True)
    finally:
        for lock in locks:
            lock.release()


def remove(dataset: Dataset, pages: Path | None, settings: Settings, folder: Path) -> None:
    """Removes archives that were kept."""
    for source in _sources(dataset, pages, settings).values():
        shutil.rmtree(folder / source.key, ignore_errors=True)


class _Source:
    """What one archive is made of: pages, or a set's documents."""

    def __init__(self, key: str, pages: Path | None, documents: Sequence[dict[str, object]]):
        self.key = key
        self._pages = pages
        self._documents = documents

    def take_in(
        self,
        settings: Settings,
        progress: "Progress | None",
        today: Callable[[], date] | None,
    ) -> None:
        from rag.desk import Desk  # heavy: loaded on first use

        settings.home.mkdir(parents=True, exist_ok=True)
        whole = settings.home / "taken-in"
        if whole.exists():
            return
        rows = settings.home / "documents.jsonl"
        if self._pages is None:
            with rows.open("w", encoding="utf-8") as file:
                for row in self._documents:
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
        extractive = settings.model_copy(update={"mode": "extractive"})
        with Desk.open(settings=extractive, today=today) as desk:
            report = desk.ingest([self._pages or rows], progress=progress)
        rows.unlink(missing_ok=True)
        if report.failed:
            first = report.failed[0]
            more = f" (and {len(report.failed) - 1} more)" if len(report.failed) > 1 else ""
            raise EvalError(f"{first.source}: {first.reason}{more}; mend them or take them out")
        whole.touch()


def _sources(dataset: Dataset, pages: Path | None, settings: Settings) -> dict[str, _Source]:
    """What archives are to be made of, by name; none where there is one to be asked."""
    if pages is not None and dataset.archives:
        raise UsageError(f"{dataset.name} brings its own documents; leave out the pages")
    if pages is not None:
        return {"": _Source(_key(_bytes_of(pages), settings), pages, ())}
    return {one.name: _of_documents(one, settings) for one in dataset.archives}


def _of_documents(archive: Archive, settings: Settings) -> _Source:
    rows = [
        {name: value for name, value in asdict(document).items() if value}
        for document in archive.documents
    ]
    content = json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()
    return _Source(_key(content, settings), None, rows)


def _key(content: bytes, settings: Settings) -> str:
    values = settings.model_dump(mode="json")
    indexed = {name: values[name] for name in _INDEXED_BY if name in values}
    digest = hashlib.sha256(content)
    digest.update(json.dumps(indexed, sort_keys=True).encode())
    # Other code may read or index the same otherwise.
    digest.update(code_hash().encode())
    return digest.hexdigest()[:16]


def _bytes_of(pages: Path) -> bytes:
    """A digest of every file under a folder, or of one file."""
    if not pages.exists():
        raise UsageError(f"{pages}: no such file or folder; name pages to make an archive from")
    files = [pages] if pages.is_file() else sorted(one for one in pages.rglob("*") if one.is_file())
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}\n{file.stat().st_size}\n".encode())
        try:
            digest.update(hashlib.sha256(file.read_bytes()).digest())
        except OSError as error:
            raise EvalError(f"{file}: can't be read ({error.strerror})") from None
    return digest.digest()


def _lock(home: Path) -> FileLock:
    home.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(f"{home}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise EvalError(
            f"{home}: another measurement is using this archive; wait for it, or end it"
        ) from None
    return lock
