"""Sets to retrieve over: PREFIX.docs*.jsonl and PREFIX.questions.jsonl.

    {"id": "…", "text": "…", "date": "YYYY-MM-DD", "headline": "…"}     the last two may be missing
    {"id": "…", "gold": ["…"], "question": "…", "answers": ["…"], "type": "…"}

A question in several languages stands in `question_zh`, `question_en` and becomes one of each, with
the language behind its id. `answers` are alternatives, and so are `answer`, `answer_zh` and the
like: for a question in a language its own first, then those in the documents' words. `type` becomes
a tag. A compound question has the type `2doc` or `3doc`, and `answers` one for each part: each is a
fact, and `answer` the reference.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from eval.dataset_shapes import Archive, Dataset, Document, Question, Text
from eval.errors import DatasetError
from eval.readers.checking import Placed, checked
from eval.readers.files import SourceFile, read_file, rows
from rag.retrieval.query import language_of
from rag.types import Language

ARCHIVE = "documents"

_FILE = re.compile(r"(?P<prefix>.+)\.(?:questions|docs[^.]*)\.jsonl")
_COMPOUND = re.compile(r"[2-9]docs?")
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


class _DocumentRow(BaseModel):
    id: Text
    text: Text
    date: str | None = None
    headline: str | None = None


class _QuestionRow(BaseModel):
    model_config = ConfigDict(extra="allow")

    id: Text
    gold: Annotated[list[Text], Field(min_length=1)]
    answers: list[Text] = []
    answer: str = ""
    type: str = ""

    def other(self, name: str) -> str:
        """A field of a language, such as question_zh; "" where there is none."""
        given: dict[str, Any] = self.model_extra or {}
        value = given.get(name)
        return value.strip() if isinstance(value, str) else ""


_DOCUMENT: TypeAdapter[_DocumentRow] = TypeAdapter(_DocumentRow)
_QUESTION: TypeAdapter[_QuestionRow] = TypeAdapter(_QuestionRow)


def prefix_of(path: Path) -> Path | None:
    """The prefix of the set that a path names, by its prefix or one of its files; None where there
    is no such set."""
    named = _FILE.fullmatch(path.name)
    prefix = path.with_name(named["prefix"]) if named else path
    has_both = _questions(prefix).is_file() and bool(_documents(prefix))
    return prefix if has_both and (named or not path.is_file()) else None


def read(prefix: Path) -> Dataset:
    """The set with this prefix. Raises DatasetError that names the file and line."""
    asked = read_file(_questions(prefix))
    files = [*map(read_file, _documents(prefix)), asked]
    documents = [document for file in files[:-1] for document in _read_documents(file)]
    questions = [one for where, row in rows(asked, _QUESTION) for one in _asked(where, row)]
    return checked(prefix.name, files, questions, [Archive(ARCHIVE, tuple(documents))])


def _questions(prefix: Path) -> Path:
    return prefix.with_name(f"{prefix.name}.questions.jsonl")


def _documents(prefix: Path) -> list[Path]:
    start = f"{prefix.name}.docs"
    parent = prefix.parent
    if not parent.is_dir():
        return []
    return sorted(
        path
        for path in parent.iterdir()
        if path.name.startswith(start) and path.name.endswith(".jsonl")
    )


def _read_documents(file: SourceFile) -> Iterator[Document]:
    for where, row in rows(file, _DOCUMENT):
        if row.date and not _is_day(row.date):
            raise DatasetError(f"{where}: date: {row.date!r} names no day; write it as 2020-12-23")
        yield Document(row.id, row.text, row.date, row.headline or "")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _asked(where: str, row: _QuestionRow) -> Iterator[Placed]:
    """A row as one question, or as one in each language that it is asked in."""
    alone = row.other("question")
    if alone:
        yield where, _question(where, row, row.id, alone, language_of(alone))
        return
    by_language = [(lang, row.other(f"question_{lang}")) for lang in _LANGUAGES]
    found = [(lang, text) for lang, text in by_language if text]
    if not found:
        raise DatasetError(f"{where}: no `question`, nor `question_zh` or `question_en`")
    for lang, text in found:
        yield where, _question(where, row, f"{row.id}-{lang}", text, lang)


def _question(where: str, row: _QuestionRow, name: str, text: str, lang: Language) -> Question:
    compound = _COMPOUND.fullmatch(row.type) is not None
    alternatives = _alternatives(row, lang)
    if not alternatives:
        raise DatasetError(f"{where}: no `answers`, nor `answer` or `answer_{lang}`")
    return Question(
        id=name,
        question=text,
        lang=lang,
        answerable=True,
        facts=tuple((part,) for part in row.answers) if compound else (alternatives,),
        tags=(row.type,) if row.type else (),
        answers=() if compound else alternatives,
        reference=row.answer if compound else "",
        gold=tuple(row.gold),
        archive=ARCHIVE,
    )


def _alternatives(row: _QuestionRow, lang: Language) -> tuple[str, ...]:
    told = [*row.answers, row.answer, row.other(f"answer_{lang}")]
    if lang == "en":
        told.append(row.other("answer_zh"))  # in the words of a Chinese document
    return tuple(dict.fromkeys(text for text in map(str.strip, told) if text))
