"""Whether catalogue, lexical index and vectors agree, and how to make them."""

from collections.abc import Iterator

from rag.errors import StoreError, VectorServerError
from rag.intake_types import VerifyReport
from store.catalogue import Catalogue
from store.chroma import ChromaVectors, parts
from store.database import Database
from store.ledger import Ledger
from store.lexical import LexicalIndex

_SHOWN = 3  # ids named in a problem


class Verification:
    """One look at a whole archive, for a holder of the writer lock with nothing unfinished."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        lexical: LexicalIndex,
        ledger: Ledger,
        vectors: ChromaVectors,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._lexical = lexical
        self._ledger = ledger
        self._vectors = vectors

    def report(self) -> VerifyReport:
        """Every disagreement, as a line each. Raises VectorServerError: nothing can be compared."""
        pages, articles, chunks = self._catalogue.counts()
        problems = [
            *self._file_problems(),
            *self._text_problems(),
            *self._lexical_problems(),
        ]
        try:
            problems += self._vector_problems()
            count = self._vectors.count()
        except VectorServerError:
            raise
        except StoreError as error:
            problems.append(str(error))
            count = 0
        return VerifyReport(pages, articles, chunks, count, tuple(problems))

    def mend(self) -> bool:
        """Makes lexical index and vectors follow the catalogue; whether anything didn't."""
        damaged = any(self._lexical_problems())
        if damaged:
            self._lexical.rebuild(self._ledger.lexical_entries("live"), "it was damaged")
        live = self._ledger.chunk_ids("live")
        try:
            unknown = self._vectors.ids() - set(live)
            wrong = list(self._wrong_vectors(live))
        except VectorServerError:
            raise
        except StoreError:
            # Nothing in it can be read: all of it is made again.
            self._vectors.drop()
            unknown, wrong = set(), live
        self._vectors.delete(sorted(unknown))
        for part in parts(wrong):
            self._vectors.upsert([self._ledger.vectors_of(part)])
        return damaged or bool(unknown or wrong)

    def _file_problems(self) -> Iterator[str]:
        for (line,) in self._database.rows("PRAGMA quick_check"):
            if line != "ok":
                yield f"catalogue: {line}"
        for table, row, parent, _ in self._database.rows("PRAGMA foreign_key_check"):
            yield f"catalogue: row {row} of {table} belongs to a missing {parent}"
        for origin, page_id in self._database.rows(
            "SELECT origin.origin, page.id FROM origin JOIN page ON page.id = origin.page_id"
            " WHERE page.state <> 'live'"
        ):
            yield f"catalogue: {origin} holds page {page_id}, which isn't live"
        for (chunk_id,) in self._database.rows(
            "SELECT chunk.id FROM chunk LEFT JOIN chunk_vector USING (number)"
            " WHERE chunk_vector.number IS NULL"
        ):
            yield f"catalogue: chunk {chunk_id} has no vector; run `newsdesk reindex`"
        for (chunk_id,) in self._database.rows(
            "SELECT chunk.id FROM chunk LEFT JOIN chunk_tokens USING (number)"
            " WHERE chunk_tokens.number IS NULL"
        ):
            yield f"catalogue: chunk {chunk_id} has lost its tokens; run `newsdesk reindex`"

    def _text_problems(self) -> Iterator[str]:
        for article, chunks in self._catalogue.every_chunk():
            try:
                article.source_map.raw_offset(max(len(article.text) - 1, 0))
            except IndexError:
                if article.text:
                    yield f"article {article.id}: its source map doesn't cover its text"
            covered = 0
            for chunk in chunks:
                if not 0 <= chunk.start < chunk.end <= len(article.text):
                    yield f"chunk {chunk.id}: {chunk.start}-{chunk.end} is outside its article"
                if article.text[covered : chunk.start].strip():
                    yield f"article {article.id}: text before chunk {chunk.id} is in no chunk"
                covered = max(covered, chunk.end)
            if article.text[covered:].strip():
                yield f"article {article.id}: text after {covered} is in no chunk"

    def _lexical_problems(self) -> Iterator[str]:
        damage = self._lexical.damage()
        yield from (f"lexical index: {line}" for line in damage)
        if not damage:
            yield from _set_problems(
                "lexical index", set(self._ledger.chunk_ids("live")), self._lexical.chunk_ids()
            )

    def _vector_problems(self) -> Iterator[str]:
        live = self._ledger.chunk_ids("live")
        stored = self._vectors.ids()
        yield from _set_problems("vectors", set(live), stored)
        wrong = [chunk_id for chunk_id in self._wrong_vectors(live) if chunk_id in stored]
        if wrong:
            yield f"vectors: {len(wrong)} differ from the catalogue's, {_some(wrong)}"

    def _wrong_vectors(self, chunk_ids: list[str]) -> Iterator[str]:
        """Chunks whose vector is missing from the collection or isn't the catalogue's."""
        import numpy as np  # heavy: loaded on first use

        for part in parts(chunk_ids):
            kept = self._ledger.vectors_of(part)
            stored = self._vectors.vectors(part)
            for chunk_id, vector in zip(kept.ids, kept.vectors, strict=True):
                other = stored.get(chunk_id)
                if other is None or not np.allclose(other, vector, atol=1e-5):
                    yield chunk_id


def _set_problems(name: str, expected: set[str], found: set[str]) -> Iterator[str]:
    if missing := expected - found:
        yield f"{name}: {len(missing)} live chunks are missing, {_some(sorted(missing))}"
    if unknown := found - expected:
        yield f"{name}: {len(unknown)} entries belong to no live chunk, {_some(sorted(unknown))}"


def _some(ids: list[str]) -> str:
    return ", ".join(ids[:_SHOWN]) + (" …" if len(ids) > _SHOWN else "")
