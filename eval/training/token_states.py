"""Benchmark sets as training needs them: passages and questions with their tokens' states."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eval.errors import DatasetError
from eval.metrics.folding import fold
from rag.indexing.chunking import chunk_article, passage_text
from rag.indexing.embedding.e5_onnx import E5Onnx, Prefix, TokenStates
from rag.intake_types import IngestFailure
from rag.reading.options import ReadOptions
from rag.reading.reader import read
from rag.settings import Settings
from store.segmentation import simplified

_TOGETHER = 64


class QuestionSource(NamedTuple):
    """Where questions stand, and about which documents. field: of a row, that holds the question.
    name: how figures about them are headed."""

    documents: Path
    questions: Path
    field: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """Token states of texts, text after text: rows[starts[i]:starts[i + 1]] are those of text i.

    rows: float16, (tokens, 2 * hidden), each of length 1, its halves (the inner layer's and the
    last) of the same length. starts: (texts + 1,).
    """

    rows: NDArray[np.float16]
    starts: NDArray[np.int64]

    def of(self, texts: Sequence[int]) -> tuple[NDArray[np.float32], list[int]]:
        """The rows of these texts, one after another, and how many each has."""
        parts = [self.rows[self.starts[at] : self.starts[at + 1]] for at in texts]
        return np.concatenate(parts).astype(np.float32), [len(part) for part in parts]


@dataclass(frozen=True, slots=True, eq=False)
class Passages:
    """The chunks of a set's documents. documents: the id of each one's document."""

    documents: tuple[str, ...]
    texts: tuple[str, ...]
    states: States


@dataclass(frozen=True, slots=True, eq=False)
class Questions:
    """Questions about passages. gold: the ids of each one's documents, of those that the set has.
    right: the places of the passages that it should find first, which hold the answer; all of its
    documents' where none does."""

    name: str
    passages: Passages
    gold: tuple[frozenset[str], ...]
    right: tuple[tuple[int, ...], ...]
    states: States

    def golden(self, question: int) -> NDArray[np.bool_]:
        """Whether each passage is of one of the question's documents."""
        gold = self.gold[question]
        return np.array([document in gold for document in self.passages.documents])


def load_questions(encoder: E5Onnx, sources: Sequence[QuestionSource]) -> list[Questions]:
    """The sets, read, cut into chunks and encoded as the index and the search would; documents that
    several share once. Raises DatasetError for a file that holds no such rows."""
    passages: dict[Path, Passages] = {}
    found = []
    for source in sources:
        if source.documents not in passages:
            passages[source.documents] = _passages(encoder, source.documents)
        found.append(_questions(encoder, source, passages[source.documents]))
    return found


def _passages(encoder: E5Onnx, path: Path) -> Passages:
    settings = Settings()
    documents, texts = [], []
    for page in read(path, ReadOptions(today=date.today())):
        if isinstance(page, IngestFailure):
            raise DatasetError(f"{page.source}: {page.reason}")
        for article in page.articles:
            for chunk in chunk_article(article, settings.chunk_characters, settings.chunk_cap):
                documents.append(article.source_id or article.id)
                texts.append(passage_text(chunk))
    states, kept = _encoded(encoder, texts, "passage: ")
    return Passages(tuple(documents[at] for at in kept), tuple(texts[at] for at in kept), states)


def _questions(encoder: E5Onnx, source: QuestionSource, passages: Passages) -> Questions:
    lines = source.questions.read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    try:
        asked = [simplified(row[source.field]) for row in rows]
        gold = [frozenset(row["gold"]) for row in rows]
        answers = [row.get("answers") or [row["answer_zh"]] for row in rows]
    except KeyError as error:
        raise DatasetError(
            f"{source.questions}: a row has no {error}; name the field that holds the questions"
        ) from error
    places: dict[str, list[int]] = {}
    for at, document in enumerate(passages.documents):
        places.setdefault(document, []).append(at)
    folded = [fold(text) for text in passages.texts]
    states, kept = _encoded(encoder, asked, "query: ")
    right = []
    for question in kept:
        candidates = [at for name in sorted(gold[question]) for at in places.get(name, [])]
        if not candidates:
            raise DatasetError(
                f"{source.questions}: no document of {source.documents} is among"
                f" {sorted(gold[question])}; give the questions their own documents"
            )
        wanted = [fold(answer) for answer in answers[question]]
        holding = [at for at in candidates if any(answer in folded[at] for answer in wanted)]
        right.append(tuple(holding or candidates))
    # Ids of no document here would lie in no fold.
    asked_of = tuple(gold[question] & places.keys() for question in kept)
    return Questions(source.name, passages, asked_of, tuple(right), states)


def _encoded(encoder: E5Onnx, texts: Sequence[str], prefix: Prefix) -> tuple[States, list[int]]:
    """The states of the texts that have any, and these texts' places."""
    kept, rows = [], []
    for start in range(0, len(texts), _TOGETHER):
        _, found = encoder.embed_tokens(texts[start : start + _TOGETHER], prefix, _rows)
        for at, windows in enumerate(found, start):
            of_text = np.concatenate(windows)
            if len(of_text):
                kept.append(at)
                rows.append(of_text)
    starts = np.cumsum([0, *(len(of_text) for of_text in rows)])
    return States(np.concatenate(rows), starts), kept


def _rows(states: TokenStates) -> NDArray[np.float16]:
    halves = (states.inner[states.words], states.outer[states.words])
    scaled = [half / np.linalg.norm(half, axis=1, keepdims=True) for half in halves]
    rows: NDArray[np.float16] = (np.concatenate(scaled, axis=1) / np.sqrt(2)).astype(np.float16)
    return rows
