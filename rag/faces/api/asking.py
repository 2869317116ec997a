"""Questions as the service's faces ask them: with the conversation that they follow."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from rag.answering.conversation import Conversation, Understood
from rag.desk import Desk
from rag.errors import AnswerNotFoundError, StoreError, UsageError
from rag.faces.shapes import (
    Shape,
    answer_shape,
    citation_shape,
    iso,
    plain,
    sentence_shape,
    usage_shape,
)
from rag.types import Answer, AnswerEvent, Filters, Found, Settled

MOST_FOLLOWED = 20  # answers of a conversation that count
_ARTICLES_FOUND = 10


def filters_of(date_from: date | None, date_to: date | None, publication: str | None) -> Filters:
    """Filters for days that are both included. Raises UsageError for a range that runs
    backwards."""
    if date_from and date_to and date_from > date_to:
        raise UsageError(f"from {date_from} lies after to {date_to}; swap the dates")
    until = None if date_to in (None, date.max) else date_to + timedelta(days=1)
    return Filters(date_from, until, publication or None)


def conversation_of(desk: Desk, answer_ids: Sequence[str]) -> tuple[Conversation, list[str]]:
    """The conversation of these answers, oldest first, from their records; and the ids of those
    that are left out, since their records are no longer kept."""
    conversation, gone = Conversation(), []
    for answer_id in answer_ids[-MOST_FOLLOWED:]:
        try:
            record = desk.trace(answer_id)
        except (AnswerNotFoundError, StoreError):
            gone.append(answer_id)
            continue
        follow_up = record.explanation.made.follow_up
        asked = follow_up.asked if follow_up and follow_up.asked else record.answer.question
        conversation = conversation.after(asked, record.answer)
    return conversation, gone


def asking(
    desk: Desk,
    question: str,
    filters: Filters,
    follows: Sequence[str] = (),
    *,
    use_cache: bool = True,
) -> Generator[Understood | AnswerEvent, None, None]:
    """What a question gives, one after the other: how it is understood, what is found, each
    sentence, the whole answer. Closing it breaks the answer off."""
    conversation, gone = conversation_of(desk, follows)
    understood = _noted(desk.follow_up(question, conversation), gone)
    yield understood
    with closing(desk.ask_stream(understood, filters=filters, use_cache=use_cache)) as events:
        yield from events


def _noted(understood: Understood, gone: Sequence[str]) -> Understood:
    if not gone:
        return understood
    note = f"understood without earlier answers that are not on record: {', '.join(gone)}"
    return replace(understood, note="; ".join(filter(None, (understood.note, note))))


def understood_shape(asked: str, understood: Understood) -> Shape:
    """How a question was understood, in the conversation that it follows."""
    return {"asked": asked, "understood": understood.question, "carried": list(understood.carried)}


def asked_answer_shape(asked: str, understood: Understood, answer: Answer) -> Shape:
    """An answer with how its question was understood, as `chat --json` gives it."""
    notes = (understood.note, *answer.notes) if understood.note else answer.notes
    return {
        **answer_shape(replace(answer, notes=notes)),
        **understood_shape(asked, understood),
        "understood_usage": usage_shape(understood.usage),
    }


def found_shape(found: Found) -> Shape:
    """What the search for an answer found, in short."""
    articles = list({hit.article_id: hit.article for hit in found.hits}.values())
    return {
        "hits": len(found.hits),
        "articles": [
            {"id": one.id, "headline": one.headline, "issue_date": iso(one.issue_date)}
            for one in articles[:_ARTICLES_FOUND]
        ],
    }


def settled_shape(settled: Settled) -> dict[str, Any]:
    """A verified sentence with all that it cites, and what goes before it."""
    return {
        "sentence": sentence_shape(settled.sentence),
        "citations": [citation_shape(citation) for citation in settled.citations],
        "lead": settled.lead,
        "short_answer": plain(settled.short_answer),
    }
