"""Lexical index and vectors made of a catalogue alone, as a restore needs them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from rag.backup_types import Told
from rag.intake_types import VerifyReport
from store.archive import CATALOGUE_NAME
from store.catalogue import Catalogue
from store.chroma import ChromaVectors, VectorBatch
from store.database import Database
from store.doors import ServerDoor, embedded_door
from store.ledger import Ledger
from store.lexical import LexicalIndex
from store.upkeep import Upkeep, kept_vectors

T = TypeVar("T")


def make_indexes(archive: Path, chroma_url: str | None, tell: Told) -> VerifyReport:
    """Makes both for an archive that has neither and that nobody else uses, finishes what its
    catalogue holds as begun, and compares all three in full.

    Where that fails, a Chroma server is left without its vectors. Raises StoreError,
    VectorServerError, SettingsError.
    """
    database = Database(archive / CATALOGUE_NAME)
    try:
        ledger = Ledger(database)
        lexical = LexicalIndex(archive, database)
        door = ServerDoor(chroma_url, archive.name) if chroma_url else embedded_door(archive)
        vectors = ChromaVectors(door, lambda: _told_batches(ledger, tell))
        upkeep = Upkeep(database, Catalogue(database), ledger, lexical, vectors)
        try:
            chunks = len(ledger.chunk_ids("live"))
            entries = _each_told(ledger.lexical_entries("live"), "chunks indexed", chunks, tell)
            lexical.rebuild(entries, None)
            upkeep.finish()
            upkeep.check_vectors()
            vectors.settle()
            report = upkeep.report()
            if report.problems and chroma_url:
                vectors.drop()
            return report
        except BaseException:
            if chroma_url:
                vectors.drop()
            raise
        finally:
            lexical.rest()
            vectors.close()
    finally:
        database.close()


def _told_batches(ledger: Ledger, tell: Told) -> Iterator[VectorBatch]:
    total, done = ledger.vector_count(), 0
    for batch in kept_vectors(ledger):
        yield batch
        done += len(batch.ids)
        tell("vectors indexed", done, total)


def _each_told(things: Iterable[T], stage: str, total: int, tell: Told) -> Iterator[T]:
    for done, thing in enumerate(things, start=1):
        yield thing
        if done % 100 == 0 or done == total:
            tell(stage, done, total)
