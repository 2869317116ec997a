"""How long a search takes, by the size of the archive and by what its filters let through.

    python -m eval.bench.search TEXTS.jsonl --sizes 1000 10000 100000
    python -m eval.bench.search TEXTS.jsonl --sizes 100000 --home FOLDER --json results.json

TEXTS: rows with `text`. Their sentences, shuffled, make up as many articles as give that many
chunks, with issue dates spread evenly over a thousand days and three papers, of which one has half
the articles and one a hundredth. The first passages, --embedded of them, are embedded; each further
one gets a random mixture of their vectors, spread as theirs are, and the token vectors of one of
them, since embedding 100,000 passages would take more than an hour. Questions are sentences of
TEXTS, embedded as they come. Each size is measured in a process of its own: opening the archive and
its first searches, then milliseconds (median and 95th percentile) of lexical, dense and whole
searches, without a filter, with date filters that let shares of the chunks through, and with either
paper. Without a filter is measured first: the first wide filter reads all vectors into memory, and
with them there every dense search is exact. `recall` is the share of the nearest chunks that a
search before that finds of those that an exact one finds; where mixtures are many times the
passages embedded they are harder to find than real news. With --home archives are kept, and used
again by the same texts.
"""

import multiprocessing
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from eval.bench.command import count, ends_in_one_line, new_file, parser
from eval.bench.latency import Latency, latency, timed
from eval.bench.memory import resident_mib
from eval.bench.provenance import Measurement, provenance, write
from eval.bench.rows import texts
from eval.bench.search_archive import (
    PAPERS,
    Plan,
    built,
    by_date,
    by_paper,
    plan,
    sentences_of,
    settings_for,
)
from eval.bench.tables import head, row
from eval.errors import EvalError
from rag.desk import Desk
from rag.indexing.embedding.providers import open_embedder
from rag.indexing.pipeline import manifest_of
from rag.types import Filters
from store.library import Library

SHARES = (0.01, 0.1, 0.5, 0.9, 1.0)
NO_FILTER = "all, no filter"
QUESTION_CHARACTERS = range(12, 41)
_SEED = 1

Search = Callable[[str, Filters], object]


@dataclass(frozen=True, slots=True)
class Measured:
    """One archive. embedded: chunks whose vectors are a text's own, the others' are mixed. Seconds,
    MiB; latencies by filter, NO_FILTER first, then by kind of search. What the system doesn't tell
    is None."""

    chunks: int
    embedded: int
    build_s: float | None
    disk_mib: float
    open_s: float
    first_search_s: float
    first_filtered_search_s: float
    resident_mib: float | None
    recall: float
    latencies: Mapping[str, Mapping[str, Latency]]


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.search", __doc__)
    asked.add_argument("texts", type=Path)
    asked.add_argument("--sizes", type=count, nargs="+", default=[1000, 10_000, 100_000])
    asked.add_argument("--embedded", type=count, default=500, help="passages embedded, at most")
    asked.add_argument("--questions", type=count, default=50)
    asked.add_argument("--home", type=Path, help="keep archives here, a folder a size")
    asked.add_argument("--json", type=new_file, help="write every figure here")
    arguments = asked.parse_args()
    with (
        ends_in_one_line("search"),
        tempfile.TemporaryDirectory(prefix="newsdesk-search-") as folder,
    ):
        homes = arguments.home or Path(folder)
        settings = settings_for(homes)
        made = provenance(open_embedder(settings), settings.reranker)
        sentences = sentences_of(texts(arguments.texts))
        questions = _questions(sentences, arguments.questions, arguments.texts)
        results = []
        for size in arguments.sizes:
            wanted = plan(size, arguments.embedded, sentences)
            results.append(_result(homes / str(size), wanted, sentences, questions))
            print(markdown(results[-1:]), flush=True)
        write(arguments.json, Measurement(made, results))


def markdown(found: Sequence[Measured]) -> str:
    """Milliseconds by size and filter, and what an archive of each size takes."""
    return "\n".join([*_milliseconds(found), "", *_archives(found), ""])


def _questions(sentences: Sequence[str], wanted: int, path: Path) -> list[str]:
    fit = [text for text in sentences if len(text) in QUESTION_CHARACTERS]
    if len(fit) < wanted:
        raise EvalError(f"{path}: {len(fit)} sentences would do as questions; give more texts")
    return random.Random(_SEED).sample(fit, wanted)


def _result(
    home: Path, wanted: Plan, sentences: Sequence[str], questions: Sequence[str]
) -> Measured:
    build_s = built(home, wanted, sentences)
    # A process that has built nothing: what it holds and how long it takes to open is its own.
    with multiprocessing.get_context("spawn").Pool(1) as process:
        return process.apply(_measure, (home, wanted.embedded, build_s, questions))


def _measure(
    home: Path, embedded: int, build_s: float | None, questions: Sequence[str]
) -> Measured:
    opened = _through_desk(home, questions)
    alone, recall, chunks = _alone(home, questions)
    kinds = alone | {"whole": opened.latencies}
    return Measured(
        chunks=chunks,
        embedded=embedded,
        build_s=build_s,
        disk_mib=sum(file.stat().st_size for file in home.rglob("*") if file.is_file()) / 2**20,
        open_s=opened.open_s,
        first_search_s=opened.first_s,
        first_filtered_search_s=opened.first_filtered_s,
        resident_mib=opened.resident_mib,
        recall=recall,
        latencies={
            name: {kind: by_filter[name] for kind, by_filter in kinds.items()}
            for name in opened.latencies
        },
    )


class _Opened(NamedTuple):
    """What a user waits for. Seconds; latencies by filter."""

    open_s: float
    first_s: float
    first_filtered_s: float
    latencies: dict[str, Latency]
    resident_mib: float | None


def _through_desk(home: Path, questions: Sequence[str]) -> _Opened:
    desk, opening = timed(lambda: Desk.open(settings=settings_for(home)))
    with desk:
        _, first = timed(lambda: desk.search(questions[0]))

        def search(question: str, filters: Filters) -> object:
            return desk.search(question, filters=filters)

        latencies = {NO_FILTER: _latency_of(search, questions, Filters())}
        _, first_filtered = timed(lambda: search(questions[0], by_date(0.5)))
        latencies |= _filtered(search, questions)
        return _Opened(opening.wall, first.wall, first_filtered.wall, latencies, resident_mib())


def _alone(
    home: Path, questions: Sequence[str]
) -> tuple[dict[str, dict[str, Latency]], float, int]:
    """Latencies of lexical and of dense search by filter, dense search's recall, and the number of
    chunks."""
    settings = settings_for(home)
    embedder = open_embedder(settings)
    vectors = dict(zip(questions, embedder.embed_queries(questions), strict=True))
    with Library.open(home, manifest_of(embedder, settings)) as library:

        def lexical(question: str, filters: Filters) -> object:
            return library.lexical(question, settings.candidates, filters)

        def dense(question: str, filters: Filters) -> list[tuple[str, float]]:
            return library.dense(vectors[question], settings.candidates, filters)

        approximate = [dense(question, Filters()) for question in questions]
        searches: dict[str, Search] = {"lexical": lexical, "dense": dense}
        latencies = {}
        for kind, search in searches.items():
            search(questions[0], Filters())
            latencies[kind] = {NO_FILTER: _latency_of(search, questions, Filters())}
            latencies[kind] |= _filtered(search, questions)
        exact = [dense(question, by_date(1.0)) for question in questions]
        _, chunks = library.document_frequency([])
    return latencies, float(np.mean(list(map(_shared, approximate, exact)))), chunks


def _filtered(search: Search, questions: Sequence[str]) -> dict[str, Latency]:
    """By filter. The first one of a kind may be served without what later ones need in memory."""
    filters = {f"{share:.0%} by date": by_date(share) for share in SHARES}
    filters |= {f"{share}% by paper": by_paper(name) for name, share in PAPERS.items()}
    search(questions[0], by_date(1.0))
    for name in PAPERS:
        search(questions[0], by_paper(name))
    return {name: _latency_of(search, questions, chosen) for name, chosen in filters.items()}


def _latency_of(search: Search, questions: Sequence[str], filters: Filters) -> Latency:
    return latency([timed(partial(search, question, filters))[1] for question in questions])


def _shared(approximate: Sequence[tuple[str, float]], exact: Sequence[tuple[str, float]]) -> float:
    """Ties count as found, whichever of the equals came first."""
    least = exact[-1][1] - 1e-6
    return sum(score >= least for _, score in approximate) / len(exact)


def _milliseconds(found: Sequence[Measured]) -> Iterator[str]:
    kinds = list(found[0].latencies[NO_FILTER])
    searches = [f"{kind}: ms, p50 (p95)" for kind in kinds]
    yield head(["chunks", "embedded, others mixed", "let through", *searches])
    for one in found:
        for name, costs in one.latencies.items():
            cells = [f"{costs[kind].p50:.1f} ({costs[kind].p95:.1f})" for kind in kinds]
            yield row([str(one.chunks), str(one.embedded), name, *cells])


def _archives(found: Sequence[Measured]) -> Iterator[str]:
    yield head(
        [
            "chunks",
            "built in, s",
            "open, s",
            "first search, s",
            "first with a filter, s",
            "on disk, MiB",
            "in memory, MiB",
            "recall without a filter",
        ]
    )
    for one in found:
        seconds = (one.open_s, one.first_search_s, one.first_filtered_search_s)
        yield row(
            [
                str(one.chunks),
                _or_nothing(one.build_s),
                *(f"{value:.2f}" for value in seconds),
                f"{one.disk_mib:.0f}",
                _or_nothing(one.resident_mib),
                f"{one.recall:.3f}",
            ]
        )


def _or_nothing(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


if __name__ == "__main__":
    main()
