"""Where an archive lies in its home: `CURRENT` names the folder of `archives/` that is in use."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from filelock import FileLock

from rag.errors import HomeError, StoreError

CURRENT_NAME = "CURRENT"
ARCHIVES_NAME = "archives"
CATALOGUE_NAME = "catalogue.sqlite"
_CREATE_LOCK = "create.lock"


def prepare_home(home: Path) -> None:
    """Makes the data folder where it is missing. Raises HomeError."""
    try:
        home.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise HomeError(f"{home}: is a file; name a folder as the home") from None
    except OSError as error:
        raise HomeError(f"{home}: can't be made ({error.strerror}); name another home") from error
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        raise HomeError(f"{home}: can't be written; give write access to it, or name another home")


def current_archive(home: Path) -> Path | None:
    """The folder of the archive in use; None before the first. Raises StoreError, HomeError."""
    try:
        name = (home / CURRENT_NAME).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise StoreError(f"{home / CURRENT_NAME}: damaged; {_how_to_mend(home)}") from None
    except OSError as error:
        raise HomeError(f"{home / CURRENT_NAME}: can't be read ({error.strerror})") from error
    archive = home / ARCHIVES_NAME / name
    if not name.isalnum() or not (archive / CATALOGUE_NAME).is_file():
        raise StoreError(
            f"{home / CURRENT_NAME}: names the archive {name!r}, which isn't there;"
            f" {_how_to_mend(home)}"
        )
    return archive


def first_archive(home: Path, fill: Callable[[Path], None]) -> Path:
    """The archive in use; where there is none, one that `fill` sets up. Safe against a race."""
    with FileLock(home / _CREATE_LOCK, timeout=30):
        archive = current_archive(home)
        if archive is None:
            archive = fresh_archive(home)
            fill(archive)
            switch_to(home, archive)
    return archive


def fresh_archive(home: Path) -> Path:
    """An empty folder for an archive, not in use yet."""
    archive = home / ARCHIVES_NAME / uuid4().hex[:12]
    try:
        archive.mkdir(parents=True)
    except OSError as error:
        raise HomeError(f"{archive}: can't be made ({error.strerror})") from error
    return archive


def switch_to(home: Path, archive: Path) -> None:
    """Makes an archive the one in use, in one step that a kill can't halve."""
    written = home / f"{CURRENT_NAME}.{archive.name}"
    with written.open("w", encoding="ascii") as file:
        file.write(archive.name)
        file.flush()
        os.fsync(file.fileno())
    os.replace(written, home / CURRENT_NAME)


def remove_leftovers(home: Path) -> list[str]:
    """Removes archives that aren't in use, for a holder of the writer lock; their names."""
    current = current_archive(home)
    if current is None:
        return []
    leftovers = [
        folder for folder in (home / ARCHIVES_NAME).iterdir() if folder.name != current.name
    ]
    for folder in leftovers:
        # A reader may still have it open; what can't be removed is tried again next time.
        shutil.rmtree(folder, ignore_errors=True)
    return [folder.name for folder in leftovers]


def _how_to_mend(home: Path) -> str:
    return f"write the name of a folder of {home / ARCHIVES_NAME} into it, or use another home"
