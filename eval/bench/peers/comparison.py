"""Runs every system over a set and puts the figures side by side."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.bench.peers.systems import NEWSDESK
from eval.bench.peers.worker import Measured
from eval.bench.sets import load_set
from eval.bench.standings import Group, groups
from eval.errors import EvalError

# No system may reach out, report home or draw bars; all take the same thread count.
_ENVIRONMENT = {
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "LANGSMITH_TRACING": "false",
    "TRANSFORMERS_OFFLINE": "1",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """All figures of one set; costs by system."""

    name: str
    documents: int
    groups: tuple[Group, ...]
    costs: Mapping[str, Measured]


def compare(
    prefix: Path, systems: Sequence[str], vectors: Path, documents: int | None = None
) -> Compared:
    """Every system over one set, each in processes of its own: one to embed what no system had
    embedded before, if there is any, and one for the figures, with all vectors at hand.

    Raises DatasetError or EvalError.
    """
    data = load_set(prefix, documents)
    costs = {}
    for name in systems:
        costs[name] = _run(name, prefix, vectors, documents)
        if costs[name].embedded:
            costs[name] = _run(name, prefix, vectors, documents)
        _tell(f"{data.name}: {name}: {costs[name].passages} passages")
    ranked = {name: cost.ranked for name, cost in costs.items()}
    return Compared(data.name, len(data.documents), tuple(groups(data, ranked, NEWSDESK)), costs)


def _run(name: str, prefix: Path, vectors: Path, documents: int | None) -> Measured:
    with tempfile.TemporaryDirectory(prefix="newsdesk-peers-") as folder:
        result = Path(folder) / "measured.json"
        words = [name, str(prefix), str(vectors), str(result)]
        if documents is not None:
            words += ["--documents", str(documents)]
        done = subprocess.run(
            [sys.executable, "-m", "eval.bench.peers.worker", *words],
            env={**os.environ, **_ENVIRONMENT},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
            raise EvalError(f"{name} failed on {prefix.name}: {last}")
        return Measured(**json.loads(result.read_text(encoding="utf-8")))


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
