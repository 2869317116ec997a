"""Runs every system over a set and puts the figures side by side."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter

from eval.bench.command import tell
from eval.bench.held_out import Part, folds_of, load_folds, merged, parts
from eval.bench.peers.systems import NEWSDESK
from eval.bench.peers.worker import Measured
from eval.bench.sets import RetrievalSet, load_set
from eval.bench.standings import Group, Ranked, groups
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
    """All figures of one set; costs by system. folds: by how many newsdesk's ranking is held out; 0
    where it is by the package's own projection, as its costs always are."""

    name: str
    documents: int
    folds: int
    groups: tuple[Group, ...]
    costs: Mapping[str, Measured]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a comparison is of. vectors: a file, kept between runs. documents: at most so many.
    held_out: a folder of folds."""

    prefix: Path
    vectors: Path
    documents: int | None = None
    held_out: Path | None = None


def compare(inputs: Inputs, systems: Sequence[str]) -> Compared:
    """Every system over one set, each in processes of its own: one to embed its passages, then one
    for the figures, twice where the first had to embed questions.

    The other frameworks make no use of tokens: newsdesk's ranking alone is held out. Raises
    DatasetError or EvalError.
    """
    data = load_set(inputs.prefix, inputs.documents)
    folds = load_folds(inputs.held_out)
    asked = parts(data, folds)
    costs = {}
    for name in systems:
        costs[name] = _measured(name, inputs)
        tell(f"{data.name}: {name}: {costs[name].passages} passages")
    if folds_of(data, folds):
        costs[NEWSDESK] = replace(costs[NEWSDESK], ranked=_held_out(data, asked, inputs))
    ranked = {name: cost.ranked for name, cost in costs.items()}
    found = tuple(groups(data, ranked, NEWSDESK))
    return Compared(data.name, len(data.documents), folds_of(data, folds), found, costs)


def _measured(name: str, inputs: Inputs) -> Measured:
    _run(name, inputs, "--embed")
    found = _figures(name, inputs)
    return _figures(name, inputs) if found.embedded else found


def _figures(name: str, inputs: Inputs) -> Measured:
    return TypeAdapter(Measured).validate_json(_run(name, inputs))


def _held_out(data: RetrievalSet, asked: Sequence[Part], inputs: Inputs) -> Ranked:
    """newsdesk's ranking, each question's by the fold that left its documents out."""
    found = []
    for part in asked:
        words = ("--held-out", str(inputs.held_out), "--part", part.name)
        read = TypeAdapter(Ranked).validate_json
        found.append({NEWSDESK: read(_run(NEWSDESK, inputs, *words))})
        tell(f"{data.name}: {NEWSDESK}, {part.name}: {len(part.places)} questions")
    return merged(data, asked, found)[NEWSDESK]


def _run(name: str, inputs: Inputs, *words: str) -> bytes:
    """What a worker wrote."""
    with tempfile.TemporaryDirectory(prefix="newsdesk-peers-") as folder:
        result = Path(folder) / "result.json"
        result.touch()
        asked = [name, str(inputs.prefix), str(inputs.vectors), str(result), *words]
        if inputs.documents is not None:
            asked += ["--documents", str(inputs.documents)]
        done = subprocess.run(
            [sys.executable, "-m", "eval.bench.peers.worker", *asked],
            env={**os.environ, **_ENVIRONMENT},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
            raise EvalError(f"{name} failed on {inputs.prefix.name}: {last}")
        return result.read_bytes()
