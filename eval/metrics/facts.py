"""Fact recall: how much of what a right answer says was said or quoted."""

import re
from collections.abc import Sequence

from eval.metrics.folding import fold

_IN_NUMBER = re.compile(r"\d\.?$")


def fact_recall(answer: str, quotes: Sequence[str], facts: Sequence[Sequence[str]]) -> float:
    """The share of the facts of which one alternative stands in the answer or in its quotes.

    Between 0 and 1. Texts are compared folded. A fact may not begin in one text and end in the
    next, nor begin or end within a number: 13人 is not 3人, and 1.28 not 28. Raises ValueError
    without facts: nothing can be recalled then.
    """
    if not facts:
        raise ValueError("fact recall needs at least one fact")
    texts = [fold(text) for text in (answer, *quotes)]
    held = sum(_holds(texts, alternatives) for alternatives in facts)
    return held / len(facts)


def _holds(texts: Sequence[str], alternatives: Sequence[str]) -> bool:
    return any(_stands(fold(alternative), text) for alternative in alternatives for text in texts)


def _stands(fact: str, text: str) -> bool:
    start = text.find(fact)
    while start >= 0:
        end = start + len(fact)
        begins_in_number = fact[:1].isdigit() and _IN_NUMBER.search(text[max(0, start - 2) : start])
        ends_in_number = fact[-1:].isdigit() and text[end : end + 1].isdigit()
        if not begins_in_number and not ends_in_number:
            return True
        start = text.find(fact, start + 1)
    return False
