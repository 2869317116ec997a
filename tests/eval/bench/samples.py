"""A small set to search, about invented towns, and figures as measurements leave them."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from eval.bench.briefing_size import Size
from eval.bench.embedding import OURS, SOURCE, Changed, DenseSet, Opening, Turns
from eval.bench.embedding import Figures as EmbeddingFigures
from eval.bench.ingest import Figures, Stage
from eval.bench.latency import Latency
from eval.bench.peers.comparison import Compared
from eval.bench.peers.worker import Measured as PeerMeasured
from eval.bench.provenance import Measurement, Provenance
from eval.bench.retrieval import Retrieval
from eval.bench.search import NO_FILTER
from eval.bench.search import Measured as SearchMeasured
from eval.bench.sets import Document, Question, RetrievalSet
from eval.bench.standings import groups

ROOT = Path(__file__).parents[3]

DOCUMENTS = {
    "dam": "青川水库的堤坝加固工程昨天完工，能抵御百年一遇的洪水。",
    "choir": "青川中学的合唱团在歌咏比赛中得了第一名，学生们唱了三首歌。",
    "apples": "今年白石镇苹果丰收，果农说产量比去年多两成。",
}
QUESTIONS = [
    {"question_zh": "堤坝什么时候完工？", "question_en": "When was the dam done?", "gold": ["dam"]},
    {
        "question_zh": "合唱团唱了几首歌？",
        "question_en": "How many songs did the choir sing?",
        "gold": ["choir"],
    },
    {
        "question_zh": "苹果产量比去年多多少？",
        "question_en": "How many more apples this year?",
        "gold": ["apples"],
    },
]


def run(module: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A module of eval.bench as a user starts it."""
    return subprocess.run(
        [sys.executable, "-m", f"eval.bench.{module}", *words],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )


def written(folder: Path, documents: Sequence[Any], questions: Sequence[Any]) -> Path:
    """The set as files in a folder; the prefix that names it."""
    for part, rows in (("docs", documents), ("questions", questions)):
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        (folder / f"town.{part}.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder / "town"


def measured(figures: Any, **differing: Any) -> Any:
    """As a file holds them. differing: what the machine has otherwise than another sample's."""
    made = Provenance(
        cpu="Some CPU",
        cores=2,
        os="Linux 6, x86_64",
        python="3.11.7",
        embedding="bundled, 1",
        reranker="bundled",
        versions={"newsdesk": "0.1.0"},
    )
    return asdict(Measurement(replace(made, **differing), figures))


def retrieval_figures(
    names: Sequence[str] = ("newsdesk", "without splitting questions"),
    name: str = "town",
    folds: int = 0,
    **differing: Any,
) -> Any:
    """Of a set asked in two languages: the first of the names finds everything, the others miss the
    second half of the questions."""
    ranked = {
        each: {field: _found(place == 0) for field in _FIELDS} for place, each in enumerate(names)
    }
    found = Retrieval(
        name=name,
        documents=2,
        chunks=7,
        ingest_s=1.5,
        folds=folds,
        groups=tuple(groups(_SET, ranked, "newsdesk")),
        latencies={field: Latency(12.5, 31.25, 9.0) for field in _FIELDS},
    )
    return measured([found], **differing)


def peers_figures(folds: int = 0, **differing: Any) -> Any:
    """newsdesk, which finds everything, and two forms of a peer that don't."""
    costs = {
        name: PeerMeasured(
            passages=9,
            embedded=0,
            embedding_cpu_seconds=4.0,
            index_cpu_seconds=1.0,
            latencies={field: Latency(3.0, 4.0, 2.5) for field in _FIELDS},
            peak_mib=300.0,
            ranked={field: _found(name == "newsdesk") for field in _FIELDS},
        )
        for name in ("newsdesk", "txtai", "txtai-hybrid")
    }
    ranked = {name: cost.ranked for name, cost in costs.items()}
    compared = Compared("town", 2, folds, tuple(groups(_SET, ranked, "newsdesk")), costs)
    return measured([compared], **differing)


def search_figures(
    sizes: Mapping[int, float], kinds: Sequence[str] = ("lexical", "whole"), **differing: Any
) -> Any:
    """Archives of so many chunks; by size, the milliseconds of every search."""
    found = [
        SearchMeasured(
            chunks=chunks,
            embedded=5,
            build_s=None,
            disk_mib=12.0,
            open_s=0.25,
            first_search_s=0.75,
            first_filtered_search_s=0.5,
            resident_mib=None,
            recall=0.995,
            latencies={
                name: {kind: Latency(p50, 2 * p50, p50) for kind in kinds}
                for name in (NO_FILTER, "50% by date")
            },
        )
        for chunks, p50 in sizes.items()
    ]
    return measured(found, **differing)


def ingest_figures(**differing: Any) -> Any:
    """Of ten documents in eight seconds."""
    stages = {"read": Stage(1.0, 0.5), "embed": Stage(6.0, 7.5)}
    return measured(Figures(10, 40, 8.0, 10.0, 0.75, 512.0, 0.5, stages), **differing)


def briefing_figures(**differing: Any) -> Any:
    """Of two sizes."""
    sizes = [Size(500, 400, 3.0, 4.0, 310.0), Size(100, 90, 1.0, 1.5, 300.0)]
    return measured(sizes, **differing)


def embedding_figures(**differing: Any) -> Any:
    """Of engines that find the same."""
    ranked = {name: {field: _found(True) for field in _FIELDS} for name in (OURS, SOURCE)}
    found = EmbeddingFigures(
        passages=2,
        converting=Opening(2.0, 1.5),
        opening=Opening(0.5, 0.25),
        embedded=Turns((0.1, 0.1), (0.4, 0.2)),
        asked=Turns((0.01, 0.01), (0.02, 0.02)),
        cosine_mean=0.998,
        cosine_least=0.99,
        apart=1e-6,
        sets=(
            DenseSet(
                "town",
                2,
                tuple(groups(_SET, ranked, SOURCE)),
                tuple(Changed(field, 1.0, 0, 0, 1.0) for field in _FIELDS),
            ),
        ),
    )
    return measured(found, **differing)


_FIELDS = ("question_en", "question_zh")
_SET = RetrievalSet(
    "town",
    (Document("dam", "堤坝"), Document("choir", "合唱团")),
    tuple(
        Question(dict.fromkeys(_FIELDS, "?"), (gold,), "")
        for gold in ("dam", "choir")
        for _ in "12345"
    ),
)


def _found(everything: bool) -> list[list[str]]:
    second = ["choir", "dam"] if everything else ["dam"]
    return [["dam", "choir"]] * 5 + [second] * 5
