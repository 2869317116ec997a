"""A briefing with what an archive knows: articles' vectors, and what was told of them before."""

from collections.abc import Sequence
from dataclasses import replace

from rag.briefing.background import background
from rag.briefing.briefing import Asked, Embedded, Progress, brief
from rag.briefing.generative import StoryWriter
from rag.briefing.nearest import nearest_days
from rag.briefing.updates import told_before
from rag.briefing_types import Briefing
from rag.indexing.embedding.base import Embedder
from rag.types import Article
from store.library import Library


def briefing_of(
    articles: Sequence[Article],
    asked: Asked,
    library: Library,
    embedder: Embedder,
    earlier: Sequence[Briefing] = (),
    writer: StoryWriter | None = None,
    progress: Progress | None = None,
) -> Briefing:
    """The briefing of these articles; of none, the days nearest to the period that have some.
    earlier: finished briefings, of which those of earlier days count. Raises EmbeddingError,
    StoreError."""
    if not articles:
        days = nearest_days(library.issue_dates(), asked.date_from, asked.date_to)
        return replace(brief([], asked, Embedded({}, {})), nearest=days)
    past = [one for one in earlier if one.date_to < asked.date_from]
    told = [name for one in past for story in one.stories for name in story.article_ids]
    before = told_before(past, library.articles_by_id(told))
    vectors = library.article_vectors([*(one.id for one in articles), *told])
    embedded = Embedded(vectors, background(library, embedder))
    return brief(articles, asked, embedded, before, writer, progress)
