"""Wrong usage: one line on stderr, exit status 2, nothing opened or made."""

import json
from pathlib import Path

import pytest

from rag.faces.cli import main

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ask", " \t　"], "the question is blank"),
        (["search", ""], "the question is blank"),
        (["ask", "水价", "--from", "2020-02-30"], "'2020-02-30' is no day of the calendar"),
        (["brief", "--date", "soon"], "'soon' is not a date"),
        (["ingest", "page.txt", "--issue-date", "2020-13-01"], "--issue-date"),
        (["articles", "--from", "2020-12-24", "--to", "2020-12-23"], "lies after"),
        (["brief"], "say which day"),
        (["brief", "--from", "2020-12-23"], "say which day"),
        (["brief", "--date", "2020-12-23", "--to", "2020-12-24"], "goes without"),
        (["search", "水价", "--limit", "0"], "--limit"),
        (["ask"], "QUESTION"),
        (["ask", "水价", "--jsn"], "--json"),
        (["nonsense"], "nonsense"),
        (["brief", "--date", "2020-12-23", "--topic", "　"], "--topic is blank"),
        (["articles", "--home", ""], "--home names no folder"),
        (["demo", "--home", "archive"], "leave --home out"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path / "home"))
    assert main(words) == 2
    output, complaint = capsys.readouterr()
    assert output == ""
    assert complaint.startswith("newsdesk: ")
    assert complaint.count("\n") == 1
    assert said in complaint
    assert list(tmp_path.iterdir()) == []


def test_an_error_is_json_too_where_json_is_asked_for(capsys: Capture) -> None:
    assert main(["ask", " ", "--json"]) == 2
    output, complaint = capsys.readouterr()
    error = json.loads(output)["error"]
    assert error["type"] == "UsageError"
    assert error["exit_status"] == 2
    assert complaint == f"newsdesk: {error['message']}\n"


@pytest.mark.parametrize("words", [["--debug", "ask", " "], ["ask", " ", "--debug"]])
def test_debug_adds_the_traceback(words: list[str], capsys: Capture) -> None:
    assert main(words) == 2
    assert "Traceback" in capsys.readouterr().err


def test_an_unknown_setting_is_named(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("NEWSDESK_COLOUR", "blue")
    assert main(["articles"]) == 2
    assert "NEWSDESK_COLOUR: no such setting" in capsys.readouterr().err


def test_an_empty_home_is_not_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSDESK_HOME", "")
    assert main(["articles"]) == 2
    assert "NEWSDESK_HOME: name a folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_version(capsys: Capture) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("newsdesk 0.")
