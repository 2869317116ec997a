"""What every embedding model offers, whoever computes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rag.errors import EmbeddingError
from rag.types import PassageEmbedding, QuestionEmbedding

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray


class Embedder(Protocol):
    """Texts to unit vectors. Passages and queries are embedded apart, as e5 models ask."""

    @property
    def name(self) -> str:
        """As in the settings: `bundled`, `sentence-transformers:<model>`, `openai:<model>`."""
        ...

    @property
    def revision(self) -> str:
        """What else decides the vectors: a package version or the model's revision."""
        ...

    @property
    def dimension(self) -> int:
        """Numbers in a vector; 0 while nothing has been embedded and the model has not told."""
        ...

    @property
    def own_language(self) -> float:
        """How much nearer, in cosine, a question is to passages in its own language than to those
        in another that say the same to it; 0 for a model of which nobody measured it."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """(len(texts), dimension), each row of length 1. Raises EmbeddingError."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """(len(texts), dimension), each row of length 1. Raises EmbeddingError."""
        ...

    def embed_chunks(self, texts: Sequence[str]) -> list[PassageEmbedding]:
        """Passages for the index: vectors as `embed_passages` gives them, and packed tokens where
        the model has any. Raises EmbeddingError."""
        ...

    def embed_question(self, text: str) -> QuestionEmbedding:
        """A question for the search: its vector as `embed_queries` gives it, and its tokens where
        the model has any. Raises EmbeddingError."""
        ...


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What the settings put before questions and passages; None where they leave it to the
    model."""

    query: str | None = None
    passage: str | None = None

    def told(self) -> list[str]:
        """Those that are set, as a revision names them: they change vectors."""
        named = {"query": self.query, "passage": self.passage}
        return [f"{name} {prefix!r}" for name, prefix in named.items() if prefix is not None]


NO_PREFIXES = Prefixes()


def encodable(text: str) -> str:
    """The text with a question mark for what UTF-8 can't carry, a lone half of a character:
    tokenizers and servers read UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


def chunks_without_tokens(vectors: "NDArray[np.float32]") -> list[PassageEmbedding]:
    """One embedding a row, for a model that gives vectors alone."""
    return [PassageEmbedding(vector) for vector in vectors]


def question_without_tokens(vectors: "NDArray[np.float32]") -> QuestionEmbedding:
    """The embedding of the only row, for a model that gives vectors alone."""
    (vector,) = vectors
    return QuestionEmbedding(vector)


def unit_rows(vectors: "NDArray[np.float32]", name: str) -> "NDArray[np.float32]":
    """The rows scaled to length 1. Raises EmbeddingError for a row that is zero or not finite."""
    import numpy as np  # heavy: loaded on first use

    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    if not bool(np.isfinite(lengths).all() and (lengths > 0).all()):
        raise EmbeddingError(
            f"{name}: a vector came back zero or not finite; check the model that is served"
        )
    return np.ascontiguousarray(vectors / lengths, dtype=np.float32)
