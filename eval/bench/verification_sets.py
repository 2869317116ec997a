"""Articles, and what a set itself says of them: summaries, and questions with their answers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from pydantic import BaseModel

from eval.bench.rows import Text, TextRow, rows
from eval.errors import DatasetError
from rag.indexing.chunking import split_sentences

_DATE = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})")


@dataclass(frozen=True)
class Source:
    """An article. group: what it shares with others that must be in the same half."""

    id: str
    group: str
    text: str
    headline: str
    day: date | None

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """Its sentences, in order."""
        return tuple(self.text[start:end] for start, end in split_sentences(self.text))

    @property
    def held_out(self) -> bool:
        """The half that it is in, by a hash of its group."""
        return bool(digest(self.group)[0] % 2)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and its answer in an article; in English besides, where the set has that."""

    question: str
    answer: str
    source: Source
    english: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Summed:
    """What a summary says of an article."""

    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A set to make pairs from."""

    name: str
    sources: tuple[Source, ...]
    summed: tuple[Summed, ...]
    asked: tuple[Asked, ...]


class _SummaryRow(TextRow):
    id: str = ""
    title: str | None = None
    time: str | None = None
    event: str = ""
    summary: str = ""


class _DocumentRow(TextRow):
    id: Text
    title: str | None = None
    date: str | None = None


class _QuestionRow(BaseModel):
    gold: tuple[Text, ...]
    question: str = ""
    question_zh: str = ""
    question_en: str = ""
    answer: str = ""
    answers: tuple[str, ...] = ()
    answer_zh: str = ""
    answer_en: str = ""

    @property
    def answered(self) -> str:
        """The answer; empty where there isn't one alone."""
        if len(self.gold) > 1 or len(self.answers) > 1:
            return ""
        return self.answer_zh or self.answer or "".join(self.answers)


def digest(text: str) -> bytes:
    """A hash that is the same on every machine: halves and orders go by it."""
    return blake2b(text.encode(), digest_size=8).digest()


def load_labelled(paths: Sequence[Path]) -> list[LabelledSet]:
    """The sets, each a file of summaries (`text`, with `summary` or `event`, perhaps `title` and
    `time`) or the prefix of PREFIX.docs*.jsonl (`id`, `text`) and PREFIX.questions.jsonl (`gold`,
    `question` and `answer` or `answers`; or `question_zh`, `answer_zh`, `question_en`,
    `answer_en`). Raises DatasetError that names the file, and the line where one is wrong."""
    return [_summaries(path) if path.is_file() else _questions(path) for path in paths]


def _summaries(path: Path) -> LabelledSet:
    summed: list[Summed] = []
    sources: list[Source] = []
    for number, row in enumerate(rows(path, _SummaryRow), 1):
        if not (row.summary or row.event):
            raise DatasetError(f"{path}: article {number} has neither `summary` nor `event`")
        name = f"{path.stem}/{row.id or number}"
        headline = row.title or ""
        source = Source(name, headline or name, row.text, headline, _day(row.time))
        sources.append(source)
        said = dict.fromkeys(
            text[start:end]
            for text in (row.event, row.summary)
            for start, end in split_sentences(text)
        )
        summed.extend(Summed(text, source) for text in said)
    return LabelledSet(path.stem, tuple(sources), tuple(summed), ())


def _questions(prefix: Path) -> LabelledSet:
    files = sorted(prefix.parent.glob(f"{prefix.name}.docs*.jsonl"))
    if not files:
        raise DatasetError(f"{prefix}: no such file, and no {prefix.name}.docs*.jsonl")
    documents = {
        row.id: _document(prefix.name, row) for path in files for row in rows(path, _DocumentRow)
    }
    path = prefix.with_name(f"{prefix.name}.questions.jsonl")
    return LabelledSet(prefix.name, tuple(documents.values()), (), tuple(_asked(path, documents)))


def _document(name: str, row: _DocumentRow) -> Source:
    headline = row.title or ""
    return Source(f"{name}/{row.id}", headline or row.id, row.text, headline, _day(row.date))


def _asked(path: Path, documents: dict[str, Source]) -> Iterator[Asked]:
    for row in rows(path, _QuestionRow):
        for name in row.gold:
            if name not in documents:
                raise DatasetError(
                    f"{path}: `gold` names {name!r}, which is not among the documents"
                )
        question = row.question_zh or row.question
        if row.answered and question:
            english = (row.question_en, row.answer_en)
            yield Asked(
                question, row.answered, documents[row.gold[0]], english if all(english) else None
            )


def _day(written: str | None) -> date | None:
    found = _DATE.search(written or "")
    if found is None:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None
