"""What a language model is asked: a prompt with as many sources as the model's window holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from prompts import Message, Prompt
from rag.answering.orders import without_orders
from rag.answering.passages import Passage, fitting, half, mark_of, shown
from rag.answering.token_estimate import most_tokens
from rag.types import Language

MESSAGE_TOKENS = 8  # that a chat's form adds to each message
LANGUAGE_NAMES: dict[Language, str] = {"zh": "Chinese (简体中文)", "en": "English"}


@dataclass(frozen=True, slots=True)
class Request:
    """A prompt about passages. variables: the prompt's own, besides `language`, `mark` and
    `sources`. passages: those that are shown. ordering: the headlines of articles that give a
    language model orders and are not shown from there on."""

    prompt: Prompt
    language: Language
    passages: tuple[Passage, ...]
    variables: Mapping[str, str]
    ordering: tuple[str, ...] = ()

    @property
    def messages(self) -> tuple[Message, ...]:
        return _messages(self.prompt, self.language, self.passages, self.variables)

    @property
    def halved(self) -> "Request":
        """The same request with the first half of the passages."""
        return replace(self, passages=half(self.passages))


def request(
    prompt: Prompt,
    language: Language,
    passages: Sequence[Passage],
    variables: Mapping[str, str],
    room: int,
) -> Request:
    """A request whose messages take no more tokens than there is room for: passages that are too
    much are left out from the last. Raises ValueError for a passage outside its article."""
    passages, ordering = without_orders(passages)
    empty = _messages(prompt, language, (), variables)
    taken = sum(most_tokens(message.content) + MESSAGE_TOKENS for message in empty)
    return Request(prompt, language, fitting(passages, room - taken), variables, ordering)


def _messages(
    prompt: Prompt,
    language: Language,
    passages: Sequence[Passage],
    variables: Mapping[str, str],
) -> tuple[Message, ...]:
    sources = shown(passages)
    return prompt.render(
        language=LANGUAGE_NAMES[language],
        sources=sources,
        mark=mark_of("\n".join([*variables.values(), sources])),
        **variables,
    )
