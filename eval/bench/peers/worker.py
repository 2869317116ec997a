"""One system over one set, in a process of its own, so that its memory is its own.

    python -m eval.bench.peers.worker SYSTEM SET VECTORS RESULT [--documents N] [--embed]
        [--held-out FOLDER --part NAME]

With --embed the passages that the system makes are embedded into VECTORS, and nothing is measured.
With --held-out only that part's questions are asked, of an archive that its fold embedded, and only
what was found is written. Started by `python -m eval.bench.peers`.
"""

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from eval.bench.command import count, ends_in_one_line, parser
from eval.bench.held_out import load_folds, parts
from eval.bench.latency import Latency, latency, timed
from eval.bench.memory import peak_mib
from eval.bench.peers.recording import RecordingEmbedder
from eval.bench.peers.systems import FORMS, System
from eval.bench.scores import DEPTH
from eval.bench.sets import RetrievalSet, load_set
from eval.bench.standings import Ranked
from eval.bench.vectors import SharedVectors
from eval.errors import EvalError
from rag.indexing.embedding.providers import open_embedder
from rag.settings import Settings

# How far a search is repeated for more passages, where those found belong to too few documents.
MOST_PASSAGES = 8 * DEPTH


@dataclass(frozen=True, slots=True)
class Measured:
    """What one system did with one set.

    embedded: texts that this run embedded, all of them questions. embedding_cpu_seconds: what the
    passages took to embed, each by itself, whenever that was. index_cpu_seconds: without that.
    latencies: of a search for DEPTH passages, by field; these and peak_mib, the most memory the
    process held, are without embedding only where `embedded` is 0. ranked: by field, the ids of the
    first DEPTH documents of each question.
    """

    passages: int
    embedded: int
    embedding_cpu_seconds: float
    index_cpu_seconds: float
    latencies: dict[str, Latency]
    peak_mib: float
    ranked: Ranked


def embed_ahead(name: str, data: RetrievalSet, vectors: Path) -> None:
    """Embeds the passages that a system makes of a set, and nothing beside, so that what each took
    is known; what `vectors` holds already is not embedded again."""
    settings = Settings()
    with closing(SharedVectors(open_embedder(settings), vectors)) as shared:
        noted = RecordingEmbedder(shared)
        with closing(FORMS[name].build(noted)) as system:
            system.index(data.documents)
        noted.embed_noted(settings.embedding_batch)


def measure(name: str, data: RetrievalSet, vectors: Path) -> Measured:
    """Indexes and asks everything. Raises EvalError where a passage was not embedded ahead."""
    with closing(SharedVectors(open_embedder(Settings()), vectors)) as shared:
        with closing(FORMS[name].build(shared)) as system:
            passages, cost = timed(lambda: system.index(data.documents))
            if shared.embedded:
                raise EvalError(f"{name} makes other passages each time; its costs can't be told")
            ranked, latencies = _asked(system, data)
        return Measured(
            passages=passages,
            embedded=shared.embedded,
            embedding_cpu_seconds=shared.passage_seconds,
            index_cpu_seconds=cost.cpu,
            latencies=latencies,
            peak_mib=peak_mib(),
            ranked=ranked,
        )


def ask_part(name: str, data: RetrievalSet, vectors: Path, held_out: Path, part: str) -> Ranked:
    """What one part's questions find, in an archive of the whole set that its fold embedded."""
    (chosen,) = (one for one in parts(data, load_folds(held_out)) if one.name == part)
    embedder = chosen.embedder(Settings())
    with (
        closing(SharedVectors(embedder, vectors)) as shared,
        closing(FORMS[name].build(shared)) as system,
    ):
        system.index(data.documents)
        return _asked(system, chosen.of(data))[0]


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


def _asked(system: System, data: RetrievalSet) -> tuple[Ranked, dict[str, Latency]]:
    ranked, latencies = {}, {}
    for field in data.fields:
        questions = [question.texts[field] for question in data.questions]
        system.search(questions[0], DEPTH)  # what is loaded on first use is no search's cost
        found = [timed(partial(system.search, question, DEPTH)) for question in questions]
        latencies[field] = latency([cost for _, cost in found])
        ranked[field] = [
            ranked_documents(system, question, ids)
            for question, (ids, _) in zip(questions, found, strict=True)
        ]
    return ranked, latencies


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.peers.worker", __doc__)
    asked.add_argument("system", choices=list(FORMS))
    asked.add_argument("set", type=Path)
    asked.add_argument("vectors", type=Path)
    asked.add_argument("result", type=Path)
    asked.add_argument("--documents", type=count)
    asked.add_argument("--embed", action="store_true")
    asked.add_argument("--held-out", type=Path)
    asked.add_argument("--part")
    arguments = asked.parse_args()
    name, vectors = arguments.system, arguments.vectors
    with ends_in_one_line(name):
        data = load_set(arguments.set, arguments.documents)
        if arguments.embed:
            embed_ahead(name, data, vectors)
            return
        if arguments.part is None:
            result = json.dumps(asdict(measure(name, data, vectors)))
        else:
            result = json.dumps(ask_part(name, data, vectors, arguments.held_out, arguments.part))
        arguments.result.write_text(result, encoding="utf-8")


if __name__ == "__main__":
    main()
