"""Keeps measurements: a folder a run, written question by question, so that a kill costs one.

    RUNS/20261126-101502-questions-3f9c/run.json        what decided it, and how many questions
    RUNS/20261126-101502-questions-3f9c/records.jsonl   a record a line, as they came

A run is named by its id or the beginning of it, by `latest`, or by a file that `eval run -o` wrote.
Reading changes nothing. What can't be read is named in a warning, and keeps nothing else from use.
"""

import logging
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from eval.errors import EvalError
from eval.records import EvalRun, QuestionRecord, RunManifest

LATEST = "latest"
_HEAD = "run.json"
_RECORDS = "records.jsonl"
_LOCK = "writing.lock"
_SEPARATORS = re.compile(r"\W+")
_RECORD: TypeAdapter[QuestionRecord] = TypeAdapter(QuestionRecord)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Head:
    """ids: of the questions. last_begun: when it was begun or last gone on with, to the
    microsecond; by it a run is the latest."""

    id: str
    started: str
    ids: tuple[str, ...]
    manifest: RunManifest
    last_begun: str = ""

    @property
    def at(self) -> float:
        return datetime.fromisoformat(self.last_begun or self.started).timestamp()


_HEADS: TypeAdapter[_Head] = TypeAdapter(_Head)
_RUNS: TypeAdapter[EvalRun] = TypeAdapter(EvalRun)


class RunWriter:
    """A run while it is made; add records in any order. Until it is closed, or its process ends,
    nobody else goes on with the run. Use it as a context manager."""

    def __init__(
        self, folder: Path, head: _Head, records: list[QuestionRecord], lock: FileLock
    ) -> None:
        self._folder = folder
        self._head = head
        self._lock = lock
        self.records = records

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets others go on with the run."""
        self._lock.release()

    @property
    def id(self) -> str:
        return self._head.id

    @property
    def manifest(self) -> RunManifest:
        return self._head.manifest

    def add(self, record: QuestionRecord) -> None:
        """Keeps one record, on disk before this returns. Raises EvalError where it can't."""
        line = _RECORD.dump_json(record).decode() + "\n"
        try:
            with (self._folder / _RECORDS).open("a", encoding="utf-8") as file:
                file.write(line)
        except OSError as error:
            raise EvalError(f"{self._folder}: can't be written ({error.strerror})") from None
        self.records.append(record)

    def run(self) -> EvalRun:
        """The run so far."""
        return _run(self._head, self.records)


class RunStore:
    """The runs in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(
        self, manifest: RunManifest, ids: Sequence[str], now: datetime, *, anew: bool = False
    ) -> RunWriter:
        """A new run of the questions with these ids, or the latest unfinished one with the same
        manifest that nobody is making, to go on with, unless it shall be made anew. A run that is
        gone on with keeps the day on which it was begun."""
        at = now.isoformat(timespec="microseconds")
        for head, folder in [] if anew else reversed(self._heads()):
            same = replace(head.manifest, today="") == replace(manifest, today="")
            if same and head.ids == tuple(ids):
                writer = _go_on(folder, replace(head, last_begun=at))
                if writer is not None:
                    return writer
        stem = _SEPARATORS.sub("-", Path(manifest.dataset).stem)[:24].strip("-")
        run_id = f"{now:%Y%m%d-%H%M%S}-{stem}-{secrets.token_hex(2)}"
        head = _Head(run_id, now.isoformat(timespec="seconds"), tuple(ids), manifest, at)
        folder = self.folder / run_id
        lock = FileLock(folder / _LOCK)
        try:
            folder.mkdir(parents=True)
            lock.acquire(timeout=0)
            (folder / _RECORDS).touch()
            _write_head(folder, head)
        except OSError as error:
            raise EvalError(f"{folder}: can't be written ({error.strerror})") from None
        return RunWriter(folder, head, [], lock)

    def all(self) -> list[EvalRun]:
        """Every run that can be read, the latest last."""
        return [_read(head, folder) for head, folder in self._heads()]

    def find(
        self, name: str, dataset_sha256: str | None = None, *, newest: bool = False
    ) -> EvalRun:
        """The run that a name means; `latest` is the last finished one, of a set where its hash is
        given. newest: of which none may have been begun since.

        Raises EvalError where none or several are meant.
        """
        if not name.strip():
            raise EvalError("a run's name is blank; newsdesk eval runs lists them")
        if name == LATEST:
            return self._latest(dataset_sha256, newest)
        path = Path(name)
        if path.suffix == ".json" or path.is_file():
            return load_run(path)
        heads = self._heads()
        meant = [(head, folder) for head, folder in heads if head.id.startswith(name)]
        exact = [(head, folder) for head, folder in meant if head.id == name]
        if len(exact or meant) == 1:
            return _read(*(exact or meant)[0])
        if meant:
            raise EvalError(f"{name}: {len(meant)} runs begin so; give more of the id")
        raise EvalError(f"{name}: no run has this id; newsdesk eval runs lists them")

    def _latest(self, dataset_sha256: str | None, newest: bool) -> EvalRun:
        unfinished: list[EvalRun] = []
        for head, folder in reversed(self._heads()):
            if dataset_sha256 not in (None, head.manifest.dataset_sha256):
                continue
            run = _read(head, folder)
            if not run.finished:
                unfinished.append(run)
                continue
            if unfinished:
                later = unfinished[0]
                told = (
                    f"{later.id} was begun after {run.id}, the latest that is finished, and has"
                    f" {len(later.records)} of {later.questions} questions"
                )
                if newest:
                    raise EvalError(f"{told}; run it to its end, or name the run that you mean")
                _log.warning("%s", told)
            return run
        raise EvalError("no finished run is kept here; make one with newsdesk eval run")

    def _heads(self) -> list[tuple[_Head, Path]]:
        """Every run that can be read, by when it was last begun."""
        found = []
        for path in sorted(self.folder.glob(f"*/{_HEAD}")):
            try:
                head = _HEADS.validate_json(path.read_bytes())
                found.append((head.at, head.id, head, path.parent))
            except (OSError, ValueError):  # among them what pydantic raises
                _log.warning(
                    "%s: is no run that this newsdesk can read and is left out; remove its folder",
                    path,
                )
        return [(head, folder) for _, _, head, folder in sorted(found, key=lambda one: one[:2])]


def load_run(path: Path) -> EvalRun:
    """A run from the JSON that `eval run --json` prints. Raises EvalError."""
    try:
        return _RUNS.validate_json(path.read_bytes())
    except OSError as error:
        raise EvalError(
            f"{path}: can't be read ({error.strerror}); name a run, or a file that"
            " newsdesk eval run -o wrote"
        ) from None
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(str(part) for part in problem["loc"])
        raise EvalError(
            f"{path}: is no run ({place}: {problem['msg']}); make it with newsdesk eval run -o"
        ) from None


def save_text(path: Path, text: str) -> None:
    """Writes a file whole or not at all. Raises EvalError where it can't be written."""
    try:
        _write(path, text)
    except OSError as error:
        raise EvalError(f"{path}: can't be written ({error.strerror}); name another file") from None


def as_values(run: EvalRun) -> dict[str, Any]:
    """A run as JSON values, each record with whether it is right."""
    values = asdict(run)
    for shape, record in zip(values["records"], run.records, strict=True):
        shape["right"] = record.right
    return {**values, "finished": run.finished}


def _run(head: _Head, records: Sequence[QuestionRecord]) -> EvalRun:
    places = {name: place for place, name in enumerate(head.ids)}
    ordered = sorted(records, key=lambda record: places[record.id])
    return EvalRun(head.id, head.started, head.manifest, len(head.ids), tuple(ordered))


def _go_on(folder: Path, head: _Head) -> RunWriter | None:
    """The run in a folder, to go on with; None where it is finished or somebody is making it."""
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=0)
        records, spoilt = _records(folder, head)
        if len(records) == len(head.ids):
            lock.release()
            return None
        if spoilt:
            lines = [_RECORD.dump_json(record).decode() + "\n" for record in records]
            _write(folder / _RECORDS, "".join(lines))
        _write_head(folder, head)
    except Timeout:
        return None
    except OSError as error:
        raise EvalError(f"{folder}: can't be written ({error.strerror})") from None
    return RunWriter(folder, head, records, lock)


def _read(head: _Head, folder: Path) -> EvalRun:
    """What is kept of a run, without what is spoilt."""
    return _run(head, _records(folder, head)[0])


def _records(folder: Path, head: _Head) -> tuple[list[QuestionRecord], bool]:
    """The records of a run, and whether anything else stands among them. A last line that a kill
    cut off is no news; another that is no record is."""
    path = folder / _RECORDS
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return [], False
    *lines, cut = content.split(b"\n")
    known = set(head.ids)
    found: dict[str, QuestionRecord] = {}
    spoilt = []
    for number, line in enumerate(lines, start=1):
        try:
            record = _RECORD.validate_json(line)
        except ValidationError:
            spoilt.append(number)
            continue
        if record.id in known:
            found[record.id] = record
        else:
            spoilt.append(number)
    if spoilt:
        _log.warning(
            "%s:%d: is no record of this run and is left out (lines like it: %d)",
            path,
            spoilt[0],
            len(spoilt),
        )
    return list(found.values()), bool(spoilt or cut)


def _write_head(folder: Path, head: _Head) -> None:
    _write(folder / _HEAD, _HEADS.dump_json(head, indent=1).decode())


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
