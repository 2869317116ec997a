"""What stands in the way of opening an archive, each as one clear line; and who may write."""

import os
import sqlite3
import threading
from pathlib import Path

import pytest
from filelock import FileLock

from rag.errors import (
    ArchiveLockedError,
    HomeError,
    IndexMismatchError,
    SettingsError,
    StoreError,
)
from rag.settings import Settings
from store.archive import ARCHIVES_NAME, CATALOGUE_NAME, CURRENT_NAME, switch_to
from store.library import Library
from tests.store.samples import (
    HashingEmbedder,
    indexed,
    open_library,
    page_of,
    question_vector,
    sentence,
    settings_for,
)


def fill(settings: Settings) -> Path:
    """One page in the archive; the archive's folder."""
    with open_library(settings) as library:
        library.put([indexed(page_of("/a.txt", sentence(1)), library)])
        return library.archive


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(HomeError, match="file"):
            open_library(settings_for(home))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no /proc here")
def test_a_home_that_nobody_can_make() -> None:
    with pytest.raises(HomeError, match="can't be made"):
        open_library(settings_for(Path("/proc/newsdesk/home")))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_without_write_access(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(HomeError, match="can't be"):
        open_library(settings_for(tmp_path / "home"))
    with pytest.raises(HomeError, match="can't be written"):
        open_library(settings_for(tmp_path))


def test_a_damaged_catalogue_is_named(settings: Settings) -> None:
    catalogue = fill(settings) / CATALOGUE_NAME
    catalogue.write_bytes(b"no database" * 500)
    with pytest.raises(StoreError, match=CATALOGUE_NAME):
        open_library(settings)


def test_a_catalogue_of_a_later_version_is_left_alone(settings: Settings) -> None:
    catalogue = fill(settings) / CATALOGUE_NAME
    database = sqlite3.connect(catalogue)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(StoreError, match="version 99"):
        open_library(settings)


def test_a_catalogue_emptied_is_no_empty_archive(settings: Settings) -> None:
    (fill(settings) / CATALOGUE_NAME).write_bytes(b"")
    with pytest.raises(StoreError, match="is an empty file"):
        open_library(settings)


def test_an_index_made_before_headlines_could_be_left_out_has_them(settings: Settings) -> None:
    archive = fill(settings)
    catalogue = sqlite3.connect(archive / CATALOGUE_NAME, isolation_level=None)
    catalogue.execute("DELETE FROM manifest WHERE field = 'headline_context'")
    catalogue.close()
    with open_library(settings) as library:
        assert library.manifest.headline_context is True
    without = settings.model_copy(update={"headline_context": False})
    with pytest.raises(IndexMismatchError, match="headline context is True, the settings give Fal"):
        open_library(without)


def test_a_lost_pointer_hides_no_archive(settings: Settings) -> None:
    archive = fill(settings)
    pointer = settings.home / CURRENT_NAME
    pointer.unlink()
    for _ in range(2):
        with pytest.raises(StoreError, match=f"is missing, while .* holds {archive.name}"):
            open_library(settings)
    (archive / CATALOGUE_NAME).rename(archive / "kept")
    (archive / CATALOGUE_NAME).write_bytes(b"no database" * 500)
    with pytest.raises(StoreError, match="is missing"):
        open_library(settings)
    (archive / "kept").rename(archive / CATALOGUE_NAME)
    pointer.write_text(archive.name, encoding="ascii")
    with open_library(settings) as library:
        assert len(library.articles()) == 1
        assert library.verify().ok


def test_a_first_opening_that_was_killed_stands_in_nobodys_way(settings: Settings) -> None:
    archives = settings.home / ARCHIVES_NAME
    for name, content in (("aaaa", None), ("bbbb", b"")):
        (archives / name).mkdir(parents=True)
        if content is not None:
            (archives / name / CATALOGUE_NAME).write_bytes(content)
    archive = fill(settings)
    assert [folder.name for folder in archives.iterdir()] == [archive.name]


@pytest.mark.parametrize("content", [b"", b"gone", b"../..", b"\xff\xfe"])
def test_a_pointer_to_no_archive_is_named(settings: Settings, content: bytes) -> None:
    fill(settings)
    (settings.home / CURRENT_NAME).write_bytes(content)
    with pytest.raises(StoreError, match=CURRENT_NAME):
        open_library(settings)


def test_a_pointer_that_cannot_be_written_is_named(settings: Settings) -> None:
    archive = fill(settings)
    pointer = settings.home / CURRENT_NAME
    pointer.unlink()
    pointer.mkdir()
    with pytest.raises(HomeError, match=rf"{CURRENT_NAME}: can't be written"):
        switch_to(settings.home, archive)
    with pytest.raises(HomeError, match=rf"{CURRENT_NAME}: can't be read"):
        open_library(settings)


def test_a_first_opening_waits_for_another_and_not_for_ever(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.archive._CREATE_SECONDS", 0.2)
    settings.home.mkdir()
    with (
        FileLock(settings.home / "create.lock"),
        pytest.raises(HomeError, match=r"create\.lock: another process has kept it"),
    ):
        open_library(settings)
    fill(settings)


def test_a_home_whose_lock_is_a_folder_is_named(settings: Settings) -> None:
    (settings.home / "create.lock").mkdir(parents=True)
    with pytest.raises(HomeError, match=r"create\.lock: can't be locked"):
        open_library(settings)


@pytest.mark.parametrize(
    ("embedder", "message"),
    [
        (HashingEmbedder("other"), "embedding is hashing, the settings give other"),
        (HashingEmbedder(revision="2"), "revision is 1, the settings give 2"),
        (HashingEmbedder(dimension=32), "dimension is 64, the settings give 32"),
    ],
)
def test_an_index_made_otherwise_is_refused(
    settings: Settings, embedder: HashingEmbedder, message: str
) -> None:
    fill(settings)
    with pytest.raises(IndexMismatchError, match=f"{message}.*newsdesk reindex"):
        open_library(settings, embedder)
    with open_library(settings) as library:
        assert len(library.articles()) == 1


def test_an_empty_archive_takes_any_model(settings: Settings) -> None:
    with open_library(settings) as library:
        assert library.articles() == []
        assert library.lexical("水库", 5) == library.dense(question_vector("水库"), 5) == []
        assert library.verify().ok
    with open_library(settings, HashingEmbedder("other", dimension=32)) as library:
        assert library.manifest.embedding == "other"


def test_a_dimension_not_known_at_first_is_learnt(settings: Settings) -> None:
    unknown = HashingEmbedder(dimension=0)
    with open_library(settings, unknown) as library:
        assert library.manifest.dimension == 0
        library.put([indexed(page_of("/a.txt", sentence(1)), library)])
        assert library.manifest.dimension == 64
    with open_library(settings, unknown) as library:
        assert library.manifest.dimension == 64
    with pytest.raises(IndexMismatchError, match="dimension is 64"):
        open_library(settings, HashingEmbedder(dimension=32))


def test_one_writer_at_a_time_and_its_name_is_told(settings: Settings) -> None:
    with open_library(settings) as first, open_library(settings) as second:
        with first.writing():
            with pytest.raises(ArchiveLockedError, match=rf"by pid {os.getpid()} on .* since "):
                second.put([indexed(page_of("/a.txt", sentence(1)), second)])
            with first.writing():
                first.put([indexed(page_of("/b.txt", sentence(2)), first)])
        second.put([indexed(page_of("/a.txt", sentence(1)), second)])
        assert len(first.articles()) == len(second.articles()) == 2
        assert len(first.dense(question_vector("水库"), 5)) == 2


def test_threads_may_read_while_one_writes(library: Library) -> None:
    library.put([indexed(page_of("/a.txt", sentence(0)), library)])
    stop = threading.Event()
    faults: list[BaseException] = []

    def read() -> None:
        try:
            while not stop.is_set():
                found = library.dense(question_vector("水库"), 5) + library.lexical("水库", 5)
                assert set(library.chunks([chunk_id for chunk_id, _ in found]))
        except BaseException as error:
            faults.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 15):
        texts = [sentence(number * 5 + at) for at in range(5)]
        library.put([indexed(page_of(f"/{number % 4}.txt", *texts), library)])
    stop.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert library.verify().ok


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://localhost", "http://", "http://h:port"])
def test_a_server_address_that_is_none_is_refused(settings: Settings, url: str) -> None:
    with pytest.raises(SettingsError, match="NEWSDESK_CHROMA_URL"):
        open_library(settings.model_copy(update={"chroma_url": url}))


def test_a_server_that_does_not_answer_is_named(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    fill(settings)
    dead = settings.model_copy(update={"chroma_url": "http://127.0.0.1:9"})
    with open_library(dead) as library:
        page = indexed(page_of("/a.txt", sentence(1)), library)
        with pytest.raises(StoreError, match=r"no Chroma server answers at http://127\.0\.0\.1:9"):
            library.put([page])
        with pytest.raises(StoreError, match="no Chroma server"):
            library.dense(question_vector("水库"), 5)
        for check in (library.verify, library.repair):
            with pytest.raises(StoreError, match="no Chroma server"):
                check()
        assert len(library.articles()) == 1
    assert "in step" not in caplog.text
