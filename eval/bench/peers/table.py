"""The figures of a comparison as Markdown."""

from collections.abc import Iterator
from statistics import median

from eval.bench.peers.comparison import Compared, Group, Standing
from eval.bench.peers.scores import METRICS, Estimate
from eval.bench.peers.systems import FORMS, NEWSDESK

_DIFFERENCES = ("R@1", "nDCG@10")


def markdown(compared: Compared) -> str:
    """A table of quality for each group of questions, then one of costs."""
    return "\n".join([*_quality(compared), *_costs(compared)])


def best_peer(group: Group, metric: str) -> str:
    """The system other than newsdesk that stands first; the earlier one where two are level."""
    peers = [name for name in group.standings if name != NEWSDESK]
    return max(peers, key=lambda name: group.standings[name].metrics[metric].mean)


def _quality(compared: Compared) -> Iterator[str]:
    differences = [f"{metric} less newsdesk's" for metric in _DIFFERENCES]
    for group in compared.groups:
        yield (
            f"### {compared.name}, {group.field}, {group.kind}:"
            f" {group.questions} questions, {compared.documents} documents\n"
        )
        yield _row(["", *METRICS, *differences])
        yield _row(["---"] * (1 + len(METRICS) + len(differences)))
        best = best_peer(group, "nDCG@10") if len(group.standings) > 1 else ""
        for name, standing in group.standings.items():
            yield _row([_label(name, name == best), *_figures(standing)])
        yield ""


def _figures(standing: Standing) -> Iterator[str]:
    for metric in METRICS:
        yield _estimate(standing.metrics[metric])
    for metric in _DIFFERENCES:
        yield _estimate(standing.difference[metric], "+") if standing.difference else ""


def _costs(compared: Compared) -> Iterator[str]:
    yield f"### {compared.name}: costs\n"
    heads = ["passages", "embedding, CPU-s", "index else, CPU-s", "search p50, ms", "peak, MiB"]
    yield _row(["", *heads])
    yield _row(["---"] * (1 + len(heads)))
    for name, cost in compared.costs.items():
        yield _row(
            [
                _label(name, False),
                str(cost.passages),
                f"{cost.embedding_cpu_seconds:.0f}",
                f"{cost.index_cpu_seconds:.1f}",
                f"{median(cost.query_ms):.1f}",
                f"{cost.peak_mib:.0f}",
            ]
        )
    yield ""


def _label(name: str, best: bool) -> str:
    form = FORMS[name]
    kind = "default" if form.default else "hybrid"
    text = form.framework if name == NEWSDESK else f"{form.framework}, {kind}: {form.retrieval}"
    return f"**{text}**" if best else text


def _estimate(estimate: Estimate, sign: str = "") -> str:
    mean, low, high = (
        f"{value:{sign}.3f}" for value in (estimate.mean, estimate.low, estimate.high)
    )
    return f"{mean} ({low} to {high})"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
