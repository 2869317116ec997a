"""`newsdesk eval` from the command line: run, runs, compare, gate, report and ablate."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Newsdesk

QUESTIONS = (
    {
        "id": "q1",
        "question": "流动图书车多久来一次？",
        "lang": "zh",
        "answerable": True,
        "facts": [["每两周"]],
        "headlines": ["流动图书车下乡"],
    },
    {"id": "q2", "question": "谁发明了电话？", "lang": "zh", "answerable": False},
)


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in QUESTIONS)
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def run(newsdesk: Newsdesk, questions: Path) -> Callable[..., dict[str, Any]]:
    def measured(*words: str) -> dict[str, Any]:
        outcome = newsdesk("eval", "run", str(questions), *words, "--json")
        assert outcome.status == 0
        value: dict[str, Any] = outcome.value
        return value

    return measured


def test_a_run_is_listed_compared_with_itself_and_passes_the_gate(
    newsdesk: Newsdesk, run: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    baseline = tmp_path / "baseline.json"
    first = run("-o", str(baseline))
    assert first["figures"]["all"]["right"]["value"] == 1.0
    second = run()
    listed = newsdesk("eval", "runs", "--json").value
    assert [one["id"] for one in listed][-2:] == [first["id"], second["id"]]
    assert first["id"] in newsdesk("eval", "runs").output
    compared = newsdesk("eval", "compare", first["id"], "--json").value
    assert (compared["second"], compared["same"]) == (second["id"], True)
    gated = newsdesk("eval", "gate", str(baseline))
    assert (gated.status, gated.output.split()[-1]) == (0, "passed")
    itself = newsdesk("eval", "gate", second["id"])
    assert itself.status == 1
    assert "is its own baseline" in itself.complaint


def test_settings_of_one_run_show_in_it_and_the_gate_stops_what_they_spoil(
    newsdesk: Newsdesk, run: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    baseline = tmp_path / "baseline.json"
    run("-o", str(baseline))
    spoilt = run("--set", "refusal_bar=0", "--retriever", "lexical", "--k", "20")
    settings = spoilt["manifest"]["settings"]
    assert (settings["retriever"], settings["candidates"], settings["refusal_bar"]) == (
        "lexical",
        20,
        0.0,
    )
    gated = newsdesk("eval", "gate", str(baseline), "--json")
    assert gated.status == 1
    assert gated.value["passed"] is False
    compared = newsdesk("eval", "compare", str(baseline)).output
    assert "setting retriever: hybrid in A, lexical in B" in compared
    assert "q2" in compared
    allowed = newsdesk("eval", "gate", str(baseline), "--max-drop", "1")
    assert allowed.status == 0


def test_a_report_is_one_file_that_holds_the_questions(
    newsdesk: Newsdesk, run: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    run()
    path = tmp_path / "report.html"
    outcome = newsdesk("eval", "report", "-o", str(path))
    assert f"written: {path}" in outcome.output
    text = path.read_text(encoding="utf-8")
    assert "流动图书车多久来一次？" in text
    assert "<svg" in text
    assert "http://" not in text.replace("http://www.w3.org/", "")


def test_parts_are_switched_off_one_at_a_time(newsdesk: Newsdesk, questions: Path) -> None:
    words = ("eval", "ablate", str(questions), "--part", "lexical", "--part", "refusal")
    table = newsdesk(*words).output
    assert "without lexical search" in table
    shape = newsdesk(*words, "--json").value
    assert set(shape["parts"]) == {"lexical", "refusal"}
    fallen = {
        one["measure"]: one["difference"]["mean"]
        for one in shape["parts"]["refusal"]["differences"]["all"]
    }
    assert fallen["refusal_recall"] == -1.0
    rebuilt = newsdesk("eval", "ablate", str(questions), "--part", "headline")
    assert rebuilt.status == 2
    assert "changes how an archive is indexed" in rebuilt.complaint


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--set", "colour=red"), "no such setting"),
        (("run", "--set", "candidates"), "write NAME=VALUE"),
        (("run", "--retriever", "psychic"), "newsdesk: retriever: "),
        (("compare", ""), "a run's name is blank"),
        (("compare", "nothing", "at-all"), "no run has this id"),
        (("gate", "absent.json"), "can't be read"),
        (("report",), "no finished run is kept"),
        (("ablate", "--part", "luck"), "no part that can be switched off"),
        (("ablate", "--measure", "luck"), "no such measure"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    newsdesk: Newsdesk, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    outcome = newsdesk("eval", *words, "--home", str(tmp_path / "empty"))
    assert outcome.status in (1, 2)
    assert said in outcome.complaint
    assert len(outcome.complaint.strip().splitlines()) == 1
