"""The reranker that comes with the package: late interaction and the question's words, weighed."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache

from rag.indexing.embedding.late_interaction import PackedPassages
from rag.indexing.sentences import split_sentences
from rag.retrieval.coverage import Coverage
from rag.retrieval.folding import fold
from rag.retrieval.fusion import scaled
from rag.retrieval.kinds import lacks_figure
from rag.retrieval.reranking.base import Asked, Candidate
from rag.retrieval.translated import term_rarity
from rag.types import Chunk, Language
from store.library import Library
from store.segmentation import simplified


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a candidate, or how much each signal weighs. interaction: the mean, over the
    question's tokens, of the likest token in the chunk and in its best stretch (Khattab and Zaharia
    2020, "ColBERT").
    coverage: the share of the question's content in the chunk's best sentence and its headline,
    less where the figure that is asked for is not in them."""

    dense: float
    lexical: float
    interaction: float
    coverage: float


# Chosen on the development halves, as docs/retrieval.md shows.
WEIGHTS: Mapping[Language, Signals] = {
    "zh": Signals(dense=0.05, lexical=0.15, interaction=0.6, coverage=0.2),
    "en": Signals(dense=0.2, lexical=0.3, interaction=0.5, coverage=0.0),
}


# What a sentence's coverage counts where it lacks the date, number or sum that is asked for.
WITHOUT_FIGURE = 0.7


class BundledReranker:
    """Weighs four signals, each scaled over the candidates; those that the archive does not hold
    (the token vectors of another embedding model) are left out. Costs a few milliseconds."""

    def __init__(self, library: Library, weights: Mapping[Language, Signals] | None = None) -> None:
        self._library = library
        self._weights = weights or WEIGHTS

    @property
    def name(self) -> str:
        """`bundled`."""
        return "bundled"

    def rerank(self, asked: Asked, candidates: Sequence[Candidate]) -> list[float]:
        """The weighted mean of a candidate's signals, 0 to 1."""
        found = self.signals(asked, candidates)
        weights = astuple(self._weights[asked.query.language])
        used = [weight if column else 0.0 for weight, column in zip(weights, found, strict=True)]
        total = sum(used) or 1.0
        return [
            sum(
                weight * column[at]
                for weight, column in zip(used, found, strict=True)
                if column is not None
            )
            / total
            for at in range(len(candidates))
        ]

    def signals(
        self, asked: Asked, candidates: Sequence[Candidate]
    ) -> tuple[list[float] | None, ...]:
        """The signals in the order of `Signals`, each scaled to 0-1 over the candidates; None for
        one that can't be had or weighs nothing."""
        weights = self._weights[asked.query.language]
        return (
            scaled([candidate.dense for candidate in candidates]),
            scaled([candidate.lexical for candidate in candidates]),
            self._interaction(asked, candidates) if weights.interaction else None,
            self._coverage(asked, candidates) if weights.coverage else None,
        )

    def _interaction(self, asked: Asked, candidates: Sequence[Candidate]) -> list[float] | None:
        if asked.tokens is None:
            return None
        ids = [candidate.chunk.id for candidate in candidates]
        packed = self._library.chunk_tokens(ids)
        if not any(packed.values()):
            return None
        size = asked.tokens.vectors.shape[1]
        passages = PackedPassages([packed.get(chunk_id, b"") for chunk_id in ids], size)
        return scaled(passages.focused_relevance(asked.tokens))

    def _coverage(self, asked: Asked, candidates: Sequence[Candidate]) -> list[float] | None:
        query = asked.query
        coverage = Coverage(query, term_rarity(self._library, query.terms, query.bigrams))
        asked_for = simplified(query.text)

        def held(sentence: str) -> float:
            lacking = lacks_figure(asked_for, query.kinds, sentence)
            return coverage.pairs(sentence) * (WITHOUT_FIGURE if lacking else 1.0)

        return scaled(
            [max(map(held, _sentences(candidate.chunk)), default=0.0) for candidate in candidates]
        )


@lru_cache(maxsize=4096)
def _sentences(chunk: Chunk) -> tuple[str, ...]:
    """A chunk's sentences as they are compared, each with the headline that it stands under."""
    head = fold(chunk.context)
    return tuple(
        f"{head}\n{fold(chunk.text[start:end])}" for start, end in split_sentences(chunk.text)
    )
