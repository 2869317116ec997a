"""Keeps measurements: a folder a run, written question by question, so that a kill costs one.

    RUNS/20261126-101502-questions-3f9c/run.json        what decided it, and how many questions
    RUNS/20261126-101502-questions-3f9c/records.jsonl   a record a line, as they came

A run is named by its id or the beginning of it, by `latest`, or by a file that `eval run -o` wrote.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from eval.errors import EvalError
from eval.records import EvalRun, QuestionRecord, RunManifest

LATEST = "latest"
_HEAD = "run.json"
_RECORDS = "records.jsonl"
_SEPARATORS = re.compile(r"\W+")
_RECORD: TypeAdapter[QuestionRecord] = TypeAdapter(QuestionRecord)


@dataclass(frozen=True, slots=True)
class _Head:
    id: str
    started: str
    ids: tuple[str, ...]
    manifest: RunManifest


_HEADS: TypeAdapter[_Head] = TypeAdapter(_Head)
_RUNS: TypeAdapter[EvalRun] = TypeAdapter(EvalRun)


class RunWriter:
    """A run while it is made; add records in any order."""

    def __init__(self, folder: Path, head: _Head, records: list[QuestionRecord]) -> None:
        self._folder = folder
        self._head = head
        self.records = records

    @property
    def id(self) -> str:
        return self._head.id

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
        manifest, to go on with, unless it shall be made anew."""
        if not anew:
            for head, folder in reversed(self._heads()):
                if head.manifest != manifest or head.ids != tuple(ids):
                    continue
                records = _records(folder / _RECORDS)
                if len(records) < len(ids):
                    return RunWriter(folder, head, records)
        stem = _SEPARATORS.sub("-", Path(manifest.dataset).stem)[:24].strip("-")
        run_id = f"{now:%Y%m%d-%H%M%S}-{stem}-{secrets.token_hex(2)}"
        head = _Head(run_id, now.isoformat(timespec="seconds"), tuple(ids), manifest)
        folder = self.folder / run_id
        try:
            folder.mkdir(parents=True)
            (folder / _RECORDS).touch()
            _write(folder / _HEAD, _HEADS.dump_json(head, indent=1).decode())
        except OSError as error:
            raise EvalError(f"{folder}: can't be written ({error.strerror})") from None
        return RunWriter(folder, head, [])

    def all(self) -> list[EvalRun]:
        """Every run, the latest last."""
        return [_run(head, _records(folder / _RECORDS)) for head, folder in self._heads()]

    def find(self, name: str, dataset_sha256: str | None = None) -> EvalRun:
        """The run that a name means; `latest` is the last finished one, of a set where its hash is
        given. Raises EvalError where none or several are meant."""
        path = Path(name)
        if path.suffix == ".json":
            return load_run(path)
        heads = self._heads()
        if name == LATEST:
            for head, folder in reversed(heads):
                run = _run(head, _records(folder / _RECORDS))
                right = dataset_sha256 in (None, head.manifest.dataset_sha256)
                if run.finished and right:
                    return run
            raise EvalError("no finished run is kept here; make one with newsdesk eval run")
        meant = [(head, folder) for head, folder in heads if head.id.startswith(name)]
        exact = [(head, folder) for head, folder in meant if head.id == name]
        if len(exact or meant) == 1:
            head, folder = (exact or meant)[0]
            return _run(head, _records(folder / _RECORDS))
        if meant:
            raise EvalError(f"{name}: {len(meant)} runs begin so; give more of the id")
        raise EvalError(f"{name}: no run has this id; newsdesk eval runs lists them")

    def _heads(self) -> list[tuple[_Head, Path]]:
        """Every run that can be read, by when it was started."""
        found = []
        for path in sorted(self.folder.glob(f"*/{_HEAD}")):
            try:
                head = _HEADS.validate_json(path.read_bytes())
            except (OSError, ValidationError):
                raise EvalError(
                    f"{path}: is no run that this newsdesk can read; remove its folder"
                ) from None
            found.append((head, path.parent))
        return sorted(found, key=lambda one: (one[0].started, one[0].id))


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


def _records(path: Path) -> list[QuestionRecord]:
    """What is kept of a run. A last line that a kill cut off is taken away: it is asked again."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    whole, cut = content.rpartition(b"\n")[0], content.rpartition(b"\n")[2]
    if cut:
        path.write_bytes(whole + b"\n" if whole else b"")
    found: dict[str, QuestionRecord] = {}
    for number, line in enumerate(whole.splitlines(), start=1):
        try:
            record = _RECORD.validate_json(line)
        except ValidationError:
            raise EvalError(
                f"{path}:{number}: is no record; remove the line, and run again"
            ) from None
        found[record.id] = record
    return list(found.values())


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
