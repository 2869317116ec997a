"""The record of every answer: what was asked, found, sent, written, checked and paid."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from pydantic import TypeAdapter, ValidationError

from rag.answering.explanation import Explanation
from rag.errors import HomeError, StoreError
from rag.record_text import record_text
from rag.settings import Settings
from rag.summary_types import AnswerSummary
from rag.types import Answer
from rag.usage import Usage, UsageTotal
from store.answer_usage import Used
from store.answers import AnswerStore, NewRecord

# What decides nothing about an answer, only where it is kept and what it is said to cost.
_BESIDE_ANSWERS = frozenset(
    (
        *("home", "answer_records", "answer_megabytes", "response_cache", "briefings"),
        *("model_prompt_price", "model_completion_price"),
    )
)


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """An answer on record, with all that led to it."""

    answer: Answer
    explanation: Explanation


class AnswerRecords:
    """The records of one home's answers. kept: whether new ones are made."""

    def __init__(self, store: AnswerStore, *, kept: bool) -> None:
        self._store = store
        self._kept = kept

    def add(self, answer: Answer, explanation: Explanation, model: str | None) -> Answer:
        """The answer with the id of its record; or with a note that says why there is none.

        model: the name that its usage is counted under.
        """
        if not self._kept:
            return answer
        record = NewRecord(
            explanation.made.asked_at,
            answer.question,
            answer.refused,
            answer.mode,
            model,
            answer.usage,
            record_text(AnswerRecord(answer, explanation)),
            answer.broken_off,
        )
        try:
            return replace(answer, id=self._store.add(record))
        except (StoreError, HomeError) as error:
            note = f"no record was kept of this answer: {error}"
            return replace(answer, notes=(*answer.notes, note))

    def count(self, usage: Usage, day: date, model: str | None) -> None:
        """Counts what a follow-up question used in being understood; nothing where records are
        off. Raises StoreError or HomeError where that can't be written."""
        if self._kept and usage.calls + usage.cached_calls > 0:
            self._store.count(Used(day, model, usage, follow_up=True))

    def find(self, answer_id: str) -> AnswerRecord:
        """The record with this id, or with the only one that begins so. Raises AnswerNotFoundError,
        and StoreError for one that another version wrote otherwise."""
        found, body = self._store.find(answer_id)
        try:
            record = TypeAdapter(AnswerRecord).validate_json(body)
        except ValidationError as error:
            raise StoreError(
                f"the record {found} can't be read ({error.error_count()} fields differ); it was"
                " written by another version of newsdesk, which can show it"
            ) from None
        return replace(record, answer=replace(record.answer, id=found))

    def latest(self, limit: int, offset: int = 0) -> list[AnswerSummary]:
        """The records that came last, the newest first, after the first `offset`."""
        return self._store.latest(limit, offset)

    def count_kept(self) -> int:
        """How many records are kept."""
        return self._store.count_kept()

    def usage(self, first: date | None, last: date | None) -> list[UsageTotal]:
        """What was used on these days, both included, by day and model."""
        return self._store.usage(first, last)


def fingerprint(settings: Settings, manifest: Mapping[str, object], server: str) -> str:
    """12 hexadecimal digits that are equal where a question would be treated the same: of the
    settings that answers depend on, of what made the index, and of the language model's server."""
    decisive = settings.model_dump(mode="json", exclude=set(_BESIDE_ANSWERS))
    said = json.dumps([decisive, dict(manifest), server], sort_keys=True)
    return sha256(said.encode()).hexdigest()[:12]
