"""What a set of questions is made of; eval/datasets.py says what each field means."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from rag.types import Language

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Alternatives = Annotated[tuple[Text, ...], Field(min_length=1)]
Task = Literal["ask", "summarize"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what a right answer holds; see the module for the fields."""

    id: Text
    question: Text
    lang: Language
    answerable: bool
    facts: tuple[_Alternatives, ...] = ()
    headlines: tuple[Text, ...] = ()
    tags: tuple[Text, ...] = ()
    answers: tuple[Text, ...] = ()
    reference: str = ""
    gold: tuple[Text, ...] = ()
    quotes: tuple[Text, ...] = ()
    task: Task = "ask"
    confirmed: bool = True
    archive: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """An article that comes with a set; `date` is its issue date, YYYY-MM-DD, where it is told."""

    id: str
    text: str
    date: str | None = None
    headline: str = ""


@dataclass(frozen=True, slots=True)
class Archive:
    """The documents that some of a set's questions are asked of."""

    name: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions, with the archives to ask where the set brings its own. `sha256` is of the bytes of
    all its files, in hexadecimal."""

    name: str
    sha256: str
    questions: tuple[Question, ...]
    archives: tuple[Archive, ...] = ()
