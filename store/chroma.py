"""The vectors of the chunks, in one Chroma collection (cosine)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from rag.errors import HomeError, NewsdeskError, StoreError
from rag.types import Filters
from store.rows import to_number

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from chromadb import Collection
    from chromadb.api import ClientAPI
    from numpy.typing import NDArray

FILES = "files"
"""Where the vectors are, as the catalogue notes it: beside the catalogue. Else the server's URL."""

BATCH = 1000
"""Vectors written or read at a time; Chroma takes 5,461 at most."""

# Of the 10 nearest of 17,710 news passages all are found, of the 60 nearest .993; with Chroma's own
# graph (16 neighbours, ef_construction 100) and an ef_search of 200, .979 and .946. That costs a
# vector 0.3 ms of CPU more, and a search 1 ms, at 100,000 chunks 5.
_CONFIGURATION = {
    "hnsw": {"space": "cosine", "ef_search": 800, "ef_construction": 200, "max_neighbors": 32}
}


@dataclass(frozen=True, slots=True)
class VectorBatch:
    """Chunk ids with their vectors, (n, dimension), and the metadata that filters look at."""

    ids: tuple[str, ...]
    vectors: "NDArray[np.float32]"
    metadata: tuple[dict[str, str | int], ...]


Restore = Callable[[], Iterable[VectorBatch]]
"""Every vector that the catalogue holds, for a collection that must be made again."""


class Door(Protocol):
    """A way to the collection: files in the archive's folder, or a server."""

    @property
    def place(self) -> str:
        """What the collection is called in messages."""
        ...

    @property
    def kept_in(self) -> str:
        """FILES or a server's URL: the same wherever the archive is moved or copied to."""
        ...

    def collection(
        self, restore: Restore, *, changes: bool
    ) -> "AbstractContextManager[Collection]":
        """The collection, for the length of one operation; `changes` where it writes."""
        ...

    def drop(self) -> None:
        """Removes the collection and all its vectors."""
        ...

    def close(self) -> None:
        """Frees files and connections."""
        ...


class ChromaVectors:
    """The collection's operations.

    Every failure is a StoreError, or a HomeError for want of access, that names the place.
    """

    def __init__(self, door: Door, restore: Restore) -> None:
        self._door = door
        self._restore = restore
        self._unsettled = False

    @property
    def place(self) -> str:
        """Where the collection is: a folder or a URL."""
        return self._door.place

    @property
    def kept_in(self) -> str:
        """FILES or a server's URL, as the catalogue notes it."""
        return self._door.kept_in

    def upsert(self, batches: Iterable[VectorBatch]) -> None:
        """Writes vectors, over those of the same ids."""
        for batch in batches:
            self._unsettled = True
            with self._open(changes=True) as collection:
                upsert(collection, batch)

    def delete(self, chunk_ids: Sequence[str]) -> None:
        """Removes vectors; ids that aren't there are no error."""
        for part in parts(chunk_ids):
            self._unsettled = True
            with self._open(changes=True) as collection:
                collection.delete(ids=list(part))

    def settle(self) -> None:
        """Lets a read follow what was written here: the next reader's, if killed, costs nothing."""
        if self._unsettled:
            # Any read will do: one of no chunk costs least.
            with self._open() as collection:
                collection.get(ids=["-"], include=[])
            self._unsettled = False

    def nearest(
        self, vector: "NDArray[np.float32]", limit: int, filters: Filters
    ) -> list[tuple[str, float]]:
        """(chunk id, cosine), the nearest first."""
        with self._open() as collection:
            found: Any = collection.query(
                query_embeddings=vector.reshape(1, -1),
                n_results=limit,
                where=where_clause(filters),
                include=["distances"],
            )
        return [
            (chunk_id, 1.0 - float(distance))
            for chunk_id, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def count(self) -> int:
        """The number of vectors."""
        with self._open() as collection:
            return collection.count()

    def ids(self) -> set[str]:
        """The ids of all vectors."""
        found: set[str] = set()
        with self._open() as collection:
            while page := collection.get(include=[], limit=10 * BATCH, offset=len(found))["ids"]:
                found.update(page)
        return found

    def vectors(self, chunk_ids: Sequence[str]) -> dict[str, "NDArray[np.float32]"]:
        """The stored vectors of those ids that are there."""
        found: dict[str, Any] = {}
        for part in parts(chunk_ids):
            with self._open() as collection:
                got: Any = collection.get(ids=list(part), include=["embeddings"])
            found.update(zip(got["ids"], got["embeddings"], strict=True))
        return found

    def drop(self) -> None:
        """Removes the collection."""
        with self._explained():
            self._door.drop()

    def close(self) -> None:
        """Frees files and connections."""
        with self._explained():
            self._door.close()

    @contextmanager
    def _open(self, *, changes: bool = False) -> "Iterator[Collection]":
        with (
            self._explained(),
            self._door.collection(self._restore, changes=changes) as collection,
        ):
            yield collection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except NewsdeskError:
            raise
        except PermissionError as error:
            raise HomeError(
                f"{error.filename or self._door.place}: can't be used ({error.strerror}); give"
                " write access to its folder and all in it"
            ) from error
        except Exception as error:  # Chroma raises kinds of its own, ValueError and RuntimeError
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise StoreError(
                f"the vectors in {self._door.place} can't be used ({reason});"
                " try `newsdesk verify --repair`"
            ) from error


def open_collection(client: "ClientAPI", name: str) -> "Collection":
    """The collection of that name, made where it is missing; vectors are always ours."""
    return client.get_or_create_collection(
        name,
        embedding_function=None,
        configuration=_CONFIGURATION,  # type: ignore[arg-type]
    )


def upsert(collection: "Collection", batch: VectorBatch) -> None:
    """Writes one batch of at most BATCH vectors."""
    if batch.ids:
        collection.upsert(
            ids=list(batch.ids), embeddings=batch.vectors, metadatas=list(batch.metadata)
        )


def parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """The values, BATCH at a time."""
    for at in range(0, len(values), BATCH):
        yield values[at : at + BATCH]


def where_clause(filters: Filters) -> dict[str, Any] | None:
    """The filters as Chroma takes them. An issue date of 0 is none, and matches no date filter."""
    conditions: list[dict[str, Any]] = []
    if filters.date_from is not None or filters.date_until is not None:
        conditions.append({"issue_date": {"$gte": to_number(filters.date_from) or 1}})
    if filters.date_until is not None:
        conditions.append({"issue_date": {"$lt": to_number(filters.date_until)}})
    if filters.publication is not None:
        conditions.append({"publication": {"$eq": filters.publication}})
    if len(conditions) > 1:
        return {"$and": conditions}
    return conditions[0] if conditions else None
