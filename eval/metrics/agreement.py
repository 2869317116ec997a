"""Agreement of two judges on the same cases, beyond what chance gives."""

from collections.abc import Hashable, Sequence


def cohens_kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> float | None:
    """Cohen's kappa (1960) of two judges' labels, computed by scikit-learn.

    1 for full agreement, 0 for what chance gives, down to -1. None where it is undefined: without
    cases, or where both gave one and the same label throughout. Raises ValueError where the judges
    differ in how many cases they judged.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} labels and {len(second)}: both must judge every case")
    numbers = {label: number for number, label in enumerate(dict.fromkeys((*first, *second)))}
    if len(numbers) < 2:
        return None
    from sklearn.metrics import cohen_kappa_score  # heavy: loaded on first use

    labels = ([numbers[label] for label in judge] for judge in (first, second))
    return float(cohen_kappa_score(*labels))
