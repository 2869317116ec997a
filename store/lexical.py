"""The lexical index: BM25 over the tokens of every live chunk, kept in step with the catalogue.

It is derived data, in a folder beside the catalogue. The catalogue notes which folder is in use and
the stamp of its last commit that counts; a folder that is missing, damaged or at another stamp is
made again from the live chunks, beside, and put in use by noting it.
"""

import logging
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from rag.errors import StoreError
from rag.types import Filters
from store.database import Database
from store.inverted import (
    Clause,
    IndexWriter,
    InvertedIndex,
    LexicalEntry,
    damaged_files,
    stamp,
)
from store.rows import filter_clause
from store.segmentation import tokens

__all__ = ["Clause", "LexicalIndex", "clauses"]

_PREFIX = "lexical-"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Note:
    folder: str
    stamp: int


def clauses(text: str) -> tuple[Clause, ...]:
    """What a plain question asks for: each distinct token of it, once, with weight 1."""
    return tuple(Clause((token,)) for token in dict.fromkeys(tokens(text)))


class LexicalIndex:
    """Chunks by their words. Writing is for holders of the writer lock; threads may read."""

    def __init__(self, archive: Path, database: Database) -> None:
        self._archive = archive
        self._database = database
        # Held by whoever brings the index up to a snapshot that begins meanwhile: each sees a later
        # one than the last.
        self._mutex = threading.Lock()
        self._noted: _Note | None = None  # what `_index` was loaded at
        self._index: InvertedIndex | None = None
        self._writer: IndexWriter | None = None
        self._committed: _Note | None = None

    # Reading

    def search(
        self, asked: Sequence[Clause], limit: int, filters: Filters
    ) -> list[tuple[str, float]]:
        """(chunk id, BM25), the best first; scores are positive. Of live chunks only."""
        if limit < 1 or not asked:
            return []
        with self._reading() as index:
            if index is None:
                return []
            wanted = limit
            while True:
                found = index.search(asked, wanted, filters)
                ids = self._live_ids([number for number, _ in found], filters)
                kept = [(ids[number], score) for number, score in found if number in ids]
                # Chunks of a write in progress may stand in the way of live ones.
                if len(kept) >= limit or len(found) < wanted:
                    return sorted(kept, key=lambda item: (-item[1], item[0]))[:limit]
                wanted *= 2

    def document_frequency(self, words: Sequence[str]) -> tuple[dict[str, int], int]:
        """In how many chunks each token stands, 0 for none; and how many chunks there are.

        Chunks removed lately may still count, at most as many as there are chunks.
        """
        with self._reading() as index:
            if index is None:
                return dict.fromkeys(words, 0), 0
            size = index.count()
            return {word: min(index.document_frequency(word), size) for word in words}, size

    def tokens(self, beginnings: Iterable[str]) -> list[str]:
        """The tokens in the index that begin with any of these characters, in order."""
        with self._reading() as index:
            if index is None:
                return []
            found = {token for beginning in beginnings for token in index.tokens(beginning)}
            return sorted(found)

    # Writing

    def ready(self, live: Iterable[LexicalEntry], *, unfinished: bool) -> None:
        """Makes the index again from the live chunks unless it is open or at the stamp noted.

        unfinished: a write was begun, so that a commit may be there that isn't noted yet.
        """
        if self._writer is not None:
            return
        note = self._note()
        try:
            if note is not None:
                found = stamp(self._archive / note.folder)
                InvertedIndex(self._archive / note.folder)
                if found == note.stamp or (unfinished and found > note.stamp):
                    return
            reason = "it was missing" if note is None else "it was out of step"
        except StoreError as error:
            reason = str(error)
        self.rebuild(live, reason)

    def write(self, entries: Iterable[LexicalEntry]) -> None:
        """Adds chunks, over those of the same numbers; they count once `note` is called."""
        self._change(entries=entries)

    def remove(self, numbers: Iterable[int]) -> None:
        """Removes chunks; numbers that aren't there are no error. `note` is to follow."""
        self._change(numbers=numbers)

    def note(self) -> None:
        """Notes the last commit as the one that counts; inside the caller's transaction."""
        if self._committed is not None:
            self._database.change("DELETE FROM lexical_index")
            self._database.change(
                "INSERT INTO lexical_index (folder, stamp) VALUES (?, ?)",
                (self._committed.folder, self._committed.stamp),
            )
            self._committed = None

    def rest(self) -> None:
        """Ends writing for now: waits for merges and frees the folder."""
        writer, self._writer, self._committed = self._writer, None, None
        if writer is not None:
            writer.close()

    def rebuild(self, live: Iterable[LexicalEntry], reason: str | None) -> None:
        """Makes the index again in a fresh folder, puts it in use and removes all others.

        reason: logged as a warning; None where that it isn't there surprises nobody.
        """
        self._drop_writer()
        folder = f"{_PREFIX}{uuid4().hex[:12]}"
        writer = IndexWriter(self._archive / folder)
        writer.write(live)
        self._committed = _Note(folder, writer.commit())
        writer.close()
        with self._database.transaction():
            self.note()
        for other in self._archive.glob(f"{_PREFIX}*"):
            if other.name != folder:
                # A reader may still have it open; what can't be removed goes next time.
                shutil.rmtree(other, ignore_errors=True)
        if reason is not None and (chunks := InvertedIndex(self._archive / folder).count()):
            _log.warning("lexical index made again from %d chunks: %s", chunks, reason)

    # Verifying

    def damage(self) -> list[str]:
        """What can't be read or isn't what was written, as a line each."""
        self.rest()  # merges move files
        note = self._note()
        if note is None:
            return ["is missing"] if self._is_due() else []
        try:
            names = damaged_files(self._archive / note.folder)
        except StoreError as error:
            return [str(error)]
        return [f"{note.folder}/{name} is damaged" for name in names]

    def chunk_ids(self) -> set[str]:
        """The ids of the chunks in the index; an entry without a chunk shows as `#number`."""
        with self._database.snapshot():
            note = self._note()
            numbers = InvertedIndex(self._archive / note.folder).numbers() if note else set()
            rows = self._database.rows_in(
                "SELECT number, id FROM chunk WHERE number IN ({})", numbers
            )
            ids = dict(rows)
            return {ids.get(number, f"#{number}") for number in numbers}

    def _note(self) -> _Note | None:
        rows = self._database.rows("SELECT folder, stamp FROM lexical_index")
        return _Note(*rows[0]) if rows else None

    def _is_due(self) -> bool:
        return bool(self._database.rows("SELECT 1 FROM page WHERE state = 'live' LIMIT 1"))

    @contextmanager
    def _reading(self) -> Iterator[InvertedIndex | None]:
        """In a snapshot of the catalogue, the index with all that is live in it; None before the
        first write."""
        while True:
            with self._database.snapshot():
                with self._mutex:
                    # The snapshot begins with the first read.
                    index, loaded = self._current()
                if not loaded:
                    yield index
                    return
            # Loaded inside a snapshot, it may lack what was live when that began, and turned dead
            # and was removed since. One that is loaded before a snapshot begins lacks nothing.

    def _current(self) -> tuple[InvertedIndex | None, bool]:
        """The index as noted, and whether it was loaded just now; None before the first write.
        For holders of the mutex in a snapshot that they begin with this."""
        note = self._note()
        if note is None:
            if self._is_due():
                raise StoreError(
                    f"{self._archive}: the lexical index is missing, and another process writes;"
                    " try again when it is done"
                )
            return None, False
        loaded = self._noted != note
        if self._index is None or self._noted is None or self._noted.folder != note.folder:
            self._index = InvertedIndex(self._archive / note.folder)
        elif loaded:
            self._index = self._index.reloaded()
        self._noted = note
        return self._index, loaded

    def _live_ids(self, numbers: Sequence[int], filters: Filters) -> dict[int, str]:
        condition, values = filter_clause(filters)
        return dict(
            self._database.rows_in(
                # CROSS JOIN keeps the order: begun at a filter's index, it read all that matches.
                "SELECT chunk.number, chunk.id FROM chunk"
                " CROSS JOIN article ON article.id = chunk.article_id"
                " CROSS JOIN page ON page.id = article.page_id"
                f" WHERE {condition} AND chunk.number IN ({{}})",
                numbers,
                values,
            )
        )

    def _change(self, entries: Iterable[LexicalEntry] = (), numbers: Iterable[int] = ()) -> None:
        note = self._note()
        if note is None:
            raise StoreError(f"{self._archive}: has no lexical index; open it again")
        try:
            self._writer = self._writer or IndexWriter(self._archive / note.folder)
            self._writer.write(entries)
            self._writer.remove(numbers)
            if self._writer.changes:
                self._committed = _Note(note.folder, self._writer.commit())
        except BaseException:
            self._drop_writer()
            raise

    def _drop_writer(self) -> None:
        self._writer = None  # without a commit: what was written to it is lost, as it must be
