"""Reads the figures that measurements have written with --json."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from eval.bench.ingest import Figures as IngestFigures
from eval.bench.peers.comparison import Compared
from eval.bench.retrieval import Retrieval
from eval.bench.search import Measured
from eval.errors import EvalError

T = TypeVar("T")


def read_retrieval(paths: Sequence[Path]) -> list[Retrieval]:
    """What `python -m eval.bench.retrieval` wrote, set by set. Raises EvalError."""
    return [one for path in paths for one in _read(path, TypeAdapter(list[Retrieval]), "retrieval")]


def read_peers(paths: Sequence[Path]) -> list[Compared]:
    """What `python -m eval.bench.peers` wrote, set by set. Raises EvalError."""
    return [one for path in paths for one in _read(path, TypeAdapter(list[Compared]), "peers")]


def read_search(paths: Sequence[Path]) -> list[Measured]:
    """What `python -m eval.bench.search` wrote, smallest archive first. Raises EvalError."""
    found = [one for path in paths for one in _read(path, TypeAdapter(list[Measured]), "search")]
    return sorted(found, key=lambda one: one.chunks)


def read_ingest(path: Path) -> IngestFigures:
    """What `python -m eval.bench.ingest` wrote. Raises EvalError."""
    return _read(path, TypeAdapter(IngestFigures), "ingest")


def _read(path: Path, shape: TypeAdapter[T], module: str) -> T:
    try:
        return shape.validate_json(path.read_bytes())
    except OSError as error:
        raise EvalError(f"{path}: can't be read ({error.strerror})") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        problem = f"{where}: {first['msg']}" if where else first["msg"]
        raise EvalError(
            f"{path}: {problem}; write it anew with python -m eval.bench.{module} --json"
        ) from None
