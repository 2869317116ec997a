"""What making or restoring a backup leaves to tell."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rag.intake_types import VerifyReport

Told = Callable[[str, int, int | None], None]
"""Told how far a stage is: (stage, done, total; None where that can't be known)."""


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A backup that was made. size: of the file, in bytes. files: how many are in it. pages,
    articles, chunks: the live ones. removed: earlier backups that were too many."""

    file: Path
    size: int
    made_at: datetime
    pages: int
    articles: int
    chunks: int
    files: int
    removed: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """An archive that was put in place. version: the newsdesk that made the backup. differences: of
    its index from what the settings ask for, a phrase each. aside: where what the home held before
    lies now."""

    home: Path
    made_at: datetime
    version: str
    found: VerifyReport
    differences: tuple[str, ...] = ()
    aside: Path | None = None
