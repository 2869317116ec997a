"""A backup holds all that a home holds, whoever writes meanwhile; a restore puts it back."""

import gzip
import os
import random
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rag.backup_types import BackupReport, RestoreReport
from rag.errors import HomeError, OutputError, StoreError
from rag.intake_types import IngestFailure
from rag.settings import Settings
from rag.usage import Usage
from store.answers import AnswerStore, NewRecord
from store.backup import back_up
from store.briefings import BriefingStore, NewBriefing
from store.intake import Outcome
from store.keys import KEYS_NAME, KeyStore
from store.rebuild import rebuilding
from store.restore import restore
from store.schema import MIGRATIONS
from tests.store.old_archives import archive_made_older
from tests.store.samples import (
    indexed,
    open_library,
    page_of,
    question_vector,
    sentence,
    settings_for,
)
from tests.store.writer_process import changed_page

REPOSITORY = Path(__file__).parents[2]
NOON = datetime(2024, 5, 20, 12, tzinfo=UTC)


def backed_up(home: Path, file: Path, *, force: bool = False) -> BackupReport:
    return back_up(home, file, made_at=NOON, settings={"embedding": "bundled"}, force=force)


def restored(file: Path, home: Path, *, force: bool = False) -> RestoreReport:
    return restore(file, home, now=NOON, force=force)[0]


def filled(settings: Settings, pages: int = 3) -> str:
    """An archive with pages, an unreadable source, a record, a briefing, an upload, another that is
    still coming, and an API key, which it gives."""
    with open_library(settings) as library:
        for number in range(pages):
            page = page_of(f"/{number}.txt", *(sentence(number * 5 + at) for at in range(3)))
            library.put([indexed(page, library)])
        with library.writing():
            library.intake.note([Outcome("/bad.txt", "", (IngestFailure("/bad.txt", "blank"),))])
    answers = AnswerStore(settings.home, records=10, replies=10, megabytes=1)
    answers.add(NewRecord(NOON, "问？", False, "extractive", None, Usage(), '{"answer": "答。"}'))
    answers.close()
    briefings = BriefingStore(settings.home, most=3)
    day = date(2024, 5, 20)
    briefings.add(NewBriefing("key", True, NOON, day, day, "", 1, '{"stories": []}'))
    briefings.close()
    upload = settings.home / "uploads" / "一" / "版 面.pdf"
    upload.parent.mkdir(parents=True)
    upload.write_bytes(b"%PDF-")
    (settings.home / "uploads" / ".part-1").write_bytes(b"%PD")
    keys = KeyStore(settings.home)
    secret = keys.add("reading-room", "read")[1]
    keys.close()
    return secret


def left_in(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_a_restored_home_holds_all_that_was_backed_up(settings: Settings, tmp_path: Path) -> None:
    secret = filled(settings)
    file = tmp_path / "backup.tar.gz"
    report = backed_up(settings.home, file)
    assert (report.pages, report.articles, report.files) == (3, 9, 5)
    assert report.size == file.stat().st_size
    assert file.stat().st_mode & 0o077 == 0  # it is for its owner alone

    elsewhere = settings_for(tmp_path / "elsewhere")
    told = restored(file, elsewhere.home)
    assert told.found.ok
    assert (told.found.articles, told.aside, told.made_at) == (9, None, NOON)
    with open_library(settings) as old, open_library(elsewhere) as new:
        assert new.articles() == old.articles()
        assert new.origins() == old.origins()
        assert new.manifest == old.manifest
        assert new.intake.failures() == old.intake.failures() != []
        vector = question_vector("水库")
        assert dict(new.dense(vector, 9)) == pytest.approx(dict(old.dense(vector, 9)))
        assert dict(new.lexical("水库", 9)) == pytest.approx(dict(old.lexical("水库", 9)))
    answers = AnswerStore(elsewhere.home, records=10, replies=10, megabytes=1)
    assert [one.question for one in answers.latest(5)] == ["问？"]
    answers.close()
    briefings = BriefingStore(elsewhere.home, most=3)
    assert briefings.made_for("key") is not None
    briefings.close()
    assert (elsewhere.home / "uploads" / "一" / "版 面.pdf").read_bytes() == b"%PDF-"
    assert left_in(elsewhere.home / "uploads") == {"一"}
    keys = KeyStore(elsewhere.home)
    found = keys.find(secret)
    assert found is not None
    assert found.name == "reading-room"
    keys.close()
    assert (elsewhere.home / KEYS_NAME).stat().st_mode & 0o077 == 0
    assert secret.encode() not in gzip.decompress(file.read_bytes())
    assert left_in(tmp_path) == {"home", "elsewhere", "backup.tar.gz"}


def test_a_home_that_was_never_filled_comes_back_empty(settings: Settings, tmp_path: Path) -> None:
    open_library(settings).close()
    backed_up(settings.home, tmp_path / "empty.tar.gz")
    assert restored(tmp_path / "empty.tar.gz", tmp_path / "new").found.articles == 0
    with open_library(settings_for(tmp_path / "new")) as library:
        library.put([indexed(page_of("/a.txt", sentence(1)), library)])
        assert library.verify().ok


def test_a_write_that_was_broken_off_is_finished_by_the_restore(
    settings: Settings, tmp_path: Path
) -> None:
    """What the catalogue notes as begun when the backup is made."""
    with open_library(settings) as library, library.writing():
        library.put([indexed(page_of("/a.txt", sentence(1)), library)])
        # Noted as begun, and no more done of it: as it is in the middle of a write.
        library._ledger.accept([indexed(page_of("/a.txt", sentence(2), sentence(3)), library)])
        backed_up(settings.home, tmp_path / "begun.tar.gz")
    assert restored(tmp_path / "begun.tar.gz", tmp_path / "new").found.ok
    with open_library(settings_for(tmp_path / "new")) as library:
        assert [article.text for article in library.articles()] == [sentence(2), sentence(3)]
        assert len(library.lexical("水库", 9)) == 2


@pytest.mark.parametrize("version", [1, len(MIGRATIONS) - 1])
def test_a_backup_of_an_earlier_version_is_brought_up_to_date(
    settings: Settings, tmp_path: Path, version: int
) -> None:
    filled(settings)
    with open_library(settings) as library:
        articles = library.articles()
    archive_made_older(settings.home, MIGRATIONS, version)
    backed_up(settings.home, tmp_path / "old.tar.gz")
    assert restored(tmp_path / "old.tar.gz", tmp_path / "new").found.ok
    with open_library(settings_for(tmp_path / "new")) as library:
        assert library.articles() == articles


def test_no_file_is_replaced_unasked(settings: Settings, tmp_path: Path) -> None:
    filled(settings, pages=1)
    file = tmp_path / "backup.tar.gz"
    file.write_text("mine")
    with pytest.raises(OutputError, match=r"is there already; name another file, or .* --force"):
        backed_up(settings.home, file)
    assert file.read_text() == "mine"
    backed_up(settings.home, file, force=True)
    assert restored(file, tmp_path / "new").found.ok


def test_a_folder_takes_files_named_by_time_and_keeps_the_latest(
    settings: Settings, tmp_path: Path
) -> None:
    filled(settings, pages=1)
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "newsdesk-notes.txt").write_text("mine")
    for day in range(3):
        made_at = NOON + timedelta(days=day)
        report = back_up(settings.home, folder, made_at=made_at, settings={}, keep=2)
    assert [file.name for file in report.removed] == ["newsdesk-20240520-120000.tar.gz"]
    assert left_in(folder) == {
        *("newsdesk-20240521-120000.tar.gz", "newsdesk-20240522-120000.tar.gz"),
        "newsdesk-notes.txt",
    }


@pytest.mark.parametrize(
    ("home", "output", "said"),
    [
        ("home", "missing/backup.tar.gz", "missing is no folder; make it"),
        ("nothing", "backup.tar.gz", "nothing: holds no archive to back up"),
    ],
)
def test_what_cannot_be_backed_up_is_told(
    settings: Settings, tmp_path: Path, home: str, output: str, said: str
) -> None:
    open_library(settings).close()
    with pytest.raises((OutputError, HomeError), match=said):
        backed_up(tmp_path / home, tmp_path / output)
    assert left_in(tmp_path) == {"home"}


def test_a_home_that_holds_something_is_put_aside_only_when_asked(
    settings: Settings, tmp_path: Path
) -> None:
    filled(settings, pages=1)
    file = tmp_path / "backup.tar.gz"
    backed_up(settings.home, file)
    with open_library(settings) as library:
        library.put([indexed(page_of("/later.txt", sentence(90)), library)])
        later = library.articles()
    with pytest.raises(HomeError, match=r"isn't empty; name another .* or put .* --force"):
        restored(file, settings.home)
    with open_library(settings) as library:
        with pytest.raises(HomeError, match="is in use by another process"):
            restored(file, settings.home, force=True)
        assert library.articles() == later
    report = restored(file, settings.home, force=True)
    assert report.aside == tmp_path / "home.before-20240520-120000"
    with open_library(settings) as library:
        assert len(library.articles()) == 3
    with open_library(settings_for(report.aside)) as library:
        assert library.articles() == later
        assert library.verify().ok


def start(task: str, first: Path, second: Path, *most: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.backup_process", task]
        + [str(one) for one in (first, second, *most)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


@pytest.mark.parametrize("task", ["backup", "restore"])
def test_a_disk_that_is_full_is_told_and_nothing_is_left_of_it(
    settings: Settings, tmp_path: Path, task: str
) -> None:
    filled(settings)
    file, new = tmp_path / "backup.tar.gz", tmp_path / "new"
    if task == "restore":
        backed_up(settings.home, file)
    before = left_in(tmp_path)
    places = (settings.home, file) if task == "backup" else (file, new)
    process = start(task, *places, 60_000)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in complaint
    assert "make room" in complaint
    assert left_in(tmp_path) == before
    with open_library(settings) as library:
        assert library.verify().ok


@pytest.mark.slow
def test_backups_while_another_process_writes_are_whole(settings: Settings, tmp_path: Path) -> None:
    """Each holds at least what was reported as done before it was begun."""
    open_library(settings).close()
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.store.writer_process", str(settings.home), "0"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    done = 0
    chance = random.Random(20240520)
    try:
        for number in range(3):
            for _ in range(chance.randrange(1, 6)):
                origin, page_id = writer.stdout.readline().split()
                assert changed_page(done).id == page_id
                done += 1
            file = tmp_path / f"{number}.tar.gz"
            backed_up(settings.home, file)
            new = settings_for(tmp_path / f"new-{number}")
            assert restored(file, new.home).found.problems == ()
            with open_library(new) as library:
                # The page may have been changed again, seven pages on, before the backup began.
                held = library.page_of(origin)
                assert held in {changed_page(at).id for at in range(done - 1, done + 400, 7)}
                texts = {article.text for article in library.articles()}
                assert len(texts) == 30 * len(library.origins())
    finally:
        writer.kill()
        writer.stdout.close()
        writer.wait()
    with open_library(settings) as library:
        assert library.verify().ok


@pytest.mark.slow
def test_backups_while_reindexes_replace_the_archive_are_whole(
    settings: Settings, tmp_path: Path
) -> None:
    page = page_of("/a.txt", *map(sentence, range(20)))
    with open_library(settings) as library:
        library.put([indexed(page, library)])
        manifest = library.manifest

    def reindex() -> str:
        with rebuilding(settings.home, manifest) as (_, fresh):
            fresh.put([indexed(page, fresh)])
        return fresh.archive.name

    files = [tmp_path / f"{number}.tar.gz" for number in range(40)]
    with ThreadPoolExecutor(1) as pool:
        reindexes = [pool.submit(reindex) for _ in range(4)]
        made = []
        for file in files:
            backed_up(settings.home, file)
            made.append(file)
            if reindexes[-1].done():
                break
        assert len({reindexed.result() for reindexed in reindexes}) == 4
    for number, file in enumerate(made[::4]):
        assert restored(file, tmp_path / f"new-{number}").found.articles == 20


@pytest.mark.slow
@pytest.mark.parametrize("task", ["backup", "restore"])
def test_killed_at_any_moment_it_is_done_whole_or_not_at_all(
    settings: Settings, tmp_path: Path, task: str
) -> None:
    filled(settings, pages=12)
    whole = tmp_path / "whole.tar.gz"
    backed_up(settings.home, whole)
    chance = random.Random(20240521)
    folder = tmp_path / "folder"
    for _ in range(4):
        folder.mkdir()
        file, new = folder / "backup.tar.gz", folder / "new"
        process = start(task, *((settings.home, file) if task == "backup" else (whole, new)))
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0, 0.1 if task == "backup" else 0.7))
        process.kill()
        process.communicate()
        # Done again, it is done, and what the kill left is gone.
        if task == "backup":
            if not file.exists():
                backed_up(settings.home, file)
            assert restored(file, new).found.articles == 36
        elif not new.exists():
            restored(whole, new)
        with open_library(settings_for(new)) as library:
            assert library.verify().articles == 36
        assert left_in(folder) <= {"backup.tar.gz", "new"}
        shutil.rmtree(folder)
    with open_library(settings) as library:
        assert library.verify().ok


def test_a_backup_of_no_archive_of_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.tar.gz").write_text("no tar")
    with pytest.raises(StoreError, match=r"text.tar.gz: is no whole backup of newsdesk"):
        restored(tmp_path / "text.tar.gz", tmp_path / "new")
    with pytest.raises(StoreError, match=r"missing.tar.gz: can't be read .*No such file"):
        restored(tmp_path / "missing.tar.gz", tmp_path / "new")
    assert left_in(tmp_path) == {"text.tar.gz"}
