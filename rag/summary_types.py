"""Articles and recorded answers in short."""

from dataclasses import dataclass
from datetime import datetime

from rag.types import AnswerMode, AnswerSentence, Citation
from rag.usage import Usage


@dataclass(frozen=True, slots=True)
class Summary:
    """One article in a few cited sentences."""

    article_id: str
    headline: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    mode: AnswerMode
    model: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerSummary:
    """An answer on record, in short. model: the language model that was asked, if one was.
    broken_off: as that of Answer."""

    id: str
    asked_at: datetime
    question: str
    refused: bool
    mode: AnswerMode
    model: str | None
    usage: Usage
    broken_off: bool = False
