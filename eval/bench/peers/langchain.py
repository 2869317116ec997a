"""LangChain: its recursive splitter with Chroma, and the ensemble of that with BM25."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from eval.bench.peers.words import words
from eval.bench.scores import DEPTH
from eval.bench.sets import Document
from rag.indexing.embedding.base import Embedder

_ID = "document"


class LangChain:
    """Chunks of 4,000 characters with 200 in common, as RecursiveCharacterTextSplitter makes them.

    hybrid: EnsembleRetriever over Chroma and BM25Retriever with equal weights, as in its
    documentation; Chroma first, since the first wins ties. BM25Retriever takes what stands between
    spaces for words, and hands out as many chunks as asked for, those that score 0 too. chinese:
    Chinese words for it, by its own `preprocess_func`.
    """

    def __init__(self, embedder: Embedder, *, hybrid: bool, chinese: bool = False) -> None:
        # heavy: loaded on first use
        from langchain_chroma import Chroma
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.retrievers import BM25Retriever
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        if chinese:
            words("")  # reads its dictionary
        self._store = Chroma(
            collection_name=f"peers-{uuid4().hex}", embedding_function=_Embeddings(embedder)
        )
        self._splitter = RecursiveCharacterTextSplitter()
        self._bm25: Any = BM25Retriever
        self._words = {"preprocess_func": words} if chinese else {}
        self._ensemble: Any = EnsembleRetriever if hybrid else None
        self._lexical: Any = None
        self._retrievers: dict[int, Any] = {}

    def index(self, documents: Sequence[Document]) -> int:
        chunks = self._splitter.create_documents(
            [document.text for document in documents],
            [{_ID: document.id} for document in documents],
        )
        self._store.add_documents(chunks)
        if self._ensemble is not None:
            self._lexical = self._bm25.from_documents(chunks, **self._words)
        self._retriever(DEPTH)
        return len(chunks)

    def search(self, question: str, passages: int) -> list[str]:
        found = self._retriever(passages).invoke(question)
        return [chunk.metadata[_ID] for chunk in found]

    def close(self) -> None:
        self._store.delete_collection()

    def _retriever(self, passages: int) -> Any:
        """Made once for each number of passages."""
        if passages not in self._retrievers:
            self._retrievers[passages] = self._made(passages)
        return self._retrievers[passages]

    def _made(self, passages: int) -> Any:
        dense = self._store.as_retriever(search_kwargs={"k": passages})
        if self._ensemble is None:
            return dense
        lexical = self._lexical.model_copy(update={"k": passages})
        return self._ensemble(retrievers=[dense, lexical], weights=[0.5, 0.5])


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
