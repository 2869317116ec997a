"""Whether the confidence in a page's split into articles ranks pages as their F1 does.

    python -m eval.bench.split_confidence FOLDER... [--fit] [--draws 2] [--json FILE]

Each page of the folders (NAME.txt or NAME.pdf beside NAME.gold.json) is read as it is and damaged
in ten ways, each lightly, by half and gravely, several times by chance. Every other page is held
out: the model is fitted to the first half (--fit prints its weights for rag/reading/split.py), and
both halves are reported by the weights in use.
"""

import json
import random
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from eval.bench.command import count, ends_in_one_line, new_file, parser, tell
from eval.bench.damaged_pages import DAMAGES, KnownPage, article_f1, known_pages, read_rows
from eval.bench.tables import head, row
from rag.reading.split_signals import SplitSignals

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHARES = (0.15, 0.5, 1.0)
BAR = 0.9
_BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.01)
_RIDGE, _RATE, _STEPS = 0.002, 0.3, 6000


@dataclass(frozen=True, slots=True)
class Measured:
    """One reading of one page. f1: of its articles. signals: their values, in order."""

    page: str
    damage: str
    share: float
    held_out: bool
    f1: float
    confidence: float
    signals: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """How confidence and F1 agree over pages. spearman: of their ranks. auroc: how often a page
    with an F1 of BAR or more has more confidence than one below. error: the mean distance of
    confidence and F1."""

    pages: int
    right: int
    spearman: float
    auroc: float
    error: float


def measure(pages: Sequence[KnownPage], draws: int) -> list[Measured]:
    """Every page as it is and in every damage; the same each time."""
    found = []
    for number, page in enumerate(pages):
        held_out = number % 2 == 1
        found.append(_one(page, "none", 0.0, 0, held_out))
        for damage in DAMAGES:
            for share in SHARES:
                for draw in range(draws):
                    found.append(_one(page, damage, share, draw, held_out))
        tell(f"{page.name}: {len(found)} readings so far")
    return [one for one in found if one is not None]


def _one(page: KnownPage, damage: str, share: float, draw: int, held_out: bool) -> Measured | None:
    chance = random.Random(f"{page.name} {damage} {share} {draw}")
    rows = list(page.rows)
    if damage != "none":
        rows = DAMAGES[damage](rows, share, chance)
    read = read_rows(rows, page.name)
    if read is None or read.split.confidence is None:
        return None
    f1 = article_f1(read.articles, page.bodies)
    measured = dict(read.split.signals)
    signals = tuple(measured.get(name, 0.0) for name in SplitSignals.names())
    return Measured(page.name, damage, share, held_out, f1, read.split.confidence, signals)


def ranking(found: Sequence[Measured]) -> Ranking:
    """How confidence and F1 agree. Takes at least one page on either side of BAR."""
    confidences = [one.confidence for one in found]
    good = [one.confidence for one in found if one.f1 >= BAR]
    bad = [one.confidence for one in found if one.f1 < BAR]
    won = sum((g > b) + 0.5 * (g == b) for g in good for b in bad)
    return Ranking(
        len(found),
        len(good),
        _correlation(_ranks(confidences), _ranks([one.f1 for one in found])),
        won / (len(good) * len(bad)),
        sum(abs(one.confidence - one.f1) for one in found) / len(found),
    )


def fitted(found: Sequence[Measured]) -> tuple[float, "NDArray[np.float64]"]:
    """Bias and weights, none below 0, of a logistic model of the F1, by gradient descent. Pages as
    they are weigh as much as all damaged ones: most of what is read is whole."""
    import numpy as np  # heavy: loaded on first use

    signals = np.array([one.signals for one in found])
    wanted = np.array([one.f1 for one in found])
    whole = np.array([one.damage == "none" for one in found])
    share = np.where(whole, 0.5 / whole.sum(), 0.5 / (~whole).sum())
    bias, weights = 2.0, np.ones(signals.shape[1])
    scale = np.maximum(signals.std(axis=0), 0.02)
    signals = signals / scale
    for _ in range(_STEPS):
        off = 1 / (1 + np.exp(signals @ weights - bias)) - wanted
        bias -= _RATE * float(share @ off)
        weights = np.maximum(weights + _RATE * (signals.T @ (share * off) - _RIDGE * weights), 0.0)
    return bias, weights / scale


def report(found: Sequence[Measured]) -> str:
    """Tables of both halves, of the confidence's bins and of the damages."""
    lines = [head(["Pages", "Readings", f"F1 {BAR} or more", "Spearman", "AUROC", "Mean error"])]
    for name, half in (("fitted to", False), ("held out", True)):
        one = ranking([m for m in found if m.held_out is half])
        lines.append(
            row(
                [
                    *(name, str(one.pages), str(one.right)),
                    *(f"{value:.3f}" for value in (one.spearman, one.auroc, one.error)),
                ]
            )
        )
    held = [one for one in found if one.held_out]
    lines += ["", head(["Confidence, held out", "Readings", "Mean confidence", "Mean F1"])]
    for low, high in pairwise(_BINS):
        inside = [one for one in held if low <= one.confidence < high]
        if inside:
            lines.append(row([f"{low:.1f}-{min(high, 1.0):.1f}", *_means(inside)]))
    lines += ["", head(["Damage, held out", "Readings", "Mean confidence", "Mean F1"])]
    for damage in ("none", *DAMAGES):
        lines.append(row([damage, *_means([one for one in held if one.damage == damage])]))
    return "\n".join(lines)


def _means(found: Sequence[Measured]) -> list[str]:
    size = max(len(found), 1)
    confidence, f1 = sum(one.confidence for one in found), sum(one.f1 for one in found)
    return [str(len(found)), f"{confidence / size:.2f}", f"{f1 / size:.2f}"]


def _ranks(values: Sequence[float]) -> list[float]:
    """Ranks, those of equal values their mean."""
    ordered = sorted(range(len(values)), key=lambda i: values[i])
    ranks = [0.0] * len(values)
    start = 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and values[ordered[end]] == values[ordered[start]]:
            end += 1
        for i in ordered[start:end]:
            ranks[i] = (start + end - 1) / 2
        start = end
    return ranks


def _correlation(one: Sequence[float], other: Sequence[float]) -> float:
    import numpy as np  # heavy: loaded on first use

    return float(np.corrcoef(one, other)[0, 1])


def main() -> None:
    arguments = parser("eval.bench.split_confidence", __doc__)
    arguments.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    arguments.add_argument("--fit", action="store_true", help="print the weights fitted anew")
    arguments.add_argument("--draws", type=count, default=2, help="of each damage (default 2)")
    arguments.add_argument("--json", type=new_file, metavar="FILE", help="write every reading")
    given = arguments.parse_args()
    with ends_in_one_line("split_confidence"):
        pages = [page for folder in given.folders for page in known_pages(folder)]
        found = measure(pages, given.draws)
    if given.json:
        given.json.write_text(json.dumps([asdict(one) for one in found]))
    if given.fit:
        bias, weights = fitted([one for one in found if not one.held_out])
        sys.stdout.write(f"_BIAS = {bias:.2f}\n")
        for name, weight in zip(SplitSignals.names(), weights, strict=True):
            sys.stdout.write(f"    {name}={weight:.2f},\n")
    sys.stdout.write(report(found) + "\n")


if __name__ == "__main__":
    main()
