"""Haystack: its DocumentSplitter and in-memory store, by embedding or joined with BM25."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from eval.bench.sets import Document
from rag.indexing.embedding.base import Embedder

_ID = "document"


class Haystack:
    """Chunks of 200 words between spaces, as DocumentSplitter makes them: a Chinese text is one.

    hybrid: InMemoryBM25Retriever, which takes Chinese character by character, and
    InMemoryEmbeddingRetriever, joined by DocumentJoiner's mode of reciprocal rank fusion. Its
    tutorial on hybrid retrieval concatenates instead and has a ranker model put the documents in
    order, which can't be had offline. The embedding retriever comes first, since the first wins
    ties.
    """

    def __init__(self, embedder: Embedder, *, hybrid: bool) -> None:
        # heavy: loaded on first use
        from haystack import Document as HaystackDocument
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.preprocessors import DocumentSplitter
        from haystack.components.retrievers.in_memory import (
            InMemoryBM25Retriever,
            InMemoryEmbeddingRetriever,
        )
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        self._embedder = embedder
        self._hybrid = hybrid
        self._document: Any = HaystackDocument
        self._store = InMemoryDocumentStore()
        self._splitter = DocumentSplitter()
        self._dense = InMemoryEmbeddingRetriever(self._store)
        self._lexical = InMemoryBM25Retriever(self._store)
        self._joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")

    def index(self, documents: Sequence[Document]) -> int:
        whole = [
            self._document(content=document.text, meta={_ID: document.id}) for document in documents
        ]
        self._splitter.warm_up()
        split = self._splitter.run(documents=whole)["documents"]
        vectors = self._embedder.embed_passages([part.content for part in split]).tolist()
        embedded = [
            replace(part, embedding=vector) for part, vector in zip(split, vectors, strict=True)
        ]
        return int(self._store.write_documents(embedded))

    def search(self, question: str, passages: int) -> list[str]:
        vector = self._embedder.embed_queries([question])[0].tolist()
        found: list[Any] = self._dense.run(query_embedding=vector, top_k=passages)["documents"]
        if self._hybrid:
            lexical = self._lexical.run(query=question, top_k=passages)["documents"]
            found = self._joiner.run(documents=[found, lexical], top_k=passages)["documents"]
        return [part.meta[_ID] for part in found]

    def close(self) -> None:
        self._store.delete_documents([part.id for part in self._store.filter_documents()])
