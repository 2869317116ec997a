"""Writes the tables of a page from the figures that measurements have written.

    python -m eval.bench.report PAGE.md [--retrieval FILE...] [--peers FILE...] [--search FILE...]
        [--ingest FILE]

A table stands between `<!-- figures: NAME -->` and `<!-- end of figures -->`, and replaces what
stood there. Names: retrieval and ablation (both from --retrieval), peers, search, ingest. What no
file is given for stays as it is.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from eval.bench.figures import read_ingest, read_peers, read_retrieval, read_search
from eval.bench.ingest import Figures as IngestFigures
from eval.bench.peers.table import markdown as peers_markdown
from eval.bench.retrieval import WHOLE, Retrieval
from eval.bench.scores import METRICS, Estimate
from eval.bench.search import Measured
from eval.bench.standings import Group
from eval.bench.tables import DIFFERENCES, estimate, head, row
from eval.errors import EvalError
from rag.errors import NewsdeskError

_BLOCK = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end of figures -->)", re.DOTALL)


def main() -> None:
    """The command that the module's description shows."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.bench.report",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("page", type=Path)
    for name in ("retrieval", "peers", "search"):
        parser.add_argument(f"--{name}", type=Path, nargs="+", default=[], metavar="FILE")
    parser.add_argument("--ingest", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    try:
        sections = _sections(
            arguments.retrieval, arguments.peers, arguments.search, arguments.ingest
        )
        page = _page(arguments.page)
        arguments.page.write_text(filled(page, sections), encoding="utf-8")
    except NewsdeskError as error:
        sys.exit(f"report: {error}")


def filled(page: str, sections: Mapping[str, str]) -> str:
    """The page with each section in its place. Raises EvalError where one has no place."""
    without = sections.keys() - {block[2] for block in _BLOCK.finditer(page)}
    if without:
        raise EvalError(
            f"the page has no place for {min(without)}: put <!-- figures: {min(without)} --> and"
            " <!-- end of figures --> where its tables shall stand"
        )
    return _BLOCK.sub(
        lambda block: (
            f"{block[1]}\n{sections[block[2]].strip()}\n\n{block[3]}"
            if block[2] in sections
            else block[0]
        ),
        page,
    )


def retrieval_tables(found: Sequence[Retrieval]) -> str:
    """newsdesk's own quality by set, field and kind of question, and what a search takes."""
    return "\n".join([*_quality(found), "", *_latencies(found)])


def ablation_tables(found: Sequence[Retrieval]) -> str:
    """By metric, what each variant gives more or less than newsdesk as a whole."""
    return "\n\n".join("\n".join(_ablation(found, metric)) for metric in DIFFERENCES)


def search_tables(found: Sequence[Measured]) -> str:
    """Milliseconds by size and filter, and what an archive of each size takes."""
    return "\n".join([*_milliseconds(found), "", *_archives(found)])


def ingest_tables(figures: IngestFigures) -> str:
    """The pace of an ingest, and its time by stage."""
    return "\n".join(_ingest(figures))


def labelled(found: Sequence[Retrieval]) -> Iterator[tuple[str, Group]]:
    """Each group of questions with a short name: set, language and kind, where there are several
    kinds."""
    for one in found:
        several = len({group.kind for group in one.groups}) > 1
        for group in one.groups:
            yield group_label(one.name, group.field, group.kind if several else ""), group


def group_label(name: str, field: str, kind: str = "") -> str:
    """`set`, `set, en` or `set, en, kind`."""
    language = field.removeprefix("question").strip("_")
    return ", ".join(part for part in (name, language, kind) if part)


def apart(difference: Estimate) -> bool:
    """Whether an interval leaves out zero."""
    return difference.low > 0 or difference.high < 0


def _sections(
    retrieval: Sequence[Path], peers: Sequence[Path], search: Sequence[Path], ingest: Path | None
) -> dict[str, str]:
    sections = {}
    if retrieval:
        found = read_retrieval(retrieval)
        sections["retrieval"] = retrieval_tables(found)
        ablated = [one for one in found if len(one.groups[0].standings) > 1]
        if ablated:
            sections["ablation"] = ablation_tables(ablated)
    if peers:
        sections["peers"] = "\n".join(map(peers_markdown, read_peers(peers)))
    if search:
        sections["search"] = search_tables(read_search(search))
    if ingest is not None:
        sections["ingest"] = ingest_tables(read_ingest(ingest))
    return sections


def _page(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"{path}: can't be read ({error}); name a Markdown page") from None


def _quality(found: Sequence[Retrieval]) -> Iterator[str]:
    yield head(["", "questions", *METRICS])
    for label, group in labelled(found):
        metrics = group.standings[WHOLE].metrics
        yield row([label, str(group.questions), *(estimate(metrics[name]) for name in METRICS)])


def _latencies(found: Sequence[Retrieval]) -> Iterator[str]:
    yield head(["", "documents", "chunks", "p50, ms", "p95, ms", "CPU p50, ms"])
    for one in found:
        for field, cost in one.latencies.items():
            milliseconds = (f"{ms:.1f}" for ms in (cost.p50, cost.p95, cost.cpu_p50))
            label = group_label(one.name, field)
            yield row([label, str(one.documents), str(one.chunks), *milliseconds])


def _ablation(found: Sequence[Retrieval], metric: str) -> Iterator[str]:
    columns = dict(labelled(found))
    yield head([metric, *columns])
    yield row(
        [f"**{WHOLE}**"]
        + [f"{group.standings[WHOLE].metrics[metric].mean:.3f}" for group in columns.values()]
    )
    names = dict.fromkeys(name for group in columns.values() for name in group.standings)
    for name in names:
        if name != WHOLE:
            yield row([name, *(_difference(group, name, metric) for group in columns.values())])


def _difference(group: Group, name: str, metric: str) -> str:
    """In bold where its interval leaves out zero."""
    if name not in group.standings:
        return ""
    value = group.standings[name].difference[metric]
    text = estimate(value, "+")
    return f"**{text}**" if apart(value) else text


def _milliseconds(found: Sequence[Measured]) -> Iterator[str]:
    kinds = list(next(iter(found[0].latencies.values())))
    yield head(["chunks", "let through", *(f"{kind}, p50 (p95)" for kind in kinds)])
    for one in found:
        for name, costs in one.latencies.items():
            through = "all, no filter" if name == "none" else name
            cells = [f"{costs[kind].p50:.1f} ({costs[kind].p95:.1f})" for kind in kinds]
            yield row([str(one.chunks), through, *cells])


def _archives(found: Sequence[Measured]) -> Iterator[str]:
    yield head(
        [
            "chunks",
            "open, s",
            "first search, s",
            "first with a filter, s",
            "on disk, MiB",
            "in memory, MiB",
            "recall without a filter",
        ]
    )
    for one in found:
        resident = "" if one.resident_mib is None else f"{one.resident_mib:.0f}"
        seconds = (one.open_s, one.first_search_s, one.first_filtered_search_s)
        yield row(
            [
                str(one.chunks),
                *(f"{value:.2f}" for value in seconds),
                f"{one.disk_mib:.0f}",
                resident,
                f"{one.recall:.3f}",
            ]
        )


def _ingest(figures: IngestFigures) -> Iterator[str]:
    seconds = figures.seconds
    yield head(
        ["documents", "chunks", "s", "documents/s", "embedder at work", "peak, MiB", "again, s"]
    )
    yield row(
        [
            str(figures.documents),
            str(figures.chunks),
            f"{seconds:.1f}",
            f"{figures.documents / seconds:.1f}",
            f"{figures.busy:.1%}",
            f"{figures.peak_mib:.0f}",
            f"{figures.again_seconds:.1f}",
        ]
    )
    yield ""
    yield head(["stage", "wall, s", "of the time", "CPU, s", "of the CPU time"])
    for name, stage in sorted(figures.stages.items(), key=lambda item: -item[1].cpu):
        wall, cpu = stage.wall / seconds, stage.cpu / figures.cpu_seconds
        yield row([name, f"{stage.wall:.1f}", f"{wall:.1%}", f"{stage.cpu:.1f}", f"{cpu:.1%}"])


if __name__ == "__main__":
    main()
