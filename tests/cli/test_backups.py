"""`newsdesk backup` and `newsdesk restore`, as they are used and as they fail."""

from pathlib import Path

import pytest

from tests.cli.conftest import Newsdesk, run


@pytest.fixture(scope="module")
def backup(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backups") / "archive.tar.gz"
    outcome = run("--home", archive, "backup", file, "--json")
    assert outcome.status == 0, outcome.complaint
    assert outcome.value["articles"] == 5
    assert outcome.value["bytes"] == file.stat().st_size
    return file


def test_a_restored_archive_answers_as_before(
    backup: Path, newsdesk: Newsdesk, tmp_path: Path
) -> None:
    home = tmp_path / "restored"
    outcome = run("restore", backup, "--home", home, "--json")
    assert outcome.status == 0, outcome.complaint
    told = outcome.value
    assert (told["ok"], told["articles"], told["aside"], told["differences"]) == (True, 5, None, [])
    assert run("--home", home, "articles", "--json").value == newsdesk("articles", "--json").value
    asked = ("ask", "联合收割机投入多少台？", "--json")
    assert run("--home", home, *asked).value["answer"] == newsdesk(*asked).value["answer"]
    assert run("--home", home, "verify").status == 0


def test_settings_that_the_index_was_not_made_by_are_told(
    backup: Path, fresh: Newsdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSDESK_CHUNK_CHARACTERS", "200")
    outcome = fresh("restore", backup)
    assert outcome.status == 0
    assert "5 articles" in outcome.output
    assert "NEWSDESK_CHUNK_CHARACTERS was 240, here it is 200: set it so, or" in outcome.complaint


def test_failures_are_one_line(backup: Path, archive: Path, fresh: Newsdesk, home: Path) -> None:
    for words, said in (
        (("backup", backup.with_name("b.tar.gz")), "holds no archive to back up"),
        (("restore", backup.with_name("none.tar.gz")), "can't be read (No such file or directory)"),
        (("--home", archive, "backup", backup), "is there already; name another file"),
        (("--home", archive, "restore", backup), "isn't empty; name another with --home"),
        (("--home", archive, "backup", backup / "x.tar.gz"), "is no folder; make it"),
    ):
        outcome = fresh(*words)
        assert outcome.status == 1
        assert said in outcome.complaint
        assert outcome.complaint.count("\n") == 1
        assert outcome.output == ""
    assert not home.exists()
