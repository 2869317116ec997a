"""Which embedding model a setting names."""

from rag.indexing.embedding.base import Embedder, Prefixes
from rag.settings import Settings


def open_embedder(settings: Settings) -> Embedder:
    """The embedder that `settings.embedding` names; its model is loaded on first use.

    Raises EmbeddingError where the name can't be served.
    """
    provider, _, model = settings.embedding.partition(":")
    prefixes = Prefixes(settings.embedding_query_prefix, settings.embedding_passage_prefix)
    if provider == "sentence-transformers":
        from rag.indexing.embedding.sentence_transformers import SentenceTransformersEmbedder

        return SentenceTransformersEmbedder(model, prefixes)
    if provider == "openai":
        from rag.indexing.embedding.openai import OpenAIEmbedder

        return OpenAIEmbedder(model, settings.embedding_batch, prefixes)
    from rag.indexing.embedding.bundled import BundledEmbedder

    return BundledEmbedder(settings.embedding_batch)
