"""An English question in Chinese, and how a search takes both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rag.indexing.embedding.late_interaction import joined
from rag.types import QuestionEmbedding
from rag.usage import Usage


@dataclass(frozen=True, slots=True)
class QuestionTranslation:
    """The parts of one question in Chinese, in their order. chinese: empty where there is no
    translation; `problem` then says why, in one line. usage: the tokens that it cost this time."""

    chinese: tuple[str, ...]
    problem: str = ""
    usage: Usage = field(default_factory=Usage)


Translate = Callable[[Sequence[str]], QuestionTranslation]
"""Translates the parts of an English question; what fails is a `problem`, never an error."""


def as_one(question: QuestionEmbedding, translation: QuestionEmbedding) -> QuestionEmbedding:
    """The embedding of a question in two languages: the direction halfway between their vectors,
    and the tokens of both."""
    vector = question.vector + translation.vector
    length = float(vector @ vector) ** 0.5
    if not length:  # opposite directions, with none halfway
        return question
    return QuestionEmbedding(vector / length, joined([question.tokens, translation.tokens]))
