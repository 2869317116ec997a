"""txtai: an Embeddings index over whole texts, which it doesn't split, dense or hybrid."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eval.bench.sets import Document
from rag.indexing.embedding.base import Embedder

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

# txtai puts these before a text, and tells an external model in no other way what it is given.
_QUERY, _PASSAGE = "query: ", "passage: "


class Txtai:
    """hybrid: dense and BM25 scores combined by txtai's own default weights."""

    def __init__(self, embedder: Embedder, *, hybrid: bool) -> None:
        from txtai import Embeddings  # heavy: loaded on first use

        def transform(texts: Sequence[str]) -> "NDArray[np.float32]":
            if all(text.startswith(_QUERY) for text in texts):
                return embedder.embed_queries([text.removeprefix(_QUERY) for text in texts])
            return embedder.embed_passages([text.removeprefix(_PASSAGE) for text in texts])

        self._embeddings = Embeddings(
            method="external",
            transform=transform,
            instructions={"query": _QUERY, "data": _PASSAGE},
            hybrid=hybrid,
        )

    def index(self, documents: Sequence[Document]) -> int:
        self._embeddings.index((document.id, document.text, None) for document in documents)
        return len(documents)

    def search(self, question: str, passages: int) -> list[str]:
        return [str(name) for name, _ in self._embeddings.search(question, passages)]

    def close(self) -> None:
        self._embeddings.close()
