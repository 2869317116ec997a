"""The right to write comes back, whatever happens to the file that names its holder."""

from pathlib import Path

import pytest

from rag.errors import HomeError
from rag.settings import Settings
from store.lock import HOLDER_NAME, WriterLock
from tests.store.samples import indexed, open_library, page_of, sentence


def test_a_name_that_cannot_be_written_leaves_no_lock(tmp_path: Path) -> None:
    (tmp_path / HOLDER_NAME).mkdir()
    lock, other = WriterLock(tmp_path), WriterLock(tmp_path)
    for _ in range(2):
        with pytest.raises(HomeError, match=str(tmp_path / HOLDER_NAME)):
            lock.acquire()
        assert lock.depth == 0
    (tmp_path / HOLDER_NAME).rmdir()
    assert other.try_acquire()
    other.release()
    assert lock.try_acquire()
    lock.release()


def test_a_name_that_cannot_be_removed_leaves_no_lock(tmp_path: Path) -> None:
    lock, other = WriterLock(tmp_path), WriterLock(tmp_path)
    lock.acquire()
    (tmp_path / HOLDER_NAME).unlink()
    (tmp_path / HOLDER_NAME).mkdir()
    with pytest.raises(HomeError, match=str(tmp_path / HOLDER_NAME)):
        lock.release()
    assert lock.depth == 0
    (tmp_path / HOLDER_NAME).rmdir()
    assert other.try_acquire()
    other.release()


def test_a_library_that_got_no_lock_writes_once_it_can(settings: Settings) -> None:
    with open_library(settings) as library, open_library(settings) as other:
        page = indexed(page_of("/a.txt", sentence(1)), library)
        holder = settings.home / HOLDER_NAME
        holder.mkdir()
        with pytest.raises(HomeError, match=HOLDER_NAME):
            library.put([page])
        holder.rmdir()
        other.put([page])
        library.put([indexed(page_of("/b.txt", sentence(2)), library)])
        assert len(library.articles()) == 2
        assert library.verify().ok
