"""Questions whose answers are known, and the documents that they are asked of.

newsdesk's own shape is JSONL, one question a line, checked as a whole before anything is asked:

    {"id": "golden-01", "question": "…", "lang": "zh", "answerable": true,
     "facts": [["…", "an alternative"], ["…"]], "headlines": ["…"], "tags": ["list"]}

facts: what an answer must hold; each is a list of alternatives, of which one is enough.
answers: reference answers in the fewest words, any of which is right.
reference: a whole reference answer, or for a summary the reference summary.
headlines, gold: the articles that answer it, by headline or by the `id` of their JSONL row; any of
    them is right.
quotes: words of those articles that the answer stands on.
task: `ask` (as a rule), or `summarize`, where the article in `gold` is summarized.
confirmed: false for a drafted question that no person has looked at; counted apart.
archive: the name of the archive it is asked of, where a set has several.

An answerable question has facts, answers or a reference, and says where its answer stands; an
unanswerable one has none of these. Further keys are ignored. Public benchmarks in their own shapes
are read by eval/readers/.
"""

import hashlib
import importlib.resources
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from eval.errors import DatasetError
from rag.types import Language

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Alternatives = Annotated[tuple[_Text, ...], Field(min_length=1)]
Task = Literal["ask", "summarize"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what a right answer holds; see the module for the fields."""

    id: _Text
    question: _Text
    lang: Language
    answerable: bool
    facts: tuple[_Alternatives, ...] = ()
    headlines: tuple[_Text, ...] = ()
    tags: tuple[_Text, ...] = ()
    answers: tuple[_Text, ...] = ()
    reference: str = ""
    gold: tuple[_Text, ...] = ()
    quotes: tuple[_Text, ...] = ()
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


_ROW: TypeAdapter[Question] = TypeAdapter(Question)


def golden_questions() -> Path:
    """The question file that comes with newsdesk."""
    return _golden() / "questions.jsonl"


def golden_pages() -> Path:
    """The folder of sample pages that the golden questions ask about."""
    return _golden() / "pages"


def golden_sides() -> Path:
    """The questions with several sides that come with newsdesk; see eval/sides.py."""
    return _golden() / "sides.jsonl"


def golden_days() -> Path:
    """The folder of pages of several days that those ask about."""
    return _golden() / "days"


def load_dataset(path: Path) -> Dataset:
    """Every question of a JSONL file, in order; blank lines are passed over.

    Raises DatasetError, which names the file and the first bad line, for a file that can't be
    read, holds no question, or has a line that breaks the shape or repeats an id.
    """
    try:
        content = path.read_bytes()
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except OSError as error:
        raise DatasetError(f"{path}: can't be read ({error.strerror}); name a JSONL file") from None
    questions: list[Question] = []
    line_of: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        question = _question(line, f"{path}:{number}")
        if question.id in line_of:
            first = line_of[question.id]
            raise DatasetError(f"{path}:{number}: id {question.id!r} is also that of line {first}")
        line_of[question.id] = number
        questions.append(question)
    if not questions:
        raise DatasetError(f"{path}: holds no question; write one JSON object a line")
    return Dataset(path.name, hashlib.sha256(content).hexdigest(), tuple(questions))


def _question(line: str, where: str) -> Question:
    try:
        question = _ROW.validate_json(line, strict=True)
    except ValidationError as error:
        raise DatasetError(f"{where}: {_explain(error)}") from None
    expected = question.facts or question.answers or question.reference.strip()
    places = question.headlines or question.gold or question.quotes
    if question.answerable and not expected:
        raise DatasetError(f"{where}: facts: an answerable question needs one, or answers")
    if question.answerable and not places:
        raise DatasetError(
            f"{where}: headlines: an answerable question names its article, there or in gold"
        )
    if not question.answerable and (expected or places):
        raise DatasetError(f"{where}: an unanswerable question has no facts and no headlines")
    if question.task == "summarize" and not (question.gold and question.reference):
        raise DatasetError(f"{where}: summarize: name the article in gold, and give a reference")
    return question


def _explain(error: ValidationError) -> str:
    problem = error.errors()[0]
    name = _place(problem["loc"])
    message = problem["msg"]
    return f"{name}: {message}" if name else message


def _place(location: Sequence[int | str]) -> str:
    return ".".join(str(part) for part in location)


def _golden() -> Path:
    return Path(str(importlib.resources.files("eval") / "golden"))
