"""Every answer keeps a record: what it holds, how it is found again, what it must never cost."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from rag import Desk, __version__
from rag.answering.explanation import trace_lines
from rag.desk import reindex
from rag.errors import AnswerNotFoundError, StoreError, UsageError
from rag.settings import load_settings
from rag.types import Filters
from rag.usage import Usage
from store.answers import ANSWERS_NAME
from tests.desk.flood_fund import (
    HELD,
    INVENTED,
    NOON,
    QUESTION,
    REPOSITORY,
    saying,
    served,
    usage_of,
)
from tests.fake_openai import server as fake


def test_a_record_gives_back_the_whole_answer_and_explanation(home: Path) -> None:
    with served(home, saying(HELD, INVENTED)) as (server, desk):
        answer, explanation = desk.explain(QUESTION)
        assert answer.id is not None
        record = desk.trace(answer.id)
    assert (record.answer, record.explanation) == (answer, explanation)
    assert record.explanation.prompt is not None
    assert record.explanation.prompt.startswith("answer ")
    assert INVENTED in str(record.explanation.raw_output)
    assert [drop.text for drop in record.explanation.dropped] == [INVENTED]
    assert [(hit.dense_rank, hit.lexical_rank) for hit in record.explanation.hits]
    sent = [{"role": one.role, "content": one.content} for one in record.explanation.messages]
    assert sent == server.received[0]["messages"]
    made = record.explanation.made
    assert (made.version, made.model) == (__version__, f"gpt-5-mini at {server.url}")


def test_a_record_is_found_by_another_desk_by_the_beginning_of_its_id(home: Path) -> None:
    with Desk.open(home, now=lambda: NOON) as desk:
        answer = desk.ask(QUESTION)
        desk.ask("谁主持了会议？", filters=Filters(publication="霁川日报"))
    assert answer.id is not None
    with Desk.open(home) as desk:
        assert desk.trace(answer.id).answer == answer
        assert desk.trace(answer.id).explanation.made.asked_at == NOON
        second, first = desk.traces()
        assert (first.id, first.question, first.mode, first.model) == (
            *(answer.id, QUESTION),
            *("extractive", None),
        )
        assert desk.trace(second.id).explanation.publication == "霁川日报"
        for unknown in ("", "zzzz", "' OR 1"):
            with pytest.raises(AnswerNotFoundError, match="no answer on record"):
                desk.trace(unknown)
        with pytest.raises(AnswerNotFoundError, match="several answers"):
            desk.trace(answer.id[:6])
        with pytest.raises(UsageError, match="limit"):
            desk.traces(limit=0)


def test_a_refusal_has_a_record_too(home: Path) -> None:
    with Desk.open(home) as desk:
        answer = desk.ask("Who won the national chess championship?")
        (summary,) = desk.traces()
    assert answer.refused
    assert (summary.id, summary.refused) == (answer.id, True)


def test_what_a_model_wrote_in_vain_is_on_record_with_its_tokens(home: Path) -> None:
    with served(home, saying(INVENTED)) as (_, desk):
        answer = desk.ask(QUESTION)
        record = desk.trace(str(answer.id))
    assert answer.mode == "extractive"
    assert INVENTED in str(record.explanation.raw_output)
    assert record.answer.usage == Usage(11, 7, None, calls=1)
    (total,) = usage_of(home)
    assert (total.model, total.prompt_tokens) == ("gpt-5-mini", 11)


def test_half_a_character_in_what_a_server_sends_costs_no_record(home: Path) -> None:
    with served(home, fake.sends(b'{"x": "\\ud800"}')) as (_, desk):
        answer = desk.ask(QUESTION)
        (note,) = desk.trace(str(answer.id)).answer.notes
    assert "\ud800" in answer.notes[0]
    assert note == answer.notes[0].replace("\ud800", "?")


def test_records_survive_a_reindex(home: Path) -> None:
    with Desk.open(home) as desk:
        answer = desk.ask(QUESTION)
    reindex(load_settings(home=home))
    with Desk.open(home) as desk:
        assert desk.trace(str(answer.id)).answer == answer


def test_records_can_be_turned_off(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_ANSWER_RECORDS", "0")
    with Desk.open(home) as desk:
        answer = desk.ask(QUESTION)
        assert (answer.id, answer.notes, desk.traces(), desk.usage()) == (None, (), [], [])
    assert not (home / ANSWERS_NAME).exists()


def test_the_oldest_records_go_and_their_usage_stays_counted(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSDESK_ANSWER_RECORDS", "2")
    with Desk.open(home) as desk:
        ids = [desk.ask(QUESTION).id for _ in range(3)]
        assert [one.id for one in desk.traces()] == [ids[2], ids[1]]
        with pytest.raises(AnswerNotFoundError):
            desk.trace(str(ids[0]))
        assert sum(total.answers for total in desk.usage()) == 3


def as_folder(file: Path) -> None:
    file.mkdir()


def as_nonsense(file: Path) -> None:
    file.write_bytes(b"no database" * 100)


def as_later(file: Path) -> None:
    with closing(sqlite3.connect(file)) as later:
        later.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize("spoil", [as_folder, as_nonsense, as_later])
def test_a_record_that_cannot_be_written_is_a_note_and_costs_nothing_else(
    home: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(home / ANSWERS_NAME)
    with Desk.open(home) as desk:
        answer = desk.ask(QUESTION)
    assert not answer.refused
    assert answer.id is None
    (note,) = answer.notes
    assert note.startswith("no record was kept of this answer: ")
    assert "\n" not in note


def test_a_full_disk_costs_the_record_alone(home: Path) -> None:
    asking = (
        "import resource, signal, sys; from rag import Desk\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "with Desk.open(sys.argv[1]) as desk:\n"
        "    desk.ask(sys.argv[2])\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))\n"
        "    answer = desk.ask(sys.argv[2])\n"
        "    desk.ask_stream(sys.argv[2]).close()\n"
        "    print(answer.refused, answer.id, *answer.notes)"
    )
    asked = subprocess.run(
        [sys.executable, "-c", asking, str(home), QUESTION],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    assert asked.stdout.startswith("False None no record was kept of this answer: ")
    with Desk.open(home) as desk:
        assert len(desk.traces()) == 1
        assert desk.ask(QUESTION).id


def test_a_record_of_another_shape_is_told_in_one_line(home: Path) -> None:
    with Desk.open(home) as desk:
        answer = desk.ask(QUESTION)
        with closing(sqlite3.connect(home / ANSWERS_NAME)) as file, file:
            file.execute("UPDATE answer SET body = '{}'")
        with pytest.raises(StoreError, match=r"^the record .* can't be read .* another version"):
            desk.trace(str(answer.id))


def test_two_processes_that_answer_at_once_both_keep_records(home: Path) -> None:
    asking = (
        "import sys; from rag import Desk\n"
        "with Desk.open(sys.argv[1]) as desk:\n"
        "    print(*(desk.ask(sys.argv[2]).id for _ in range(5)))"
    )
    askers = [
        subprocess.Popen(
            [sys.executable, "-c", asking, str(home), QUESTION],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        )
        for _ in range(2)
    ]
    ids = {one for asker in askers for one in asker.communicate()[0].split()}
    assert [asker.returncode for asker in askers] == [0, 0]
    assert len(ids) == 10
    with Desk.open(home) as desk:
        assert {one.id for one in desk.traces()} == ids


def test_the_fingerprint_follows_what_answers_depend_on(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fingerprint() -> str:
        with Desk.open(home) as desk:
            return desk.explain(QUESTION)[1].made.settings

    first = fingerprint()
    monkeypatch.setenv("NEWSDESK_ANSWER_MEGABYTES", "7")
    monkeypatch.setenv("NEWSDESK_MODEL_PROMPT_PRICE", "7")
    assert fingerprint() == first
    monkeypatch.setenv("NEWSDESK_CANDIDATES", "50")
    assert fingerprint() != first


def test_a_trace_tells_all_of_an_answer(home: Path) -> None:
    with served(home, saying(HELD, INVENTED)) as (_, desk):
        answer, explanation = desk.explain(QUESTION)
    lines = trace_lines(answer, explanation)
    begins = {line.split(" ", 1)[0] for line in lines}
    told = {"id", "asked", "question", "filters", "found", "prompt", "output"}
    assert begins >= told | {"dropped", "kept", "timings", "usage", "note"}
    assert f"id         {answer.id}" in lines
    assert any(line.startswith(f"dropped    {INVENTED}: ") for line in lines)
    assert any("11 prompt tokens, 7 completion tokens, cost unknown" in line for line in lines)
