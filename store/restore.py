"""A home out of a backup: unpacked beside its place, made whole, verified, then put there."""

import hashlib
import os
import shutil
import sqlite3
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from rag.backup_types import RestoreReport, Told
from rag.errors import HomeError, StoreError, VectorServerError
from rag.intake_types import VerifyReport
from store.archive import ARCHIVES_NAME, CATALOGUE_NAME, switch_to
from store.backup import sync_folder
from store.backup_manifest import (
    MANIFEST_BYTES,
    MANIFEST_NAME,
    BackupManifest,
    check_version,
    is_database,
    read_manifest,
)
from store.indexes import make_indexes
from store.lock import HOLDER_NAME, WriterLock
from store.scratch import scratch_folder
from store.snapshot import version_of

_PIECE = 1 << 20  # bytes read at a time
_MEGABYTE = 1_000_000
_WITH_INDEXES = 1.5  # times what a backup holds: news of 5,000 articles took 1.3


def restore(
    file: Path,
    home: Path,
    *,
    now: datetime,
    force: bool = False,
    chroma_url: str | None = None,
    progress: Told | None = None,
) -> tuple[RestoreReport, BackupManifest]:
    """Puts what a backup holds in a home, whole or not at all.

    The lexical index and the vectors' files are made of the catalogue, which keeps the vectors: no
    embedding model is asked. Everything is verified before it takes its place. force: a home that
    holds something is put aside, under a name with `now`. Raises StoreError for a file that is no
    whole backup or of a later version; HomeError where the home holds something, is in use or can't
    be written; VectorServerError, SettingsError for the Chroma server.
    """
    tell: Told = progress or (lambda stage, done, total: None)
    named, home = home, home.resolve()  # a link to a home stays one
    taken = _holds_something(home)
    if taken and not force:
        raise HomeError(
            f"{named}: isn't empty; name another with --home, or put what it holds aside with"
            " --force"
        )
    _check_unused(home)
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with _opened(file) as tar, scratch_folder(home.parent) as scratch:
            manifest = _manifest(tar, file)
            _check_room(manifest, scratch)
            fresh = scratch / "home"
            fresh.mkdir()
            _unpack(tar, manifest, fresh, file, tell)
            archive = _arrange(fresh)
            found = _with_indexes(archive, chroma_url, tell, home)
            if found.problems:
                raise StoreError(
                    f"{file}: what it holds isn't whole: {'; '.join(found.problems)}; use another"
                )
            switch_to(fresh, archive)
            aside = home.with_name(f"{home.name}.before-{now:%Y%m%d-%H%M%S}") if taken else None
            if aside is None:
                _rename(fresh, home)
            else:
                _swap(fresh, home, aside)
            sync_folder(home.parent)
    except OSError as error:
        raise HomeError(
            f"{home}: can't be restored ({error.strerror or error}); make room, give access to"
            f" {error.filename or home.parent}, or name another home"
        ) from error
    return RestoreReport(named, manifest.made_at, manifest.newsdesk, found, aside=aside), manifest


def _holds_something(home: Path) -> bool:
    try:
        return any(home.iterdir())
    except FileNotFoundError:
        return False
    except NotADirectoryError:
        raise HomeError(f"{home}: is a file; name a folder as the home") from None
    except OSError as error:
        raise HomeError(f"{home}: can't be read ({error.strerror}); give access to it") from error


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    """A backup's file, read from its beginning to its end. What it can't be read as is a
    StoreError."""
    try:
        with tarfile.open(file, mode="r|gz") as tar:
            yield tar
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        if error.filename is None or Path(error.filename) != file:
            raise
        raise StoreError(f"{file}: can't be read ({error.strerror}); name a backup") from error
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise StoreError(
            f"{file}: is no whole backup of newsdesk ({error}); use another"
        ) from error


def _manifest(tar: tarfile.TarFile, file: Path) -> BackupManifest:
    entry = tar.next()
    content = tar.extractfile(entry) if entry is not None and entry.isreg() else None
    if entry is None or content is None or entry.name != MANIFEST_NAME:
        raise StoreError(f"{file}: is no backup of newsdesk ({MANIFEST_NAME} isn't first in it)")
    if entry.size > MANIFEST_BYTES:
        raise StoreError(f"{file}: is no backup of newsdesk ({MANIFEST_NAME} is too large)")
    manifest = read_manifest(content.read(), str(file))
    for name, version in manifest.schema_versions.items():
        check_version(name, version, str(file))
    return manifest


def _check_room(manifest: BackupManifest, folder: Path) -> None:
    needed = int(sum(file.size for file in manifest.files) * _WITH_INDEXES)
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise HomeError(
            f"{folder.parent}: has {free // _MEGABYTE} MB free, the backup needs"
            f" about {-(-needed // _MEGABYTE)} MB; make room, or name another home"
        )


def _unpack(
    tar: tarfile.TarFile, manifest: BackupManifest, fresh: Path, file: Path, tell: Told
) -> None:
    """Writes the files that the manifest names, and nothing else, under names that it was checked
    for; each must be what it says."""
    expected = {one.name: one for one in manifest.files}
    total = -(-sum(one.size for one in manifest.files) // _MEGABYTE)
    done = 0
    while (entry := tar.next()) is not None:
        wanted = expected.pop(entry.name, None)
        content = tar.extractfile(entry) if entry.isreg() else None
        if wanted is None or content is None or entry.size != wanted.size:
            raise StoreError(
                f"{file}: {entry.name!r} in it isn't what its manifest says; use another"
            )
        place = fresh / wanted.name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with place.open("xb") as written:
            while piece := content.read(_PIECE):
                digest.update(piece)
                written.write(piece)
                done += len(piece)
                tell("megabytes unpacked", -(-done // _MEGABYTE), total)
            written.flush()
            os.fsync(written.fileno())
        place.chmod(entry.mode & 0o777 | 0o600)
        if digest.hexdigest() != wanted.sha256:
            raise StoreError(f"{file}: {entry.name!r} in it is damaged; use another backup")
    if expected:
        raise StoreError(f"{file}: lacks {', '.join(sorted(expected))}; use another backup")


def _arrange(fresh: Path) -> Path:
    """Puts the catalogue where a home has it; the archive's folder.

    Under a name of its own: a Chroma server may hold the vectors of the one that was backed up.
    """
    for name in os.listdir(fresh):
        if is_database(name):
            # What the manifest says of versions may not be so.
            check_version(name, version_of(fresh / name), "the backup")
    archive = fresh / ARCHIVES_NAME / uuid4().hex[:12]
    archive.mkdir(parents=True)
    os.replace(fresh / CATALOGUE_NAME, archive / CATALOGUE_NAME)
    return archive


def _with_indexes(archive: Path, chroma_url: str | None, tell: Told, home: Path) -> VerifyReport:
    try:
        return make_indexes(archive, chroma_url, tell)
    except VectorServerError:
        raise
    except StoreError as error:
        # What it advises is of an archive in its place.
        reason = (str(error.__cause__ or error).splitlines() or [str(error)])[0]
        raise StoreError(
            f"{home}: the indexes can't be made ({reason}); make room beside it, or use another"
            " backup"
        ) from error


def _swap(fresh: Path, home: Path, aside: Path) -> None:
    """Puts what a home holds aside, and the new in its place."""
    lock = WriterLock(home)
    lock.acquire()
    try:
        _check_unused(home)
        if aside.exists():
            raise HomeError(f"{aside}: is there already; try again")
        shutil.copymode(home, fresh)
        _rename(home, aside)
        (aside / HOLDER_NAME).unlink(missing_ok=True)
        try:
            _rename(fresh, home)
        except BaseException:
            if not home.exists():
                os.rename(aside, home)
            raise
    finally:
        lock.release()


def _rename(old: Path, new: Path) -> None:
    try:
        os.rename(old, new)
    except OSError as error:
        raise HomeError(
            f"{new}: can't take its place ({error.strerror}); a home that is a mount point can't be"
            " replaced: name a folder in it as the home"
        ) from error


def _check_unused(home: Path) -> None:
    """Raises HomeError where a process has the catalogue open: it would go on with the old one."""
    for catalogue in (home / ARCHIVES_NAME).glob(f"*/{CATALOGUE_NAME}"):
        with closing(sqlite3.connect(catalogue, timeout=0, isolation_level=None)) as connection:
            try:
                # Only who is alone with a file can take it out of WAL mode; opening puts it back.
                connection.execute("PRAGMA journal_mode = DELETE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname.startswith("SQLITE_BUSY"):
                    raise HomeError(
                        f"{home}: is in use by another process (`newsdesk serve`?); stop it first"
                    ) from None
            except sqlite3.DatabaseError:
                continue  # damaged: what a restore is for
