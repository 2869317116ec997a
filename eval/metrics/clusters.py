"""How well articles are put together that belong together."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class BCubed(NamedTuple):
    """Precision, recall and their harmonic mean, each from 0 to 1."""

    precision: float
    recall: float
    f1: float


def b_cubed(groups: Sequence[Sequence[str]], gold: Mapping[str, str]) -> BCubed:
    """B-cubed (Bagga and Baldwin 1998): for each item the share of its group that belongs with it,
    and the share of what belongs with it that its group holds, each averaged over the items.

    groups: ids, each in one group. gold: the class of each id. Raises ValueError where the groups
    hold other ids than `gold`.
    """
    if sorted(one for group in groups for one in group) != sorted(gold):
        raise ValueError("the groups hold other ids than were given a class")
    sizes: dict[str, int] = {}
    for name in gold.values():
        sizes[name] = sizes.get(name, 0) + 1
    precision = recall = 0.0
    for group in groups:
        for one in group:
            same = sum(gold[other] == gold[one] for other in group)
            precision += same / len(group)
            recall += same / sizes[gold[one]]
    count = max(1, len(gold))
    precision, recall = precision / count, recall / count
    both = precision + recall
    return BCubed(precision, recall, 2 * precision * recall / both if both else 0.0)
