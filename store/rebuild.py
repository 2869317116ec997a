"""A whole new archive beside the one in use; swapped in when it is complete."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import StoreError
from store.archive import fresh_archive, prepare_home, switch_to
from store.leftovers import remove_leftovers
from store.library import Library
from store.lock import WriterLock
from store.manifest import Manifest

_log = logging.getLogger(__name__)


@contextmanager
def rebuilding(
    home: Path, manifest: Manifest, *, chroma_url: str | None = None
) -> Iterator[tuple[Library, Library]]:
    """(the archive in use, whatever made it; an empty one), the second put in use at the end.

    The lock is held all along. Where the body fails or is killed, the archive in use stays so; what
    a kill leaves behind is removed by the next writer. Raises as `Library.open` does, and
    ArchiveLockedError.
    """
    prepare_home(home)
    in_use = Library.open(home, manifest, chroma_url=chroma_url, as_stored=True)
    with in_use as old, old.writing():
        archive = fresh_archive(home)
        fresh = Library(home, archive, manifest, chroma_url=chroma_url, beside=old)
        try:
            yield old, fresh
            fresh.intake.take_over(old.intake)
            problems = fresh.verify().problems
            if problems:
                raise StoreError(f"{archive}: the index isn't whole: {'; '.join(problems)}")
        except BaseException:
            _drop_vectors(fresh)
            raise
        finally:
            fresh.close()
        switch_to(home, archive)
        _drop_vectors(old)
    lock = WriterLock(home)
    if lock.try_acquire():
        try:
            remove_leftovers(home, chroma_url)
        finally:
            lock.release()


def _drop_vectors(library: Library) -> None:
    try:
        library.drop_vectors()
    except StoreError as error:
        _log.warning("vectors out of use are left behind: %s", error)
