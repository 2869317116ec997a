"""Writes the tables of a page from the figures that measurements have written.

    python -m eval.bench.report PAGE.md [--retrieval FILE...] [--peers FILE...] [--search FILE...]
        [--ingest FILE] [--embedding FILE] [--service FILE]

A table stands between `<!-- figures: NAME -->` and `<!-- end of figures -->`, and replaces what
stood there. Names: retrieval and ablation (both from --retrieval), peers, search, ingest,
embedding, service. Each section ends with what it was measured on; figures of several machines or
embedding models can't stand in one. What no file is given for stays as it is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from eval.bench.command import ends_in_one_line, parser
from eval.bench.embedding import markdown as embedding_markdown
from eval.bench.figures import (
    read_embedding,
    read_ingest,
    read_peers,
    read_retrieval,
    read_search,
    read_service,
)
from eval.bench.ingest import markdown as ingest_markdown
from eval.bench.peers.table import markdown as peers_markdown
from eval.bench.provenance import Provenance
from eval.bench.retrieval import WHOLE, Retrieval
from eval.bench.scores import METRICS
from eval.bench.search import markdown as search_markdown
from eval.bench.service_figures import markdown as service_markdown
from eval.bench.standings import Group
from eval.bench.tables import (
    DIFFERENCES,
    difference,
    estimate,
    group_label,
    head,
    held_out_line,
    milliseconds,
    row,
)
from eval.errors import EvalError

_BEGIN = re.compile(r"<!-- figures: (\w+) -->")
_END = "<!-- end of figures -->"
_MARKER = re.compile(rf"{_BEGIN.pattern}|{_END}")


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.report", __doc__)
    asked.add_argument("page", type=Path)
    for name in ("retrieval", "peers", "search"):
        asked.add_argument(f"--{name}", type=Path, nargs="+", default=[], metavar="FILE")
    for name in ("ingest", "embedding", "service"):
        asked.add_argument(f"--{name}", type=Path, metavar="FILE")
    arguments = asked.parse_args()
    with ends_in_one_line("report"):
        sections = _several(arguments.retrieval, arguments.peers, arguments.search)
        sections |= _single(arguments.ingest, arguments.embedding, arguments.service)
        if not sections:
            raise EvalError("nothing to write; name a file of figures")
        _write(arguments.page, filled(_read(arguments.page), sections))


def filled(page: str, sections: Mapping[str, str]) -> str:
    """The page with each section in its place. Raises EvalError where one has no place, and where
    a place doesn't end before the next one begins."""
    places = _places(page)
    without = sections.keys() - places.keys()
    if without:
        raise EvalError(
            f"the page has no place for {min(without)}: put <!-- figures: {min(without)} --> and"
            f" {_END} where its tables shall stand"
        )
    written, at = "", 0
    for name, (start, end) in places.items():
        if name in sections:
            written += f"{page[at:start]}\n\n{sections[name].strip()}\n\n"
            at = end
    return written + page[at:]


def retrieval_tables(found: Sequence[Retrieval]) -> str:
    """newsdesk's own quality by set, field and kind of question, and what a search takes."""
    held_out = held_out_line({one.name: one.folds for one in found})
    return _paragraphs(["\n".join(_quality(found)), held_out, "\n".join(_latencies(found))])


def ablation_tables(found: Sequence[Retrieval]) -> str:
    """By metric, what each variant gives more or less than newsdesk as a whole."""
    tables = ["\n".join(_ablation(found, metric)) for metric in DIFFERENCES]
    return _paragraphs([*tables, held_out_line({one.name: one.folds for one in found})])


def labelled(found: Sequence[Retrieval]) -> Iterator[tuple[str, Group]]:
    """Each group of questions with a short name: set, language and kind, where there are several
    kinds."""
    for one in found:
        several = len({group.kind for group in one.groups}) > 1
        for group in one.groups:
            yield group_label(one.name, group.field, group.kind if several else ""), group


def _several(
    retrieval: Sequence[Path], peers: Sequence[Path], search: Sequence[Path]
) -> dict[str, str]:
    """Of measurements that may lie in several files."""
    sections = {}
    if retrieval:
        found = read_retrieval(retrieval)
        sections["retrieval"] = _section(retrieval_tables(found.figures), found.provenance)
        ablated = [one for one in found.figures if len(one.groups[0].standings) > 1]
        if ablated:
            sections["ablation"] = _section(ablation_tables(ablated), found.provenance)
    if peers:
        compared = read_peers(peers)
        tables = "\n".join(map(peers_markdown, compared.figures))
        sections["peers"] = _section(tables, compared.provenance)
    if search:
        searched = read_search(search)
        sections["search"] = _section(search_markdown(searched.figures), searched.provenance)
    return sections


def _single(ingest: Path | None, embedding: Path | None, service: Path | None) -> dict[str, str]:
    sections = {}
    if ingest is not None:
        taken_in = read_ingest(ingest)
        sections["ingest"] = _section(ingest_markdown(taken_in.figures), taken_in.provenance)
    if embedding is not None:
        embedded = read_embedding(embedding)
        sections["embedding"] = _section(embedding_markdown(embedded.figures), embedded.provenance)
    if service is not None:
        loaded = read_service(service)
        sections["service"] = _section(service_markdown(loaded.figures), loaded.provenance)
    return sections


def _section(tables: str, made: Provenance) -> str:
    return _paragraphs([tables.strip(), made.line()])


def _paragraphs(parts: Sequence[str]) -> str:
    """Those that say anything, a blank line between them."""
    return "\n\n".join(filter(None, parts))


def _places(page: str) -> dict[str, tuple[int, int]]:
    """By name, where a section's text starts and ends."""
    places: dict[str, tuple[int, int]] = {}
    begun: re.Match[str] | None = None
    for marker in _MARKER.finditer(page):
        if (marker[1] is None) != (begun is not None):
            raise EvalError(f"the page's markers aren't paired: {_line(page, marker)} is off")
        if begun is None:
            begun = marker
        elif begun[1] in places:
            raise EvalError(f"the page has two places for {begun[1]}; leave one")
        else:
            places[begun[1]] = (begun.end(), marker.start())
            begun = None
    if begun is not None:
        raise EvalError(f"the page's markers aren't paired: {_line(page, begun)} has no {_END}")
    return places


def _line(page: str, marker: re.Match[str]) -> str:
    return f"{marker[0]} in line {page.count(chr(10), 0, marker.start()) + 1}"


def _read(page: Path) -> str:
    try:
        return page.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"{page}: can't be read ({error}); name a Markdown page") from None


def _write(page: Path, text: str) -> None:
    try:
        page.write_text(text, encoding="utf-8")
    except OSError as error:
        raise EvalError(f"{page}: can't be written ({error.strerror})") from None


def _quality(found: Sequence[Retrieval]) -> Iterator[str]:
    yield head(["", "questions", *METRICS])
    for label, group in labelled(found):
        metrics = group.standings[WHOLE].metrics
        yield row([label, str(group.questions), *(estimate(metrics[name]) for name in METRICS)])


def _latencies(found: Sequence[Retrieval]) -> Iterator[str]:
    yield head(["", "documents", "chunks", "p50, ms", "p95, ms", "CPU p50, ms"])
    for one in found:
        for field, cost in one.latencies.items():
            label = group_label(one.name, field)
            yield row([label, str(one.documents), str(one.chunks), *milliseconds(cost)])


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
    """Empty where the group wasn't asked so."""
    if name not in group.standings:
        return ""
    return difference(group.standings[name].difference[metric])


if __name__ == "__main__":
    main()
