"""Abstention: refusing where the archive holds no answer, and only there.

Both take (answerable, refused) pairs, one a question, and give a share between 0 and 1, or None
where no question of the kind was asked.
"""

from collections.abc import Iterable


def refusal_recall(outcomes: Iterable[tuple[bool, bool]]) -> float | None:
    """The share of the unanswerable questions that were refused."""
    return _share([refused for answerable, refused in outcomes if not answerable])


def false_refusal_rate(outcomes: Iterable[tuple[bool, bool]]) -> float | None:
    """The share of the answerable questions that were refused."""
    return _share([refused for answerable, refused in outcomes if answerable])


def _share(refusals: list[bool]) -> float | None:
    return sum(refusals) / len(refusals) if refusals else None
