"""Pages on their way to the store: embedded in other threads, handed on in the order they came."""

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.indexing.embedding_threads import EmbeddingThreads, Part
from rag.types import Chunk, Page, PassageEmbedding


@dataclass(frozen=True, slots=True)
class PlannedPage:
    """A page that is to be stored under its origin.

    known: the id of the page that the origin held before. copy: the page itself is stored already,
    or by an earlier one on its way, and only gets a further origin; it has no chunks here.
    """

    page: Page
    known: str | None
    chunks: tuple[Chunk, ...] = ()
    texts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    copy: bool = False

    @property
    def weight(self) -> int:
        """What it counts when pages on their way are counted: its chunks, at least 1."""
        return max(len(self.chunks), 1)


@dataclass(frozen=True, slots=True)
class EmbeddedPage:
    """A planned page with the embedding of each chunk."""

    planned: PlannedPage
    embeddings: tuple[PassageEmbedding, ...]


class Lookahead:
    """The pages taken and not yet handed on, first in, first out.

    Texts of neighbouring pages share parts of `batch` texts. A text that is on its way already, or
    whose embedding is known, isn't embedded again.
    """

    def __init__(
        self,
        threads: EmbeddingThreads,
        batch: int,
        patience: float,
        known: Callable[[Sequence[str]], dict[str, PassageEmbedding]],
    ) -> None:
        """patience: seconds that a part waits to be filled while the threads have nothing to do.
        known: the embeddings that need not be made, by key."""
        self._threads = threads
        self._batch = batch
        self._patience = patience
        self._known = known
        self._waiting: deque[tuple[PlannedPage, int]] = deque()  # with the last part it needs
        self._open: dict[str, str] = {}  # texts by key, of the part that is being filled
        self._open_since = 0.0
        self._handed: deque[tuple[tuple[str, ...], Part]] = deque()
        self._parts_handed = 0
        self._parts_ended = 0
        self._embeddings: dict[str, PassageEmbedding] = {}
        self._part_of: dict[str, int] = {}
        self._uses: Counter[str] = Counter()
        self._weight = 0
        self._ready = 0
        self._ready_weight = 0
        self._ready_since = 0.0
        self.texts_taken = 0
        self.texts_embedded = 0

    @property
    def weight(self) -> int:
        """Chunks of the pages on their way; a page without counts 1."""
        return self._weight

    @property
    def ready_weight(self) -> int:
        """Those of the pages that can be handed on."""
        return self._ready_weight

    @property
    def ready_seconds(self) -> float:
        """How long a page has been ready; 0 where none is."""
        return time.monotonic() - self._ready_since if self._ready else 0.0

    def take(self, planned: PlannedPage) -> None:
        """Adds a page; hands full parts over to be embedded."""
        absent = [key for key in dict.fromkeys(planned.keys) if key not in self._uses]
        if absent:
            self._embeddings.update(self._known(absent))
        self._uses.update(planned.keys)
        last = -1
        for key, text in zip(planned.keys, planned.texts, strict=True):
            if key in self._embeddings:
                continue
            if key not in self._part_of:
                self._add(key, text)
            last = max(last, self._part_of[key])
        self._waiting.append((planned, last))
        self._weight += planned.weight
        self._count_ready()

    def collect(self, seconds: float = 0.0) -> int:
        """Takes in the parts that have ended, waiting so long for the first; their texts' number.

        Where no part is on its way, the one being filled is handed over before the wait. Raises
        what the embedder raised, after everything before it was taken in.
        """
        if self._open and not self._handed:
            held = time.monotonic() - self._open_since
            if seconds or held >= self._patience:
                self._hand_over()
        before = self.texts_embedded
        try:
            while self._handed and self._handed[0][1].wait(seconds):
                keys, part = self._handed[0]
                embeddings = part.embeddings()
                self._handed.popleft()
                self._parts_ended += 1
                for key, embedding in zip(keys, embeddings, strict=True):
                    self._part_of.pop(key)
                    self._embeddings[key] = embedding
                self.texts_embedded += len(keys)
                seconds = 0.0
        finally:
            self._count_ready()
        return self.texts_embedded - before

    def release(self, weight: int) -> list[EmbeddedPage]:
        """The first pages that are ready, in the order they came; they are on their way no more.

        weight: as many as reach it together.
        """
        released: list[EmbeddedPage] = []
        while self._ready and weight > 0:
            planned, _ = self._waiting.popleft()
            embeddings = tuple(self._embeddings[key] for key in planned.keys)
            released.append(EmbeddedPage(planned, embeddings))
            weight -= planned.weight
            self._weight -= planned.weight
            self._ready_weight -= planned.weight
            self._ready -= 1
            self._forget(planned.keys)
        return released

    def _add(self, key: str, text: str) -> None:
        if not self._open:
            self._open_since = time.monotonic()
        self._open[key] = text
        self._part_of[key] = self._parts_handed
        self.texts_taken += 1
        if len(self._open) >= self._batch:
            self._hand_over()

    def _hand_over(self) -> None:
        part = self._threads.submit(tuple(self._open.values()))
        self._handed.append((tuple(self._open), part))
        self._parts_handed += 1
        self._open = {}

    def _count_ready(self) -> None:
        while self._ready < len(self._waiting):
            planned, last = self._waiting[self._ready]
            if last >= self._parts_ended:
                return
            if not self._ready:
                self._ready_since = time.monotonic()
            self._ready += 1
            self._ready_weight += planned.weight

    def _forget(self, keys: Sequence[str]) -> None:
        """Lets embeddings go that no page on its way needs."""
        self._uses.subtract(keys)
        for key in keys:
            if not self._uses[key]:
                del self._uses[key]
                self._embeddings.pop(key, None)
