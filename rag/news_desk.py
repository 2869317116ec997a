"""What an archive tells of its news: summaries, briefings, timelines; a part of Desk."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from rag.answering.answerer import Answerer
from rag.answering.response_cache import CachedModel
from rag.answering.timeline import subject_of, timeline
from rag.answering.verification import Bilingual
from rag.asked import asked_of, counted
from rag.briefing.briefing import Asked
from rag.briefing.briefing import Progress as BriefingProgress
from rag.briefing.digest import Digest, digest_of_briefing, digest_of_search
from rag.briefing.generative import StoryWriter
from rag.briefing.of_archive import briefing_of
from rag.briefing.people import naming
from rag.briefing.summary import summarize
from rag.briefing_types import Briefing, Length
from rag.errors import UsageError
from rag.indexing.embedding.base import Embedder
from rag.retrieval.hybrid import Retriever
from rag.settings import Settings
from rag.summary_types import Summary
from rag.timeline_types import Timeline
from rag.types import Article, Filters, Language
from store.library import Library

NO_FILTERS = Filters()


class NewsDesk:
    """What `Desk` tells without being asked a question. Only `Desk` makes one."""

    settings: Settings
    _library: Library
    _embedder: Embedder
    _model: CachedModel | None
    _bilingual: Bilingual
    _retriever: Retriever
    _answerer: Answerer
    _today: Callable[[], date]

    def summarize(self, article_id: str) -> Summary:
        """One article in a few cited sentences, with what it goes on with on other pages. Raises
        ArticleNotFoundError."""
        parts = self._library.parts(article_id)
        return summarize(parts, self._model, bilingual=self._bilingual)

    def digest(
        self,
        search: str | None = None,
        *,
        filters: Filters = NO_FILTERS,
        limit: int = 8,
        points: int = 5,
        progress: BriefingProgress | None = None,
    ) -> Digest:
        """The articles that a search finds, at most `limit`, in a few cited points; without a
        search, the news of a period, the filters' days.

        Raises UsageError for a blank search, for a limit or points below 1, and where neither a
        search nor a period is named.
        """
        most, told = counted(limit), counted(points)
        if search is not None:
            retrieved = self._retriever.retrieve(
                asked_of(search), self.settings.candidates, filters
            )
            return digest_of_search(retrieved, self._library, most, told, self._writer(None))
        if filters.date_from is None or filters.date_until is None:
            raise UsageError("name a search, or the first and the last day of a period")
        last = filters.date_until - timedelta(days=1)
        briefing = self.brief(
            date_from=filters.date_from,
            date_to=last,
            publication=filters.publication,
            progress=progress,
        )
        return digest_of_briefing(briefing, told)

    def brief(
        self,
        on: date | None = None,
        *,
        date_from: date | None = None,
        date_to: date | None = None,
        topic: str | None = None,
        publication: str | None = None,
        people: Sequence[str] = (),
        language: Language | None = None,
        length: Length = "standard",
        earlier: Sequence[Briefing] = (),
        progress: BriefingProgress | None = None,
    ) -> Briefing:
        """The news of one issue date, or of a range with both ends in it, as cited stories, the
        best first.

        topic: only articles that a search for it finds. people: only articles that name one of
        them. language: what a language model writes; each story's own by default. earlier: finished
        briefings; of a story that one of an earlier period told it is said what is new. Raises
        UsageError for a range that ends before it begins.
        """
        first = on or date_from or date_to or self._today()
        last = on or date_to or first
        if last < first:
            raise UsageError(f"the range ends ({last}) before it begins ({first}); swap the dates")
        filters = Filters(first, _day_after(last), publication)
        articles = self._library.articles(filters)
        if topic is not None:
            articles = self._about(asked_of(topic), articles, filters)
        articles = naming(people, articles)
        asked = Asked(first, last, topic, publication, tuple(people), length)
        writer = self._writer(language)
        return briefing_of(
            articles, asked, self._library, self._embedder, earlier, writer, progress
        )

    def timeline(
        self, question: str, *, filters: Filters = NO_FILTERS, limit: int = 20
    ) -> Timeline:
        """What happened in a matter: its dated events in order of time, each cited, or a refusal.

        limit: events at most, those with most news. Raises UsageError for a blank question and for
        a limit below 1.
        """
        asked, most = asked_of(question), counted(limit)
        retrieved = self._retriever.retrieve(
            subject_of(asked), max(self.settings.candidates, most), filters
        )
        return timeline(asked, retrieved, self._library, most)

    def _writer(self, language: Language | None) -> StoryWriter | None:
        if self._model is None:
            return None
        budget = self.settings.briefing_tokens
        return StoryWriter(self._model, budget, language, self._bilingual)

    def _about(self, topic: str, articles: list[Article], filters: Filters) -> list[Article]:
        related = self._answerer.related(topic, filters)
        return [article for article in articles if article.id in related]


def _day_after(day: date) -> date | None:
    return None if day == date.max else day + timedelta(days=1)
