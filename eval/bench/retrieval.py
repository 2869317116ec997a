"""How well newsdesk finds the documents that answer a question, and what its parts are worth.

    python -m eval.bench.retrieval SETS... [--ablate] [--documents N] [--home FOLDER] [--json FILE]

SETS: path prefixes; of each, PREFIX.docs*.jsonl (`id`, `text`, perhaps `date`) and
PREFIX.questions.jsonl (`gold`, with `question` or `question_<language>`, and perhaps a `type` to
split the figures by) are read. The documents go into an archive of their own, with the embedding
model and the reranker that the settings name. Every question is then searched for 60 chunks; a
document's rank is that of its best chunk. Shown are means with 95 % bootstrap intervals over the
questions, and milliseconds of a search. With --ablate the same questions are asked again with parts
of retrieval left out, one at a time, and with simpler ways to search; differences are paired by
question. With --home archives are kept there, a folder a set, and used again.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from eval.bench.latency import Latency, latency, timed
from eval.bench.sets import RetrievalSet, load_set
from eval.bench.standings import Group, Ranked, groups
from eval.bench.tables import head, quality, row
from eval.bench.variants import Rankers, documents, variants
from eval.bench.vectors import SharedVectors
from eval.errors import EvalError
from rag.desk import Desk
from rag.errors import NewsdeskError
from rag.indexing.embedding.base import Embedder
from rag.indexing.embedding.providers import open_embedder
from rag.indexing.pipeline import manifest_of
from rag.settings import Settings, load_settings
from store.library import Library

WHOLE = "newsdesk"
CHUNKS = 60  # searched for: ten documents and more, unless one has many fitting chunks


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The figures of one set. ingest_s: None where the archive was kept from before. embedding: the
    model and its revision. latencies: of newsdesk's own search, by field."""

    name: str
    documents: int
    chunks: int
    ingest_s: float | None
    embedding: str
    reranker: str
    groups: tuple[Group, ...]
    latencies: Mapping[str, Latency]


def main() -> None:
    """The command that the module's description shows."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.bench.retrieval",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--ablate", action="store_true", help="leave out parts, one at a time")
    parser.add_argument("--documents", type=int, help="at most so many, those asked about first")
    parser.add_argument("--home", type=Path, help="keep archives here, a folder a set")
    parser.add_argument("--json", type=Path, help="write every figure here")
    arguments = parser.parse_args()
    if arguments.documents is not None and arguments.documents < 1:
        parser.error("--documents must be 1 or more")
    found = []
    try:
        with tempfile.TemporaryDirectory(prefix="newsdesk-retrieval-") as folder:
            for prefix in arguments.sets:
                data = load_set(prefix, arguments.documents)
                found.append(measure(data, arguments.home or Path(folder), arguments.ablate))
                print(markdown(found[-1]), flush=True)
    except NewsdeskError as error:
        sys.exit(f"retrieval: {error}")
    if arguments.json is not None:
        text = json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1)
        arguments.json.write_text(text + "\n", encoding="utf-8")


def measure(data: RetrievalSet, homes: Path, ablate: bool) -> Retrieval:
    """Takes a set's documents into an archive under `homes` and asks all its questions.

    Raises EvalError where the archive there holds other documents, and what Desk raises.
    """
    settings = load_settings(home=homes / data.name).model_copy(update={"mode": "extractive"})
    embedder = open_embedder(settings)
    library = Library.open(settings.home, manifest_of(embedder, settings))
    with Desk(settings, library, embedder, None, date.today) as desk:
        ingest_s = _ingest(desk, data, homes)
        ranked: dict[str, Ranked] = {}
        ranked[WHOLE], latencies = _asked(desk, data)
        if ablate:
            ranked |= _ablated(data, library, embedder, settings)
        _, chunks = library.document_frequency([])
    return Retrieval(
        name=data.name,
        documents=len(data.documents),
        chunks=chunks,
        ingest_s=ingest_s,
        embedding=f"{embedder.name}, {embedder.revision}",
        reranker=settings.reranker,
        groups=tuple(groups(data, ranked, WHOLE)),
        latencies=latencies,
    )


def markdown(found: Retrieval) -> str:
    """The figures of one set as tables."""
    took = "kept from before" if found.ingest_s is None else f"taken in in {found.ingest_s:.0f} s"
    lines = [f"## {found.name}: {found.documents} documents, {found.chunks} chunks, {took}\n"]
    for group in found.groups:
        lines.append(f"### {group.field}, {group.kind}: {group.questions} questions\n")
        lines += [*quality(group, WHOLE, str), ""]
    lines.append(head(["search, ms", "p50", "p95", "CPU p50"]))
    for field, cost in found.latencies.items():
        lines.append(row([field, *(f"{ms:.1f}" for ms in (cost.p50, cost.p95, cost.cpu_p50))]))
    return "\n".join([*lines, ""])


def _ingest(desk: Desk, data: RetrievalSet, homes: Path) -> float | None:
    rows = homes / f"{data.name}.jsonl"
    with rows.open("w", encoding="utf-8") as file:
        for document in data.documents:
            file.write(json.dumps(asdict(document), ensure_ascii=False) + "\n")
    _tell(f"{data.name}: taking in {len(data.documents)} documents")
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


def _ablated(
    data: RetrievalSet, library: Library, embedder: Embedder, settings: Settings
) -> dict[str, Ranked]:
    """What each variant found, by its name."""
    ranked = {}
    with tempfile.TemporaryDirectory(prefix="newsdesk-questions-") as folder:
        # All of them ask the same: a question is embedded once.
        shared = SharedVectors(embedder, Path(folder) / "vectors.sqlite")
        with closing(shared), closing(Rankers(library, shared, settings)) as rankers:
            for name, variant in variants(settings).items():
                _tell(f"{data.name}: {name}")
                ranked[name] = _ranked(data, rankers.ranker(variant, CHUNKS))
    return ranked


def _ranked(data: RetrievalSet, rank: Callable[[str], list[str]]) -> Ranked:
    return {
        field: [rank(question.texts[field]) for question in data.questions] for field in data.fields
    }


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
