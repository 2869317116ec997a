"""Folders for work that is moved into place when it is whole, and is gone where it isn't."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

_PREFIX = ".newsdesk-"
_FOLDER, _LOCK = ".part", ".lock"


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """An empty folder in `parent`, removed at the end; first, what killed processes left of theirs.

    Raises OSError.
    """
    _remove_leftovers(parent)
    folder = parent / f"{_PREFIX}{uuid4().hex[:12]}{_FOLDER}"
    lock = _lock_of(folder)
    # Locked before it is there: nobody can take it for a leftover.
    lock.acquire(timeout=0)
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
        _unlink_lock(lock)


def _remove_leftovers(parent: Path) -> None:
    for folder in parent.glob(f"{_PREFIX}*{_FOLDER}"):
        lock = _lock_of(folder)
        with suppress(Timeout, OSError):
            lock.acquire(timeout=0)
            try:
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                lock.release()
            _unlink_lock(lock)


def _lock_of(folder: Path) -> FileLock:
    return FileLock(folder.with_suffix(_LOCK))


def _unlink_lock(lock: FileLock) -> None:
    with suppress(OSError):
        Path(lock.lock_file).unlink(missing_ok=True)
