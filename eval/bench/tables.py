"""Figures as Markdown tables."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from eval.bench.latency import Latency
from eval.bench.scores import METRICS
from eval.bench.standings import Group
from eval.metrics import Estimate

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


def difference(value: Estimate) -> str:
    """A difference with its interval; in bold where that leaves out zero."""
    text = estimate(value, "+")
    return f"**{text}**" if value.apart else text


def quality(group: Group, reference: str, label: Callable[[str], str]) -> Iterator[str]:
    """A table of one group: a row a system, in their order, with its metrics and, where there are
    several, its differences to `reference`."""
    compared = DIFFERENCES if len(group.standings) > 1 else ()
    yield head(["", *METRICS, *(f"{metric} less {reference}'s" for metric in compared)])
    for name, standing in group.standings.items():
        figures = [estimate(standing.metrics[metric]) for metric in METRICS]
        differences = [
            difference(standing.difference[metric]) if standing.difference else ""
            for metric in compared
        ]
        yield row([label(name), *figures, *differences])


def group_label(name: str, field: str, kind: str = "") -> str:
    """`set`, `set, en` or `set, en, kind`."""
    language = field.removeprefix("question").strip("_")
    return ", ".join(part for part in (name, language, kind) if part)


def milliseconds(cost: Latency) -> list[str]:
    """Cells: median, 95th percentile, median of processor time."""
    return [f"{value:.1f}" for value in (cost.p50, cost.p95, cost.cpu_p50)]


def held_out_line(folds: Mapping[str, int]) -> str:
    """Which sets are held out, and how. folds: by set, 0 where it isn't; empty where none is."""
    by_count = {
        count: [name for name in folds if folds[name] == count]
        for count in sorted(set(folds.values()) - {0})
    }
    return "\n\n".join(
        f"Held out, {count} folds: {', '.join(names)}. Each question was asked through a projection"
        " of late interaction that was trained without its documents and the questions about them."
        for count, names in by_count.items()
    )
