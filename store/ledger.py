"""The writing half of the catalogue: pages come in as pending, turn live, and leave as dead."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rag.errors import IndexMismatchError
from rag.types import Article
from store.chroma import FILES, VectorBatch
from store.copies import note_copies
from store.database import Database
from store.inverted import LexicalEntry
from store.jumps import join_jumps, note_jumps
from store.manifest import Manifest
from store.records import IndexedChunk, IndexedPage
from store.rows import article_row, page_row

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

State = Literal["pending", "live", "dead"]

REMEMBERED_VECTORS = 50_000
"""How many vectors of other texts than chunks are kept; the oldest go first."""

CHANGES_KEPT = 10_000
"""How many changes of pages are kept for those who follow them; who missed more reads all anew."""

_PLACE = "vectors_at"  # beside the manifest's fields: where the vectors are, files or a server
# The index of the few pages that aren't live serves only conditions that rule out the live ones.
_UNSETTLED = "page.state = ? AND page.state <> 'live'"
_CHUNKS = (
    "chunk JOIN article ON article.id = chunk.article_id JOIN page ON page.id = article.page_id"
)


class Ledger:
    """Every change of the catalogue. Callers hold the writer lock, except for `remember`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unfinished(self) -> bool:
        """Whether a page waits to turn live or to be removed, or an origin to be moved."""
        return bool(
            self._database.rows(
                "SELECT 1 FROM page WHERE state <> 'live' UNION ALL SELECT 1 FROM move LIMIT 1"
            )
        )

    def accept(self, pages: Sequence[IndexedPage]) -> None:
        """Notes pages as pending, with all that finishing them needs, in one transaction."""
        with self._database.transaction():
            for indexed in pages:
                page = indexed.page
                if not self._database.rows("SELECT 1 FROM page WHERE id = ?", (page.id,)):
                    self._insert_page(indexed)
                self._database.change(
                    "INSERT INTO move (origin, page_id) VALUES (?, ?)", (page.origin, page.id)
                )

    def turn(self) -> None:
        """Makes pending pages live and pages that no origin holds dead, in one transaction."""
        with self._database.transaction():
            new = self._database.rows(f"SELECT id FROM page WHERE {_UNSETTLED}", ("pending",))
            self._database.change(
                f"UPDATE page SET state = 'live' WHERE {_UNSETTLED}", ("pending",)
            )
            touched = self._database.rows(
                "SELECT page_id FROM move UNION SELECT origin.page_id FROM move JOIN origin"
                " ON origin.origin = move.origin"
            )
            self._database.change_many(
                "INSERT INTO origin (origin, page_id, ingested_at) VALUES (?, ?, ?)"
                " ON CONFLICT (origin) DO UPDATE SET page_id = excluded.page_id,"
                " ingested_at = excluded.ingested_at",
                [
                    (origin, page_id, _stamp())
                    for origin, page_id in self._database.rows(
                        "SELECT origin, page_id FROM move ORDER BY number"
                    )
                ],
            )
            self._database.change("DELETE FROM move")
            for (page_id,) in touched:
                self._retire(page_id)
            join_jumps(self._database, {page_id for (page_id,) in (*new, *touched)})

    def bury(self) -> None:
        """Removes the rows of dead pages, whose vectors must be gone, and changes of long ago."""
        with self._database.transaction():
            self._database.change(f"DELETE FROM page WHERE {_UNSETTLED}", ("dead",))
            self._database.change(
                "DELETE FROM page_change WHERE number <= (SELECT max(number) FROM page_change) - ?",
                (CHANGES_KEPT,),
            )

    def chunk_ids(self, state: State) -> list[str]:
        """The ids of the chunks whose pages are in a state."""
        return self._chunks("chunk.id", state)

    def chunk_numbers(self, state: State) -> list[int]:
        """The numbers of the chunks whose pages are in a state."""
        return self._chunks("chunk.number", state)

    def vector_count(self) -> int:
        """How many vectors are kept, of chunks in any state."""
        [(count,)] = self._database.rows("SELECT count(*) FROM chunk_vector")
        return int(count)

    def lexical_entries(self, state: State) -> Iterator[LexicalEntry]:
        """What the lexical index holds of the chunks of a state, page by page.

        The text of an article is read once, however many chunks it has.
        """
        pages = self._database.rows(f"SELECT id FROM page WHERE {_condition(state)}", (state,))
        for (page_id,) in pages:
            for article_id, text, issue_date, publication in self._database.rows(
                "SELECT id, text, issue_date, publication FROM article WHERE page_id = ?",
                (page_id,),
            ):
                for number, start, end, context in self._database.rows(
                    'SELECT number, start, "end", context FROM chunk WHERE article_id = ?',
                    (article_id,),
                ):
                    yield LexicalEntry(number, text[start:end], context, issue_date, publication)

    def vectors_of(self, chunk_ids: Sequence[str]) -> VectorBatch:
        """One batch: the kept vectors of those of these chunks that are not dead."""
        import numpy as np  # heavy: loaded on first use

        rows = self._database.rows_in(
            "SELECT chunk.id, chunk_vector.vector, article.id, article.issue_date,"
            " article.publication FROM chunk JOIN chunk_vector USING (number)"
            " JOIN article ON article.id = chunk.article_id"
            " JOIN page ON page.id = article.page_id"
            " WHERE page.state <> 'dead' AND chunk.id IN ({})",
            chunk_ids,
        )
        vectors = [np.frombuffer(row[1], dtype="<f4") for row in rows]
        return VectorBatch(
            ids=tuple(row[0] for row in rows),
            vectors=np.array(vectors, dtype=np.float32),
            metadata=tuple(
                {"article_id": row[2], "issue_date": row[3] or 0, "publication": row[4]}
                for row in rows
            ),
        )

    def agree(self, wanted: Manifest, home: Path, *, as_stored: bool) -> Manifest:
        """The manifest of the index. Raises IndexMismatchError where another is wanted.

        as_stored: the index is taken whatever made it. home: what the error speaks of.
        """
        stored = self.manifest()
        if stored is not None and (as_stored or not stored.differences(wanted)):
            return stored
        if not self.ever_filled():
            return self.note_manifest(wanted)
        if as_stored:
            return wanted
        differences = stored.differences(wanted) if stored else ["its manifest can't be read"]
        raise IndexMismatchError(
            f"{home}: the index doesn't fit the settings: {'; '.join(differences)}."
            " Run `newsdesk reindex` to make it anew, or go back to the settings it was made by"
        )

    def manifest(self) -> Manifest | None:
        """What the index was made by; None where that was never noted, or not in these terms."""
        rows = dict(self._database.rows("SELECT field, value FROM manifest"))
        rows.pop(_PLACE, None)
        # SQLite keeps truth values as numbers.
        rows["headline_context"] = bool(rows.get("headline_context", True))
        try:
            return Manifest(**rows)
        except TypeError:
            return None

    def note_manifest(self, manifest: Manifest) -> Manifest:
        """Keeps what the index is made by, for an archive that holds nothing yet."""
        with self._database.transaction():
            self._database.change("DELETE FROM manifest")
            self._database.change_many(
                "INSERT INTO manifest (field, value) VALUES (?, ?)", manifest.as_dict().items()
            )
        return manifest

    def note_dimension(self, manifest: Manifest, dimension: int) -> Manifest:
        """Keeps the dimension that the first vectors showed."""
        self._database.change(
            "UPDATE manifest SET value = ? WHERE field = 'dimension'", (dimension,)
        )
        return replace(manifest, dimension=dimension)

    def ever_filled(self) -> bool:
        """Whether the archive holds anything that its manifest speaks of."""
        return bool(self._database.rows("SELECT 1 FROM page LIMIT 1"))

    def place(self) -> str | None:
        """Where the vectors were when they were last seen in step with the catalogue: FILES or a
        server's URL."""
        rows = self._database.rows("SELECT value FROM manifest WHERE field = ?", (_PLACE,))
        if not rows:
            return None
        # Earlier versions noted the folder of the files, which may have moved with its archive.
        return rows[0][0] if "://" in rows[0][0] else FILES

    def note_place(self, place: str) -> None:
        """Keeps where the vectors are."""
        self._database.change(
            "INSERT OR REPLACE INTO manifest (field, value) VALUES (?, ?)", (_PLACE, place)
        )

    def remember(self, vectors: Mapping[str, "NDArray[np.float32]"]) -> None:
        """Keeps vectors of texts that aren't chunks, and lets the oldest go."""
        with self._database.transaction():
            self._database.change_many(
                "INSERT OR IGNORE INTO remembered_vector (key, vector) VALUES (?, ?)",
                ((key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()),
            )
            self._database.change(
                "DELETE FROM remembered_vector WHERE number <="
                " (SELECT max(number) FROM remembered_vector) - ?",
                (REMEMBERED_VECTORS,),
            )

    def _chunks(self, column: str, state: State) -> list[Any]:
        rows = self._database.rows(
            f"SELECT {column} FROM {_CHUNKS} WHERE {_condition(state)}", (state,)
        )
        return [value for (value,) in rows]

    def _insert_page(self, indexed: IndexedPage) -> None:
        self._database.change(
            "INSERT INTO page (id, origin, source, raw, encoding, issue_date, publication, page,"
            " split_confidence, split_reasons, split_signals, left_out, state, stored_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?)",
            (*page_row(indexed.page), _stamp()),
        )
        for article in indexed.page.articles:
            self._insert_article(article)
        for chunk in indexed.chunks:
            self._insert_chunk(chunk)

    def _insert_article(self, article: Article) -> None:
        values = article_row(article)
        self._database.change(f"INSERT INTO article VALUES ({','.join('?' * len(values))})", values)
        note_copies(self._database, article.id, article.text, article.issue_date)
        note_jumps(self._database, article)

    def _insert_chunk(self, indexed: IndexedChunk) -> None:
        chunk = indexed.chunk
        self._database.change(
            'INSERT INTO chunk (id, article_id, ordinal, start, "end", context)'
            " VALUES (?, ?, ?, ?, ?, ?)",
            (chunk.id, chunk.article_id, chunk.ordinal, chunk.start, chunk.end, chunk.context),
        )
        # Each of these tables' own number is that of the chunk, and so the last row id.
        self._database.change(
            "INSERT INTO chunk_vector (number, key, vector) VALUES (last_insert_rowid(), ?, ?)",
            (indexed.vector_key, indexed.embedding.vector.astype("<f4").tobytes()),
        )
        self._database.change(
            "INSERT INTO chunk_tokens (number, tokens) VALUES (last_insert_rowid(), ?)",
            (indexed.embedding.tokens,),
        )

    def _retire(self, page_id: str) -> None:
        if self._database.rows("SELECT 1 FROM origin WHERE page_id = ?", (page_id,)):
            return
        self._database.change("UPDATE page SET state = 'dead' WHERE id = ?", (page_id,))


def _condition(state: State) -> str:
    return "page.state = ?" if state == "live" else _UNSETTLED


def _stamp() -> str:
    # Ingest time, a field apart from every date of the news.
    return datetime.now(UTC).isoformat(timespec="seconds")
