"""eval generate and eval confirm: what they print, write and refuse."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from eval.datasets import load_dataset
from eval.errors import EvalError
from rag import Desk
from rag.errors import SettingsError, UsageError
from rag.faces.cli import evaluation_questions
from tests.eval.generation.conftest import TEXTS

Command = Callable[..., str]

DRAFTS = (
    {
        "id": "d-1",
        "question": "霁澜大桥总投资多少亿元？",
        "lang": "zh",
        "answerable": True,
        "facts": [["3.6亿元"]],
        "gold": ["a0"],
        "quotes": ["霁澜大桥总投资3.6亿元。\u001b[2J"],
        "confirmed": False,
        "tags": ["drafted", "number"],
    },
    {
        "id": "d-2",
        "question": "石溪大桥有多长？",
        "lang": "zh",
        "answerable": False,
        "confirmed": False,
    },
    {
        "id": "d-3",
        "question": "霁澜大桥什么时候通车？",
        "lang": "zh",
        "answerable": True,
        "facts": [["6月3日"]],
        "gold": ["a1"],
        "confirmed": False,
    },
)


class Keyboard(io.StringIO):
    """A stdin that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    rows = [json.dumps({"id": f"a{at}", "text": text}) for at, text in enumerate(TEXTS)]
    (folder / "articles.jsonl").write_text("\n".join(rows), encoding="utf-8")
    with Desk.open(folder / "home") as desk:
        desk.ingest([folder / "articles.jsonl"])
    return folder / "home"


@pytest.fixture
def command(home: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """One command of the group; gives its stdout, and its stderr to capsys' own reader."""
    app = typer.Typer()
    evaluation_questions.register(app)

    def run(*words: object) -> str:
        typer.main.get_command(app)(list(map(str, words)), standalone_mode=False, obj=home)
        return capsys.readouterr().out

    return run


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    path = tmp_path / "drafts.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in DRAFTS), encoding="utf-8")
    return path


def types(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", Keyboard("".join(f"{line}\n" for line in lines)))


def test_drafts_are_printed_as_a_file_that_can_be_read(command: Command, tmp_path: Path) -> None:
    printed = command("generate", "--questions", 5, "--unanswerable", 0)
    path = tmp_path / "printed.jsonl"
    path.write_text(printed, encoding="utf-8")
    questions = load_dataset(path).questions
    assert len(questions) == 5
    assert not any(question.confirmed for question in questions)


def test_drafts_are_written_to_a_new_file_and_the_next_step_is_named(
    command: Command, tmp_path: Path
) -> None:
    path = tmp_path / "drafts.jsonl"
    printed = command("generate", "-o", path, "--questions", 4, "--seed", 2)
    assert len(load_dataset(path).questions) == 4
    assert f"newsdesk eval confirm {path}" in printed
    before = path.read_bytes()
    with pytest.raises(UsageError, match="exists"):
        command("generate", "-o", path)
    assert path.read_bytes() == before


def test_json_tells_what_was_drafted(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "drafts.jsonl"
    told = json.loads(command("generate", "-o", path, "--questions", 6, "--json"))
    assert told["file"] == str(path)
    assert told["drafted"] == len(told["questions"]) == len(load_dataset(path).questions)
    assert told["dropped"] == {}
    assert told["unanswerable"] == sum(not row["answerable"] for row in told["questions"])


def test_a_model_that_is_not_set_is_told(command: Command) -> None:
    with pytest.raises(SettingsError, match="no language model is set"):
        command("generate", "--mode", "model")


def test_an_archive_without_anything_to_ask_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "dull.jsonl").write_text('{"text": "今天天气很好，大家都很高兴。"}', "utf-8")
    with Desk.open(tmp_path / "home") as desk:
        desk.ingest([tmp_path / "dull.jsonl"])
    app = typer.Typer()
    evaluation_questions.register(app)
    with pytest.raises(EvalError, match="no question could be drafted"):
        typer.main.get_command(app)(["generate"], standalone_mode=False, obj=tmp_path / "home")


def test_every_key_does_what_it_says(
    command: Command, drafts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    types(monkeypatch, "e", "霁澜大桥投资多少？", "f", "3.6亿元|3.6亿", "a", "r", "x", "s")
    told = json.loads(command("confirm", drafts, "--json"))
    assert told == {"file": str(drafts), "accepted": 1, "rejected": 1, "edited": 2, "left": 1}
    first, last = load_dataset(drafts).questions
    assert (first.question, first.confirmed) == ("霁澜大桥投资多少？", True)
    assert first.facts == (("3.6亿元", "3.6亿"),)
    assert (last.id, last.confirmed) == ("d-3", False)


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_what_is_typed_in_another_encoding_is_asked_for_again(
    command: Command, drafts: Path, monkeypatch: pytest.MonkeyPatch, errors: str
) -> None:
    typed = io.BytesIO("e\n桥有多长？\n".encode("gbk"))
    terminal = io.TextIOWrapper(typed, encoding="utf-8", errors=errors, line_buffering=True)
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stdin", terminal)
    before = drafts.read_bytes()
    assert "0 edited; 3 left" in command("confirm", drafts)
    assert drafts.read_bytes() == before


def test_capital_letters_are_the_same_keys(
    command: Command, drafts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    types(monkeypatch, "A", "R", "Q")
    assert "1 accepted, 1 rejected" in command("confirm", drafts)


@pytest.mark.parametrize("ending", [["q"], []])
def test_whoever_leaves_finds_the_rest_next_time(
    command: Command, drafts: Path, monkeypatch: pytest.MonkeyPatch, ending: list[str]
) -> None:
    types(monkeypatch, "a", *ending)
    assert "1 accepted, 0 rejected, 0 edited; 2 left" in command("confirm", drafts)
    types(monkeypatch, "f", "a", "a")
    assert "2 accepted" in command("confirm", drafts)
    assert all(question.confirmed for question in load_dataset(drafts).questions)


def test_a_question_is_shown_with_its_facts_and_quote(
    command: Command,
    drafts: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    types(monkeypatch, "e", "", "q")
    app = typer.Typer()
    evaluation_questions.register(app)
    typer.main.get_command(app)(["confirm", str(drafts)], standalone_mode=False)
    shown = capsys.readouterr().err
    for part in ("1 of 3", "霁澜大桥总投资多少亿元？", "3.6亿元", "quote: 霁澜大桥", "article: a0"):
        assert part in shown
    assert "\u001b" not in shown


def test_confirm_wants_a_terminal(
    command: Command, drafts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a\n"))
    before = drafts.read_bytes()
    with pytest.raises(UsageError, match="terminal"):
        command("confirm", drafts)
    assert drafts.read_bytes() == before
