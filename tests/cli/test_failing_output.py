"""Output that can't be written, and commands that are stopped half-way."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Newsdesk

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "rag"]
# A shell starts what runs in the background deaf to Ctrl-C, these tests perhaps too.
HEARING = """
import signal, sys
from rag.faces.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main())
"""
FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("words", [["articles", "--json"], ["articles"], ["brief"]])
def test_a_full_disk_below_stdout_is_one_line(words: list[str], archive: Path) -> None:
    if words == ["brief"]:
        words = ["brief", "--date", "2024-05-21"]
    with FULL.open("w") as full:
        done = subprocess.run(
            [*COMMAND, "--home", str(archive), *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("newsdesk: ")
    assert done.stderr.count("\n") == 1


def test_a_reader_that_leaves_ends_the_command_in_silence(archive: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "--home", str(archive), "articles", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as command:
        assert command.stdout
        assert command.stderr
        command.stdout.close()
        assert command.stderr.read() == b""
    assert command.returncode == 1


@pytest.mark.parametrize(
    ("file", "said"), [("missing/day.md", "is no folder"), (".", "is a folder")]
)
def test_a_file_without_a_place_is_refused_before_the_work(
    file: str, said: str, fresh: "Newsdesk", home: Path, tmp_path: Path
) -> None:
    outcome = fresh("brief", "--date", "2024-05-21", "-o", tmp_path / file, "--json")
    assert outcome.status == 1
    assert outcome.value["error"]["type"] == "OutputError"
    assert said in outcome.complaint
    assert not home.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT of POSIX")
def test_ctrl_c_keeps_what_was_stored_and_the_next_run_goes_on(
    fresh: "Newsdesk", home: Path, tmp_path: Path
) -> None:
    rows = tmp_path / "rows.jsonl"
    texts = [f"{number}号泵站检修完毕，夏灌用水有了保证。" for number in range(600)]
    lines = (json.dumps({"id": str(at), "text": text}) for at, text in enumerate(texts))
    rows.write_text("\n".join(lines), encoding="utf-8")
    fresh("articles")
    with subprocess.Popen(
        [sys.executable, "-c", HEARING, "--home", str(home), "ingest", str(rows), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as command:
        stored = 0
        deadline = time.monotonic() + 60
        while not stored and time.monotonic() < deadline and command.poll() is None:
            stored = len(fresh("articles", "--json").value)
        command.send_signal(signal.SIGINT)
        output, complaint = command.communicate(timeout=60)
    assert command.returncode == 130
    assert json.loads(output)["error"]["exit_status"] == 130
    assert "interrupted" in complaint
    kept = fresh("verify", "--json").value
    assert kept["ok"]
    assert 0 < stored <= kept["articles"] < len(texts)
    again = fresh("ingest", rows, "--json").value
    assert again["unchanged"] == kept["articles"]
    assert again["new"] == len(texts) - kept["articles"]
