"""Embeddings that several systems share: each distinct text is embedded once a run."""

import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Literal

import numpy as np

from eval.bench.latency import timed
from eval.bench.passing import PassingEmbedder, Vectors
from rag.indexing.embedding.base import Embedder
from rag.types import PassageEmbedding, QuestionEmbedding, QuestionTokens

_SCHEMA = """
CREATE TABLE IF NOT EXISTS embedded_alone
(key BLOB PRIMARY KEY, vector BLOB, tokens BLOB, weights BLOB, cpu_seconds REAL)
WITHOUT ROWID
"""

Kind = Literal["passage", "query", "chunk", "question"]
"""How a text is embedded: each of the embedder's ways has a price of its own."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """tokens: packed where they are a passage's. weights: of a question's tokens, as many."""

    vector: bytes
    tokens: bytes = b""
    weights: bytes = b""
    cpu_seconds: float = 0.0


class SharedVectors(PassingEmbedder):
    """An embedder that keeps what it embeds in a file, with what each text cost.

    A cost is processor time of the whole process: true where nothing else is done meanwhile. Other
    processes may read and fill the same file, one after the other.
    """

    def __init__(self, embedder: Embedder, path: Path) -> None:
        super().__init__(embedder)
        self._file = sqlite3.connect(path, check_same_thread=False)
        self._file.execute(_SCHEMA)
        self._mutex = threading.Lock()
        self._passages: dict[bytes, float] = {}
        self.embedded = 0
        """Texts that were not in the file and had to be embedded."""

    @property
    def passage_seconds(self) -> float:
        """CPU-seconds that the distinct passages asked for took to embed, whenever that was."""
        return sum(self._passages.values())

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimension), each row of length 1. Raises EmbeddingError."""
        embed = partial(_vectors_alone, self._embedder.embed_passages)
        return self._rows(self._kept(texts, "passage", embed))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimension), each row of length 1. Raises EmbeddingError."""
        embed = partial(_vectors_alone, self._embedder.embed_queries)
        return self._rows(self._kept(texts, "query", embed))

    def embed_chunks(self, texts: Sequence[str]) -> list[PassageEmbedding]:
        """Vectors with packed tokens, one a text. Raises EmbeddingError."""
        kept = self._kept(texts, "chunk", partial(_chunks, self._embedder))
        return [PassageEmbedding(_row(one.vector), one.tokens) for one in kept]

    def embed_question(self, text: str) -> QuestionEmbedding:
        """A vector with the question's tokens. Raises EmbeddingError."""
        (kept,) = self._kept([text], "question", partial(_questions, self._embedder))
        if not kept.weights:
            return QuestionEmbedding(_row(kept.vector))
        weights = _row(kept.weights)
        tokens = QuestionTokens(_row(kept.tokens).reshape(len(weights), -1), weights)
        return QuestionEmbedding(_row(kept.vector), tokens)

    def close(self) -> None:
        """Closes the file; everything embedded is in it."""
        self._file.close()

    def _kept(
        self, texts: Sequence[str], kind: Kind, embed: Callable[[Sequence[str]], list[_Kept]]
    ) -> list[_Kept]:
        with self._mutex:
            keys = [self._key(text, kind) for text in texts]
            known = self._read(keys)
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            if missing:
                self._embed(missing, embed)
                known |= self._read(list(missing))
            if kind in ("passage", "chunk"):
                self._passages |= {key: one.cpu_seconds for key, one in known.items()}
        return [known[key] for key in keys]

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, _Kept]:
        found = {}
        for key in keys:
            row = self._file.execute(
                "SELECT vector, tokens, weights, cpu_seconds FROM embedded_alone WHERE key = ?",
                (key,),
            ).fetchone()
            if row is not None:
                found[key] = _Kept(*row)
        return found

    def _embed(
        self, texts: Mapping[bytes, str], embed: Callable[[Sequence[str]], list[_Kept]]
    ) -> None:
        made, cost = timed(lambda: embed(list(texts.values())))
        self.embedded += len(texts)
        characters = sum(map(len, texts.values()))
        with self._file:
            self._file.executemany(
                "INSERT OR IGNORE INTO embedded_alone VALUES (?, ?, ?, ?, ?)",
                [
                    (
                        key,
                        one.vector,
                        one.tokens,
                        one.weights,
                        cost.cpu * len(text) / max(characters, 1),
                    )
                    for (key, text), one in zip(texts.items(), made, strict=True)
                ],
            )

    def _rows(self, kept: Sequence[_Kept]) -> Vectors:
        if not kept:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([_row(one.vector) for one in kept])

    def _key(self, text: str, kind: Kind) -> bytes:
        made_of = "\0".join((self.name, self.revision, kind, text))
        return blake2b(made_of.encode("utf-8", "replace"), digest_size=20).digest()


def _vectors_alone(embed: Callable[[Sequence[str]], Vectors], texts: Sequence[str]) -> list[_Kept]:
    return [_Kept(_bytes(vector)) for vector in embed(texts)]


def _chunks(embedder: Embedder, texts: Sequence[str]) -> list[_Kept]:
    return [_Kept(_bytes(one.vector), one.tokens) for one in embedder.embed_chunks(texts)]


def _questions(embedder: Embedder, texts: Sequence[str]) -> list[_Kept]:
    kept = []
    for text in texts:
        made = embedder.embed_question(text)
        if made.tokens is None:
            kept.append(_Kept(_bytes(made.vector)))
        else:
            tokens, weights = _bytes(made.tokens.vectors), _bytes(made.tokens.weights)
            kept.append(_Kept(_bytes(made.vector), tokens, weights))
    return kept


def _bytes(numbers: Vectors) -> bytes:
    return np.ascontiguousarray(numbers, dtype=np.float32).tobytes()


def _row(numbers: bytes) -> Vectors:
    return np.frombuffer(numbers, dtype=np.float32)
