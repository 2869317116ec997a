"""What the archive holds: pages, articles and chunks, read from SQLite. Only live ones show."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from rag.errors import ArticleNotFoundError
from rag.types import Article, Chunk, Filters, Page, PassageEmbedding
from store.copies import copies_of
from store.database import Database
from store.rows import (
    ARTICLE_COLUMNS,
    CHUNK_COLUMNS,
    PAGE_COLUMNS,
    Row,
    article_of,
    chunk_of,
    filter_clause,
    page_of,
    to_date,
)

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

MINIMUM_PREFIX = 6

_LIVE_ARTICLES = "article JOIN page ON page.id = article.page_id AND page.state = 'live'"
_LIVE_CHUNKS = f"{_LIVE_ARTICLES} JOIN chunk ON chunk.article_id = article.id"


class Catalogue:
    """The reading half of the catalogue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page_of(self, origin: str) -> str | None:
        """The id of the page that an origin holds."""
        rows = self._database.rows("SELECT page_id FROM origin WHERE origin = ?", (origin,))
        return rows[0][0] if rows else None

    def has_page(self, page_id: str) -> bool:
        """Whether a page is live."""
        return bool(
            self._database.rows("SELECT 1 FROM page WHERE id = ? AND state = 'live'", (page_id,))
        )

    def origins(self) -> list[tuple[str, str]]:
        """(origin, page id), in the order of ingest."""
        return self._database.rows("SELECT origin, page_id FROM origin ORDER BY rowid")

    def origins_of(self, page_id: str) -> list[str]:
        """The origins that hold a page, the last one ingested first."""
        rows = self._database.rows(
            "SELECT origin FROM origin WHERE page_id = ? ORDER BY rowid DESC", (page_id,)
        )
        return [origin for (origin,) in rows]

    def page(self, page_id: str) -> Page:
        """A page with its articles. Raises ArticleNotFoundError."""
        with self._database.snapshot():
            pages = self._database.rows(
                f"SELECT {PAGE_COLUMNS} FROM page WHERE id = ? AND state = 'live'", (page_id,)
            )
            articles = self._database.rows(
                f"SELECT {ARTICLE_COLUMNS} FROM article WHERE page_id = ? ORDER BY position",
                (page_id,),
            )
        if not pages:
            raise ArticleNotFoundError(f"no page has the id {page_id}")
        return page_of(pages[0], tuple(article_of(row) for row in articles))

    def article(self, article_id: str) -> Article:
        """The article with this id, or with the only id that begins so (6 characters or more).

        Raises ArticleNotFoundError.
        """
        rows = self._articles("article.id = ?", (article_id,))
        if not rows and len(article_id) >= MINIMUM_PREFIX:
            rows = self._articles("substr(article.id, 1, ?) = ?", (len(article_id), article_id))
        if len(rows) == 1:
            return rows[0]
        if rows:
            raise ArticleNotFoundError(
                f"{len(rows)} articles have an id that begins with {article_id}; give more of it"
            )
        enough = len(article_id) >= MINIMUM_PREFIX
        least = "" if enough else f" (a beginning needs {MINIMUM_PREFIX} characters)"
        raise ArticleNotFoundError(
            f"no article has the id {article_id!r}{least}; `newsdesk articles` lists them"
        )

    def articles(self, filters: Filters, limit: int | None, offset: int) -> list[Article]:
        """Articles, the last issue first and those without a date at the end, in page order."""
        condition, values = filter_clause(filters)
        return self._articles(
            f"{condition} ORDER BY article.issue_date DESC NULLS LAST, article.source,"
            " article.page, article.page_id, article.position LIMIT ? OFFSET ?",
            (*values, -1 if limit is None else limit, offset),
        )

    def count_articles(self, filters: Filters) -> int:
        """How many articles match."""
        condition, values = filter_clause(filters)
        [(count,)] = self._database.rows(
            f"SELECT count(*) FROM {_LIVE_ARTICLES} WHERE {condition}", values
        )
        return int(count)

    def articles_from(self, origin: str, limit: int) -> list[Article]:
        """Articles of a file or URL, and of pages, rows and files inside it, as printed."""
        # What stands inside has the origin itself, then # or !/, then more.
        within = [
            value for mark in ("#", "!/") for value in (origin + mark, origin + mark + "\U0010ffff")
        ]
        return self._articles(
            "article.page_id IN (SELECT page_id FROM origin WHERE origin = ?"
            " OR origin BETWEEN ? AND ? OR origin BETWEEN ? AND ?)"
            " ORDER BY article.page_id, article.position LIMIT ?",
            (origin, *within, limit),
        )

    def articles_by_id(self, article_ids: Sequence[str]) -> dict[str, Article]:
        """The articles that are there, by id."""
        rows = self._database.rows_in(
            f"SELECT {ARTICLE_COLUMNS} FROM {_LIVE_ARTICLES} WHERE article.id IN ({{}})",
            article_ids,
        )
        return {article.id: article for article in self._with_copies(rows)}

    def chunks(self, chunk_ids: Sequence[str]) -> dict[str, Chunk]:
        """The chunks that are there, by id."""
        with self._database.snapshot():
            rows = self._database.rows_in(
                f"SELECT {CHUNK_COLUMNS} FROM {_LIVE_CHUNKS} WHERE chunk.id IN ({{}})", chunk_ids
            )
            return {chunk.id: chunk for chunk in self._with_text(rows)}

    def chunks_of(self, article_id: str) -> list[Chunk]:
        """The chunks of an article, in order."""
        return self._chunks_where("article.id = ?", (article_id,))

    def neighbours(self, chunk: Chunk) -> list[Chunk]:
        """The chunk before and the chunk after one, of its article; either may be missing."""
        return self._chunks_where(
            "chunk.article_id = ? AND chunk.ordinal IN (?, ?)",
            (chunk.article_id, chunk.ordinal - 1, chunk.ordinal + 1),
        )

    def live_ids(self, chunk_ids: Sequence[str]) -> set[str]:
        """Those of the ids that live chunks have."""
        rows = self._database.rows_in(
            f"SELECT chunk.id FROM {_LIVE_CHUNKS} WHERE chunk.id IN ({{}})", chunk_ids
        )
        return {chunk_id for (chunk_id,) in rows}

    def issue_dates(self) -> list[tuple[date, int]]:
        """The issue dates, in order, each with its number of articles."""
        rows = self._database.rows(
            f"SELECT article.issue_date, count(*) FROM {_LIVE_ARTICLES}"
            " WHERE article.issue_date IS NOT NULL GROUP BY 1 ORDER BY 1"
        )
        return [(day, count) for number, count in rows if (day := to_date(number)) is not None]

    def articles_of_publications(self) -> list[tuple[str, int]]:
        """The papers that articles name, those with most first, each with its number of
        articles."""
        return self._database.rows(
            f"SELECT article.publication, count(*) FROM {_LIVE_ARTICLES}"
            " WHERE article.publication > '' GROUP BY 1 ORDER BY 2 DESC, 1"
        )

    def publications(self) -> list[str]:
        """The papers that articles name, in order; from the index alone, so that one whose pages
        are being removed may be among them."""
        rows = self._database.rows(
            "SELECT DISTINCT publication FROM article WHERE publication > '' ORDER BY 1"
        )
        return [publication for (publication,) in rows]

    def issue_span(self) -> tuple[date, date] | None:
        """The first and the last issue date, from the index alone; None where there is none."""
        [(first, last)] = self._database.rows(
            "SELECT (SELECT min(issue_date) FROM article), (SELECT max(issue_date) FROM article)"
        )
        span = to_date(first), to_date(last)
        return (span[0], span[1]) if span[0] is not None and span[1] is not None else None

    def counts(self) -> tuple[int, int, int]:
        """Live pages, articles and chunks."""
        [(pages, articles, chunks)] = self._database.rows(
            "SELECT (SELECT count(*) FROM page WHERE state = 'live'),"
            f" (SELECT count(*) FROM {_LIVE_ARTICLES}), (SELECT count(*) FROM {_LIVE_CHUNKS})"
        )
        return pages, articles, chunks

    def every_chunk(self) -> Iterator[tuple[Article, list[Chunk]]]:
        """Each live article with its chunks, one at a time."""
        for article_id in self.article_ids():
            article = self.articles_by_id([article_id]).get(article_id)
            if article is not None:
                yield article, self.chunks_of(article_id)

    def article_ids(self, filters: Filters | None = None) -> list[str]:
        """The ids of the live articles that match, in their own order."""
        condition, values = filter_clause(filters or Filters())
        rows = self._database.rows(
            f"SELECT article.id FROM {_LIVE_ARTICLES} WHERE {condition} ORDER BY article.id", values
        )
        return [article_id for (article_id,) in rows]

    def chunk_tokens(self, chunk_ids: Sequence[str]) -> dict[str, bytes]:
        """The packed token vectors of the chunks that are there, live or not, by id."""
        return dict(
            self._database.rows_in(
                "SELECT chunk.id, chunk_tokens.tokens FROM chunk JOIN chunk_tokens USING (number)"
                " WHERE chunk.id IN ({})",
                chunk_ids,
            )
        )

    def cached_embeddings(self, keys: Sequence[str]) -> dict[str, PassageEmbedding]:
        """The embeddings known for these keys. Of chunks alone: of other texts only the vector is
        kept, which would make a chunk without tokens."""
        import numpy as np  # heavy: loaded on first use

        rows = self._database.rows_in(
            "SELECT chunk_vector.key, chunk_vector.vector, chunk_tokens.tokens"
            " FROM chunk_vector JOIN chunk_tokens USING (number) WHERE chunk_vector.key IN ({})",
            keys,
        )
        return {
            key: PassageEmbedding(np.frombuffer(vector, dtype="<f4"), tokens)
            for key, vector, tokens in rows
        }

    def cached_vectors(self, keys: Sequence[str]) -> dict[str, "NDArray[np.float32]"]:
        """The vectors known for these keys: of chunks, and of other texts."""
        import numpy as np  # heavy: loaded on first use

        rows = self._database.rows_in(
            "SELECT key, vector FROM chunk_vector WHERE key IN ({})", keys
        )
        rows += self._database.rows_in(
            "SELECT key, vector FROM remembered_vector WHERE key IN ({})", keys
        )
        return {key: np.frombuffer(blob, dtype="<f4") for key, blob in rows}

    def article_vectors(self, article_ids: Sequence[str]) -> "dict[str, NDArray[np.float32]]":
        """The vectors of the chunks of these articles, in order: (chunks, dimension) each. Those
        without a chunk are left out."""
        import numpy as np  # heavy: loaded on first use

        found: dict[str, list[tuple[int, bytes]]] = {}
        for article_id, ordinal, vector in self._database.rows_in(
            "SELECT chunk.article_id, chunk.ordinal, chunk_vector.vector"
            " FROM chunk JOIN chunk_vector USING (number) WHERE chunk.article_id IN ({})",
            article_ids,
        ):
            found.setdefault(article_id, []).append((ordinal, vector))
        return {
            article_id: np.stack([np.frombuffer(blob, dtype="<f4") for _, blob in sorted(vectors)])
            for article_id, vectors in found.items()
        }

    def _chunks_where(self, condition: str, values: Sequence[object]) -> list[Chunk]:
        """Chunks of one article, in order."""
        with self._database.snapshot():
            return self._with_text(
                self._database.rows(
                    f"SELECT {CHUNK_COLUMNS} FROM {_LIVE_CHUNKS} WHERE {condition}"
                    " ORDER BY chunk.ordinal",
                    values,
                )
            )

    def _with_text(self, rows: Iterable[Row]) -> list[Chunk]:
        """The chunks of these rows, article by article.

        An article may be as long as a file: its text is read once, not with each of its chunks,
        and only one is held at a time.
        """
        of_article: dict[int, list[Row]] = {}
        for row in rows:
            of_article.setdefault(row[-1], []).append(row)
        found: list[Chunk] = []

        def cut(article: Row) -> None:
            number, text = article
            found.extend([chunk_of(row, text) for row in of_article[number]])

        self._database.each_in(
            "SELECT rowid, text FROM article WHERE rowid IN ({})", of_article, cut
        )
        return found

    def _articles(self, condition: str, values: Sequence[object]) -> list[Article]:
        rows = self._database.rows(
            f"SELECT {ARTICLE_COLUMNS} FROM {_LIVE_ARTICLES} WHERE {condition}", values
        )
        return self._with_copies(rows)

    def _with_copies(self, rows: Iterable[Row]) -> list[Article]:
        articles = [article_of(row) for row in rows]
        copies = copies_of(self._database, [article.id for article in articles])
        return [
            replace(article, also_in=copies[article.id]) if article.id in copies else article
            for article in articles
        ]
