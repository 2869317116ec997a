"""LangChain: its recursive splitter with Chroma, and the ensemble of that with BM25."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from eval.bench.sets import Document
from rag.indexing.embedding.base import Embedder

_ID = "document"


class LangChain:
    """Chunks of 4,000 characters with 200 in common, as RecursiveCharacterTextSplitter makes them.

    hybrid: EnsembleRetriever over Chroma and BM25Retriever with equal weights, as in its
    documentation; Chroma first, since the first wins ties and BM25 often finds nothing.
    """

    def __init__(self, embedder: Embedder, *, hybrid: bool) -> None:
        from langchain_chroma import Chroma  # heavy: loaded on first use

        self._store = Chroma(
            collection_name=f"peers-{uuid4().hex}", embedding_function=_Embeddings(embedder)
        )
        self._hybrid = hybrid
        self._lexical: Any = None

    def index(self, documents: Sequence[Document]) -> int:
        from langchain_community.retrievers import BM25Retriever  # heavy: loaded on first use
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        chunks = RecursiveCharacterTextSplitter().create_documents(
            [document.text for document in documents],
            [{_ID: document.id} for document in documents],
        )
        self._store.add_documents(chunks)
        if self._hybrid:
            self._lexical = BM25Retriever.from_documents(chunks)
        return len(chunks)

    def search(self, question: str, passages: int) -> list[str]:
        found = self._retriever(passages).invoke(question)
        return [chunk.metadata[_ID] for chunk in found]

    def close(self) -> None:
        self._store.delete_collection()

    def _retriever(self, passages: int) -> Any:
        dense = self._store.as_retriever(search_kwargs={"k": passages})
        if not self._hybrid:
            return dense
        from langchain_classic.retrievers import EnsembleRetriever  # heavy: loaded on first use

        self._lexical.k = passages
        return EnsembleRetriever(retrievers=[dense, self._lexical], weights=[0.5, 0.5])


class _Embeddings:
    """What LangChain asks of an embedding model."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.embed_passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self._embedder.embed_queries([text])[0].tolist()
        return vector
