"""Which reranker a setting names."""

from rag.retrieval.reranking.base import Reranker
from rag.retrieval.reranking.bundled import BundledReranker
from rag.retrieval.reranking.cross_encoder import CrossEncoderReranker
from rag.settings import Settings
from store.library import Library


def open_reranker(settings: Settings, library: Library) -> Reranker | None:
    """The reranker that `settings.reranker` names, its model loaded on first use; None where the
    search's own order stands (`none`)."""
    provider, _, model = settings.reranker.partition(":")
    if provider == "cross-encoder":
        return CrossEncoderReranker(model, settings.rerank_depth)
    return BundledReranker(library) if provider == "bundled" else None
