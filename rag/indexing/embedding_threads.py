"""Embedding in threads of its own, beside the caller's reading and storing."""

import threading
import time
from collections.abc import Sequence
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from rag.errors import EmbeddingError
from rag.indexing.embedding.base import Embedder
from rag.types import PassageEmbedding

STOPPING_SECONDS = 5.0
"""How long a stop waits for calls under way. A thread still in a call then is left to end with it:
it touches nothing that is stored, and doesn't keep the process alive."""


class Part:
    """Texts handed over to be embedded, and in time their embeddings."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = tuple(texts)
        self._ended = threading.Event()
        self._embeddings: Sequence[PassageEmbedding] | None = None
        self._error: BaseException | None = None

    def wait(self, seconds: float) -> bool:
        """Whether it has ended, for good or ill, within so many seconds."""
        return self._ended.wait(seconds)

    def embeddings(self) -> Sequence[PassageEmbedding]:
        """One a text, in their order, once it has ended. Raises what the embedder raised."""
        if self._error is not None:
            raise self._error
        if self._embeddings is None:
            raise RuntimeError("asked for embeddings before the part has ended")
        return self._embeddings

    def embed(self, embedder: Embedder) -> bool:
        """Runs the embedder; whether it gave a vector for each text."""
        try:
            embeddings = embedder.embed_chunks(self.texts)
            if len(embeddings) != len(self.texts):
                raise EmbeddingError(
                    f"{embedder.name}: gave {len(embeddings)} vectors for {len(self.texts)} texts;"
                    " check the model"
                )
            self._embeddings = embeddings
        except BaseException as error:  # kept for the thread that asks for the embeddings
            self._error = error
        self._ended.set()
        return self._error is None


class EmbeddingThreads:
    """Embeds parts in the order they are handed over, `count` of them at a time.

    A context manager, for one caller's thread: on leaving it, parts not begun are dropped. The
    threads start with the first part. Once a part fails none is begun any more.
    """

    def __init__(self, embedder: Embedder, count: int) -> None:
        self._embedder = embedder
        self._count = count
        self._parts: SimpleQueue[Part | None] = SimpleQueue()
        self._taking = threading.Lock()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        for _ in self._threads:
            self._parts.put(None)
        deadline = time.monotonic() + STOPPING_SECONDS
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))

    def submit(self, texts: Sequence[str]) -> Part:
        """Hands over texts, at least one, and returns at once."""
        if not self._threads:
            self._threads = [
                # Daemons: a call to a server that hangs must not hold up the end of the process.
                threading.Thread(target=self._work, name=f"embedding-{number}", daemon=True)
                for number in range(self._count)
            ]
            for thread in self._threads:
                thread.start()
        part = Part(texts)
        self._parts.put(part)
        return part

    def _work(self) -> None:
        while (part := self._next()) is not None:
            if not part.embed(self._embedder):
                self._stopping.set()

    def _next(self) -> Part | None:
        # Under the lock, so that each part handed over before one that fails is begun.
        with self._taking:
            part = self._parts.get()
            return None if self._stopping.is_set() else part
