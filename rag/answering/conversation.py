"""A conversation: what was asked and answered, and a next question that leans on it."""

from dataclasses import dataclass, field
from datetime import date

from prompts import Message
from rag.answering.follow_ups_chinese import stand_alone_chinese
from rag.answering.follow_ups_english import stand_alone_english
from rag.answering.referents import Referents, referents
from rag.retrieval.glossary import Glossary
from rag.retrieval.people import people_in
from rag.retrieval.query import language_of
from rag.types import Answer, Citation
from rag.usage import Usage

MOST_TURNS = 20  # that are remembered, the latest
TURNS_MEANT = 5  # that a question may refer to, the latest


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what its answer cites, in the order of the citations. asked: as typed;
    understood: as it stands alone. people: in simplified hanzi, as the quotes name them. dates: of
    the events, else of the issues."""

    asked: str
    understood: str
    headlines: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns, the latest last. It never changes: `after` gives the next one."""

    turns: tuple[Turn, ...] = ()

    def after(self, asked: str, answer: Answer) -> "Conversation":
        """The conversation with one more turn: a question as it was asked, and its answer."""
        return Conversation((*self.turns, _turn(asked, answer))[-MOST_TURNS:])


@dataclass(frozen=True, slots=True)
class Understood:
    """A question that stands alone. carried: what it took over from the conversation. note: why a
    language model's wording was not taken. usage: what that model used; model: what its server
    calls it. asked: the question as it was typed; messages: what the model was sent; raw_output:
    what it wrote. Empty or None where no model was asked."""

    question: str
    carried: tuple[str, ...] = ()
    note: str = ""
    usage: Usage = field(default_factory=Usage)
    model: str | None = None
    asked: str = ""
    messages: tuple[Message, ...] = ()
    raw_output: str | None = None

    @property
    def leans(self) -> bool:
        """Whether the question leant on a conversation, or a model was asked whether it does."""
        return bool(self.carried or self.messages)


def resolve(
    question: str, conversation: Conversation, today: date, glossary: Glossary | None = None
) -> Understood:
    """The question with what it leaves to the conversation put in: the person, body, subject or
    date that a pronoun or a demonstrative means, or what an elliptical question leaves out.

    A question that stands alone comes back as it is, and so does one whose pronoun may mean
    something that the question names itself. today: the day from which 昨天 counts. glossary: tells
    what an English noun is called in Chinese headlines and quotes.
    """
    if not conversation.turns:
        return Understood(question)
    meant = _left_by(conversation.turns, today)
    if language_of(question) == "zh":
        whole, carried = stand_alone_chinese(question, meant, today)
    else:
        whole, carried = stand_alone_english(question, meant, today, glossary)
    return Understood(whole, carried, asked=question) if carried else Understood(question)


def _left_by(turns: tuple[Turn, ...], today: date) -> Referents:
    """What the last turn leaves; what it doesn't name, the one before that does."""
    earlier: tuple[Referents, ...] = ()
    for end in range(max(1, len(turns) - TURNS_MEANT + 1), len(turns) + 1):
        last, people = turns[end - 1], _people_until(turns[:end])
        left = referents(
            *(last.understood, people, last.dates, last.quotes, last.headlines),
            *(today, earlier),
        )
        earlier = (left, *earlier)
    return earlier[0]


def _people_until(turns: tuple[Turn, ...]) -> list[str]:
    return [
        name for turn in reversed(turns) for name in (*people_in(turn.understood, ()), *turn.people)
    ]


def _turn(asked: str, answer: Answer) -> Turn:
    cited = answer.citations
    people = [name for one in cited for name in people_in(one.quote, [one.publication])]
    dates = [day for one in cited if (day := one.event_date or one.issue_date)]
    return Turn(
        asked=asked,
        understood=answer.question,
        headlines=_each_once([one.headline for one in cited]),
        people=_each_once(people),
        dates=tuple(dict.fromkeys(dates)),
        quotes=_quotes(cited),
    )


def _quotes(cited: tuple[Citation, ...]) -> tuple[str, ...]:
    return _each_once([one.quote for one in cited])


def _each_once(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
