"""Sets to retrieve over: documents, and questions that name the documents holding the answer."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from eval.errors import DatasetError

ALL = "all"
_FIELD = "question"

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


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


class _DocumentRow(BaseModel):
    id: _Text
    text: _Text
    date: str | None = None


class _QuestionRow(BaseModel):
    model_config = ConfigDict(extra="allow")

    gold: Annotated[tuple[_Text, ...], Field(min_length=1)]
    type: str = ""

    def texts(self) -> dict[str, str]:
        given: dict[str, Any] = self.model_extra or {}
        return {
            name: text
            for name, text in given.items()
            if (name == _FIELD or name.startswith(f"{_FIELD}_")) and isinstance(text, str)
        }


Row = TypeVar("Row", bound=BaseModel)


def load_set(prefix: Path, limit: int | None = None) -> RetrievalSet:
    """The set of `PREFIX.docs*.jsonl` (`id`, `text`, perhaps `date`) and `PREFIX.questions.jsonl`
    (`gold`, `question` or `question_<language>`, perhaps a `type` to split the figures by).

    limit: so many documents at most, those that questions name first. Raises DatasetError that
    names the file and line.
    """
    files = sorted(prefix.parent.glob(f"{prefix.name}.docs*.jsonl"))
    if not files:
        raise DatasetError(f"{prefix}: no file {prefix.name}.docs*.jsonl in {prefix.parent}")
    rows_read = [row for path in files for row in _rows(path, _DocumentRow)]
    documents = [Document(row.id, row.text, row.date) for row in rows_read]
    path = prefix.with_name(f"{prefix.name}.questions.jsonl")
    rows = _rows(path, _QuestionRow)
    questions = tuple(Question(row.texts(), row.gold, row.type) for row in rows)
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


def _rows(path: Path, shape: type[Row]) -> Sequence[Row]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: can't be read ({error}); name a JSONL file") from None
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            rows.append(shape.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the row"
            raise DatasetError(f"{path}:{number}: {where}: {first['msg']}") from None
    return rows
