"""A folder that is watched: files are handed over once nobody writes them any more."""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from rag.reading.reader import discover, is_page_name

if sys.platform == "linux":
    import fcntl

SETTLE = 1.0
"""Seconds for which a file must have had the same size and time of change."""

_TICK_MS = 250
_GATHER_MS = 100


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as it was when it last changed. since: by the monotonic clock."""

    size: int
    modified: int
    since: float


def settled_files(
    folders: Sequence[Path], stop: Event, *, settle: float = SETTLE
) -> Iterator[list[Path]]:
    """The pages' files that are in the folders and that come into them or change, as they settle.

    Several that settle together come together; an empty list comes while nothing does, several
    times a second. A file is settled once its size and time of change have stayed the same for
    `settle` seconds and, where the system can tell, nobody has it open for writing. Ends once
    `stop` is set. Raises KeyboardInterrupt.
    """
    import watchfiles  # heavy: loaded on first use

    waiting: dict[Path, _Seen] = {}
    begun = False
    for changes in watchfiles.watch(
        *folders,
        watch_filter=None,
        debounce=_GATHER_MS,
        step=_GATHER_MS // 2,
        rust_timeout=_TICK_MS,
        yield_on_timeout=True,
        stop_event=stop,
    ):
        changed = [Path(name) for kind, name in changes if kind != watchfiles.Change.deleted]
        if not begun:
            # Not before it is watched: nothing falls between.
            begun, changed = True, [*folders, *changed]
        for path in _pages_in(changed, folders):
            _look(path, waiting)
        yield _settled(waiting, settle)


def being_written(path: Path) -> bool:
    """Whether anyone has the file open for writing, as far as the system tells.

    Linux grants a read lease (fcntl(2), F_SETLEASE) only on a file that nobody writes; elsewhere,
    on network file systems and on others' files it tells nothing, and the answer is no.
    """
    if sys.platform != "linux":
        return False
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def _pages_in(changed: Sequence[Path], folders: Sequence[Path]) -> Iterator[Path]:
    """The pages' files among what changed, those in new folders included."""
    for path in changed:
        if os.path.isdir(path):
            if path in folders or not _is_hidden(path, folders):
                yield from (found for found in discover([path]) if isinstance(found, Path))
        elif is_page_name(path) and not _is_hidden(path, folders):
            yield path


def _is_hidden(path: Path, folders: Sequence[Path]) -> bool:
    for folder in folders:
        if path.is_relative_to(folder):
            return any(part.startswith(".") for part in path.relative_to(folder).parts)
    return True


def _look(path: Path, waiting: dict[Path, _Seen]) -> None:
    """Notes a file's state, if it is another than before."""
    with suppress(OSError):
        found = path.stat()
        seen = waiting.get(path)
        if seen is None or (seen.size, seen.modified) != (found.st_size, found.st_mtime_ns):
            since = time.monotonic()
            if seen is None:
                # It may have lain there for long.
                since -= max(time.time() - found.st_mtime, 0.0)
            waiting[path] = _Seen(found.st_size, found.st_mtime_ns, since)


def _settled(waiting: dict[Path, _Seen], settle: float) -> list[Path]:
    """Takes those that are settled out of those that wait."""
    ready = []
    for path in list(waiting):
        if not os.path.exists(path):
            del waiting[path]
            continue
        _look(path, waiting)
        if time.monotonic() - waiting[path].since >= settle and not being_written(path):
            del waiting[path]
            ready.append(path)
    return sorted(ready)
