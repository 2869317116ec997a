"""What ingest takes in and what it does about bad input: nothing good is lost."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.desk import Desk

if TYPE_CHECKING:
    from tests.cli.conftest import Newsdesk

pytestmark = pytest.mark.slow


def test_a_second_ingest_changes_nothing(fresh: "Newsdesk", pages: Path) -> None:
    first = fresh("ingest", pages / "rows.jsonl", "--json").value
    before = fresh("verify", "--json").value
    second = fresh("ingest", pages / "rows.jsonl", "--json").value
    assert (first["new"], first["unchanged"]) == (3, 0)
    assert (second["new"], second["updated"], second["unchanged"]) == (0, 0, 3)
    assert fresh("verify", "--json").value == before


def test_a_bad_page_among_good_ones_is_named_and_costs_nothing(
    fresh: "Newsdesk", pages: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "good.txt").write_bytes((pages / "page-1.txt").read_bytes())
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "empty.txt").write_bytes(b"")
    outcome = fresh("ingest", folder, tmp_path / "missing.txt")
    assert outcome.status == 1
    assert outcome.output.startswith("1 new, 0 updated, 0 unchanged: 2 articles")
    lines = outcome.complaint.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("newsdesk: ") for line in lines)
    for name in ("binary.txt", "empty.txt", "missing.txt"):
        assert any(name in line for line in lines)
    report = fresh("ingest", folder, tmp_path / "missing.txt", "--json")
    assert report.status == 1
    assert (report.value["unchanged"], len(report.value["failed"])) == (1, 3)
    assert len(fresh("articles", "--json").value) == 2


def test_a_data_folder_that_cannot_be_made_is_one_clear_line(
    fresh: "Newsdesk", pages: Path, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    outcome = fresh("ingest", pages, "--home", file / "home")
    assert outcome.status == 1
    assert outcome.output == ""
    assert outcome.complaint.startswith("newsdesk: ")
    assert str(file) in outcome.complaint
    assert "unexpected" not in outcome.complaint
    assert outcome.complaint.count("\n") == 1


def test_a_second_writer_is_turned_away_and_the_first_completes(
    fresh: "Newsdesk", home: Path, pages: Path
) -> None:
    command = [sys.executable, "-m", "rag", "ingest", str(pages / "page-1.txt")]
    second: list[subprocess.CompletedProcess[str]] = []

    def interfere(stage: str, done: int, total: int | None) -> None:
        if not second:
            second.append(subprocess.run(command, capture_output=True, text=True, timeout=60))

    with Desk.open(home) as desk:
        report = desk.ingest([pages / "rows.jsonl"], progress=interfere)
    assert report.new == 3
    assert second[0].returncode == 1
    assert second[0].stderr.startswith("newsdesk: ")
    assert second[0].stderr.count("\n") == 1
    assert "unexpected" not in second[0].stderr
    assert fresh("verify").status == 0


def test_failures_are_listed_and_tried_again(
    fresh: "Newsdesk", pages: Path, tmp_path: Path
) -> None:
    assert fresh("failures").output == "nothing failed\n"
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"")
    fresh("ingest", bad)
    [failure] = fresh("failures", "--json").value
    assert (failure["source"], failure["tries"]) == (str(bad), 1)
    assert "empty" in fresh("failures").output
    assert fresh("retry").status == 1
    assert fresh("retry", "no-number").status == 2
    bad.write_bytes((pages / "page-1.txt").read_bytes())
    outcome = fresh("retry", failure["id"])
    assert outcome.status == 0
    assert outcome.output.startswith("1 new")
    assert fresh("failures", "--json").value == []


def test_a_watch_ends_cleanly_when_it_is_interrupted(
    fresh: "Newsdesk", home: Path, pages: Path
) -> None:
    watch = subprocess.Popen(
        [sys.executable, "-m", "rag", "ingest", "--watch", str(pages), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watch.stdout is not None
    report = json.loads(watch.stdout.readline())
    assert report["new"] == 4
    watch.send_signal(signal.SIGINT)
    output, complaint = watch.communicate(timeout=60)
    assert (watch.returncode, output, complaint) == (0, "", "")
    assert fresh("verify").status == 0


def test_only_folders_are_watched(fresh: "Newsdesk", pages: Path) -> None:
    outcome = fresh("ingest", "--watch", pages / "page-1.txt")
    assert outcome.status == 2
    assert "only folders are watched" in outcome.complaint


def test_what_is_in_no_article_and_what_is_in_doubt_is_said(
    fresh: "Newsdesk", pages: Path, tmp_path: Path
) -> None:
    page = (pages / "page-1.txt").read_text()
    (tmp_path / "with.txt").write_text(f"{page}\n图为巡查队员查看水位。（林甲 摄）\n")
    lines = page.splitlines(keepends=True)
    (tmp_path / "torn.txt").write_text("".join(lines[::2] + lines[1::2]))
    outcome = fresh("ingest", tmp_path / "with.txt")
    assert "in no article: 1 caption" in outcome.output
    (article, *_) = fresh("articles", "--json").value
    assert article["split_confidence"] is not None
    shown = fresh("show", article["id"], "--raw", "--json").value
    assert ("caption", "图为巡查队员查看水位。（林甲 摄）") in [
        (one["kind"], one["raw"]) for one in shown["left_out"]
    ]
    report = fresh("ingest", tmp_path / "torn.txt", "--json")
    assert report.status == 0
    (doubt,) = report.value["doubtful"]
    assert doubt["source"].endswith("torn.txt")
    assert doubt["confidence"] < 0.8
    assert doubt["reasons"]
    assert "? 0." in fresh("articles").output
