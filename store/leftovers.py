"""What a reindex takes out of use, or a kill leaves behind: removed by the next writer."""

import logging
import shutil
from pathlib import Path

from rag.errors import StoreError
from store.archive import out_of_use
from store.chroma import ChromaVectors
from store.doors import ServerDoor

_log = logging.getLogger(__name__)


def remove_leftovers(home: Path, chroma_url: str | None) -> None:
    """Removes archives that aren't in use, for a holder of the writer lock.

    A folder goes after its vectors on the server, which nothing else would tell of. What can't be
    removed is tried again next time.
    """
    archives, names = out_of_use(home)
    for name in names:
        try:
            name.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("%s: is out of use, but not removed: %s", name, error.strerror)
    for archive in archives:
        if chroma_url is None or _dropped(chroma_url, archive):
            # A reader may still have it open.
            shutil.rmtree(archive, ignore_errors=True)


def _dropped(chroma_url: str, archive: Path) -> bool:
    vectors = ChromaVectors(ServerDoor(chroma_url, archive.name), tuple)
    try:
        vectors.drop()
        return True
    except StoreError as error:
        _log.warning("%s: is out of use, but not removed: %s", archive, error)
        return False
    finally:
        vectors.close()
