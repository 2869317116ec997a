"""Right source: whether an answer stands first of all on an article that answers the question."""

from collections.abc import Sequence

from eval.metrics.folding import fold
from rag.types import Citation


def right_source(citations: Sequence[Citation], headlines: Sequence[str]) -> bool:
    """Whether the first citation is of an article with one of the headlines; False without any."""
    if not citations:
        return False
    return fold(citations[0].headline) in {fold(headline) for headline in headlines}
