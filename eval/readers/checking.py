"""What holds for a dataset in any format."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from eval.dataset_shapes import Archive, Dataset, Document, Question
from eval.errors import DatasetError
from eval.readers.files import SourceFile, digest

Placed = tuple[str, Question]
"""A question after the place it stands at, such as `questions.jsonl:3`."""


def checked(
    name: str, files: Sequence[SourceFile], questions: Sequence[Placed], archives: Iterable[Archive]
) -> Dataset:
    """The dataset, once every id is unique and every gold id a document of the question's archive.

    Documents that are alike but for their ids are one, under the first: a copy that is found is no
    less right. Raises DatasetError that names the place, and for a set without a question, or one
    that brings archives without a document.
    """
    given = tuple(archives)
    kept = tuple(archive for archive in given if archive.documents)
    if not questions:
        path = files[-1].path
        hint = "; write one JSON object a line" if path.suffix == ".jsonl" else ""
        raise DatasetError(f"{path}: holds no question{hint}")
    if given and not kept:
        raise DatasetError(f"{files[0].path}: holds no document to ask the questions of")
    _check_questions(questions)
    for archive in kept:
        _check_documents(archive, files[0].path)
    if kept:
        _check_gold(questions, kept)
    asked = tuple(question for _, question in questions)
    return _without_copies(Dataset(name, digest(files), asked, kept))


def _without_copies(dataset: Dataset) -> Dataset:
    first: dict[str, dict[str, str]] = {}
    archives = []
    for archive in dataset.archives:
        kept: dict[tuple[str, str | None, str], Document] = {}
        for one in archive.documents:
            kept.setdefault((one.text, one.date, one.headline), one)
        first[archive.name] = {
            one.id: kept[one.text, one.date, one.headline].id for one in archive.documents
        }
        archives.append(Archive(archive.name, tuple(kept.values())))
    questions = tuple(
        replace(
            one, gold=tuple(dict.fromkeys(first[one.archive].get(name, name) for name in one.gold))
        )
        if one.archive in first
        else one
        for one in dataset.questions
    )
    return replace(dataset, questions=questions, archives=tuple(archives))


def _check_questions(questions: Sequence[Placed]) -> None:
    first: dict[str, str] = {}
    for where, question in questions:
        if question.id in first:
            raise DatasetError(
                f"{where}: id {question.id!r} is also that of {_short(first[question.id])}"
            )
        first[question.id] = where


def _short(where: str) -> str:
    """`line 3` for a place in a JSONL file, the place in a JSON file otherwise."""
    path, _, place = where.rpartition(":")
    return f"line {place}" if place.isdigit() else place.strip() or path


def _check_documents(archive: Archive, path: Path) -> None:
    seen: set[str] = set()
    for document in archive.documents:
        if document.id in seen:
            raise DatasetError(f"{path}: the document {document.id!r} stands there twice")
        if not document.text.strip():
            raise DatasetError(f"{path}: the document {document.id!r} has no text")
        seen.add(document.id)


def _check_gold(questions: Sequence[Placed], archives: Sequence[Archive]) -> None:
    documents = {
        archive.name: {document.id for document in archive.documents} for archive in archives
    }
    for where, question in questions:
        held = documents.get(question.archive)
        if held is None:
            raise DatasetError(f"{where}: no document to ask {question.id!r} of")
        if missing := sorted(set(question.gold) - held):
            raise DatasetError(
                f"{where}: `gold` names {missing[0]!r}, which is not among the"
                f" {len(held)} documents"
            )
