"""Abstention: refusing where the archive holds no answer, and only there.

All take (answerable, refused) pairs, one a question, and give a share between 0 and 1, or None
where nothing of the kind happened.
"""

from collections.abc import Iterable


def refusal_recall(outcomes: Iterable[tuple[bool, bool]]) -> float | None:
    """The share of the unanswerable questions that were refused."""
    return _share([refused for answerable, refused in outcomes if not answerable])


def refusal_precision(outcomes: Iterable[tuple[bool, bool]]) -> float | None:
    """The share of the refusals whose question is unanswerable; None where nothing was refused."""
    return _share([not answerable for answerable, refused in outcomes if refused])


def refusal_f1(outcomes: Iterable[tuple[bool, bool]]) -> float | None:
    """The F1 of refusal precision and recall: 0 where all refusals are wrong or none was made of
    those that were due; None where none was made and none due."""
    pairs = list(outcomes)
    right = sum(refused and not answerable for answerable, refused in pairs)
    due = sum(not answerable for answerable, _ in pairs)
    made = sum(refused for _, refused in pairs)
    return 2 * right / (due + made) if due + made else None


def false_refusal_rate(outcomes: Iterable[tuple[bool, bool]]) -> float | None:
    """The share of the answerable questions that were refused."""
    return _share([refused for answerable, refused in outcomes if answerable])


def _share(cases: list[bool]) -> float | None:
    return sum(cases) / len(cases) if cases else None
