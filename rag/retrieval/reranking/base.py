"""What every reranker offers: a second, closer look at what the search found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.retrieval.query import Query
from rag.types import Chunk, QuestionTokens


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was searched. `tokens` are None where the embedding model gives none."""

    query: Query
    tokens: QuestionTokens | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that the search found. `fused` lies between 0 and 1; `dense` (a cosine) and `lexical`
    (BM25) are None where that search did not bring the chunk."""

    chunk: Chunk
    fused: float
    dense: float | None
    lexical: float | None


class Reranker(Protocol):
    """Scores a question's candidates by reading them with the question."""

    @property
    def name(self) -> str:
        """As in the settings: `bundled`, `cross-encoder:<model>`."""
        ...

    def rerank(self, asked: Asked, candidates: Sequence[Candidate]) -> list[float]:
        """One score a candidate, in their order, 0 to 1; higher is better.

        They are comparable within one question. What lifts a candidate, and what merges the parts
        of a question, counts on the range.

        candidates: best first, as the search ranked them. Raises RerankingError.
        """
        ...
