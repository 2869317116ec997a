"""One system over one set, in a process of its own, so that its memory is its own.

    python -m eval.bench.peers.worker SYSTEM SET VECTORS RESULT [--documents N]

Started by `python -m eval.bench.peers`.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from eval.bench.peers.systems import FORMS, System
from eval.bench.scores import DEPTH
from eval.bench.sets import RetrievalSet, load_set
from eval.bench.vectors import SharedVectors
from rag.indexing.embedding.providers import open_embedder
from rag.settings import Settings

# How far a search is repeated for more passages, where those found belong to too few documents.
MOST_PASSAGES = 8 * DEPTH


@dataclass(frozen=True, slots=True)
class Measured:
    """What one system did with one set.

    ranked: by field, the ids of the first DEPTH documents of each question. query_ms: of a search
    for DEPTH passages. embedding_cpu_seconds: what the passages it made cost to embed, now or
    before. embedded: texts that this run embedded; the other times and peak_mib, the most memory
    the process held, are without embedding only where it is 0.
    """

    passages: int
    embedded: int
    embedding_cpu_seconds: float
    index_cpu_seconds: float
    index_seconds: float
    query_ms: list[float]
    peak_mib: float
    ranked: dict[str, list[list[str]]]


def measure(name: str, data: RetrievalSet, vectors: Path) -> Measured:
    """Indexes and asks everything; what `vectors` holds already is not embedded again."""
    embedder = SharedVectors(open_embedder(Settings()), vectors)
    system: System = FORMS[name].build(embedder)
    cpu, wall = time.process_time(), time.perf_counter()
    passages = system.index(data.documents)
    index_cpu, index_wall = time.process_time() - cpu, time.perf_counter() - wall
    ranked: dict[str, list[list[str]]] = {}
    query_ms = []
    for field in data.fields:
        ranked[field] = []
        for question in data.questions:
            start = time.perf_counter()
            found = system.search(question.texts[field], DEPTH)
            query_ms.append((time.perf_counter() - start) * 1e3)
            ranked[field].append(ranked_documents(system, question.texts[field], found))
    system.close()
    embedder.close()
    return Measured(
        passages=passages,
        embedded=embedder.embedded,
        embedding_cpu_seconds=embedder.passage_seconds,
        index_cpu_seconds=index_cpu,
        index_seconds=index_wall,
        query_ms=query_ms,
        peak_mib=_peak_mib(),
        ranked=ranked,
    )


def ranked_documents(system: System, question: str, found: Sequence[str]) -> list[str]:
    """The first DEPTH documents: those of the DEPTH passages found, then those that come with more.

    Asking for more at once would change how some hybrids rank the first.
    """
    asked = DEPTH
    documents = dict.fromkeys(found)
    while len(documents) < DEPTH and len(found) >= asked and asked < MOST_PASSAGES:
        asked *= 2
        found = system.search(question, asked)
        documents |= dict.fromkeys(found)
    return list(documents)[:DEPTH]


def _peak_mib() -> float:
    # Linux counts in KiB, macOS in bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def main() -> None:
    """The command that the module's description shows."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("system", choices=list(FORMS))
    parser.add_argument("set", type=Path)
    parser.add_argument("vectors", type=Path)
    parser.add_argument("result", type=Path)
    parser.add_argument("--documents", type=int)
    arguments = parser.parse_args()
    data = load_set(arguments.set, arguments.documents)
    measured = measure(arguments.system, data, arguments.vectors)
    arguments.result.write_text(json.dumps(asdict(measured)), encoding="utf-8")


if __name__ == "__main__":
    main()
