"""What an archive holds, as its catalogue tells it; a part of Library."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from rag.types import Article, Chunk, Filters, Page
from store.catalogue import Catalogue

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

NO_FILTERS = Filters()


class Holdings:
    """What `Library` reads of pages, articles and chunks. Only `Library` makes one."""

    _catalogue: Catalogue

    def page_of(self, origin: str) -> str | None:
        """The id of the page that an origin holds."""
        return self._catalogue.page_of(origin)

    def has_page(self, page_id: str) -> bool:
        """Whether a page is stored."""
        return self._catalogue.has_page(page_id)

    def origins(self) -> list[tuple[str, str]]:
        """(origin, page id) of all that is stored, in the order of ingest."""
        return self._catalogue.origins()

    def origins_of(self, page_id: str) -> list[str]:
        """The origins that hold a page, the last one ingested first."""
        return self._catalogue.origins_of(page_id)

    def counts(self) -> tuple[int, int, int]:
        """How many pages, articles and chunks there are."""
        return self._catalogue.counts()

    def page(self, page_id: str) -> Page:
        """A page with its articles. Raises ArticleNotFoundError."""
        return self._catalogue.page(page_id)

    def article(self, article_id: str) -> Article:
        """The article with this id, or with the only id that begins so (6 characters or more).

        Raises ArticleNotFoundError.
        """
        return self._catalogue.article(article_id)

    def count_articles(self, filters: Filters = NO_FILTERS) -> int:
        """How many articles match."""
        return self._catalogue.count_articles(filters)

    def articles_from(self, origin: str, limit: int) -> list[Article]:
        """Articles of a file or URL, and of pages, rows and files inside it, as printed."""
        return self._catalogue.articles_from(origin, limit)

    def article_ids(self, filters: Filters = NO_FILTERS) -> list[str]:
        """The ids of the articles that match, in their own order."""
        return self._catalogue.article_ids(filters)

    def articles_by_id(self, article_ids: Sequence[str]) -> dict[str, Article]:
        """The articles that are there, by id."""
        return self._catalogue.articles_by_id(article_ids)

    def chunks(self, chunk_ids: Sequence[str]) -> dict[str, Chunk]:
        """The chunks that are there, by id."""
        return self._catalogue.chunks(chunk_ids)

    def chunks_of(self, article_id: str) -> list[Chunk]:
        """The chunks of an article, in order."""
        return self._catalogue.chunks_of(article_id)

    def article_vectors(self, article_ids: Sequence[str]) -> dict[str, "NDArray[np.float32]"]:
        """The vectors of the chunks of these articles, in order: (chunks, dimension) each. Those
        without a chunk are left out."""
        return self._catalogue.article_vectors(article_ids)

    def neighbours(self, chunk: Chunk) -> list[Chunk]:
        """The chunk before and the chunk after one, of its article; either may be missing."""
        return self._catalogue.neighbours(chunk)

    def chunk_tokens(self, chunk_ids: Sequence[str]) -> dict[str, bytes]:
        """The packed token vectors of the chunks that are there, by id; empty where their model
        gives none."""
        return self._catalogue.chunk_tokens(chunk_ids)

    def issue_dates(self) -> list[tuple[date, int]]:
        """The issue dates, in order, each with its number of articles."""
        return self._catalogue.issue_dates()

    def articles_of_publications(self) -> list[tuple[str, int]]:
        """The papers that articles name, those with most first, each with its number of
        articles."""
        return self._catalogue.articles_of_publications()

    def publications(self) -> list[str]:
        """The papers that articles name, in order; one being removed may be among them."""
        return self._catalogue.publications()

    def issue_span(self) -> tuple[date, date] | None:
        """The first and the last issue date; None where no article has one."""
        return self._catalogue.issue_span()
