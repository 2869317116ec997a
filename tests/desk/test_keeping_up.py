"""Folders that are read again and again: only what changed is read, and what failed is kept."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import pytest

from rag import Desk
from rag.errors import UsageError
from rag.indexing.watching import being_written
from rag.intake_types import IngestReport
from tests.reading.files import BUS, LEVEE, MARKDOWN, PATROL

pytestmark = pytest.mark.slow

LONG_AGO = 1_600_000_000


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path / "home") as desk:
        yield desk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    write(folder / "a.md", MARKDOWN)
    write(folder / "b.md", f"# 公交\n\n{BUS}\n")
    return folder


def write(path: Path, text: str, at: int = LONG_AGO) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at, at))


def counts(report: IngestReport) -> tuple[int, int, int, int]:
    return report.new, report.updated, report.unchanged, len(report.failed)


def test_a_file_of_the_same_size_and_time_is_not_read_again(desk: Desk, folder: Path) -> None:
    assert counts(desk.ingest([folder])) == (2, 0, 0, 0)
    write(folder / "b.md", f"# 地铁\n\n{BUS}\n")
    assert counts(desk.ingest([folder])) == (0, 0, 2, 0)
    os.utime(folder / "b.md", (LONG_AGO + 9, LONG_AGO + 9))
    assert counts(desk.ingest([folder])) == (0, 1, 1, 0)
    assert {article.headline for article in desk.articles()} == {"守住堤岸保安澜", "地铁"}
    os.utime(folder / "b.md", (LONG_AGO + 99, LONG_AGO + 99))
    assert counts(desk.ingest([folder])) == (0, 0, 2, 0)


def test_a_change_within_the_clocks_tick_is_seen(desk: Desk, folder: Path) -> None:
    now = int(os.stat(folder).st_mtime)
    write(folder / "b.md", f"# 公交\n\n{BUS}\n", now)
    desk.ingest([folder])
    write(folder / "b.md", f"# 地铁\n\n{BUS}\n", now)
    assert counts(desk.ingest([folder])) == (0, 1, 1, 0)


def test_what_is_said_with_a_file_counts_as_a_change(desk: Desk, folder: Path) -> None:
    desk.ingest([folder / "b.md"])
    assert counts(desk.ingest([folder / "b.md"], publication="白榆日报")) == (0, 1, 0, 0)
    assert [article.publication for article in desk.articles()] == ["白榆日报"]


def test_failures_are_kept_until_they_succeed(desk: Desk, folder: Path) -> None:
    rows = [json.dumps({"id": 1, "text": BUS}), "no JSON", json.dumps({"id": 2, "text": LEVEE})]
    write(folder / "rows.jsonl", "\n".join(rows))
    write(folder / "empty.md", "")
    assert counts(desk.ingest([folder], publication="白榆日报")) == (4, 0, 0, 2)
    empty, row = desk.failures()
    assert (empty.source, row.source) == (
        str(folder / "empty.md"),
        f"{folder / 'rows.jsonl'} line 2",
    )
    assert "empty" in empty.reason
    assert (empty.tries, row.input) == (1, str(folder / "rows.jsonl"))
    # Named again, not tried again.
    assert counts(desk.ingest([folder], publication="白榆日报")) == (0, 0, 4, 2)
    assert [failure.tries for failure in desk.failures()] == [1, 1]
    assert counts(desk.retry()) == (0, 0, 2, 2)
    assert [failure.tries for failure in desk.failures()] == [2, 2]
    rows[1] = json.dumps({"id": 3, "text": PATROL})
    write(folder / "rows.jsonl", "\n".join(rows))
    assert counts(desk.retry([row.number])) == (1, 0, 2, 0)
    assert [failure.number for failure in desk.failures()] == [empty.number]
    papers = {article.publication for article in desk.articles() if article.source_id}
    assert papers == {"白榆日报"}
    (folder / "empty.md").unlink()
    assert counts(desk.retry()) == (0, 0, 0, 0)
    assert not desk.failures()


def test_a_slip_of_the_hand_is_no_failure_to_keep(desk: Desk, tmp_path: Path) -> None:
    assert counts(desk.ingest([tmp_path / "missing.txt"])) == (0, 0, 0, 1)
    assert not desk.failures()
    with pytest.raises(UsageError, match="number 7"):
        desk.retry([7])


def test_only_folders_are_watched(desk: Desk, folder: Path) -> None:
    for given, words in (
        (folder / "a.md", "is a file"),
        (folder / "none", "is no folder"),
        ("https://paper.example/feed.xml", "^https://paper.example/feed.xml is a web address"),
    ):
        with pytest.raises(UsageError, match=words):
            desk.watch([given], lambda files, report: None)


def test_failures_outlive_a_reindex(folder: Path, tmp_path: Path) -> None:
    from rag.desk import reindex
    from rag.settings import Settings

    settings = Settings(home=tmp_path / "home")
    write(folder / "empty.md", "")
    with Desk.open(settings=settings) as desk:
        desk.ingest([folder])
        before = desk.failures()
    reindex(settings)
    with Desk.open(settings=settings) as desk:
        assert desk.failures() == before
        assert counts(desk.ingest([folder])) == (0, 0, 2, 1)


def test_a_watched_folder_is_read_as_files_settle(desk: Desk, folder: Path) -> None:
    stop, reports = Event(), list[tuple[list[str], IngestReport]]()

    def told(files: object, report: IngestReport) -> None:
        assert isinstance(files, list)
        reports.append(([path.name for path in files], report))

    watching = Thread(target=lambda: desk.watch([folder], told, stop=stop, settle=0.3), daemon=True)
    watching.start()
    try:
        until(lambda: len(reports) == 1)
        assert reports[0][0] == ["a.md", "b.md"]
        (folder / ".hidden.md").write_text(MARKDOWN, encoding="utf-8")
        with (folder / "c.md").open("w", encoding="utf-8") as file:
            file.write(f"# 水库\n\n{PATROL}")
            file.flush()
            assert being_written(folder / "c.md")
            sleep(1.2)
            assert len(reports) == 1
            file.write(BUS)
        assert not being_written(folder / "c.md")
        until(lambda: len(reports) == 2)
        assert (reports[1][0], counts(reports[1][1])) == (["c.md"], (1, 0, 0, 0))
        assert desk.ask("乡村公交环线连接几个村庄？").citations
        assert f"{PATROL}{BUS}" in {article.text for article in desk.articles()}
        (folder / "new").mkdir()
        write(folder / "new" / "empty.md", "")
        until(lambda: len(reports) == 3)
        assert [failure.source for failure in desk.failures()] == [str(folder / "new/empty.md")]
    finally:
        stop.set()
        watching.join(timeout=60)
    assert not watching.is_alive()


def until(done: Callable[[], bool]) -> None:
    """Waits for what another thread does; the bound is for one that hangs."""
    deadline = monotonic() + 120
    while not done():
        assert monotonic() < deadline
        sleep(0.05)
