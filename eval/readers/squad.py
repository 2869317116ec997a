"""SQuAD's JSON, which SQuAD 2, XQuAD, DRCD and CMRC 2018 (its SQuAD-style files) are published in,
and the flat list that CMRC 2018 is published in besides.

    {"version": "…", "data": [{"title": "…", "paragraphs": [{"context": "…", "qas": [
        {"id": "…", "question": "…", "answers": [{"text": "…", "answer_start": 0}],
         "is_impossible": false}]}]}]}

    [{"context_id": "…", "context_text": "…", "title": "…", "qas": [
        {"query_id": "…", "query_text": "…", "answers": ["…"]}]}]

A paragraph is a document. Titles are those of encyclopaedia articles, which several paragraphs
share, and no headlines: they are left out. A question that `is_impossible` counts as unanswerable
and is tagged `impossible`: its own paragraph doesn't answer it, and that no other does is the set's
word. Rajpurkar et al. 2016 and 2018, Shao et al. 2018, Cui et al. 2019, Artetxe et al. 2020.
"""

from collections.abc import Iterator

from pydantic import BaseModel, TypeAdapter

from eval.dataset_shapes import Archive, Dataset, Document, Question, Text
from eval.errors import DatasetError
from eval.readers.checking import Placed, checked
from eval.readers.files import SourceFile, whole
from rag.retrieval.query import language_of

ARCHIVE = "paragraphs"


class _Answer(BaseModel):
    text: Text


class _Asked(BaseModel):
    id: Text
    question: Text
    answers: list[_Answer] = []
    is_impossible: bool = False


class _Paragraph(BaseModel):
    context: Text
    qas: list[_Asked] = []
    id: Text | None = None


class _Titled(BaseModel):
    paragraphs: list[_Paragraph]


class _Squad(BaseModel):
    data: list[_Titled]


class _FlatAsked(BaseModel):
    query_id: Text
    query_text: Text
    answers: list[Text] = []


class _Flat(BaseModel):
    context_id: Text
    context_text: Text
    qas: list[_FlatAsked]


_SQUAD: TypeAdapter[_Squad] = TypeAdapter(_Squad)
_FLAT: TypeAdapter[list[_Flat]] = TypeAdapter(list[_Flat])


def is_squad(value: object) -> bool:
    """Whether a JSON value is of SQuAD's shape."""
    return isinstance(value, dict) and "data" in value


def is_flat(value: object) -> bool:
    """Whether a JSON value is of CMRC 2018's flat shape."""
    return isinstance(value, list) and all(
        isinstance(one, dict) and "context_text" in one for one in value[:1]
    )


def read(file: SourceFile) -> Dataset:
    """A file of SQuAD's shape. Raises DatasetError that names the place in the JSON."""
    documents: list[Document] = []
    questions: list[Placed] = []
    for place, name, paragraph in _paragraphs(whole(file, _SQUAD)):
        documents.append(Document(name, paragraph.context))
        for at, asked in enumerate(paragraph.qas):
            where = f"{file.path}: {place}.qas.{at}"
            answers = [answer.text for answer in asked.answers]
            questions.append(
                (where, _question(where, asked.id, asked.question, answers, name, asked))
            )
    return checked(file.path.name, [file], questions, [Archive(ARCHIVE, tuple(documents))])


def read_flat(file: SourceFile) -> Dataset:
    """A file of CMRC 2018's flat shape. Raises DatasetError that names the place in the JSON."""
    documents: list[Document] = []
    questions: list[Placed] = []
    flat = whole(file, _FLAT)
    for number, row in enumerate(flat):
        documents.append(Document(row.context_id, row.context_text))
        for at, asked in enumerate(row.qas):
            where = f"{file.path}: {number}.qas.{at}"
            questions.append(
                (
                    where,
                    _question(
                        where, asked.query_id, asked.query_text, asked.answers, row.context_id
                    ),
                )
            )
    return checked(file.path.name, [file], questions, [Archive(ARCHIVE, tuple(documents))])


def _paragraphs(squad: _Squad) -> Iterator[tuple[str, str, _Paragraph]]:
    """Each paragraph with its place and the id of its document: its own, or its position. An id
    that two share, as where it is their title's, has the position put behind it."""
    taken: set[str] = set()
    for first, titled in enumerate(squad.data):
        for second, paragraph in enumerate(titled.paragraphs):
            name = paragraph.id or f"{first}-{second}"
            if name in taken:
                name = f"{name}-{second}"
            taken.add(name)
            yield f"data.{first}.paragraphs.{second}", name, paragraph


def _question(
    where: str,
    name: str,
    text: str,
    answers: list[str],
    gold: str,
    asked: _Asked | None = None,
) -> Question:
    language = language_of(text)
    if asked is not None and asked.is_impossible:
        return Question(name, text, language, False, tags=("impossible",), archive=ARCHIVE)
    distinct = tuple(dict.fromkeys(answers))
    if not distinct:
        raise DatasetError(f"{where}: no answer; mark a question without one as `is_impossible`")
    return Question(
        id=name,
        question=text,
        lang=language,
        answerable=True,
        facts=(distinct,),
        answers=distinct,
        gold=(gold,),
        archive=ARCHIVE,
    )
