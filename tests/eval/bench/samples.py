"""A small set to search, about invented towns, and figures as measurements leave them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.bench.ingest import Figures, Stage
from eval.bench.latency import Latency
from eval.bench.peers.comparison import Compared
from eval.bench.peers.worker import Measured as PeerMeasured
from eval.bench.retrieval import Retrieval
from eval.bench.search import Latency as SearchLatency
from eval.bench.search import Measured as SearchMeasured
from eval.bench.sets import Document, Question, RetrievalSet
from eval.bench.standings import groups

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


def written(folder: Path, documents: Sequence[Any], questions: Sequence[Any]) -> Path:
    """The set as files in a folder; the prefix that names it."""
    for part, rows in (("docs", documents), ("questions", questions)):
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        (folder / f"town.{part}.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder / "town"


def retrieval_figures(names: Sequence[str] = ("newsdesk", "without splitting questions")) -> Any:
    """Of a set asked in two languages: the first of the names finds everything, the others miss the
    second half of the questions."""
    ranked = {
        name: {field: _found(place == 0) for field in _FIELDS} for place, name in enumerate(names)
    }
    found = Retrieval(
        name="town",
        documents=2,
        chunks=7,
        ingest_s=1.5,
        embedding="bundled, 1",
        reranker="bundled",
        groups=tuple(groups(_SET, ranked, "newsdesk")),
        latencies={field: Latency(12.5, 31.25, 9.0) for field in _FIELDS},
    )
    return [asdict(found)]


def peers_figures() -> Any:
    """newsdesk, which finds everything, and two forms of a peer that don't."""
    costs = {
        name: PeerMeasured(
            passages=9,
            embedded=0,
            embedding_cpu_seconds=4.0,
            index_cpu_seconds=1.0,
            index_seconds=1.0,
            query_ms=[2.0, 3.0, 4.0],
            peak_mib=300.0,
            ranked={field: _found(name == "newsdesk") for field in _FIELDS},
        )
        for name in ("newsdesk", "txtai", "txtai-hybrid")
    }
    ranked = {name: cost.ranked for name, cost in costs.items()}
    return [asdict(Compared("town", 2, tuple(groups(_SET, ranked, "newsdesk")), costs))]


def search_figures(sizes: Mapping[int, float]) -> Any:
    """Archives of so many chunks; by size, the milliseconds of every search."""
    return [
        asdict(
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
                    name: {kind: SearchLatency(p50, 2 * p50, p50) for kind in ("lexical", "whole")}
                    for name in ("none", "50%")
                },
            )
        )
        for chunks, p50 in sizes.items()
    ]


def ingest_figures() -> Any:
    """Of ten documents in eight seconds."""
    stages = {"read": Stage(1.0, 0.5), "embed": Stage(6.0, 7.5)}
    return asdict(Figures(10, 40, 8.0, 10.0, 0.75, 512.0, 0.5, stages))


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
