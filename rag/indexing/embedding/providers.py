"""Which embedding model a setting names."""

from rag.indexing.embedding.base import Embedder
from rag.settings import Settings


def open_embedder(settings: Settings) -> Embedder:
    """The embedder that `settings.embedding` names; its model is loaded on first use.

    Raises EmbeddingError where the name can't be served.
    """
    provider, _, model = settings.embedding.partition(":")
    if provider == "sentence-transformers":
        from rag.indexing.embedding.sentence_transformers import SentenceTransformersEmbedder

        return SentenceTransformersEmbedder(model, settings.embedding_batch)
    if provider == "openai":
        from rag.indexing.embedding.openai import OpenAIEmbedder

        return OpenAIEmbedder(model, settings.embedding_batch)
    from rag.indexing.embedding.bundled import BundledEmbedder

    return BundledEmbedder(settings.embedding_batch)
