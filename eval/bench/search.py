"""How long a search takes, by the size of the archive and by what its filters let through.

    python -m eval.bench.search TEXTS.jsonl --sizes 1000 10000 100000
    python -m eval.bench.search TEXTS.jsonl --sizes 100000 --home FOLDER --json results.json

TEXTS: rows with `text`. Their sentences, shuffled, make up as many articles as give that many
chunks, with issue dates spread evenly over a thousand days. The first passages are embedded; each
further one gets a random mixture of their vectors, spread as theirs are, and the token vectors of
one of them, since embedding 100,000 passages would take more than an hour. Questions are sentences
of TEXTS, embedded as they come. Each size is measured in a process of its own: opening the archive
and its first searches, then milliseconds (median, 95th percentile, median of processor time) of
lexical, dense and whole searches, without a filter and with date filters that let shares of the
chunks through. Without a filter is measured first: the first wide filter reads all vectors into
memory, and with them there every dense search is exact. `recall` is the share of the nearest chunks
that a search before that finds of those that an exact one finds; where mixtures are many times the
passages embedded they are harder to find than real news. With --home archives are kept, and used
again.
"""

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.desk import Desk
from rag.indexing.chunking import chunk_article
from rag.indexing.embedding.base import Embedder
from rag.indexing.embedding.providers import open_embedder
from rag.indexing.pipeline import ingest, manifest_of
from rag.indexing.sentences import split_sentences
from rag.reading.reader import ReadOptions, read
from rag.settings import Settings
from rag.types import Filters, IngestFailure, Page, PassageEmbedding, QuestionEmbedding
from store.library import Library

FIRST_DAY = date(2001, 1, 1)
DAYS = 1000
SHARES = (0.01, 0.1, 0.5, 0.9, 1.0)
ARTICLE_CHARACTERS = 900
QUESTION_CHARACTERS = range(12, 41)
# Of 17,710 news passages and of as many mixtures of eight, made of 500 of them, the nearest other
# has a cosine of .935 either way, the 60th .888 and .894, the median one .841 and .844.
MIXED = 8
SEED = 1
_STATE = Path("/proc/self/status")

Vectors = NDArray[np.float32]
T = TypeVar("T")
Search = Callable[[str, Filters], object]


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of one kind of search: by the clock, and the median of processor time, to which
    other programs on the machine add little."""

    p50: float
    p95: float
    cpu_p50: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One archive. Seconds, MiB; latencies by filter (`none` or a share), then by kind of search.
    What the system doesn't tell is None."""

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


class MixingEmbedder:
    """An embedder whose first chunks are another's, and whose further ones are mixed from theirs.

    A mixture is their mean and a random combination of how some of them differ from it, with
    weights of length 1: so mean and covariance stay what they are. It bears the other's name, so
    that the archive opens with it.
    """

    def __init__(self, embedder: Embedder, embedded: int) -> None:
        self.name, self.revision = embedder.name, embedder.revision
        self.dimension = embedder.dimension
        self._embedder = embedder
        self._wanted = embedded
        self._known: list[PassageEmbedding] = []
        self._chance = np.random.default_rng(SEED)
        self._mutex = threading.Lock()

    @property
    def embedded(self) -> int:
        return len(self._known)

    def embed_chunks(self, texts: Sequence[str]) -> list[PassageEmbedding]:
        with self._mutex:
            fresh = self._embedder.embed_chunks(texts[: self._wanted - len(self._known)])
            self._known += fresh
            return fresh + self._mixtures(len(texts) - len(fresh))

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.embed_queries(texts)

    def embed_question(self, text: str) -> QuestionEmbedding:
        return self._embedder.embed_question(text)

    def _mixtures(self, count: int) -> list[PassageEmbedding]:
        if not count:
            return []
        known = np.stack([embedding.vector for embedding in self._known])
        mean = known.mean(axis=0)
        chosen = self._chance.integers(0, len(known), (count, MIXED))
        weights = _unit(self._chance.standard_normal((count, MIXED), dtype=np.float32))
        vectors = _unit(mean + np.einsum("cm,cmd->cd", weights, (known - mean)[chosen]))
        return [
            PassageEmbedding(vector, self._known[first].tokens)
            for vector, first in zip(vectors, chosen[:, 0], strict=True)
        ]


def main() -> None:
    """The command that the module's description shows."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--embedded", type=int, default=500, help="passages embedded, at most")
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--home", type=Path, help="keep archives here, a folder a size")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if min(*arguments.sizes, arguments.embedded, arguments.questions) < 1:
        parser.error("sizes and counts must be 1 or more")
    sentences = _sentences(arguments.texts)
    fit = [text for text in sentences if len(text) in QUESTION_CHARACTERS]
    if len(fit) < arguments.questions:
        sys.exit(f"{arguments.texts}: {len(fit)} sentences would do as questions; give more texts")
    questions = random.Random(SEED).sample(fit, arguments.questions)
    results = []
    with tempfile.TemporaryDirectory(prefix="newsdesk-search-") as folder:
        for size in arguments.sizes:
            home = (arguments.home or Path(folder)) / str(size)
            results.append(_result(home, size, arguments.embedded, sentences, questions))
            _show(results[-1])
    if arguments.json:
        rows = [asdict(result) for result in results]
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def _result(
    home: Path, size: int, embedded: int, sentences: Sequence[str], questions: Sequence[str]
) -> Measured:
    build_s = None
    whole = home / "built"
    if not whole.exists():
        if home.exists():
            sys.exit(f"{home}: was left half-built; remove it")
        started = time.perf_counter()
        _build(home, size, embedded, sentences)
        build_s = time.perf_counter() - started
        whole.touch()
    # A process that has built nothing: what it holds and how long it takes to open is its own.
    with multiprocessing.get_context("spawn").Pool(1) as process:
        return process.apply(_measure, (home, min(size, embedded), build_s, list(questions)))


def _build(home: Path, size: int, embedded: int, sentences: Sequence[str]) -> None:
    settings = _settings(home)
    embedder = MixingEmbedder(open_embedder(settings), min(size, embedded))
    with (
        tempfile.TemporaryDirectory(prefix="newsdesk-texts-") as folder,
        Library.open(home, manifest_of(embedder, settings)) as library,
    ):
        rows = Path(folder) / "articles.jsonl"
        with rows.open("w", encoding="utf-8") as file:
            # A chunk has 80 characters or more on average: enough articles for every size.
            for article in islice(_articles(sentences), size):
                file.write(json.dumps(article, ensure_ascii=False) + "\n")
        pages = read(rows, ReadOptions(issue_date=None, publication=None, today=FIRST_DAY))
        ingest(_of_size(pages, size, settings), library, embedder, settings)


def _articles(sentences: Sequence[str]) -> Iterator[Mapping[str, str]]:
    """Articles without end, of sentences in random order, their days spread evenly."""
    chance = random.Random(SEED)
    while True:
        days = chance.sample(range(DAYS), DAYS)
        for day in days:
            text = ""
            while len(text) < ARTICLE_CHARACTERS:
                text += chance.choice(sentences)
            issued = FIRST_DAY + timedelta(days=day)
            yield {"text": text, "date": issued.isoformat()}


def _of_size(
    pages: Iterable[Page | IngestFailure], size: int, settings: Settings
) -> Iterator[Page]:
    """Pages until their chunks are so many."""
    chunks = 0
    for page in pages:
        if isinstance(page, IngestFailure):
            raise SystemExit(f"{page.source}: {page.reason}")
        if chunks >= size:
            return
        for article in page.articles:
            chunks += len(chunk_article(article, settings.chunk_characters, settings.chunk_cap))
        yield page


def _measure(
    home: Path, embedded: int, build_s: float | None, questions: Sequence[str]
) -> Measured:
    settings = _settings(home)
    open_s, desk = _timed(lambda: Desk.open(settings=settings))
    with desk:
        first_s, _ = _timed(lambda: desk.search(questions[0]))
        search = partial(_search, desk)
        whole = {"none": _latency_of(search, questions, Filters())}
        first_filtered_s, _ = _timed(lambda: search(questions[0], _filters(0.5)))
        # The first filter of a size may be served without what wider ones need in memory.
        search(questions[0], _filters(1.0))
        whole |= _by_share(search, questions)
        resident = _resident_mib()
    embedder = open_embedder(settings)
    vectors = dict(zip(questions, embedder.embed_queries(questions), strict=True))
    with Library.open(home, manifest_of(embedder, settings)) as library:

        def lexical(question: str, filters: Filters) -> object:
            return library.lexical(question, settings.candidates, filters)

        def dense(question: str, filters: Filters) -> list[tuple[str, float]]:
            return library.dense(vectors[question], settings.candidates, filters)

        kinds = {}
        approximate = [dense(question, Filters()) for question in questions]
        alone: dict[str, Search] = {"lexical": lexical, "dense": dense}
        for name, work in alone.items():
            work(questions[0], Filters())
            kinds[name] = {"none": _latency_of(work, questions, Filters())}
            work(questions[0], _filters(1.0))
            kinds[name] |= _by_share(work, questions)
        kinds["whole"] = whole
        exact = [dense(question, _filters(1.0)) for question in questions]
        recall = np.mean(list(map(_shared, approximate, exact)))
        _, chunks = library.document_frequency([])
    return Measured(
        chunks=chunks,
        embedded=embedded,
        build_s=build_s,
        disk_mib=sum(file.stat().st_size for file in home.rglob("*") if file.is_file()) / 2**20,
        open_s=open_s,
        first_search_s=first_s,
        first_filtered_search_s=first_filtered_s,
        resident_mib=resident,
        recall=float(recall),
        latencies={
            name: {kind: by_filter[name] for kind, by_filter in kinds.items()} for name in whole
        },
    )


def _filters(share: float) -> Filters:
    """Days that let this share of the articles through."""
    return Filters(FIRST_DAY, FIRST_DAY + timedelta(days=round(DAYS * share)))


def _search(desk: Desk, question: str, filters: Filters) -> object:
    return desk.search(question, filters=filters)


def _by_share(search: Search, questions: Sequence[str]) -> dict[str, Latency]:
    return {f"{share:.0%}": _latency_of(search, questions, _filters(share)) for share in SHARES}


def _latency_of(search: Search, questions: Sequence[str], filters: Filters) -> Latency:
    costs = [_cost(partial(search, asked, filters)) for asked in questions]
    wall, cpu = np.array(costs).T * 1000
    p50, p95 = np.percentile(wall, [50, 95])
    return Latency(float(p50), float(p95), float(np.median(cpu)))


def _cost(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds: by the clock, and of the processor."""
    cpu = time.process_time()
    wall, _ = _timed(work)
    return wall, time.process_time() - cpu


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _shared(approximate: Sequence[tuple[str, float]], exact: Sequence[tuple[str, float]]) -> float:
    """Ties count as found, whichever of the equals came first."""
    least = exact[-1][1] - 1e-6
    return sum(score >= least for _, score in approximate) / len(exact)


def _resident_mib() -> float | None:
    if not _STATE.exists():
        return None
    fields = dict(line.split(":", 1) for line in _STATE.read_text().splitlines() if ":" in line)
    return int(fields["VmRSS"].split()[0]) / 1024


def _sentences(path: Path) -> list[str]:
    """The distinct sentences of the texts, in their order."""
    found: dict[str, None] = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                text = json.loads(line)["text"]
                found.update((text[start:end], None) for start, end in split_sentences(text))
    if not found:
        sys.exit(f"{path}: no row with text")
    return list(found)


def _settings(home: Path) -> Settings:
    return Settings(home=home, mode="extractive", embedding_batch=1000)


def _unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def _show(result: Measured) -> None:
    built = "kept from before" if result.build_s is None else f"built in {result.build_s:.0f} s"
    resident = "?" if result.resident_mib is None else f"{result.resident_mib:.0f}"
    print(
        f"{result.chunks} chunks, {result.embedded} of their vectors embedded, the others mixed;"
        f" {built}; {result.disk_mib:.0f} MiB on disk, {resident} MiB resident\n"
        f"open {result.open_s:.2f} s, first search {result.first_search_s:.2f} s,"
        f" first with a filter {result.first_filtered_search_s:.2f} s;"
        f" recall without a filter {result.recall:.3f}\n"
        f"{'ms':8}" + "".join(f"{kind:>8}{'p95':>7}{'CPU':>7}" for kind in _KINDS)
    )
    for name, kinds in result.latencies.items():
        costs = [kinds[kind] for kind in _KINDS]
        cells = [f"{cost.p50:8.1f}{cost.p95:7.1f}{cost.cpu_p50:7.1f}" for cost in costs]
        print(f"{name:8}{''.join(cells)}", flush=True)


_KINDS = ("lexical", "dense", "whole")

if __name__ == "__main__":
    main()
