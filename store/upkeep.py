"""What keeps catalogue, lexical index and vectors in step, for holders of the writer lock."""

import logging
from collections.abc import Iterator, Sequence

from rag.intake_types import VerifyReport
from store.catalogue import Catalogue
from store.chroma import ChromaVectors, VectorBatch, parts
from store.database import Database
from store.ledger import Ledger
from store.lexical import LexicalIndex
from store.verification import Verification

_log = logging.getLogger(__name__)


class Upkeep:
    """Finishes what the ledger notes as begun, and mends what got out of step."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        ledger: Ledger,
        lexical: LexicalIndex,
        vectors: ChromaVectors,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._lexical = lexical
        self._vectors = vectors
        self._verification = Verification(database, catalogue, lexical, ledger, vectors)
        self.lexical_checked = False
        self.vectors_checked = False

    def finish(self) -> None:
        """Brings what is noted in the ledger to its end; does nothing where all is done."""
        if not self._ledger.unfinished():
            return
        self.check_lexical()
        self._vectors.upsert(batches(self._ledger, self._ledger.chunk_ids("pending")))
        self._lexical.write(self._ledger.lexical_entries("pending"))
        with self._database.transaction():
            self._ledger.turn()
            self._lexical.note()
        self._vectors.delete(self._ledger.chunk_ids("dead"))
        self._lexical.remove(self._ledger.chunk_numbers("dead"))
        with self._database.transaction():
            self._ledger.bury()
            self._lexical.note()

    def check_lexical(self) -> None:
        """Makes a lexical index that is lost or out of step again."""
        self._lexical.ready(
            self._ledger.lexical_entries("live"), unfinished=self._ledger.unfinished()
        )
        self.lexical_checked = True

    def check_vectors(self) -> None:
        """Once: mends vectors that were lost or belong to another place."""
        if self.vectors_checked:
            return
        self.finish()
        kept = self._ledger.vector_count()  # all of live chunks, with nothing unfinished
        moved = self._ledger.place() != self._vectors.kept_in
        if moved or self._vectors.count() != kept:
            mended = self._verification.mend()
            self._ledger.note_place(self._vectors.kept_in)
            if mended:
                _log.warning("%s: brought in step with the catalogue", self._vectors.place)
        self.vectors_checked = True

    def report(self) -> VerifyReport:
        """Compares all three in full."""
        return self._verification.report()

    def mend(self) -> None:
        """Makes lexical index and vectors follow the catalogue."""
        self._verification.mend()


def kept_vectors(ledger: Ledger) -> Iterator[VectorBatch]:
    """Every vector that a collection should hold, as the catalogue keeps them."""
    yield from batches(ledger, ledger.chunk_ids("live"))
    yield from batches(ledger, ledger.chunk_ids("pending"))


def batches(ledger: Ledger, chunk_ids: Sequence[str]) -> Iterator[VectorBatch]:
    """The kept vectors of these chunks."""
    for part in parts(chunk_ids):
        yield ledger.vectors_of(part)
