"""Sets to retrieve over: documents, and questions that name the documents holding the answer."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from eval.bench.rows import Text, TextRow, rows
from eval.errors import DatasetError, EvalError

ALL = "all"
_FIELD = "question"
# A question in some language; `question_id` names a question.
_QUESTION = re.compile(rf"{_FIELD}(_(?!id)[a-z]{{2}})?")


@dataclass(frozen=True, slots=True)
class Document:
    """date: the issue date, YYYY-MM-DD, where the set tells it."""

    id: str
    text: str
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """`text` by the name of the field it stood in; `gold` are ids of documents."""

    texts: dict[str, str]
    gold: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    name: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]

    @property
    def fields(self) -> list[str]:
        """The fields that every question has, such as `question_en` and `question_zh`."""
        shared = set.intersection(*(set(question.texts) for question in self.questions))
        return sorted(shared)

    @property
    def kinds(self) -> list[str]:
        """What the figures are split by, `all` among them."""
        kinds = sorted({question.kind for question in self.questions})
        return [*kinds, ALL] if len(kinds) > 1 else [ALL]


class _DocumentRow(TextRow):
    id: Text
    date: str | None = None


class _QuestionRow(BaseModel):
    model_config = ConfigDict(extra="allow")

    gold: Annotated[tuple[Text, ...], Field(min_length=1)]
    type: str = ""

    def texts(self) -> dict[str, str]:
        given: dict[str, Any] = self.model_extra or {}
        return {
            name: text
            for name, text in given.items()
            if _QUESTION.fullmatch(name) and isinstance(text, str)
        }


def load_sets(prefixes: Sequence[Path], limit: int | None = None) -> list[RetrievalSet]:
    """Several sets, all of them before anything is measured. Raises as `load_set` does, and
    EvalError where two have the same name."""
    found = [load_set(prefix, limit) for prefix in prefixes]
    twice = [name for name, count in Counter(one.name for one in found).items() if count > 1]
    if twice:
        raise EvalError(f"two sets are called {twice[0]!r}; rename the files of one")
    return found


def load_set(prefix: Path, limit: int | None = None) -> RetrievalSet:
    """The set of `PREFIX.docs*.jsonl` (`id`, `text`, perhaps `date`) and `PREFIX.questions.jsonl`
    (`gold`, `question` or `question_<language>`, perhaps a `type` to split the figures by).

    A language has two letters. limit: so many documents at most, 1 or more, those that questions
    name first. Raises DatasetError that names the file and line, EvalError for another limit.
    """
    if limit is not None and limit < 1:
        raise EvalError(f"{prefix}: {limit} documents can't be searched; ask for 1 or more")
    files = sorted(prefix.parent.glob(f"{prefix.name}.docs*.jsonl"))
    if not files:
        raise DatasetError(f"{prefix}: no file {prefix.name}.docs*.jsonl in {prefix.parent}")
    documents = [
        Document(row.id, row.text, row.date) for path in files for row in rows(path, _DocumentRow)
    ]
    path = prefix.with_name(f"{prefix.name}.questions.jsonl")
    questions = tuple(Question(row.texts(), row.gold, row.type) for row in rows(path, _QuestionRow))
    gold = {name for question in questions for name in question.gold}
    kept = sorted(documents, key=lambda document: document.id not in gold)[:limit]
    found = RetrievalSet(prefix.name, tuple(kept), questions)
    _check(found, path)
    return found


def _check(found: RetrievalSet, path: Path) -> None:
    counts = Counter(document.id for document in found.documents)
    repeated = [name for name, count in counts.items() if count > 1]
    if repeated:
        raise DatasetError(f"{path.parent}: the document {repeated[0]!r} stands there twice")
    if not found.questions or not found.fields:
        raise DatasetError(f"{path}: no `{_FIELD}` or `{_FIELD}_<language>` that every row has")
    missing = {name for question in found.questions for name in question.gold} - counts.keys()
    if missing:
        raise DatasetError(
            f"{path}: `gold` names {min(missing)!r}, which is not among the"
            f" {len(found.documents)} documents"
        )
