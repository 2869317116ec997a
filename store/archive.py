"""Where an archive lies in its home: `CURRENT` names the folder of `archives/` that is in use."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from rag.errors import HomeError, ReindexedError, StoreError

CURRENT_NAME = "CURRENT"
ARCHIVES_NAME = "archives"
CATALOGUE_NAME = "catalogue.sqlite"
_CREATE_LOCK = "create.lock"
_CREATE_SECONDS = 30.0


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
        raise HomeError(
            f"{home / CURRENT_NAME}: can't be read ({error.strerror}); {_how_to_mend(home)}"
        ) from error
    archive = home / ARCHIVES_NAME / name
    if not name.isalnum() or not (archive / CATALOGUE_NAME).is_file():
        raise StoreError(
            f"{home / CURRENT_NAME}: names the archive {name!r}, which isn't there;"
            f" {_how_to_mend(home)}"
        )
    if not (archive / CATALOGUE_NAME).stat().st_size:
        # SQLite would take it for a catalogue to be begun, and its articles would be gone unsaid.
        raise StoreError(
            f"{archive / CATALOGUE_NAME}: is an empty file; restore it from a copy, or ingest"
            " again into another home"
        )
    return archive


def check_in_use(home: Path, archive: Path) -> None:
    """Raises ReindexedError where another archive has taken this one's place."""
    if current_archive(home) != archive:
        raise ReindexedError(f"{home}: was reindexed meanwhile; open it again")


def first_archive(home: Path, fill: Callable[[Path], None]) -> Path:
    """The archive in use; where there is none, one that `fill` sets up. Safe against a race.

    Raises StoreError where archives with pages are there and only the name of the one in use is
    lost: a fresh one in their place would hide them. Raises HomeError.
    """
    with _creating(home):
        archive = current_archive(home)
        if archive is None:
            if filled := [folder.name for folder in _archives(home) if _holds_pages(folder)]:
                raise StoreError(
                    f"{home / CURRENT_NAME}: is missing, while {home / ARCHIVES_NAME} holds"
                    f" {', '.join(filled)}; {_how_to_mend(home)}"
                )
            archive = fresh_archive(home)
            fill(archive)
            switch_to(home, archive)
    return archive


@contextmanager
def _creating(home: Path) -> Iterator[None]:
    lock = FileLock(home / _CREATE_LOCK)
    try:
        lock.acquire(timeout=_CREATE_SECONDS)
    except Timeout:
        raise HomeError(
            f"{home / _CREATE_LOCK}: another process has kept it for {_CREATE_SECONDS:.0f} seconds;"
            " wait for it or stop it"
        ) from None
    except OSError as error:
        raise HomeError(
            f"{home / _CREATE_LOCK}: can't be locked ({error.strerror}); give write access to it"
        ) from error
    try:
        yield
    finally:
        lock.release()


def fresh_archive(home: Path) -> Path:
    """An empty folder for an archive, not in use yet."""
    archive = home / ARCHIVES_NAME / uuid4().hex[:12]
    try:
        archive.mkdir(parents=True)
    except OSError as error:
        raise HomeError(f"{archive}: can't be made ({error.strerror})") from error
    return archive


def switch_to(home: Path, archive: Path) -> None:
    """Makes an archive the one in use, in one step that a kill can't halve. Raises HomeError."""
    written = home / f"{CURRENT_NAME}.{archive.name}"
    try:
        with written.open("w", encoding="ascii") as file:
            file.write(archive.name)
            file.flush()
            os.fsync(file.fileno())
        os.replace(written, home / CURRENT_NAME)
    except OSError as error:
        raise HomeError(
            f"{home / CURRENT_NAME}: can't be written ({error.strerror}); make room, or give write"
            " access to its folder"
        ) from error


def out_of_use(home: Path) -> tuple[list[Path], list[Path]]:
    """What kills and reindexes left behind: archives, and names of archives never put in use."""
    current = current_archive(home)
    if current is None:
        return [], []
    archives = [folder for folder in _archives(home) if folder.name != current.name]
    return archives, sorted(home.glob(f"{CURRENT_NAME}.*"))


def _archives(home: Path) -> list[Path]:
    folder = home / ARCHIVES_NAME
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _holds_pages(archive: Path) -> bool:
    """Whether anything would be lost with an archive; one that can't be read may hold something."""
    catalogue = archive / CATALOGUE_NAME
    if not catalogue.is_file():
        return False
    connection = sqlite3.connect(catalogue)
    try:
        (begun,) = connection.execute("PRAGMA user_version").fetchone()
        return bool(begun and connection.execute("SELECT 1 FROM page LIMIT 1").fetchone())
    except sqlite3.Error:
        return True
    finally:
        connection.close()


def _how_to_mend(home: Path) -> str:
    return f"write the name of a folder of {home / ARCHIVES_NAME} into it, or use another home"
