"""RGB (Chen et al. 2024, arXiv 2309.01431): JSON lines, each a question with documents that answer
it and documents that are near it and don't.

    {"id": 0, "query": "…", "answer": [["…", "an alternative"], "another part"],
     "positive": ["…"], "negative": ["…"]}

The question may stand in `question`, and a `subset` becomes a tag. As RGB scores it, each item of
`answer` has to be said, and of an item that is a list one is enough. The documents of `positive`
may stand in lists of their own, one for each part. Counterfactual ones (`positive_wrong`) are not
used. Two archives: `full` has all documents of all questions; `negative` has those alone that are
positive for none, of which every question is asked again, as unanswerable, with `-negative` behind
its id.
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import AliasChoices, BaseModel, Field, TypeAdapter

from eval.dataset_shapes import Archive, Dataset, Document, Question, Text
from eval.errors import DatasetError
from eval.readers.checking import Placed, checked
from eval.readers.files import SourceFile, rows
from rag.retrieval.query import language_of

FULL, NEGATIVE = "full", "negative"

_Answer = Text | list[Text | list[Text]]
_Documents = list[str | list[str]]


class _Row(BaseModel):
    id: int | str
    question: Annotated[Text, Field(validation_alias=AliasChoices("question", "query"))]
    answer: _Answer
    positive: Annotated[_Documents, Field(min_length=1)]
    negative: _Documents
    subset: str = ""


_ROW: TypeAdapter[_Row] = TypeAdapter(_Row)


def is_rgb(value: object) -> bool:
    """Whether the first row of a file is of this format."""
    return isinstance(value, dict) and {"positive", "negative", "answer"} <= value.keys()


def read(file: SourceFile) -> Dataset:
    """Raises DatasetError that names the line."""
    full: list[Document] = []
    answering: set[str] = set()
    negative: list[Document] = []
    questions: list[Placed] = []
    again: list[Placed] = []
    for where, row in rows(file, _ROW):
        right, near = (
            _documents(row.positive, f"{row.id}-p"),
            _documents(row.negative, f"{row.id}-n"),
        )
        full += [*right, *near]
        negative += near
        answering |= {document.text for document in right}
        questions.append((where, _answerable(where, row, right)))
        again.append((where, _unanswerable(row)))
    negative = [document for document in negative if document.text not in answering]
    archives = (Archive(FULL, tuple(full)), Archive(NEGATIVE, tuple(negative)))
    return checked(file.path.name, [file], [*questions, *(again if negative else ())], archives)


def _documents(texts: _Documents, prefix: str) -> list[Document]:
    flat: list[str] = []
    for text in texts:
        flat += [text] if isinstance(text, str) else text
    return [Document(f"{prefix}{at}", text) for at, text in enumerate(flat) if text.strip()]


def _answerable(where: str, row: _Row, right: Sequence[Document]) -> Question:
    if not right:
        raise DatasetError(f"{where}: positive: holds no text that answers the question")
    parts = [row.answer] if isinstance(row.answer, str) else row.answer
    facts = tuple((part,) if isinstance(part, str) else tuple(part) for part in parts)
    if not facts or not all(facts):
        raise DatasetError(f"{where}: answer: names nothing that an answer has to say")
    return Question(
        id=str(row.id),
        question=row.question,
        lang=language_of(row.question),
        answerable=True,
        facts=facts,
        tags=_tags(row),
        answers=facts[0] if len(facts) == 1 else (),
        gold=tuple(document.id for document in right),
        archive=FULL,
    )


def _unanswerable(row: _Row) -> Question:
    return Question(
        id=f"{row.id}-negative",
        question=row.question,
        lang=language_of(row.question),
        answerable=False,
        tags=_tags(row),
        archive=NEGATIVE,
    )


def _tags(row: _Row) -> tuple[str, ...]:
    return (row.subset,) if row.subset else ()
