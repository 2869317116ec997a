"""The files of the vectors: what reading, interrupts and kills leave of them."""

import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rag.errors import StoreError
from rag.settings import Settings
from store.doors import FOLDER_NAME
from tests.store.samples import indexed, open_library, page_of, question_vector, sentence

REPOSITORY = Path(__file__).parents[2]


def filled(settings: Settings, articles: int = 20) -> Path:
    """The folder of the vectors of an archive with so many chunks."""
    with open_library(settings) as library:
        library.put([indexed(page_of("/a.txt", *map(sentence, range(articles))), library)])
        return library.archive / FOLDER_NAME


def state_of(folder: Path) -> dict[str, object]:
    state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    assert isinstance(state, dict)
    return state


def read(settings: Settings, number: int = 0, place: str = "opening") -> str:
    """What a reader in a process of its own prints, which gets a signal at that place."""
    reader = subprocess.run(
        [sys.executable, "-m", "tests.store.reader_process", settings.home, str(number), place],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        check=False,
    )
    if not number:
        assert reader.stderr == ""
        assert reader.returncode == 0
    elif number == signal.SIGINT:
        assert "KeyboardInterrupt" in reader.stderr
    else:
        assert reader.returncode == -number
    return reader.stdout


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill here")
@pytest.mark.parametrize("place", ["opening", "reading"])
def test_a_reader_that_is_stopped_costs_nothing(settings: Settings, place: str) -> None:
    folder = filled(settings)
    before = state_of(folder)
    assert (before["busy"], before["settled"]) == (False, True)
    for number in (signal.SIGINT, signal.SIGKILL, signal.SIGKILL):
        assert read(settings, number, place) == ""
        assert state_of(folder) == before
    # Nothing on stderr: nothing was made again.
    assert read(settings) == "20\n"
    assert state_of(folder) == before


@pytest.mark.slow
@pytest.mark.parametrize("place", ["opening", "reading"])
def test_an_interrupt_of_the_first_read_after_a_change_costs_nothing(
    settings: Settings, place: str
) -> None:
    folder = filled(settings)
    with open_library(settings) as library:
        ids = sorted(library._vectors.ids())
        library._vectors.delete(ids[:1])
        library._vectors.upsert([library._ledger.vectors_of(ids[:1])])
    before = state_of(folder)
    assert not before["settled"]
    assert read(settings, signal.SIGINT, place) == ""
    # Where the count that comes ahead of the query was interrupted, that was the first read.
    assert state_of(folder)["busy"] is False
    assert state_of(folder)["files"] == before["files"]
    assert read(settings) == "20\n"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill here")
def test_a_kill_in_the_first_read_after_a_change_has_the_files_made_again(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    folder = filled(settings)
    with open_library(settings) as library:
        library._vectors.upsert([library._ledger.vectors_of(sorted(library._vectors.ids()))])
    before = state_of(folder)
    read(settings, signal.SIGKILL)
    assert state_of(folder)["busy"] is True
    with open_library(settings) as library:
        assert len(library.dense(question_vector("水库"), 100)) == 20
        assert library.verify().ok
    assert "left half-written; made again" in caplog.text
    assert state_of(folder)["files"] != before["files"]
    assert state_of(folder)["settled"] is True


@pytest.mark.slow
def test_an_interrupt_while_the_files_are_made_again_has_them_made_again_still(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    folder = filled(settings)
    state = {**state_of(folder), "busy": True}
    (folder / "state.json").write_text(json.dumps(state), encoding="utf-8")
    assert read(settings, signal.SIGINT) == ""
    assert state_of(folder)["busy"] is True
    with open_library(settings) as library:
        assert len(library.dense(question_vector("水库"), 100)) == 20
        assert library.verify().ok
    assert "made again from the catalogue" in caplog.text
    assert state_of(folder)["settled"] is True


def test_settled_files_are_read_without_a_note(settings: Settings) -> None:
    folder = filled(settings)
    before = state_of(folder)
    for _ in range(2):
        with open_library(settings) as library:
            library.dense(question_vector("水库"), 5)
            assert library.verify().ok
    assert state_of(folder) == before
    with open_library(settings) as library:
        library.put([indexed(page_of("/b.txt", sentence(90)), library)])
    after = state_of(folder)
    assert after["last"] != before["last"]
    assert (after["busy"], after["settled"]) == (False, True)


def test_a_note_of_an_earlier_version_is_understood(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    folder = filled(settings)
    state = state_of(folder)
    del state["settled"]
    (folder / "state.json").write_text(json.dumps(state), encoding="utf-8")
    with open_library(settings) as library:
        assert len(library.dense(question_vector("水库"), 100)) == 20
    assert state_of(folder)["settled"] is True
    assert state_of(folder)["files"] == state["files"]
    assert caplog.text == ""


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"last": "x"}'])
def test_a_note_that_cannot_be_read_has_the_files_made_again(
    settings: Settings, content: str
) -> None:
    folder = filled(settings)
    (folder / "state.json").write_text(content, encoding="utf-8")
    with open_library(settings) as library:
        assert len(library.dense(question_vector("水库"), 100)) == 20
        assert library.verify().ok


@pytest.mark.slow
def test_settled_files_that_chroma_fails_in_are_made_again_in_the_end(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    folder = filled(settings, 1500)
    assert state_of(folder)["settled"] is True
    [metadata] = folder.rglob("index_metadata.pickle")  # written from 1,000 vectors on
    metadata.write_bytes(b"")
    for _ in range(2):
        with open_library(settings) as library, pytest.raises(StoreError, match="--repair"):
            library.dense(question_vector("水库"), 5)
    with open_library(settings) as library:
        assert len(library.dense(question_vector("水库"), 5)) == 5
        assert library.verify().ok
    assert "made again from the catalogue" in caplog.text
