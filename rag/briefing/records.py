"""Finished briefings: kept, found again, and given again where nothing has changed."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from pydantic import TypeAdapter, ValidationError

from rag import __version__
from rag.briefing_types import Briefing, Length
from rag.errors import HomeError, StoreError
from rag.record_text import json_form, record_text
from rag.types import Language
from store.briefings import BriefingStore, ListedBriefing, NewBriefing, StoredBriefing

EARLIER_DAYS = 30
"""A briefing is an earlier one of another where its days end so many days before it at most."""


@dataclass(frozen=True, slots=True)
class BriefingRequest:
    """What a briefing is asked of. date_from, date_to: both included."""

    date_from: date
    date_to: date
    topic: str | None = None
    publication: str | None = None
    people: tuple[str, ...] = ()
    language: Language | None = None
    length: Length = "standard"

    @property
    def scope(self) -> str:
        """Which of a period's news it is of: equal for days that can be told one after another."""
        people = sorted(set(self.people))
        return json.dumps([self.topic, self.publication, people], ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class FinishedBriefing:
    """A briefing with its record. id: None where none is kept. again: it was made before, and is
    given again."""

    id: str | None
    made_at: datetime
    briefing: Briefing
    again: bool = False


@dataclass(frozen=True, slots=True)
class BriefingSummary:
    """A kept briefing, in short."""

    id: str
    made_at: datetime
    date_from: date
    date_to: date
    topic: str | None
    publication: str | None
    people: tuple[str, ...]
    stories: int


class BriefingRecords:
    """The finished briefings of one home. kept: whether new ones are."""

    def __init__(self, store: BriefingStore, *, kept: bool, now: Callable[[], datetime]) -> None:
        self._store = store
        self._kept = kept
        self._now = now

    def finished(
        self,
        request: BriefingRequest,
        basis: Sequence[str],
        make: Callable[[Sequence[Briefing]], Briefing],
        *,
        anew: bool,
        by_model: bool,
    ) -> FinishedBriefing:
        """The briefing made before for the same request from the same, else, or `anew`, a new one,
        kept where it tells anything.

        basis: names all that a briefing is made from: articles, settings. make: makes one, from the
        earlier ones of its kind. by_model: whether a language model is to write it; one that it
        failed to write is kept, but made anew when it is next asked for.
        """
        since = _days_before(request.date_from, EARLIER_DAYS)
        try:
            stored = self._store.before(request.date_from, since, request.scope)
            key = _key(request, [*basis, *(one.id for one in stored)])
            found = None if anew else self._store.made_for(key)
        except (StoreError, HomeError) as error:
            note = f"made without the kept briefings, and not kept itself: {error}"
            return FinishedBriefing(None, self._now(), _noted(make([]), note))
        earlier, unread = _readable(stored)
        if found is not None:
            try:
                return replace(_read(found), again=True)
            except StoreError as error:
                unread.append(f"{error}; this one was made anew")
        made_at = self._now()
        briefing = _noted(make(earlier), *unread)
        if not self._kept or not briefing.stories:
            return FinishedBriefing(None, made_at, briefing)
        whole = not by_model or briefing.mode == "llm"
        try:
            return FinishedBriefing(
                self._add(request, key, whole, made_at, briefing), made_at, briefing
            )
        except (StoreError, HomeError) as error:
            note = f"this briefing was not kept: {error}"
            noted = replace(briefing, notes=(*briefing.notes, note))
            return FinishedBriefing(None, made_at, noted)

    def find(self, briefing_id: str) -> FinishedBriefing:
        """The one with this id, or with the only id that begins so. Raises BriefingNotFoundError,
        and StoreError for one that another version wrote otherwise."""
        return _read(self._store.find(briefing_id))

    def latest(self, limit: int, offset: int = 0) -> list[BriefingSummary]:
        """Those made last, the newest first, after the first `offset`."""
        return [_summary(one) for one in self._store.latest(limit, offset)]

    def count(self) -> int:
        """How many are kept."""
        return self._store.count()

    def _add(
        self,
        request: BriefingRequest,
        key: str,
        whole: bool,
        made_at: datetime,
        briefing: Briefing,
    ) -> str:
        return self._store.add(
            NewBriefing(
                key,
                whole,
                made_at,
                request.date_from,
                request.date_to,
                request.scope,
                len(briefing.stories),
                record_text(briefing),
            )
        )


def _key(request: BriefingRequest, basis: Sequence[str]) -> str:
    said = json.dumps(
        [__version__, asdict(request), list(basis)], default=json_form, sort_keys=True
    )
    return sha256(said.encode()).hexdigest()


def _days_before(day: date, days: int) -> date:
    return day - timedelta(days=min(days, day.toordinal() - 1))


def _read(stored: StoredBriefing) -> FinishedBriefing:
    try:
        briefing = TypeAdapter(Briefing).validate_json(stored.body)
    except ValidationError as error:
        raise StoreError(
            f"the briefing {stored.id} can't be read ({error.error_count()} fields differ); it was"
            " written by another version of newsdesk, which can show it"
        ) from None
    return FinishedBriefing(stored.id, stored.made_at, briefing)


def _readable(stored: Sequence[StoredBriefing]) -> tuple[list[Briefing], list[str]]:
    """The briefings that can be read, and what is said of those that can't."""
    read, problems = [], []
    for one in stored:
        try:
            read.append(_read(one).briefing)
        except StoreError as error:
            problems.append(f"{error}; what it told is not marked as told")
    return read, problems


def _noted(briefing: Briefing, *notes: str) -> Briefing:
    return replace(briefing, notes=(*briefing.notes, *notes))


def _summary(listed: ListedBriefing) -> BriefingSummary:
    topic, publication, people = json.loads(listed.scope)
    return BriefingSummary(
        id=listed.id,
        made_at=listed.made_at,
        date_from=listed.first_day,
        date_to=listed.last_day,
        topic=topic,
        publication=publication,
        people=tuple(people),
        stories=listed.stories,
    )
