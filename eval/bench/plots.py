"""Draws the figures that measurements have written, as SVG.

    python -m eval.bench.plots [--retrieval FILE...] [--peers FILE...] [--search FILE...]
        [--ingest FILE] [--runs FILE...] -o FOLDER

recall.svg: recall@k of newsdesk and its peers, set by set. ablation.svg: what retrieval loses
without each of its parts. latency.svg: search by size of the archive and by filter. ingest.svg:
time by stage. risk.svg: of runs that newsdesk eval run -o wrote, how many answers are wrong where
only the surest are given, a panel a run. What no file is given for is not drawn.
        [--ingest FILE] [--briefing FILE] [--service FILE] -o FOLDER

recall.svg: recall@k of newsdesk and its peers, set by set. ablation.svg: what retrieval loses
without each of its parts. latency.svg: search by size of the archive and by filter. ingest.svg:
time by stage. briefing.svg: time and memory by the number of articles. service.svg: what a server
answers and holds by the number of its clients. What no file is given for is not drawn.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from eval.bench.briefing_size import Size
from eval.bench.command import ends_in_one_line, parser
from eval.bench.figures import (
    read_briefing,
    read_ingest,
    read_peers,
    read_retrieval,
    read_search,
    read_service,
)
from eval.bench.ingest import Figures as IngestFigures
from eval.bench.peers.comparison import Compared
from eval.bench.peers.systems import FORMS, NEWSDESK, Kind
from eval.bench.report import labelled
from eval.bench.retrieval import WHOLE, Retrieval
from eval.bench.search import Measured
from eval.bench.service_figures import ServiceLoad
from eval.bench.sets import ALL
from eval.bench.standings import Group
from eval.bench.tables import group_label
from eval.errors import EvalError
from eval.records import EvalRun
from eval.runs import load_run
from eval.summary import abstention

if TYPE_CHECKING:  # heavy: only its types are needed here
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

RECALL = {1: "R@1", 5: "R@5", 10: "R@10"}
ABLATED = "nDCG@10"
_PANEL = (2.9, 2.5)  # inches
_ACROSS = 4
_LINES: Mapping[Kind, str] = {
    "class defaults": "-",
    "hybrid": "--",
    "hybrid, Chinese words": ":",
}


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.plots", __doc__)
    for name in ("retrieval", "peers", "search", "runs"):
        asked.add_argument(f"--{name}", type=Path, nargs="+", default=[], metavar="FILE")
    asked.add_argument("--ingest", type=Path, metavar="FILE")
    asked.add_argument("--briefing", type=Path, metavar="FILE")
    asked.add_argument("--service", type=Path, metavar="FILE")
    asked.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    arguments = asked.parse_args()
    with ends_in_one_line("plots"), _styled():
        drawn = _drawn(arguments.retrieval, arguments.peers, arguments.search, arguments.ingest)
        if arguments.runs:
            drawn["risk"] = risk_plot([load_run(path) for path in arguments.runs])
        if arguments.briefing is not None:
            drawn["briefing"] = briefing_plot(read_briefing(arguments.briefing).figures)
        if arguments.service is not None:
            drawn["service"] = service_plot(read_service(arguments.service).figures)
        _save(drawn, arguments.output)


def recall_plot(found: Sequence[Compared]) -> "Figure":
    """Recall over k, a panel a set and language, a line a system."""
    chosen = [
        (group_label(one.name, group.field), group)
        for one in found
        for group in one.groups
        if group.kind == ALL
    ]
    if not chosen:
        raise EvalError("peers: no figures of all questions of a set; measure it anew")
    figure, panels = _panels(len(chosen), rows_apart=0.9)
    frameworks = list(dict.fromkeys(form.framework for form in FORMS.values()))
    for axes, (label, group) in zip(panels, chosen, strict=True):
        for name, standing in group.standings.items():
            form = FORMS[name]
            axes.plot(
                list(RECALL),
                [standing.metrics[metric].mean for metric in RECALL.values()],
                color=f"C{frameworks.index(form.framework)}",
                linestyle=_LINES[form.kind],
                linewidth=2.2 if name == NEWSDESK else 1,
                marker="o",
                markersize=3,
                label=name,
                zorder=3 if name == NEWSDESK else 2,
            )
        axes.set_title(label)
        axes.set_xticks(list(RECALL))
        axes.set_xlabel("k")
    panels[0].set_ylabel("recall@k")
    _legend(figure, panels[0])
    return figure


def ablation_plot(found: Sequence[Retrieval]) -> "Figure":
    """The difference that each part makes, a panel a group of questions; in grey where its interval
    holds zero."""
    chosen = [(label, group) for label, group in labelled(found) if len(group.standings) > 1]
    names = list(
        dict.fromkeys(name for _, group in chosen for name in group.standings if name != WHOLE)
    )
    if not names:
        raise EvalError(
            "nothing was left out; measure with python -m eval.bench.retrieval --ablate"
        )
    figure, panels = _panels(len(chosen), height=0.6 + 0.17 * len(names), share_y=True)
    for axes, (label, group) in zip(panels, chosen, strict=True):
        _draw_differences(axes, group, names)
        axes.set_title(label)
        axes.set_xlabel(f"{ABLATED} less {WHOLE}'s")
        axes.locator_params(axis="x", nbins=4)
    panels[0].set_yticks(range(len(names)), names)
    panels[0].invert_yaxis()
    return figure


def latency_plot(found: Sequence[Measured]) -> "Figure":
    """Median milliseconds over the number of chunks, a panel a kind of search, a line a filter."""
    filters = list(found[0].latencies)
    kinds = list(found[0].latencies[filters[0]])
    figure, panels = _panels(len(kinds))
    for axes, kind in zip(panels, kinds, strict=True):
        for name in filters:
            axes.plot(
                [one.chunks for one in found],
                [one.latencies[name][kind].p50 for one in found],
                marker="o",
                markersize=3,
                label=name,
            )
        axes.set_xscale("log")
        axes.set_ylim(bottom=0)
        axes.set_title(f"{kind} search")
        axes.set_xlabel("chunks")
    panels[0].set_ylabel("p50, ms")
    _legend(figure, panels[0])
    return figure


def ingest_plot(figures: IngestFigures) -> "Figure":
    """Seconds by stage, by the clock and of the processor."""
    stages = figures.largest_first()
    figure, (axes,) = _panels(1, width=5.5, height=0.8 + 0.3 * len(stages))
    places = range(len(stages))
    wall, cpu = [stage.wall for _, stage in stages], [stage.cpu for _, stage in stages]
    axes.barh([place - 0.2 for place in places], wall, height=0.4, label="wall")
    axes.barh([place + 0.2 for place in places], cpu, height=0.4, label="CPU")
    axes.set_yticks(places, [name for name, _ in stages])
    axes.invert_yaxis()
    axes.set_xlabel(f"seconds, for {figures.documents} documents")
    axes.legend(frameon=False)
    return figure


def risk_plot(runs: Sequence[EvalRun]) -> "Figure":
    """The share of answers that are wrong over that of questions answered, the surest first: a
    panel a run, a line an archive."""
    figure, panels = _panels(len(runs))
    for axes, run in zip(panels, runs, strict=True):
        for name, curve in abstention(run.records).items():
            axes.plot(
                [point.coverage for point in curve.points],
                [point.risk for point in curve.points],
                linewidth=1.2,
                label=f"{name.removeprefix('archive: ')}, area {curve.area:.3f}",
            )
        axes.set_title(run.manifest.dataset)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.03)
        axes.set_xlabel("coverage")
        axes.legend(frameon=False)
    panels[0].set_ylabel("risk")
    return figure


def briefing_plot(sizes: Sequence[Size]) -> "Figure":
    """Seconds, by the clock and of the processor, and the peak of memory, over the articles."""
    figure, (times, memory) = _panels(2)
    articles = [one.articles for one in sizes]
    wall, cpu = [one.seconds for one in sizes], [one.cpu for one in sizes]
    times.plot(articles, wall, marker="o", markersize=3, label="wall")
    times.plot(articles, cpu, marker="o", markersize=3, label="CPU")
    times.set_ylabel("seconds")
    times.legend(frameon=False)
    memory.plot(articles, [one.peak_mib for one in sizes], marker="o", markersize=3)
    memory.set_ylabel("peak MiB")
    for axes in (times, memory):
        axes.set_ylim(bottom=0)
        axes.set_xlabel("articles of a day")
    return figure


def service_plot(found: ServiceLoad) -> "Figure":
    """Milliseconds and requests a second over the clients, and what the server held over time."""
    kinds = list(dict.fromkeys(level.kind for level in found.levels))
    figure, (*times, rate, memory) = _panels(len(kinds) + 2)
    for kind, axes in zip(kinds, times, strict=True):
        levels = [level for level in found.levels if level.kind == kind]
        clients = [level.clients for level in levels]
        for name in ("p50", "p95", "p99"):
            values = [getattr(level, name) for level in levels]
            axes.plot(clients, values, marker="o", markersize=3, label=name)
        axes.set_title(kind)
        axes.set_ylabel("ms")
        axes.legend(frameon=False)
        values = [level.per_second for level in levels]
        rate.plot(clients, values, marker="o", markersize=3, label=kind)
    rate.set_ylabel("a second")
    rate.legend(frameon=False)
    numbers = sorted({level.clients for level in found.levels})
    for axes in (*times, rate):
        axes.set_xscale("log", base=2)
        axes.set_xticks(numbers, [str(number) for number in numbers], minor=False)
        axes.set_xlabel("clients")
    samples = found.memory.samples
    memory.plot([at / 60 for at, _ in samples], [mib for _, mib in samples], linewidth=1)
    memory.set_ylabel("MiB held")
    memory.set_xlabel("minutes")
    for axes in (*times, rate, memory):
        axes.set_ylim(bottom=0)
    return figure


def _drawn(
    retrieval: Sequence[Path], peers: Sequence[Path], search: Sequence[Path], ingest: Path | None
) -> "dict[str, Figure]":
    drawn = {}
    if peers:
        drawn["recall"] = recall_plot(read_peers(peers).figures)
    if retrieval:
        drawn["ablation"] = ablation_plot(read_retrieval(retrieval).figures)
    if search:
        drawn["latency"] = latency_plot(read_search(search).figures)
    if ingest is not None:
        drawn["ingest"] = ingest_plot(read_ingest(ingest).figures)
    return drawn


def _save(drawn: "Mapping[str, Figure]", folder: Path) -> None:
    if not drawn:
        raise EvalError("nothing to draw; name a file of figures")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, figure in drawn.items():
            figure.savefig(folder / f"{name}.svg", format="svg", metadata={"Date": None})
    except OSError as error:
        raise EvalError(f"{folder}: can't be written ({error.strerror})") from None


@contextmanager
def _styled() -> Iterator[None]:
    import matplotlib  # heavy: loaded on first use

    with matplotlib.rc_context():
        matplotlib.rc("font", size=8)
        matplotlib.rc("axes.spines", top=False, right=False)
        # Text as text, and the same ids every time: small files, which change with the figures.
        matplotlib.rc("svg", fonttype="none", hashsalt="newsdesk")
        yield


def _panels(
    count: int,
    *,
    width: float = _PANEL[0],
    height: float = _PANEL[1],
    rows_apart: float = 0.0,
    share_y: bool = False,
) -> "tuple[Figure, list[Axes]]":
    from matplotlib.figure import Figure  # heavy: loaded on first use

    across = min(count, _ACROSS)
    down = -(-count // across)
    figure = Figure(figsize=(width * across, height * down + rows_apart), layout="constrained")
    grid = figure.subplots(down, across, squeeze=False, sharey=share_y)
    panels = list(grid.flat)
    for unused in panels[count:]:
        unused.remove()
    return figure, panels[:count]


def _draw_differences(axes: "Axes", group: Group, names: Sequence[str]) -> None:
    axes.axvline(0, color="0.8", linewidth=0.8)
    for place, name in enumerate(names):
        if name in group.standings:
            value = group.standings[name].difference[ABLATED]
            color = "C0" if value.apart else "0.6"
            axes.plot([value.low, value.high], [place, place], color=color, linewidth=1)
            axes.plot([value.mean], [place], color=color, marker="o", markersize=3)


def _legend(figure: "Figure", axes: "Axes") -> None:
    lines, labels = axes.get_legend_handles_labels()
    figure.legend(lines, labels, loc="outside lower center", ncols=5, frameon=False)


if __name__ == "__main__":
    main()
