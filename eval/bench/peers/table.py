"""The figures of a comparison as Markdown."""

from collections.abc import Iterator

from eval.bench.peers.comparison import Compared
from eval.bench.peers.systems import FORMS, NEWSDESK
from eval.bench.standings import Group
from eval.bench.tables import group_label, head, held_out_line, quality, row


def markdown(compared: Compared) -> str:
    """A table of quality for each group of questions, then one of costs."""
    return "\n".join([*_quality(compared), *_costs(compared)])


def best_peer(group: Group, metric: str) -> str:
    """The system other than newsdesk that stands first; the earlier one where two are level. Empty
    without any."""
    peers = [name for name in group.standings if name != NEWSDESK]
    return max(peers, key=lambda name: group.standings[name].metrics[metric].mean, default="")


def _quality(compared: Compared) -> Iterator[str]:
    held_out = ", newsdesk held out" if compared.folds else ""
    for group in compared.groups:
        yield (
            f"### {compared.name}, {group.field}, {group.kind}:"
            f" {group.questions} questions, {compared.documents} documents{held_out}\n"
        )
        best = best_peer(group, "nDCG@10")
        labels = {name: _label(name, name == best) for name in group.standings}
        yield from quality(group, NEWSDESK, labels.__getitem__)
        yield ""
    if compared.folds:
        yield f"{held_out_line({compared.name: compared.folds})}\n"


def _costs(compared: Compared) -> Iterator[str]:
    yield f"### {compared.name}: costs\n"
    fields = list(next(iter(compared.costs.values())).latencies)
    searches = [
        cell
        for name in (group_label("search", field) for field in fields)
        for cell in (f"{name}: ms, p50 (p95)", f"{name}: CPU-ms, p50")
    ]
    yield head(["", "passages", "embedding, CPU-s", "index else, CPU-s", *searches, "peak, MiB"])
    for name, cost in compared.costs.items():
        yield row(
            [
                _label(name, False),
                str(cost.passages),
                f"{cost.embedding_cpu_seconds:.0f}",
                f"{cost.index_cpu_seconds:.1f}",
                *(
                    cell
                    for of_field in (cost.latencies[field] for field in fields)
                    for cell in (
                        f"{of_field.p50:.1f} ({of_field.p95:.1f})",
                        f"{of_field.cpu_p50:.1f}",
                    )
                ),
                f"{cost.peak_mib:.0f}",
            ]
        )
    yield ""


def _label(name: str, best: bool) -> str:
    form = FORMS[name]
    text = (
        form.framework if name == NEWSDESK else f"{form.framework}, {form.kind}: {form.retrieval}"
    )
    return f"*{text}*" if best else text
