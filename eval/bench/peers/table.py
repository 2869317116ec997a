"""The figures of a comparison as Markdown."""

from collections.abc import Iterator
from statistics import median

from eval.bench.peers.comparison import Compared
from eval.bench.peers.systems import FORMS, NEWSDESK
from eval.bench.standings import Group
from eval.bench.tables import head, quality, row


def markdown(compared: Compared) -> str:
    """A table of quality for each group of questions, then one of costs."""
    return "\n".join([*_quality(compared), *_costs(compared)])


def best_peer(group: Group, metric: str) -> str:
    """The system other than newsdesk that stands first; the earlier one where two are level."""
    peers = [name for name in group.standings if name != NEWSDESK]
    return max(peers, key=lambda name: group.standings[name].metrics[metric].mean)


def _quality(compared: Compared) -> Iterator[str]:
    for group in compared.groups:
        yield (
            f"### {compared.name}, {group.field}, {group.kind}:"
            f" {group.questions} questions, {compared.documents} documents\n"
        )
        best = best_peer(group, "nDCG@10") if len(group.standings) > 1 else ""
        labels = {name: _label(name, name == best) for name in group.standings}
        yield from quality(group, NEWSDESK, labels.__getitem__)
        yield ""


def _costs(compared: Compared) -> Iterator[str]:
    yield f"### {compared.name}: costs\n"
    costs = ["passages", "embedding, CPU-s", "index else, CPU-s", "search p50, ms", "peak, MiB"]
    yield head(["", *costs])
    for name, cost in compared.costs.items():
        yield row(
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
