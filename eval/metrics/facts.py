"""Fact recall: how much of what a right answer says was said or quoted."""

from collections.abc import Sequence

from eval.metrics.folding import fold


def fact_recall(answer: str, quotes: Sequence[str], facts: Sequence[Sequence[str]]) -> float:
    """The share of the facts of which one alternative stands in the answer or in its quotes.

    Between 0 and 1. Texts are compared folded; a fact may not begin in one text and end in the
    next. Raises ValueError without facts: nothing can be recalled then.
    """
    if not facts:
        raise ValueError("fact recall needs at least one fact")
    texts = [fold(text) for text in (answer, *quotes)]
    held = sum(_holds(texts, alternatives) for alternatives in facts)
    return held / len(facts)


def _holds(texts: Sequence[str], alternatives: Sequence[str]) -> bool:
    return any(fold(alternative) in text for alternative in alternatives for text in texts)
