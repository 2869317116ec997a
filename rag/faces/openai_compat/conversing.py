"""The conversation that a chat stands for, from the records of its answers."""

from collections.abc import Generator, Sequence
from contextlib import closing

from rag.answering.conversation import MOST_TURNS, Conversation, Turn, Understood
from rag.desk import Desk
from rag.errors import AnswerNotFoundError, StoreError
from rag.faces.openai_compat.requests import Chat, EarlierTurn
from rag.types import Answer, AnswerEvent


def chat_events(desk: Desk, chat: Chat) -> Generator[Understood | AnswerEvent, None, None]:
    """What a chat's question gives, one after the other: how it is understood, what is found, each
    sentence, the whole answer. Closing it breaks the answer off."""
    understood = desk.follow_up(chat.question, conversation_of(desk, chat.earlier))
    yield understood
    answering = desk.ask_stream(understood, filters=chat.filters, use_cache=chat.use_cache)
    with closing(answering) as events:
        yield from events


def conversation_of(desk: Desk, earlier: Sequence[EarlierTurn]) -> Conversation:
    """The conversation so far.

    Of a turn whose answer is on record no more, or was a refusal, which links to nothing, only the
    question is known: whom it names can be meant again, headlines and persons of the answer can't.
    """
    conversation = Conversation()
    for turn in earlier[-MOST_TURNS:]:
        answer = _on_record(desk, turn.answer_id)
        if answer is not None:
            conversation = conversation.after(turn.asked, answer)
        else:
            bare = Turn(turn.asked, turn.asked)
            conversation = Conversation((*conversation.turns, bare))
    return conversation


def _on_record(desk: Desk, answer_id: str | None) -> Answer | None:
    if answer_id is None:
        return None
    try:
        answer = desk.trace(answer_id).answer
    except (AnswerNotFoundError, StoreError):
        return None
    # A record is found by the beginning of its id too: that is no link of ours.
    return answer if answer.id == answer_id else None
