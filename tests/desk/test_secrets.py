"""A server that repeats what is secret: none of it comes into answers, records or logs."""

import logging
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag import Desk
from rag.answering.explanation import trace_lines
from rag.types import Answer
from store.answers import ANSWERS_NAME
from tests.desk.flood_fund import ENGLISH, QUESTION
from tests.fake_openai import server as fake
from tests.fake_openai import streaming
from tests.fake_openai.server import FakeOpenAI, Reply

HEADER = b64encode(b"reader:hush hush").decode()
SECRETS = ("hush hush", "hush%20hush", HEADER, "quiet-token", "quiet%2Dtoken", "sk-quiet-key")
ECHO = f"for reader at //reader:hush%20hush@host?t=quiet%2Dtoken: {', '.join(SECRETS)}"
# No JSON, and long enough for a secret to stand where it is cut.
PAGE = f"<html>{ECHO}{'。' * 9000}</html>".encode()


@contextmanager
def guarded(home: Path, reply: Reply) -> Iterator[Desk]:
    """A Desk whose server has a user, a password, a parameter and a key."""
    with pytest.MonkeyPatch.context() as patch, FakeOpenAI(reply) as server:
        address = server.url.replace("//", "//reader:hush%20hush@")
        patch.setenv("OPENAI_BASE_URL", f"{address}?t=quiet%2Dtoken")
        patch.setenv("OPENAI_API_KEY", "sk-quiet-key")
        with Desk.open(home) as desk:
            yield desk


@pytest.mark.parametrize(
    "reply",
    [
        fake.fails(401, ECHO),
        fake.fails(400, ECHO),
        fake.fails(400, f"maximum context length {ECHO}"),
        fake.fails(503, ECHO, retry_after="0"),
        fake.fails(429, ECHO, retry_after="999"),
        fake.sends(PAGE, "text/html"),
        fake.sends(f'{{"detail": "{ECHO}", "also": "\\u0071uiet-token"}}'.encode()),
        fake.sends(f'{{"choices": [{{"message": {{"refusal": "{ECHO}"}}}}]}}'.encode()),
        streaming.sent(streaming.event({"error": {"message": ECHO}})),
        streaming.sent(streaming.data(ECHO)),
        streaming.sent(streaming.data('{"choices": 1, "said": "\\u0071uiet-token"}')),
    ],
)
def test_what_is_secret_comes_into_no_answer_record_or_log(
    home: Path, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    with guarded(home, reply) as desk:
        desk.search(ENGLISH)
        *_, streamed = desk.ask_stream(QUESTION)
        assert isinstance(streamed, Answer)
        for answer in (desk.ask(ENGLISH), streamed):
            assert any("language model" in note for note in answer.notes)
            record = desk.trace(str(answer.id))
            told += [*answer.notes, *trace_lines(record.answer, record.explanation)]
    told += [record.getMessage() for record in caplog.records]
    kept = b"".join(file.read_bytes() for file in home.glob(f"{ANSWERS_NAME}*"))
    for secret in SECRETS:
        assert [line for line in told if secret in line] == []
        assert secret.encode() not in kept
