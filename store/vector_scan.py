"""Exact dense search, with filters or without, over vectors kept in memory in int8.

Chroma looks a filter up chunk by chunk, which takes longer the more chunks match, and its HNSW
graph misses chunks. A scan costs about the same whatever share matches, and misses nothing: every
matching chunk is scored by its int8 vector, and the best of them again by the float32 vector that
the catalogue holds.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.types import Filters
from store.database import Database
from store.rows import filter_clause, to_number

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

MEMORY = 512 * 2**20
"""Bytes that the vectors in memory may take: 1.4 million chunks of 384 dimensions."""

_FEW = 2000  # chunks that one search may read from the catalogue before all are read into memory
_MORE = 100  # chunks, over the limit, that are scored by their float32 vectors in any case
_MARGIN = 4.0  # standard deviations that int8 may err by before a chunk is missed
_GATHERED = 8  # one in so many chunks matches: scoring these alone is faster than scoring all
_BLOCK = 900
_LIVE = (
    "chunk JOIN chunk_vector USING (number) JOIN article ON article.id = chunk.article_id"
    " JOIN page ON page.id = article.page_id AND page.state = 'live'"
)


@dataclass(frozen=True, slots=True)
class _Table:
    """The live chunks, one a row, in no order. `codes` times `scales` is about the unit vector."""

    numbers: "NDArray[np.int64]"
    pages: "NDArray[np.int64]"
    dates: "NDArray[np.int64]"
    publications: "NDArray[np.int64]"
    codes: "NDArray[np.int8]"
    scales: "NDArray[np.float32]"

    def only(self, rows: "NDArray[np.bool_]") -> "_Table":
        return _Table(*(column[rows] for column in self._columns()))

    def joined(self, other: "_Table") -> "_Table":
        import numpy as np  # heavy: loaded on first use

        if not len(self.numbers) or not len(other.numbers):
            return self if len(self.numbers) else other
        pairs = zip(self._columns(), other._columns(), strict=True)
        return _Table(*(np.concatenate(pair) for pair in pairs))

    def _columns(self) -> "tuple[NDArray[Any], ...]":
        columns = (self.numbers, self.pages, self.dates, self.publications)
        return (*columns, self.codes, self.scales)


class VectorScan:
    """The vectors of all live chunks, read at the first search that needs them and kept in step
    with the catalogue, a change at a time. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # Held by whoever brings the table up to a snapshot that begins meanwhile: each sees a later
        # one than the last.
        self._mutex = threading.Lock()
        self._table: _Table | None = None
        self._seen = 0
        self._read_singly = 0
        self._counted = (-1, 0)  # the last change when chunks were counted, and how many there were
        self._known: dict[str, int] = {}  # page ids and publications, as the table has them

    @property
    def loaded(self) -> bool:
        """Whether the vectors are in memory."""
        return self._table is not None

    def fits(self, dimension: int) -> bool:
        """Whether the archive's vectors, of this dimension, may all be held in memory."""
        # The last number costs nothing to find, but rises with every page that is replaced.
        [(most,)] = self._database.rows("SELECT coalesce(max(number), 0) FROM chunk_vector")
        return most * dimension <= MEMORY or self._chunks() * dimension <= MEMORY

    def load(self) -> None:
        """Reads the vectors into memory."""
        with self._database.snapshot(), self._mutex:
            self._current()

    def nearest(
        self, vector: "NDArray[np.float32]", limit: int, filters: Filters
    ) -> list[tuple[str, float]]:
        """(chunk id, cosine) of the live chunks that match, the nearest first; ties by id."""
        with self._database.snapshot():
            with self._mutex:
                # The snapshot begins with the first read.
                numbers = self._few(filters) if self._table is None else None
                table = self._current() if numbers is None else None
                publication = self._known.get(filters.publication or "", -1)
            if table is not None:
                rows = _matching(table, filters, publication)
                numbers = _best(table, rows, vector, limit)
            return self._scored(vector, numbers or ())[:limit]

    def _few(self, filters: Filters) -> list[int] | None:
        """The numbers of the chunks that match; None where they are many.

        Once as many chunks were read in this way as there are, all of them are worth reading: a
        command that asks once reads little, and a server no more than twice.
        """
        most = min(_FEW, self._chunks() - self._read_singly) if self._read_singly else _FEW
        if most < 0:
            return None
        condition, values = filter_clause(filters)
        rows = self._database.rows(
            f"SELECT chunk.number FROM {_LIVE} WHERE {condition} LIMIT ?", (*values, most + 1)
        )
        if len(rows) > most:
            return None
        self._read_singly += len(rows)
        return [number for (number,) in rows]

    def _chunks(self) -> int:
        """How many chunks there are, those on their way in or out too; counted after a change."""
        [(last,)] = self._database.rows("SELECT coalesce(max(number), 0) FROM page_change")
        if self._counted[0] != last:
            [(count,)] = self._database.rows("SELECT count(*) FROM chunk_vector")
            self._counted = (last, count)
        return self._counted[1]

    def _scored(
        self, vector: "NDArray[np.float32]", numbers: Sequence[int]
    ) -> list[tuple[str, float]]:
        import numpy as np  # heavy: loaded on first use

        rows = self._database.rows_in(
            "SELECT chunk.id, chunk_vector.vector FROM chunk_vector JOIN chunk USING (number)"
            " WHERE chunk_vector.number IN ({})",
            numbers,
        )
        if not rows:
            return []
        stored = _matrix([blob for _, blob in rows])
        lengths = np.linalg.norm(stored, axis=1) * np.linalg.norm(vector)
        cosines = (stored @ vector / np.maximum(lengths, 1e-12)).tolist()
        found = zip((chunk_id for chunk_id, _ in rows), cosines, strict=True)
        return sorted(found, key=lambda item: (-item[1], item[0]))

    def _current(self) -> _Table:
        """The table as the catalogue is, inside the caller's snapshot."""
        import numpy as np  # heavy: loaded on first use

        [(first, last)] = self._database.rows(
            # Apart, each is one look at the end of an index.
            "SELECT (SELECT coalesce(min(number), 0) FROM page_change),"
            " (SELECT coalesce(max(number), 0) FROM page_change)"
        )
        if self._table is None or self._seen < first - 1:
            self._known = {}
            self._table = self._read("", ())
        elif last != self._seen:
            changed = [
                page_id
                for (page_id,) in self._database.rows(
                    "SELECT DISTINCT page_id FROM page_change WHERE number > ?", (self._seen,)
                )
            ]
            gone = [self._known[page_id] for page_id in changed if page_id in self._known]
            kept = self._table.only(~np.isin(self._table.pages, gone)) if gone else self._table
            for at in range(0, len(changed), _BLOCK):
                part = changed[at : at + _BLOCK]
                kept = kept.joined(self._read(f"AND page.id IN ({_marks(part)})", part))
            self._table = kept
        self._seen = last
        return self._table

    def _read(self, condition: str, values: Sequence[str]) -> _Table:
        """The live chunks of pages that meet a condition."""
        import numpy as np  # heavy: loaded on first use

        rows = self._database.rows(
            "SELECT chunk.number, page.id, coalesce(article.issue_date, 0), article.publication"
            f" FROM {_LIVE} {condition} ORDER BY chunk.number",
            values,
        )
        numbers = [number for number, *_ in rows]
        codes, scales = self._codes(numbers)
        return _Table(
            numbers=np.array(numbers, dtype=np.int64),
            pages=np.array([self._code(page_id) for _, page_id, *_ in rows], dtype=np.int64),
            dates=np.array([issue_date for _, _, issue_date, _ in rows], dtype=np.int64),
            publications=np.array([self._code(name) for *_, name in rows], dtype=np.int64),
            codes=codes,
            scales=scales,
        )

    def _codes(self, numbers: Sequence[int]) -> "tuple[NDArray[np.int8], NDArray[np.float32]]":
        """The vectors of these chunks, whose numbers rise, as int8 with their scales."""
        import numpy as np  # heavy: loaded on first use

        # Filled a block at a time, as they are most of what is held in memory.
        codes = np.empty((len(numbers), 0), dtype=np.int8)
        scales = np.empty(len(numbers), dtype=np.float32)
        at = 0
        for blobs in self._vectors(numbers):
            block = _matrix(blobs)
            if not at:
                codes = np.empty((len(numbers), block.shape[1]), dtype=np.int8)
            to = at + len(block)
            codes[at:to], scales[at:to] = _coded(block)
            at = to
        return codes, scales

    def _code(self, name: str) -> int:
        return self._known.setdefault(name, len(self._known))

    def _vectors(self, numbers: Sequence[int]) -> Iterator[list[bytes]]:
        """The float32 vectors of these chunks, whose numbers rise, a block at a time."""
        for at in range(0, len(numbers), _BLOCK):
            block = numbers[at : at + _BLOCK]
            rows = self._database.rows(
                "SELECT vector FROM chunk_vector"
                f" WHERE number IN ({_marks(block)}) ORDER BY number",
                block,
            )
            yield [vector for (vector,) in rows]


def _matching(table: _Table, filters: Filters, publication: int) -> "NDArray[np.bool_]":
    import numpy as np  # heavy: loaded on first use

    matching = np.ones(len(table.numbers), dtype=np.bool_)
    if filters.date_from is not None or filters.date_until is not None:
        # No date is a 0, which no date filter matches.
        matching &= table.dates >= (to_number(filters.date_from) or 1)
    if filters.date_until is not None:
        matching &= table.dates < (to_number(filters.date_until) or 0)
    if filters.publication is not None:
        matching &= table.publications == publication
    return matching


def _best(
    table: _Table, matching: "NDArray[np.bool_]", vector: "NDArray[np.float32]", limit: int
) -> list[int]:
    """The numbers of the matching chunks that may be among the `limit` nearest, as far as their
    int8 vectors tell."""
    import numpy as np  # heavy: loaded on first use

    rows = np.flatnonzero(matching)
    most = limit + _MORE
    if len(rows) > most:
        asked, scale = _coded(vector.reshape(1, -1))
        if len(rows) * _GATHERED < len(table.numbers):
            scores = _products(asked, table.codes[rows]) * table.scales[rows]
        else:
            scores = (_products(asked, table.codes) * table.scales)[rows]
        # Rounding errs evenly within a step, so a product of unit vectors by step / sqrt(12).
        error = np.hypot(1, table.scales.mean() / scale[0]) / np.sqrt(12)
        ordered = np.sort(np.partition(scores, -most)[-most:])
        # Where values repeat, so do errors: a fixed number more makes up for that.
        least = min(ordered[0], ordered[-limit] - _MARGIN * error)
        near = np.flatnonzero(scores >= least)
        if len(near) > most + _FEW:
            best = np.argpartition(-scores[near], most + _FEW)
            near = near[best[: most + _FEW]]
        rows = rows[near]
    numbers: list[int] = table.numbers[rows].tolist()
    return numbers


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _matrix(vectors: Sequence[bytes]) -> "NDArray[np.float32]":
    import numpy as np  # heavy: loaded on first use

    return np.frombuffer(b"".join(vectors), dtype="<f4").reshape(len(vectors), -1)


def _coded(vectors: "NDArray[np.float32]") -> "tuple[NDArray[np.int8], NDArray[np.float32]]":
    """Each row as int8, and what to multiply it by to be about the row's unit vector again."""
    import numpy as np  # heavy: loaded on first use

    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12)
    codes = np.rint(vectors * (127 / largest)).astype(np.int8)
    lengths = np.maximum(np.linalg.norm(vectors, axis=1), 1e-12)
    return codes, (largest[:, 0] / 127 / lengths).astype(np.float32)


def _products(asked: "NDArray[np.int8]", codes: "NDArray[np.int8]") -> "NDArray[np.float32]":
    """The inner product of one int8 vector, (1, dimension), with each row."""
    import numkong  # heavy: loaded on first use
    import numpy as np  # heavy: loaded on first use

    found = np.asarray(numkong.cdist(asked, codes, "dot"))
    return found.reshape(-1).astype(np.float32)
