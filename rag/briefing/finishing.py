"""Finished briefings of one archive: made once, kept, listed, shown again."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from rag.answering.quote_context import contexts_of
from rag.asked import counted
from rag.briefing.records import (
    BriefingRecords,
    BriefingRequest,
    BriefingSummary,
    FinishedBriefing,
)
from rag.briefing_types import Briefing, Length
from rag.errors import UsageError
from rag.indexing.pipeline import Progress
from rag.settings import Settings
from rag.types import Citation, Filters, Language, QuoteContext
from store.briefings import BriefingStore
from store.library import Library


class Brief(Protocol):
    """What makes a briefing: `Desk.brief`."""

    def __call__(
        self,
        on: date | None = None,
        *,
        date_from: date | None,
        date_to: date | None,
        topic: str | None,
        publication: str | None,
        people: Sequence[str],
        language: Language | None,
        length: Length,
        earlier: Sequence[Briefing],
        progress: Progress | None,
    ) -> Briefing: ...


class Briefings:
    """The finished briefings of one archive."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        brief: Brief,
        fingerprint: Callable[[], str],
        today: Callable[[], date],
        now: Callable[[], datetime],
        *,
        by_model: bool,
    ) -> None:
        """fingerprint: equal where settings and index are the same. by_model: whether a language
        model writes briefings."""
        self._library = library
        self._brief = brief
        self._fingerprint = fingerprint
        self._today = today
        self._by_model = by_model
        self._store = BriefingStore(settings.home, most=settings.briefings)
        self._records = BriefingRecords(self._store, kept=settings.briefings > 0, now=now)

    def close(self) -> None:
        """Closes their file."""
        self._store.close()

    def finish(
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
        anew: bool = False,
        progress: Progress | None = None,
    ) -> FinishedBriefing:
        """`Desk.brief`, kept: for the same request over the same articles and settings the briefing
        that was made before is given, if not `anew`. It marks what earlier ones of its kind told.

        Where kept ones can't be read, one is made without them, and its notes say so. Raises
        UsageError as `Desk.brief` does.
        """
        first = on or date_from or date_to or self._today()
        last = on or date_to or first
        if last < first:
            raise UsageError(f"the range ends ({last}) before it begins ({first}); swap the dates")

        def make(earlier: Sequence[Briefing]) -> Briefing:
            return self._brief(
                date_from=first,
                date_to=last,
                topic=topic,
                publication=publication,
                people=people,
                language=language,
                length=length,
                earlier=earlier,
                progress=progress,
            )

        return self._records.finished(
            BriefingRequest(first, last, topic, publication, tuple(people), language, length),
            [self._fingerprint(), *self._made_from(first, last, topic, publication)],
            make,
            anew=anew,
            by_model=self._by_model,
        )

    def latest(self, *, limit: int = 20, offset: int = 0) -> list[BriefingSummary]:
        """Those made last, the newest first, after the first `offset` of them. Raises UsageError
        for a limit below 1."""
        return self._records.latest(counted(limit), offset)

    def count(self) -> int:
        """How many are kept."""
        return self._records.count()

    def find(self, briefing_id: str) -> FinishedBriefing:
        """The one with this id, or with the only id that begins so. Raises BriefingNotFoundError,
        and StoreError for one that can't be read."""
        return self._records.find(briefing_id)

    def contexts(self, citations: Sequence[Citation]) -> dict[int, QuoteContext]:
        """By their numbers, what stands around quotes; nothing for one whose article is gone."""
        return contexts_of(citations, self._library.article)

    def _made_from(
        self, first: date, last: date, topic: str | None, publication: str | None
    ) -> list[str]:
        """The ids of the articles that a briefing depends on: what is found for a topic depends on
        all of them, by how rare its words are."""
        if topic is not None:
            return self._library.article_ids()
        until = None if last == date.max else last + timedelta(days=1)
        return self._library.article_ids(Filters(first, until, publication))
