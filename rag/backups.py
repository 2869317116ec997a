"""Backups of a home, and homes out of backups, by the settings: beside `Desk`, which opens one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rag.backup_types import BackupReport, RestoreReport, Told
from rag.settings import ENV_PREFIX, INDEX_SETTINGS, Settings
from store import backup
from store import restore as restoring


def _now() -> datetime:
    return datetime.now().astimezone()


def back_up(
    settings: Settings,
    output: Path,
    *,
    force: bool = False,
    keep: int | None = None,
    progress: Told | None = None,
    now: Callable[[], datetime] = _now,
) -> BackupReport:
    """Writes all that the home holds to one file, while others may read and write it; as
    `store.backup.back_up` says."""
    return backup.back_up(
        settings.home,
        output,
        made_at=now(),
        settings={name: getattr(settings, name) for name in INDEX_SETTINGS},
        force=force,
        keep=keep,
        progress=progress,
    )


def restore(
    settings: Settings,
    file: Path,
    *,
    force: bool = False,
    progress: Told | None = None,
    now: Callable[[], datetime] = _now,
) -> RestoreReport:
    """Puts what a backup holds in the home, verified; as `store.restore.restore` says."""
    report, made = restoring.restore(
        file,
        settings.home,
        now=now(),
        force=force,
        chroma_url=settings.chroma_url,
        progress=progress,
    )
    differences = [
        f"{ENV_PREFIX}{name.upper()} was {value}, here it is {getattr(settings, name)}"
        for name, value in made.settings.items()
        if name in INDEX_SETTINGS and value != getattr(settings, name)
    ]
    return replace(report, differences=tuple(differences))
