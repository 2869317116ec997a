"""Which of a search's hits hold the words: for lists, where what is merely near is no match."""

from collections.abc import Sequence

from rag.types import Hit
from store.segmentation import fold

_RELATED = 0.5  # of the best lexical score
_NEAREST = 10


def holding(words: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits that hold all these words, or fit them at least half as well as the best by the
    lexical search, in the order of the hits. Where there are none, the nearest few."""
    wanted = fold(words).split()
    least = max((hit.lexical_score or 0 for hit in hits), default=0) * _RELATED
    held = [
        hit for hit in hits if (least and (hit.lexical_score or 0) >= least) or _holds(hit, wanted)
    ]
    return held or list(hits[:_NEAREST])


def _holds(hit: Hit, wanted: Sequence[str]) -> bool:
    text = fold(f"{hit.article.headline}\n{hit.chunk.text}")
    return all(word in text for word in wanted)
