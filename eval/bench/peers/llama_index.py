"""LlamaIndex: SentenceSplitter and VectorStoreIndex, and its fusion of that with BM25."""

import copy
from collections.abc import Sequence
from typing import Any

from eval.bench.peers.words import words
from eval.bench.scores import DEPTH
from eval.bench.sets import Document
from rag.indexing.embedding.base import Embedder

_ID = "document"


class LlamaIndex:
    """Chunks of 1,024 tokens with 200 in common, as `VectorStoreIndex.from_documents` makes them.

    hybrid: QueryFusionRetriever over the index and BM25Retriever in its default mode, the better of
    a passage's two scores, without further questions from a language model. BM25Retriever takes a
    run of Chinese between two marks for one word. chinese: Chinese words for it, as a user would
    have to give them (its own `tokenizer` is ignored): by an index of its kind made of words, its
    `existing_bm25`, and by spaces between a question's words. BM25 finds something then, and the
    better of two scores would always be its; so the mode is that of relative scores, which its
    documentation has for BM25 too.
    """

    def __init__(self, embedder: Embedder, *, hybrid: bool, chinese: bool = False) -> None:
        # heavy: loaded on first use
        from llama_index.core import Document as LlamaDocument
        from llama_index.core import VectorStoreIndex

        if chinese:
            words("")  # reads its dictionary
        self._document: Any = LlamaDocument
        self._vector_index: Any = VectorStoreIndex
        self._embedding = _embedding(embedder)
        self._fusion = _Fusion(chinese) if hybrid else None
        self._index: Any = None
        self._retrievers: dict[int, Any] = {}

    def index(self, documents: Sequence[Document]) -> int:
        self._index = self._vector_index.from_documents(
            [
                self._document(
                    text=document.text,
                    metadata={_ID: document.id},
                    # An id tells the model nothing, and would be embedded with the text.
                    excluded_embed_metadata_keys=[_ID],
                )
                for document in documents
            ],
            embed_model=self._embedding,
        )
        if self._fusion is not None:
            self._fusion.index(self._index.docstore)
        self._retriever(DEPTH)
        return len(self._index.docstore.docs)

    def search(self, question: str, passages: int) -> list[str]:
        found = self._retriever(passages).retrieve(question)
        return [hit.node.metadata[_ID] for hit in found]

    def close(self) -> None:
        """Everything is in memory."""

    def _retriever(self, passages: int) -> Any:
        """Made once for each number of passages."""
        if passages not in self._retrievers:
            dense = self._index.as_retriever(similarity_top_k=passages)
            self._retrievers[passages] = (
                dense if self._fusion is None else self._fusion.with_dense(dense, passages)
            )
        return self._retrievers[passages]


class _Fusion:
    """BM25 beside a dense retriever."""

    def __init__(self, chinese: bool) -> None:
        # heavy: loaded on first use
        from llama_index.core.llms import MockLLM
        from llama_index.core.retrievers import QueryFusionRetriever
        from llama_index.retrievers.bm25 import BM25Retriever

        # The constructor asks for one; with a single query it is never called.
        self._model = MockLLM()
        self._fused: Any = QueryFusionRetriever
        self._bm25: Any = BM25Retriever
        self._chinese = chinese
        self._lexical: Any = None
        self._passages = 0

    def index(self, store: Any) -> None:
        """Over all the passages of a document store."""
        self._passages = len(store.docs)
        if self._chinese:
            self._lexical = _bm25_of_words(list(store.docs.values()))
        else:
            self._lexical = self._bm25.from_defaults(docstore=store)

    def with_dense(self, dense: Any, passages: int) -> Any:
        """What finds so many passages by both."""
        lexical = copy.copy(self._lexical)
        # It can't be asked for more than there are.
        lexical.similarity_top_k = min(passages, self._passages)
        return self._fused(
            [dense, lexical],
            similarity_top_k=passages,
            num_queries=1,
            use_async=False,
            llm=self._model,
            mode="relative_score" if self._chinese else "simple",
        )


def _bm25_of_words(nodes: Sequence[Any]) -> Any:
    import bm25s  # heavy: loaded on first use
    from llama_index.core.schema import MetadataMode, QueryBundle
    from llama_index.core.vector_stores.utils import node_to_metadata_dict
    from llama_index.retrievers.bm25 import BM25Retriever

    class OfWords(BM25Retriever):
        def _retrieve(self, query_bundle: Any) -> Any:
            return super()._retrieve(QueryBundle(" ".join(words(query_bundle.query_str))))

    stored = [node_to_metadata_dict(node) | {"node_id": node.node_id} for node in nodes]
    index = bm25s.BM25(corpus=stored)
    texts = [node.get_content(metadata_mode=MetadataMode.EMBED) for node in nodes]
    index.index(list(map(words, texts)), show_progress=False)
    return OfWords(existing_bm25=index, token_pattern=r"\S+", skip_stemming=True)


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
