"""LlamaIndex: SentenceSplitter and VectorStoreIndex, and its fusion of that with BM25."""

from collections.abc import Sequence
from typing import Any

from eval.bench.sets import Document
from rag.indexing.embedding.base import Embedder

_ID = "document"


class LlamaIndex:
    """Chunks of 1,024 tokens with 200 in common, as `VectorStoreIndex.from_documents` makes them.

    hybrid: QueryFusionRetriever over the index and BM25Retriever in its default mode, the better of
    a passage's two scores, without further questions from a language model.
    """

    def __init__(self, embedder: Embedder, *, hybrid: bool) -> None:
        self._embedding = _embedding(embedder)
        self._hybrid = hybrid
        self._index: Any = None
        self._lexical: Any = None
        self._passages = 0

    def index(self, documents: Sequence[Document]) -> int:
        from llama_index.core import Document as LlamaDocument  # heavy: loaded on first use
        from llama_index.core import VectorStoreIndex

        self._index = VectorStoreIndex.from_documents(
            [
                LlamaDocument(
                    text=document.text,
                    metadata={_ID: document.id},
                    # An id tells the model nothing, and would be embedded with the text.
                    excluded_embed_metadata_keys=[_ID],
                )
                for document in documents
            ],
            embed_model=self._embedding,
        )
        self._passages = len(self._index.docstore.docs)
        if self._hybrid:
            from llama_index.retrievers.bm25 import BM25Retriever  # heavy: loaded on first use

            self._lexical = BM25Retriever.from_defaults(docstore=self._index.docstore)
        return self._passages

    def search(self, question: str, passages: int) -> list[str]:
        found = self._retriever(passages).retrieve(question)
        return [hit.node.metadata[_ID] for hit in found]

    def close(self) -> None:
        """Everything is in memory."""

    def _retriever(self, passages: int) -> Any:
        dense = self._index.as_retriever(similarity_top_k=passages)
        if not self._hybrid:
            return dense
        from llama_index.core.llms import MockLLM  # heavy: loaded on first use
        from llama_index.core.retrievers import QueryFusionRetriever

        # It can't be asked for more than there are.
        self._lexical.similarity_top_k = min(passages, self._passages)
        return QueryFusionRetriever(
            [dense, self._lexical],
            similarity_top_k=passages,
            num_queries=1,
            use_async=False,
            # The constructor asks for one; with a single query it is never called.
            llm=MockLLM(),
        )


def _embedding(embedder: Embedder) -> Any:
    from llama_index.core.embeddings import BaseEmbedding  # heavy: loaded on first use

    class Shared(BaseEmbedding):
        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            vectors: list[list[float]] = embedder.embed_passages(texts).tolist()
            return vectors

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_query_embedding(self, query: str) -> list[float]:
            vector: list[float] = embedder.embed_queries([query])[0].tolist()
            return vector

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    return Shared(model_name=embedder.name)
