"""How well newsdesk finds the documents that answer a question, and what its parts are worth.

    python -m eval.bench.retrieval SETS... [--ablate] [--documents N] [--home FOLDER] [--json FILE]
        [--held-out FOLDER]

SETS: path prefixes; of each, PREFIX.docs*.jsonl (`id`, `text`, perhaps `date`) and
PREFIX.questions.jsonl (`gold`, with `question` or `question_<language>`, and perhaps a `type` to
split the figures by) are read. The documents go into an archive of their own, with the embedding
model and the reranker that the settings name. Every question is then searched for 60 chunks; a
document's rank is that of its best chunk. Shown are means with 95 % bootstrap intervals over the
questions, and milliseconds of a search. With --ablate the same questions are asked again with parts
of retrieval left out, one at a time, and with simpler ways to search; differences are paired by
question. With --home archives are kept there, a folder a set, and used again.

The projection of late interaction is trained on questions. With --held-out FOLDER, which
`python -m eval.training.late_interaction --keep-folds FOLDER` fills, each question of a set that
its folds left documents out of is asked of an archive of the whole set that was indexed through the
projection of the fold that left its own documents out: there is an archive a fold. Times, and the
number of chunks, are always the first archive's, of which all questions are asked.
"""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from eval.bench.command import count, ends_in_one_line, new_file, parser, tell
from eval.bench.held_out import Fold, Part, check, folds_of, load_folds, merged, parts
from eval.bench.latency import Latency, latency, timed
from eval.bench.provenance import Measurement, provenance, write
from eval.bench.sets import RetrievalSet, load_sets
from eval.bench.standings import Group, Ranked, groups
from eval.bench.tables import head, held_out_line, milliseconds, quality, row
from eval.bench.variants import Rankers, documents, variants
from eval.bench.vectors import SharedVectors
from eval.errors import EvalError
from rag.desk import Desk
from rag.indexing.embedding.base import Embedder
from rag.indexing.embedding.providers import open_embedder
from rag.indexing.pipeline import manifest_of
from rag.settings import load_settings
from store.library import Library

WHOLE = "newsdesk"
CHUNKS = 60  # searched for: ten documents and more, unless one has many fitting chunks


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The figures of one set. ingest_s: None where the archive was kept from before. folds: by how
    many it is held out; 0 where it is asked through the package's own projection. latencies: of
    newsdesk's own search, by field."""

    name: str
    documents: int
    chunks: int
    ingest_s: float | None
    folds: int
    groups: tuple[Group, ...]
    latencies: Mapping[str, Latency]


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.retrieval", __doc__)
    asked.add_argument("sets", type=Path, nargs="+")
    asked.add_argument("--ablate", action="store_true", help="leave out parts, one at a time")
    asked.add_argument("--held-out", type=Path, metavar="FOLDER", help="ask through these folds")
    asked.add_argument("--documents", type=count, help="at most so many, those asked about first")
    asked.add_argument("--home", type=Path, help="keep archives here, a folder a set")
    asked.add_argument("--json", type=new_file, help="write every figure here")
    arguments = asked.parse_args()
    with (
        ends_in_one_line("retrieval"),
        tempfile.TemporaryDirectory(prefix="newsdesk-retrieval-") as folder,
    ):
        homes = arguments.home or Path(folder)
        settings = load_settings(home=homes)
        made = provenance(open_embedder(settings), settings.reranker)
        print(made.line() + "\n", flush=True)
        sets, folds = load_sets(arguments.sets, arguments.documents), load_folds(arguments.held_out)
        check(sets, folds)
        found = []
        for data in sets:
            found.append(measure(data, homes, arguments.ablate, folds))
            print(markdown(found[-1]), flush=True)
        write(arguments.json, Measurement(made, found))


def measure(data: RetrievalSet, homes: Path, ablate: bool, folds: Sequence[Fold] = ()) -> Retrieval:
    """Takes a set's documents into an archive under `homes`, or one a fold, and asks all its
    questions.

    Raises EvalError where an archive there holds other documents or the folds don't fit the set,
    and what Desk raises.
    """
    asked = parts(data, folds)
    timing, of_first = _timed(data, homes, asked[0], ablate)
    ranked = [of_first, *(_of_part(data, homes, part, ablate) for part in asked[1:])]
    return Retrieval(
        name=data.name,
        documents=len(data.documents),
        chunks=timing.chunks,
        ingest_s=timing.ingest_s,
        folds=folds_of(data, folds),
        groups=tuple(groups(data, merged(data, asked, ranked), WHOLE)),
        latencies=timing.latencies,
    )


def markdown(found: Retrieval) -> str:
    """The figures of one set as tables."""
    took = "kept from before" if found.ingest_s is None else f"taken in in {found.ingest_s:.0f} s"
    lines = [f"## {found.name}: {found.documents} documents, {found.chunks} chunks, {took}\n"]
    if found.folds:
        lines.append(f"{held_out_line({found.name: found.folds})}\n")
    for group in found.groups:
        lines.append(f"### {group.field}, {group.kind}: {group.questions} questions\n")
        lines += [*quality(group, WHOLE, str), ""]
    lines.append(head(["search, ms", "p50", "p95", "CPU p50"]))
    for field, cost in found.latencies.items():
        lines.append(row([field, *milliseconds(cost)]))
    return "\n".join([*lines, ""])


class _Timing(NamedTuple):
    """Of an archive that all questions were asked of."""

    chunks: int
    ingest_s: float | None
    latencies: dict[str, Latency]


class _Archive(NamedTuple):
    """An open archive of a set's documents, embedded through one part's projection."""

    desk: Desk
    library: Library
    embedder: Embedder
    ingest_s: float | None


@contextmanager
def _archive(data: RetrievalSet, homes: Path, part: Part) -> Iterator[_Archive]:
    name = data.name if part.projection is None else f"{data.name}-{part.name}"
    settings = load_settings(home=homes / name).model_copy(update={"mode": "extractive"})
    embedder = part.embedder(settings)
    library = Library.open(settings.home, manifest_of(embedder, settings))
    with Desk(settings, library, embedder, None, date.today) as desk:
        tell(f"{name}: taking in {len(data.documents)} documents")
        yield _Archive(desk, library, embedder, _ingest(desk, data, homes))


def _timed(
    data: RetrievalSet, homes: Path, part: Part, ablate: bool
) -> tuple[_Timing, dict[str, Ranked]]:
    """All questions, for their time; and what the part's were answered with, by system."""
    with _archive(data, homes, part) as archive:
        ranked, latencies = _asked(archive.desk, data)
        _, chunks = archive.library.document_frequency([])
        own = {WHOLE: part.among(ranked)}
        if ablate:
            own |= _ablated(part.of(data), archive)
    return _Timing(chunks, archive.ingest_s, latencies), own


def _of_part(data: RetrievalSet, homes: Path, part: Part, ablate: bool) -> dict[str, Ranked]:
    """What the part's questions were answered with, by system."""
    with _archive(data, homes, part) as archive:
        own = {WHOLE: _asked(archive.desk, part.of(data))[0]}
        if ablate:
            own |= _ablated(part.of(data), archive)
    return own


def _ingest(desk: Desk, data: RetrievalSet, homes: Path) -> float | None:
    rows = homes / f"{data.name}.jsonl"
    with rows.open("w", encoding="utf-8") as file:
        for document in data.documents:
            file.write(json.dumps(asdict(document), ensure_ascii=False) + "\n")
    report, cost = timed(lambda: desk.ingest([rows]))
    if report.failed:
        raise EvalError(f"{report.failed[0].source}: {report.failed[0].reason}")
    wanted = {document.id for document in data.documents}
    others = {article.source_id for article in desk.articles()} - wanted
    if others:
        raise EvalError(
            f"{desk.settings.home}: holds other documents, such as {min(map(str, others))!r};"
            " remove it, or keep this archive elsewhere with --home"
        )
    return None if report.unchanged else cost.wall


def _asked(desk: Desk, data: RetrievalSet) -> tuple[Ranked, dict[str, Latency]]:
    """newsdesk's own search: what it found, and how long that took."""
    ranked, latencies = {}, {}
    for field in data.fields:
        questions = [question.texts[field] for question in data.questions]
        desk.search(questions[0], limit=CHUNKS)  # what is loaded on first use is no search's cost
        searched = [timed(_search(desk, question)) for question in questions]
        ranked[field] = [found for found, _ in searched]
        latencies[field] = latency([cost for _, cost in searched])
    return ranked, latencies


def _search(desk: Desk, question: str) -> Callable[[], list[str]]:
    return lambda: documents(hit.source_id for hit in desk.search(question, limit=CHUNKS))


def _ablated(data: RetrievalSet, archive: _Archive) -> dict[str, Ranked]:
    """What each variant found, by its name."""
    ranked = {}
    settings = archive.desk.settings
    with tempfile.TemporaryDirectory(prefix="newsdesk-questions-") as folder:
        # All of them ask the same: a question is embedded once.
        shared = SharedVectors(archive.embedder, Path(folder) / "vectors.sqlite")
        with closing(shared), closing(Rankers(archive.library, shared, settings)) as rankers:
            for name, variant in variants(settings).items():
                tell(f"{settings.home.name}: {name}")
                ranked[name] = _ranked(data, rankers.ranker(variant, CHUNKS))
    return ranked


def _ranked(data: RetrievalSet, rank: Callable[[str], list[str]]) -> Ranked:
    return {
        field: [rank(question.texts[field]) for question in data.questions] for field in data.fields
    }


if __name__ == "__main__":
    main()
