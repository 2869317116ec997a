"""The archive: catalogue, lexical index and vectors, kept in step.

A page is first noted as pending in the catalogue, with its chunks and vectors; then its vectors go
to Chroma and its words to the lexical index; then it turns live, in one transaction with the
ledger; then what it replaced is removed. Each step can be done again, so whoever opens the archive
after a kill finishes what was begun.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from rag.errors import HomeError, NewsdeskError, StoreError
from rag.intake_types import VerifyReport
from rag.types import Article, Filters, PassageEmbedding
from store.archive import (
    CATALOGUE_NAME,
    check_in_use,
    current_archive,
    first_archive,
    prepare_home,
)
from store.catalogue import Catalogue
from store.chroma import ChromaVectors
from store.database import Database
from store.doors import ServerDoor, embedded_door
from store.holdings import NO_FILTERS, Holdings
from store.intake import IntakeLedger
from store.ledger import Ledger
from store.leftovers import remove_leftovers
from store.lexical import Clause, LexicalIndex, clauses
from store.lock import WriterLock
from store.manifest import Manifest
from store.records import IndexedPage, dimension_of
from store.upkeep import Upkeep, kept_vectors
from store.vector_scan import VectorScan

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

Role = Literal["passage", "query"]

_log = logging.getLogger(__name__)


class Library(Holdings):
    """One home's archive. A context manager; safe to use from several threads."""

    def __init__(
        self,
        home: Path,
        archive: Path,
        manifest: Manifest,
        *,
        chroma_url: str | None = None,
        as_stored: bool = False,
        beside: "Library | None" = None,
    ) -> None:
        """Opens one archive folder; `Library.open` is the usual way in.

        beside: a library of the same home whose lock and known vectors this one shares.
        """
        self.home = home
        self.archive = archive
        self._beside = beside
        self._chroma_url = chroma_url
        self._lock: WriterLock = beside._lock if beside else WriterLock(home)
        self._checking = threading.RLock()
        self._catalogue_path = archive / CATALOGUE_NAME
        self._database = Database(self._catalogue_path)
        self._catalogue = Catalogue(self._database)
        self._scan = VectorScan(self._database)
        self._lexical = LexicalIndex(archive, self._database)
        self._ledger = Ledger(self._database)
        self.intake = IntakeLedger(self._database)
        try:
            self.manifest = self._ledger.agree(manifest, home, as_stored=as_stored)
            door = ServerDoor(chroma_url, archive.name) if chroma_url else embedded_door(archive)
        except BaseException:
            self._database.close()
            raise
        self._vectors = ChromaVectors(door, partial(kept_vectors, self._ledger))
        self._upkeep = Upkeep(
            self._database, self._catalogue, self._ledger, self._lexical, self._vectors
        )

    @classmethod
    def open(
        cls,
        home: Path,
        manifest: Manifest,
        *,
        chroma_url: str | None = None,
        as_stored: bool = False,
    ) -> Self:
        """The archive of a home, made on first use; finishes what a killed writer left behind.

        as_stored: take the archive whatever made it, as a reindex does. Raises HomeError (the
        folder can't be used), IndexMismatchError (the index was made otherwise than `manifest`
        says), StoreError (damaged), SettingsError (the URL).
        """
        prepare_home(home)
        while True:
            archive = current_archive(home) or first_archive(home, _set_up)
            try:
                library = cls(home, archive, manifest, chroma_url=chroma_url, as_stored=as_stored)
            except NewsdeskError:
                if current_archive(home) == archive:
                    raise
                continue  # a reindex ended meanwhile, and removed what it replaced
            try:
                if library._ledger.unfinished():
                    library._if_free(library._upkeep.finish)
                if current_archive(home) == archive:
                    return library
            except BaseException:
                library.close()
                raise
            library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Frees files and connections."""
        try:
            self._lexical.rest()
        finally:
            self._vectors.close()
            self._database.close()

    # Writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The right to write, for as long as this lasts. Raises ArchiveLockedError, and StoreError
        where the home was reindexed since this was opened.

        On entry everything unfinished is finished and archives out of use are removed.
        """
        self._lock.acquire()
        try:
            if self._lock.depth == 1:
                self._check_in_use()
                remove_leftovers(self.home, self._chroma_url)
                self._upkeep.finish()
            yield
            if self._lock.depth == 1:
                self._vectors.settle()
        finally:
            self._release()

    def put(self, pages: Sequence[IndexedPage]) -> None:
        """Stores pages under their origins, in place of what these held; done when it returns.

        A page that is stored already is only given the further origin. Raises StoreError for a
        vector that doesn't fit the manifest, before anything is written.
        """
        dimension = dimension_of(pages, self.manifest)
        with self.writing():
            self._upkeep.check_vectors()
            # What a write that failed left is on its way out: nothing new may point at it.
            self._upkeep.finish()
            if dimension and not self.manifest.dimension:
                self.manifest = self._ledger.note_dimension(self.manifest, dimension)
            self._ledger.accept(pages)
            self._upkeep.finish()

    def vector_key(self, text: str, role: Role = "passage") -> str:
        """The key under which the vector of a text is kept: model, revision, role and text."""
        made_of = "\0".join((self.manifest.embedding, self.manifest.revision, role, text))
        return blake2b(made_of.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def cached_embeddings(self, keys: Sequence[str]) -> dict[str, PassageEmbedding]:
        """What is known of chunks' texts, by key: vector and tokens of one making."""
        found = self._catalogue.cached_embeddings(keys)
        if self._beside is not None:
            found |= self._beside.cached_embeddings([key for key in keys if key not in found])
        return found

    def cached_vectors(self, keys: Sequence[str]) -> dict[str, "NDArray[np.float32]"]:
        """The vectors that are known, of chunks and of other texts, by key."""
        found = self._catalogue.cached_vectors(keys)
        if self._beside is not None:
            found |= self._beside.cached_vectors([key for key in keys if key not in found])
        return found

    def remember_vectors(self, vectors: Mapping[str, "NDArray[np.float32]"]) -> None:
        """Keeps vectors of texts that aren't chunks, by key. Needs no lock; a failure is logged."""
        try:
            self._ledger.remember(vectors)
        except (HomeError, StoreError) as error:
            _log.warning("vectors not kept for next time: %s", error)

    # Reading

    def articles(
        self,
        filters: Filters = NO_FILTERS,
        limit: int | None = None,
        offset: int = 0,
        *,
        joined: bool = False,
    ) -> list[Article]:
        """Articles, the last issue first and those without a date at the end, in page order.
        joined: without the later parts of those that go on on another page."""
        with self._reading():
            return self._catalogue.articles(filters, limit, offset, joined=joined)

    def document_frequency(self, words: Sequence[str]) -> tuple[dict[str, int], int]:
        """In how many chunks each token stands, 0 for none; and how many chunks there are."""
        with self._words() as lexical:
            return lexical.document_frequency(words)

    def lexical_tokens(self, beginnings: Sequence[str]) -> list[str]:
        """The tokens of the lexical index that begin with any of these characters, in order."""
        with self._words() as lexical:
            return lexical.tokens(beginnings)

    def lexical(
        self, question: str | Sequence[Clause], limit: int, filters: Filters = NO_FILTERS
    ) -> list[tuple[str, float]]:
        """(chunk id, BM25), the best first, of chunks that match any clause; scores are positive.

        A question as text asks for each of its tokens.
        """
        asked = clauses(question) if isinstance(question, str) else question
        with self._words() as lexical:
            return lexical.search(asked, limit, filters)

    def dense(
        self, vector: "NDArray[np.float32]", limit: int, filters: Filters = NO_FILTERS
    ) -> list[tuple[str, float]]:
        """(chunk id, cosine), the best first. Of live chunks only.

        Exact with filters, and once `load_vectors` or a search with filters has read the vectors
        into memory; before that, as near to it as Chroma's HNSW index comes.
        """
        with self._reading():
            in_memory = self._scan.fits(len(vector))
            if in_memory and not filters.empty:
                return self._scan.nearest(vector, limit, filters)
            self._at_first(lambda: self._upkeep.vectors_checked, self._upkeep.check_vectors)
            if in_memory and self._scan.loaded:
                return self._scan.nearest(vector, limit, filters)
            return self._nearest_live(vector, limit, filters)

    def load_vectors(self) -> None:
        """Reads the vectors into memory, if there may be so many, so that `dense` is exact and
        needs Chroma no more."""
        with self._reading():
            if self._scan.fits(self.manifest.dimension or 0):
                self._scan.load()

    # Keeping in step

    def verify(self) -> VerifyReport:
        """Compares catalogue, lexical index and vectors in full. Raises ArchiveLockedError."""
        with self.writing():
            return self._upkeep.report()

    def repair(self) -> VerifyReport:
        """Mends what can be mended from the catalogue, then verifies. Raises ArchiveLockedError."""
        with self.writing():
            self._upkeep.mend()
            return self._upkeep.report()

    def drop_vectors(self) -> None:
        """Removes the vectors of an archive that goes out of use."""
        self._vectors.drop()

    def _nearest_live(
        self, vector: "NDArray[np.float32]", limit: int, filters: Filters
    ) -> list[tuple[str, float]]:
        asked = limit
        while True:
            found = self._vectors.nearest(vector, asked, filters)
            live = self._catalogue.live_ids([chunk_id for chunk_id, _ in found])
            kept = [(chunk_id, score) for chunk_id, score in found if chunk_id in live]
            # Vectors of a write in progress may stand in the way of live ones.
            if len(kept) >= limit or len(found) < asked:
                return kept[:limit]
            asked *= 2

    def _at_first(self, checked: Callable[[], bool], check: Callable[[], None]) -> None:
        """Checks what wasn't yet, if no other process writes; threads that come meanwhile wait, as
        what they would read may be about to be made again."""
        if checked():
            return
        with self._checking:
            if not checked():
                self._if_free(check)

    def _if_free(self, task: Callable[[], None]) -> None:
        """Does what only a writer may, if nobody else writes."""
        if self._lock.try_acquire():
            try:
                self._check_in_use()
                task()
            finally:
                self._release()

    def replaced(self) -> bool:
        """Whether another archive has taken this one's place, as a reindex has it."""
        return current_archive(self.home) not in (self.archive, None)

    def _check_in_use(self) -> None:
        # The one made beside the archive in use isn't in use yet.
        if self._beside is None:
            check_in_use(self.home, self.archive)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Says so where a reindex has removed what is read: its files stay open and readable here,
        but hold nothing that came since."""
        if not self._catalogue_path.exists():
            self._check_in_use()
        try:
            yield
        except (HomeError, StoreError):
            self._check_in_use()
            raise

    def _release(self) -> None:
        """Gives the right to write back, and with the last of it what writing held open."""
        try:
            if self._lock.depth == 1:
                self._lexical.rest()
        finally:
            self._lock.release()

    @contextmanager
    def _words(self) -> Iterator[LexicalIndex]:
        """The lexical index, to be read; at first, if nobody writes, one that is lost or out of
        step is made again."""
        with self._reading():
            self._at_first(lambda: self._upkeep.lexical_checked, self._upkeep.check_lexical)
            yield self._lexical


def _set_up(archive: Path) -> None:
    Database(archive / CATALOGUE_NAME).close()
