"""Figures as Markdown tables."""

from collections.abc import Callable, Iterator, Sequence

from eval.bench.scores import METRICS, Estimate
from eval.bench.standings import Group

DIFFERENCES = ("R@1", "nDCG@10")


def row(cells: Sequence[str]) -> str:
    """One line of a table."""
    return f"| {' | '.join(cells)} |"


def head(cells: Sequence[str]) -> str:
    """The two lines that begin a table."""
    return f"{row(cells)}\n{row(['---'] * len(cells))}"


def estimate(value: Estimate, sign: str = "") -> str:
    """A mean with its interval. sign: `+` for a difference."""
    mean, low, high = (f"{one:{sign}.3f}" for one in (value.mean, value.low, value.high))
    return f"{mean} ({low} to {high})"


def quality(group: Group, reference: str, label: Callable[[str], str]) -> Iterator[str]:
    """A table of one group: a row a system, in their order, with its metrics and, where there are
    several, its differences to `reference`."""
    compared = DIFFERENCES if len(group.standings) > 1 else ()
    yield head(["", *METRICS, *(f"{metric} less {reference}'s" for metric in compared)])
    for name, standing in group.standings.items():
        figures = [estimate(standing.metrics[metric]) for metric in METRICS]
        differences = [
            estimate(standing.difference[metric], "+") if standing.difference else ""
            for metric in compared
        ]
        yield row([label(name), *figures, *differences])
