"""Reads the figures that measurements have written with --json, and sees that they fit together."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from eval.bench.briefing_size import Size
from eval.bench.embedding import Figures as EmbeddingFigures
from eval.bench.ingest import Figures as IngestFigures
from eval.bench.peers.comparison import Compared
from eval.bench.peers.systems import FORMS, NEWSDESK
from eval.bench.provenance import Measurement, shared
from eval.bench.retrieval import WHOLE, Retrieval
from eval.bench.scores import METRICS
from eval.bench.search import NO_FILTER, Measured
from eval.bench.service_figures import ServiceLoad
from eval.bench.standings import Group
from eval.errors import EvalError

T = TypeVar("T")


def read_retrieval(paths: Sequence[Path]) -> Measurement[list[Retrieval]]:
    """What `python -m eval.bench.retrieval` wrote, set by set. Raises EvalError."""
    found = _together(
        [_read(path, TypeAdapter(Measurement[list[Retrieval]]), "retrieval") for path in paths],
        "retrieval",
    )
    _once((one.name for one in found.figures), "retrieval", "set")
    for one in found.figures:
        _check_groups(one.groups, WHOLE, f"retrieval: {one.name}")
    return found


def read_peers(paths: Sequence[Path]) -> Measurement[list[Compared]]:
    """What `python -m eval.bench.peers` wrote, set by set. Raises EvalError."""
    found = _together(
        [_read(path, TypeAdapter(Measurement[list[Compared]]), "peers") for path in paths], "peers"
    )
    _once((one.name for one in found.figures), "peers", "set")
    for one in found.figures:
        _check_groups(one.groups, NEWSDESK, f"peers: {one.name}")
        _check_systems(one)
    return found


def read_search(paths: Sequence[Path]) -> Measurement[list[Measured]]:
    """What `python -m eval.bench.search` wrote, smallest archive first. Raises EvalError."""
    found = _together(
        [_read(path, TypeAdapter(Measurement[list[Measured]]), "search") for path in paths],
        "search",
    )
    ordered = sorted(found.figures, key=lambda one: one.chunks)
    _once((str(one.chunks) for one in ordered), "search", "size")
    first = ordered[0]
    for one in ordered:
        if NO_FILTER not in one.latencies or not all(one.latencies.values()):
            raise EvalError(f"search: latencies of {one.chunks} chunks are missing; measure anew")
        if _asked(one) != _asked(first):
            raise EvalError(
                f"search: {one.chunks} chunks were searched otherwise than {first.chunks};"
                " measure all sizes alike"
            )
    return Measurement(found.provenance, ordered)


def read_ingest(path: Path) -> Measurement[IngestFigures]:
    """What `python -m eval.bench.ingest` wrote. Raises EvalError."""
    found = _read(path, TypeAdapter(Measurement[IngestFigures]), "ingest")
    if not found.figures.stages:
        raise EvalError(f"{path}: no stage of the ingest; measure it anew")
    return found


def read_briefing(path: Path) -> Measurement[list[Size]]:
    """What `python -m eval.bench.briefing_size` wrote, smallest first. Raises EvalError."""
    found = _read(path, TypeAdapter(Measurement[list[Size]]), "briefing_size")
    if not found.figures:
        raise EvalError(f"{path}: no briefing was measured; measure it anew")
    return Measurement(found.provenance, sorted(found.figures, key=lambda one: one.articles))


def read_embedding(path: Path) -> Measurement[EmbeddingFigures]:
    """What `python -m eval.bench.embedding` wrote. Raises EvalError."""
    return _read(path, TypeAdapter(Measurement[EmbeddingFigures]), "embedding")


def read_service(path: Path) -> Measurement[ServiceLoad]:
    """What `python -m eval.bench.service_load` wrote. Raises EvalError."""
    found = _read(path, TypeAdapter(Measurement[ServiceLoad]), "service_load")
    if not found.figures.levels:
        raise EvalError(f"{path}: no request was measured; measure it anew")
    return found


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


def _together(found: Sequence[Measurement[list[T]]], what: str) -> Measurement[list[T]]:
    """The figures of several files, measured alike."""
    figures = [one for each in found for one in each.figures]
    if not figures:
        raise EvalError(f"{what}: the files hold no figures; measure something first")
    return Measurement(shared([each.provenance for each in found], what), figures)


def _once(names: Iterable[str], what: str, kind: str) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise EvalError(f"{what}: the {kind} {twice[0]} stands there twice; give one file of it")


def _check_groups(groups: Sequence[Group], reference: str, where: str) -> None:
    if not groups:
        raise EvalError(f"{where}: no group of questions; measure it anew")
    for group in groups:
        if reference not in group.standings:
            raise EvalError(f"{where}: figures of {reference} are missing; measure it anew")
        for name, standing in group.standings.items():
            compared = () if name == reference else METRICS
            if set(standing.metrics) != {*METRICS} or set(standing.difference) != {*compared}:
                raise EvalError(f"{where}: other figures of {name} are wanted; measure it anew")


def _check_systems(one: Compared) -> None:
    for group in one.groups:
        if group.standings.keys() != one.costs.keys():
            raise EvalError(f"peers: {one.name}: costs and quality are of different systems")
    unknown = one.costs.keys() - FORMS.keys()
    if unknown:
        raise EvalError(f"peers: {one.name}: no system is called {min(unknown)!r}; measure it anew")
    fields = {frozenset(cost.latencies) for cost in one.costs.values()}
    if len(fields) > 1:
        raise EvalError(f"peers: {one.name}: systems were asked different questions")


def _asked(one: Measured) -> list[tuple[str, list[str]]]:
    """The filters and the kinds of search."""
    return [(name, list(kinds)) for name, kinds in one.latencies.items()]
