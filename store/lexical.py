"""The lexical index: BM25 over the tokens of every live chunk, in FTS5."""

from collections.abc import Sequence

from rag.types import Filters
from store.database import Database
from store.rows import filter_clause
from store.segmentation import tokens

_MANY_CHUNKS = 2000


class LexicalIndex:
    """Chunks by their words. Any token of a question may match (OR)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, rows: Sequence[tuple[int, str, str]]) -> None:
        """Adds (chunk number, chunk text, context); inside the caller's transaction."""
        self._database.change_many(
            "INSERT INTO lexical (rowid, body, context) VALUES (?, ?, ?)",
            ((number, _joined(text), _joined(context)) for number, text, context in rows),
        )

    def remove_page(self, page_id: str) -> None:
        """Removes the chunks of a page; inside the caller's transaction."""
        self._database.change(
            "DELETE FROM lexical WHERE rowid IN (SELECT chunk.number FROM chunk"
            " JOIN article ON article.id = chunk.article_id WHERE article.page_id = ?)",
            (page_id,),
        )

    def search(self, question: str, limit: int, filters: Filters) -> list[tuple[str, float]]:
        """(chunk id, BM25), the best first; scores are positive. FTS5: k1 = 1.2, b = 0.75."""
        with self._database.snapshot():
            words = self._telling(tokens(question))
            if not words:
                return []
            condition, values = filter_clause(filters)
            return self._database.rows(
                "SELECT chunk.id, -bm25(lexical) AS score FROM lexical"
                " JOIN chunk ON chunk.number = lexical.rowid"
                " JOIN article ON article.id = chunk.article_id"
                " JOIN page ON page.id = article.page_id"
                f" WHERE lexical MATCH ? AND {condition} ORDER BY score DESC, chunk.id LIMIT ?",
                (" OR ".join(f'"{word}"' for word in words), *values, limit),
            )

    def document_frequency(self, words: Sequence[str]) -> tuple[dict[str, int], int]:
        """In how many chunks each token stands, 0 for none; and how many chunks there are."""
        with self._database.snapshot():
            rows = self._database.rows_in(
                "SELECT term, doc FROM lexical_terms WHERE term IN ({})", words
            )
            return dict.fromkeys(words, 0) | dict(rows), self.size()

    def size(self) -> int:
        """The number of chunks in the index."""
        [(count,)] = self._database.rows("SELECT count(*) FROM lexical_docsize")
        return int(count)

    def chunk_ids(self) -> set[str]:
        """The ids of the chunks in the index; a row without a chunk shows as `#rowid`."""
        rows = self._database.rows(
            "SELECT coalesce(chunk.id, '#' || lexical_docsize.id) FROM lexical_docsize"
            " LEFT JOIN chunk ON chunk.number = lexical_docsize.id"
        )
        return {chunk_id for (chunk_id,) in rows}

    def check(self) -> None:
        """Raises StoreError where the index is damaged; needs the right to write."""
        self._database.change("INSERT INTO lexical (lexical) VALUES ('integrity-check')")

    def clear(self) -> None:
        """Removes every row; inside the caller's transaction."""
        self._database.change("DELETE FROM lexical")

    def _telling(self, words: Sequence[str]) -> list[str]:
        # FTS5 gives a token that stands in more than half of the rows next to no weight, but reads
        # all its rows: over many chunks a search without those is several times faster.
        frequency, size = self.document_frequency(list(dict.fromkeys(words)))
        known = [word for word, count in frequency.items() if count]
        if size < _MANY_CHUNKS:
            return known
        return [word for word in known if frequency[word] * 2 <= size] or known


def _joined(text: str) -> str:
    return " ".join(tokens(text))
