"""A backup of a home in one file, made while others read and write.

The catalogue holds all that an archive is: texts, chunks with their vectors, and what is begun and
not done. The lexical index and Chroma's files are made of it, and a restore makes them again; so no
writer has to stop for a backup. It is a gzipped tar: a manifest, each SQLite file as it was at one
moment, and what was uploaded.
"""

import gzip
import hashlib
import io
import os
import re
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from rag import __version__
from rag.backup_types import BackupReport, Told
from rag.errors import HomeError, OutputError, StoreError
from store.archive import CATALOGUE_NAME, current_archive
from store.backup_manifest import (
    FORM,
    MANIFEST_NAME,
    UPLOADS_NAME,
    BackedUpFile,
    BackupManifest,
    Counts,
    SettingValue,
    check_version,
    is_database,
)
from store.scratch import scratch_folder
from store.snapshot import rows_of, take_snapshot, version_of

_TRIES = 5  # of a catalogue that reindexes replace meanwhile
_COMPRESSION = 6
_PIECE = 1 << 20  # bytes read at a time
_MEGABYTE = 1_000_000
_NAMED = re.compile(r"newsdesk-\d{8}-\d{6}\.tar\.gz")
_COUNTS = """
SELECT (SELECT count(*) FROM page WHERE state = 'live'),
    (SELECT count(*) FROM article JOIN page ON page.id = article.page_id WHERE state = 'live'),
    (SELECT count(*) FROM chunk JOIN article ON article.id = chunk.article_id
        JOIN page ON page.id = article.page_id WHERE state = 'live')
"""


def back_up(
    home: Path,
    output: Path,
    *,
    made_at: datetime,
    settings: Mapping[str, SettingValue],
    force: bool = False,
    keep: int | None = None,
    progress: Told | None = None,
) -> BackupReport:
    """Writes all that a home holds to a file, whole or not at all.

    output: where it is a folder, the file in it is named after `made_at`; `keep` is how many files
    so named are left there, the latest. settings: those that the index depends on. force: a file
    that is there already is replaced. Raises HomeError and StoreError where the home can't be read,
    OutputError where the file can't be written or is there already.
    """
    named = output.is_dir()
    target = output / f"newsdesk-{made_at:%Y%m%d-%H%M%S}.tar.gz" if named else output
    _check(target, force=force)
    if current_archive(home) is None:
        raise HomeError(f"{home}: holds no archive to back up; name another with --home")
    tell = progress or _tell_nobody
    try:
        with scratch_folder(target.parent) as scratch:
            staged = scratch / "home"
            staged.mkdir()
            _stage(home, staged, tell)
            manifest = _manifest(staged, made_at, settings)
            written = scratch / "backup"
            _write(staged, manifest, written, tell)
            size = written.stat().st_size
            _put(written, target, force=force)
        removed = _remove_oldest(output, keep) if named and keep is not None else ()
    except OSError as error:
        raise _unwritable(target, error) from error
    counts = manifest.counts
    return BackupReport(
        file=target,
        size=size,
        made_at=made_at,
        pages=counts.pages,
        articles=counts.articles,
        chunks=counts.chunks,
        files=len(manifest.files),
        removed=removed,
    )


def _check(target: Path, *, force: bool) -> None:
    """Before the work is done."""
    if target.is_dir() or not target.parent.is_dir():
        what = "is a folder" if target.is_dir() else f"{target.parent} is no folder; make it"
        raise OutputError(f"{target}: {what}, or name another file")
    if target.exists() and not force:
        raise _there_already(target)


def _there_already(target: Path) -> OutputError:
    return OutputError(f"{target}: is there already; name another file, or replace it with --force")


def _stage(home: Path, staged: Path, tell: Told) -> None:
    """Copies of all files of a home.

    The catalogue comes after the records and before what was uploaded: what they tell of articles
    is in it, and what it tells of uploads is there.
    """
    for file in sorted(home.iterdir()):
        if is_database(file.name) and file.name != CATALOGUE_NAME and file.is_file():
            take_snapshot(file, staged / file.name)
            shutil.copymode(file, staged / file.name)
    _stage_catalogue(home, staged / CATALOGUE_NAME, tell)
    for file in _uploads(home):
        place = staged / file.relative_to(home)
        place.parent.mkdir(parents=True, exist_ok=True)
        # One that is removed meanwhile is left out.
        with suppress(FileNotFoundError):
            _stage_upload(file, place)


def _stage_catalogue(home: Path, place: Path, tell: Told) -> None:
    for _ in range(_TRIES):
        archive = current_archive(home)
        if archive is None:
            break
        place.unlink(missing_ok=True)
        try:
            take_snapshot(
                archive / CATALOGUE_NAME,
                place,
                lambda done, total: tell("megabytes copied", done, total),
            )
        except (HomeError, StoreError):
            if current_archive(home) == archive:
                raise
        # Else a reindex has put another in its place, and may have removed half of it before.
        if current_archive(home) == archive:
            return
    raise StoreError(f"{home}: other archives keep taking its place; try again when that is over")


def _uploads(home: Path) -> Iterator[Path]:
    """What was uploaded; files whose names begin with a dot are still coming."""
    for folder, _, names in os.walk(home / UPLOADS_NAME):
        for name in names:
            file = Path(folder, name)
            if not name.startswith(".") and file.is_file() and not file.is_symlink():
                yield file


def _stage_upload(file: Path, place: Path) -> None:
    try:
        # Uploads are written once: a second name takes no room, and outlives the first.
        os.link(file, place)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(file, place)


def _manifest(
    staged: Path, made_at: datetime, settings: Mapping[str, SettingValue]
) -> BackupManifest:
    files = [file for file in sorted(staged.rglob("*")) if file.is_file()]
    versions = {file.name: version_of(file) for file in files if file.parent == staged}
    for name, version in versions.items():
        check_version(name, version, "the home")
    [counts] = rows_of(staged / CATALOGUE_NAME, _COUNTS)
    pages, articles, chunks = (int(str(count)) for count in counts)
    return BackupManifest(
        form=FORM,
        newsdesk=__version__,
        made_at=made_at,
        counts=Counts(pages=pages, articles=articles, chunks=chunks),
        schema_versions=versions,
        settings=dict(settings),
        files=tuple(
            BackedUpFile(
                name=file.relative_to(staged).as_posix(),
                size=file.stat().st_size,
                sha256=_digest(file),
            )
            for file in files
        ),
    )


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


class _Counted(io.RawIOBase):
    """A file that is read once, and tells how far that is."""

    def __init__(self, content: IO[bytes], tell: Told, before: int, total: int) -> None:
        self._content = content
        self._tell = tell
        self._done = before
        self._total = total
        self._hash = hashlib.sha256()

    @property
    def digest(self) -> str:
        """Of what was read."""
        return self._hash.hexdigest()

    def read(self, size: int = -1) -> bytes:
        piece = self._content.read(size)
        self._hash.update(piece)
        self._done += len(piece)
        self._tell("megabytes packed", *(-(-n // _MEGABYTE) for n in (self._done, self._total)))
        return piece


def _write(staged: Path, manifest: BackupManifest, written: Path, tell: Told) -> None:
    total = sum(file.size for file in manifest.files)
    done = 0
    # It holds the whole archive, and hashes of keys: for its owner's eyes.
    handle = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as raw:
        moment = int(manifest.made_at.timestamp())
        with (
            gzip.GzipFile("", "wb", _COMPRESSION, raw, moment) as packed,
            tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            text = manifest.model_dump_json(indent=2).encode()
            tar.addfile(_entry(MANIFEST_NAME, len(text), moment, 0o600), io.BytesIO(text))
            for file in manifest.files:
                with (staged / file.name).open("rb") as content:
                    counted = _Counted(content, tell, done, total)
                    mode = os.fstat(content.fileno()).st_mode & 0o777
                    tar.addfile(_entry(file.name, file.size, moment, mode), counted)
                if counted.digest != file.sha256:
                    raise StoreError(f"{file.name}: was changed while it was read; try again")
                done += file.size
        raw.flush()
        os.fsync(raw.fileno())


def _entry(name: str, size: int, moment: int, mode: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, moment, mode
    return entry


def _put(written: Path, target: Path, *, force: bool) -> None:
    """Gives a whole file its name, in one step."""
    if force:
        os.replace(written, target)
    else:
        try:
            os.link(written, target)  # unlike a renaming, it replaces nothing
        except FileExistsError:
            raise _there_already(target) from None
        except OSError:  # a file system without second names
            if target.exists():
                raise _there_already(target) from None
            os.replace(written, target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Makes names in a folder last through a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove_oldest(folder: Path, keep: int) -> tuple[Path, ...]:
    named = sorted(file for file in folder.iterdir() if _NAMED.fullmatch(file.name))
    oldest = tuple(named[:-keep])
    for file in oldest:
        file.unlink(missing_ok=True)
    return oldest


def _unwritable(target: Path, error: OSError) -> OutputError:
    what = error.strerror or str(error)
    return OutputError(
        f"{target}: the backup can't be made ({what}); make room, give access to"
        f" {error.filename or target.parent}, or name another file"
    )


def _tell_nobody(stage: str, done: int, total: int | None) -> None:
    """Where no progress is wanted."""
