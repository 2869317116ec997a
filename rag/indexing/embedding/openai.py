"""Any server that speaks the OpenAI embeddings protocol."""

import math
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rag.errors import EmbeddingError
from rag.indexing.embedding.base import (
    chunks_without_tokens,
    question_without_tokens,
    unit_rows,
)
from rag.types import PassageEmbedding, QuestionEmbedding

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray
    from openai import OpenAI

TIMEOUT_SECONDS = 60.0
RETRIES = 4
"""Further tries after a lost connection, 408, 409, 429 or 5xx, each after a longer wait."""


class OpenAIEmbedder:
    """A model behind OPENAI_BASE_URL (OpenAI's own server without one), with OPENAI_API_KEY."""

    def __init__(self, model: str, batch: int) -> None:
        self._model = model
        self._batch = batch
        self._dimension = 0
        self._client: OpenAI | None = None

    @property
    def name(self) -> str:
        """`openai:<model>`."""
        return f"openai:{self._model}"

    @property
    def revision(self) -> str:
        """The server: the protocol tells no revision of a model."""
        return os.environ.get("OPENAI_BASE_URL") or "api.openai.com"

    @property
    def dimension(self) -> int:
        """0 before the first reply."""
        return self._dimension

    def embed_passages(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """(len(texts), dimension), each row of length 1. Raises EmbeddingError."""
        return self._embed(texts)

    def embed_queries(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """(len(texts), dimension), each row of length 1. Raises EmbeddingError."""
        return self._embed(texts)

    def embed_chunks(self, texts: Sequence[str]) -> list[PassageEmbedding]:
        """As `embed_passages`, without tokens. Raises EmbeddingError."""
        return chunks_without_tokens(self.embed_passages(texts))

    def embed_question(self, text: str) -> QuestionEmbedding:
        """As `embed_queries`, without tokens. Raises EmbeddingError."""
        return question_without_tokens(self.embed_queries([text]))

    def _embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        import numpy as np  # heavy: loaded on first use

        rows: list[list[float]] = []
        for at in range(0, len(texts), self._batch):
            rows += self._reply([_plain(text) for text in texts[at : at + self._batch]])
        if not rows:
            return np.empty((0, self._dimension), dtype=np.float32)
        return unit_rows(np.array(rows, dtype=np.float64).astype(np.float32), self.name)

    def _reply(self, texts: list[str]) -> list[list[float]]:
        from openai import OpenAIError  # heavy: loaded on first use

        try:
            # Asked for as floats: not every server knows the client's default, base64.
            reply: Any = self._connected().embeddings.create(
                model=self._model, input=texts, encoding_format="float"
            )
            items = sorted(reply.data, key=lambda item: item.index)
            rows = [item.embedding for item in items]
            indices = [item.index for item in items]
        except OpenAIError as error:
            raise EmbeddingError(
                f"{self.name}: {_reason(error)} (server {self.revision}); check the server, the"
                " model's name, OPENAI_BASE_URL and OPENAI_API_KEY"
            ) from error
        except (AttributeError, TypeError, ValueError) as error:
            raise self._nonsense("no list of embeddings") from error
        if indices != list(range(len(texts))):
            raise self._nonsense(f"{len(rows)} vectors for {len(texts)} texts")
        for row in rows:
            self._check(row)
        return rows

    def _check(self, row: object) -> None:
        if not isinstance(row, list) or not row or not all(map(_is_number, row)):
            raise self._nonsense("something that isn't a vector of finite numbers")
        if self._dimension and len(row) != self._dimension:
            raise self._nonsense(f"a vector of {len(row)} numbers after one of {self._dimension}")
        self._dimension = len(row)

    def _nonsense(self, what: str) -> EmbeddingError:
        return EmbeddingError(
            f"{self.name}: the server at {self.revision} gave {what}; check that it serves an"
            " embedding model by this name"
        )

    def _connected(self) -> "OpenAI":
        if self._client is None:
            from openai import OpenAI  # heavy: loaded on first use

            # A local server asks for no key, the client for any.
            key = os.environ.get("OPENAI_API_KEY")
            if not key and os.environ.get("OPENAI_BASE_URL"):
                key = "none"
            self._client = OpenAI(api_key=key, timeout=TIMEOUT_SECONDS, max_retries=RETRIES)
        return self._client


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


def _plain(text: str) -> str:
    # An empty input is refused by the protocol; a lone surrogate can't be written as UTF-8.
    return text.encode("utf-8", "replace").decode("utf-8") or " "
