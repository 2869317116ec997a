"""Text that could steer a terminal, or is no text at all, comes out harmless everywhere."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.faces.printable import visible, visible_json, visible_line

if TYPE_CHECKING:
    from tests.cli.conftest import Newsdesk

STEERING = ("\x1b", "\x07", "\x9b", "\u202e", "\r")
ROW = {
    "id": "bell\x07",
    "headline": "红\x1b[31m桥\r\n通车",
    "text": "5月16日，石桥\x1b[2J通车，全长86米。\x9b31m\u202e完",
    "date": "2024-05-16",
    "publication": "白榆\x1b]0;title\x07日报\n副刊",
}
ANYTHING = st.text(st.characters(codec=None) | st.sampled_from([*STEERING, "\ud800", "\n", "\\"]))


@given(text=ANYTHING)
def test_what_is_shown_holds_no_steering_character(text: str) -> None:
    shown = visible_line(text)
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert not any(mark in shown for mark in (*STEERING, "\n"))
    assert visible(shown) == shown


@given(text=st.text("abc县桥。\t\n \\", max_size=20))
def test_plain_text_is_shown_as_it_is(text: str) -> None:
    assert visible(text) == text


@given(value=ANYTHING)
def test_json_keeps_its_value(value: str) -> None:
    shown = visible_json(json.dumps([value], ensure_ascii=False))
    assert shown.encode("utf-8")
    assert not any(mark in shown for mark in STEERING)
    assert json.loads(shown) == [value]


@pytest.mark.slow
def test_no_command_hands_a_control_character_on(fresh: "Newsdesk", tmp_path: Path) -> None:
    folder = tmp_path / "rows"
    folder.mkdir()
    (folder / "\x1b[32mred\nname.jsonl").write_text(json.dumps(ROW), encoding="utf-8")
    (folder / "\x1b[2Jempty.txt").write_text("", encoding="utf-8")
    taken = fresh("ingest", folder)
    assert taken.status == 1
    assert "empty.txt" in taken.complaint
    article = fresh("articles", "--json").value[0]
    briefing = tmp_path / "day.md"
    outcomes = [
        taken,
        fresh("articles"),
        fresh("articles", "--json"),
        fresh("show", article["id"]),
        fresh("show", article["id"], "--json"),
        fresh("search", "石桥通车"),
        fresh("ask", "石桥全长多少米？"),
        fresh("ask", "石桥全长多少米？", "--explain", "--json"),
        fresh("summarize", article["id"]),
        fresh("brief", "--date", "2024-05-16"),
        fresh("brief", "--date", "2024-05-16", "-o", briefing),
        fresh("ask", "\x1b[31m"),
        fresh("show", "\x1b[31m"),
        fresh("ingest", "\x1b[31m\nmissing.txt"),
    ]
    texts = [outcome.output + outcome.complaint for outcome in outcomes]
    for text in (*texts, briefing.read_text(encoding="utf-8")):
        assert text
        assert not any(mark in text for mark in STEERING)
    assert article["headline"] == "红\x1b[31m桥 通车"
    assert fresh("show", article["id"], "--json").value["text"] == ROW["text"]


@pytest.mark.parametrize(
    "words",
    [
        ["ask", "水\udcff"],
        ["search", "\udcff"],
        ["show", "\udcff"],
        ["articles", "--publication", "\udcff"],
        ["brief", "--date", "2024-05-16", "--topic", "\udcff"],
        ["ingest", "page.txt", "--publication", "\udcff"],
    ],
)
def test_words_that_are_no_text_are_wrong_usage(words: list[str], fresh: "Newsdesk") -> None:
    outcome = fresh(*words, "--json")
    assert outcome.status == 2
    assert outcome.value["error"]["exit_status"] == 2
    assert "UTF-8" in outcome.complaint
    assert outcome.complaint.count("\n") == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="needs file names that are any bytes")
def test_a_path_that_is_no_text_is_read_all_the_same(home: Path, tmp_path: Path) -> None:
    row = json.dumps({"text": "5月16日，石桥通车。"}).encode()
    name = os.fsencode(tmp_path) + b"/\xff.jsonl"
    Path(os.fsdecode(name)).write_bytes(row)
    command: list[str | bytes] = [sys.executable, "-m", "rag", "--home", str(home), "ingest", name]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"1 new")
