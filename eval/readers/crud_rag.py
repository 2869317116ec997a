"""CRUD-RAG (Lyu et al. 2024, arXiv 2401.17043): questions about one to three news texts, and texts
with a summary.

    {"questanswer_1doc": [{"ID": "…", "news1": "…", "questions": "…", "answers": "…"}],
     "questanswer_2docs": [… "news2"], "questanswer_3docs": [… "news3"],
     "event_summary": [{"ID": "…", "event": "…", "text": "…", "summary": "…"}]}

Its other tasks (continuing a text, mending a false one) ask nothing of an archive and are left out.
`answers` is the reference, and for a question about one text the answer too. A text to summarize is
a question of the task `summarize`. A file of JSON lines may hold such texts alone, with `id`.
Documents that several questions share are one.
"""

import re
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter

from eval.dataset_shapes import Archive, Dataset, Document, Question, Text
from eval.errors import DatasetError
from eval.readers.checking import Placed, checked
from eval.readers.files import SourceFile, rows, whole
from rag.retrieval.query import language_of

ARCHIVE = "news"
SUMMARY = "summary"

_ASKED = {"questanswer_1doc": "1doc", "questanswer_2docs": "2docs", "questanswer_3docs": "3docs"}
_SUMMED_UP = "event_summary"
_NEWS = re.compile(r"news(\d+)")

_Id = Annotated[Text, Field(validation_alias=AliasChoices("ID", "id"))]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="allow")

    id: _Id
    questions: Text
    answers: Text

    def news(self) -> list[str]:
        """The texts of news1, news2 and so on, in their order."""
        given: dict[str, Any] = self.model_extra or {}
        found = {
            int(named[1]): text
            for key, text in given.items()
            if (named := _NEWS.fullmatch(key)) and isinstance(text, str) and text.strip()
        }
        return [found[at] for at in sorted(found)]


class _SummedUp(BaseModel):
    id: _Id
    event: Text
    text: Text
    summary: Text


class _Crud(BaseModel):
    questanswer_1doc: list[_Asked] = []
    questanswer_2docs: list[_Asked] = []
    questanswer_3docs: list[_Asked] = []
    event_summary: list[_SummedUp] = []


_CRUD: TypeAdapter[_Crud] = TypeAdapter(_Crud)
_ROW: TypeAdapter[_SummedUp] = TypeAdapter(_SummedUp)


def is_crud_rag(value: object) -> bool:
    """Whether a JSON value holds some of the tasks that are read."""
    return isinstance(value, dict) and bool({*_ASKED, _SUMMED_UP} & value.keys())


def is_summaries(value: object) -> bool:
    """Whether the first row of a file is a text with its summary."""
    return isinstance(value, dict) and {"event", "text", "summary"} <= value.keys()


def read(file: SourceFile) -> Dataset:
    """A file of all tasks. Raises DatasetError that names the place in the JSON."""
    crud = whole(file, _CRUD)
    texts = _Texts()
    questions: list[Placed] = []
    for task, kind in _ASKED.items():
        asked: list[_Asked] = getattr(crud, task)
        for at, one in enumerate(asked):
            where = f"{file.path}: {task}.{at}"
            questions.append((where, _question(where, one, kind, texts)))
    for at, text in enumerate(crud.event_summary):
        questions.append((f"{file.path}: {_SUMMED_UP}.{at}", _summary(text, texts)))
    return checked(file.path.name, [file], questions, [texts.archive()])


def read_summaries(file: SourceFile) -> Dataset:
    """A JSONL file of texts with summaries. Raises DatasetError that names the line."""
    texts = _Texts()
    questions = [(where, _summary(row, texts)) for where, row in rows(file, _ROW)]
    return checked(file.path.name, [file], questions, [texts.archive()])


class _Texts:
    """The documents of a set, each text once."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def id_of(self, text: str, proposed: str) -> str:
        """The id of the document with this text; a new one has the id that is proposed."""
        return self._ids.setdefault(text, proposed)

    def archive(self) -> Archive:
        return Archive(ARCHIVE, tuple(Document(name, text) for text, name in self._ids.items()))


def _question(where: str, asked: _Asked, kind: str, texts: _Texts) -> Question:
    name = f"{kind}_{asked.id}"
    news = asked.news()
    if not news:
        raise DatasetError(f"{where}: no text in `news1`")
    gold = [texts.id_of(text, f"{name}-{at}") for at, text in enumerate(news, start=1)]
    alone = kind == "1doc"
    return Question(
        id=name,
        question=asked.questions,
        lang=language_of(asked.questions),
        answerable=True,
        facts=((asked.answers,),) if alone else (),
        tags=(kind,),
        answers=(asked.answers,) if alone else (),
        reference=asked.answers,
        gold=tuple(dict.fromkeys(gold)),
        archive=ARCHIVE,
    )


def _summary(row: _SummedUp, texts: _Texts) -> Question:
    name = f"{SUMMARY}_{row.id}"
    return Question(
        id=name,
        question=row.event,
        lang=language_of(row.event),
        answerable=True,
        tags=(SUMMARY,),
        reference=row.summary,
        gold=(texts.id_of(row.text, name),),
        task="summarize",
        archive=ARCHIVE,
    )
