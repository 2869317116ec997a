"""Vectors that every system shares: each distinct text is embedded once a run."""

import sqlite3
import threading
import time
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.indexing.embedding.base import Embedder

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB, cpu_seconds REAL)
WITHOUT ROWID
"""


class SharedVectors:
    """An embedder that keeps what it embeds in a file, with what each text cost.

    Other processes may read and fill the same file, one after the other.
    """

    def __init__(self, embedder: Embedder, path: Path) -> None:
        self._embedder = embedder
        self._file = sqlite3.connect(path, check_same_thread=False)
        self._file.execute(_SCHEMA)
        self._mutex = threading.Lock()
        self._passages: dict[bytes, float] = {}
        self.embedded = 0
        """Texts that were not in the file and had to be embedded."""

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def revision(self) -> str:
        return self._embedder.revision

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    @property
    def passage_seconds(self) -> float:
        """CPU-seconds that the distinct passages asked for took to embed, whenever that was."""
        return sum(self._passages.values())

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts), dimension), each row of length 1. Raises EmbeddingError."""
        return self._vectors(texts, query=False)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts), dimension), each row of length 1. Raises EmbeddingError."""
        return self._vectors(texts, query=True)

    def close(self) -> None:
        """Closes the file; everything embedded is in it."""
        self._file.close()

    def _vectors(self, texts: Sequence[str], *, query: bool) -> NDArray[np.float32]:
        with self._mutex:
            keys = [self._key(text, query=query) for text in texts]
            known = self._read(keys)
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            if missing:
                self._embed(missing, query=query)
                known |= self._read(list(missing))
            if not query:
                self._passages |= {key: seconds for key, (_, seconds) in known.items()}
        if not keys:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([known[key][0] for key in keys])

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, tuple[NDArray[np.float32], float]]:
        found = {}
        for key in keys:
            row = self._file.execute(
                "SELECT vector, cpu_seconds FROM vectors WHERE key = ?", (key,)
            ).fetchone()
            if row is not None:
                found[key] = (np.frombuffer(row[0], dtype=np.float32), row[1])
        return found

    def _embed(self, texts: dict[bytes, str], *, query: bool) -> None:
        embed = self._embedder.embed_queries if query else self._embedder.embed_passages
        start = time.process_time()
        vectors = embed(list(texts.values()))
        seconds = time.process_time() - start
        self.embedded += len(texts)
        characters = sum(map(len, texts.values()))
        with self._file:
            self._file.executemany(
                "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)",
                [
                    (key, vector.tobytes(), seconds * len(text) / max(characters, 1))
                    for (key, text), vector in zip(texts.items(), vectors, strict=True)
                ],
            )

    def _key(self, text: str, *, query: bool) -> bytes:
        made_of = "\0".join((self.name, self.revision, "query" if query else "passage", text))
        return blake2b(made_of.encode("utf-8", "replace"), digest_size=20).digest()
