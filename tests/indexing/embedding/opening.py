"""An embedder as the settings open it, and what all of them have in common."""

import numpy as np

from rag.indexing.embedding.base import Embedder
from rag.indexing.embedding.providers import open_embedder
from rag.settings import Settings


def opened(name: str, **values: object) -> Embedder:
    return open_embedder(Settings.model_validate({"embedding": name, **values}))


def check_unit_rows(vectors: np.ndarray, count: int) -> None:
    assert vectors.dtype == np.float32
    assert len(vectors) == count
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
