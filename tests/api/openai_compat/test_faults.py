"""What goes wrong in a chat: keys, deadlines, too much at once, a client that leaves."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx2
import pytest
from openai import APIError, APIStatusError, AuthenticationError, OpenAI, RateLimitError

from rag import Desk
from rag.faces.api.options import ServeOptions
from tests.api.openai_compat.conftest import key_of
from tests.api.openai_compat.test_chat import asked, user
from tests.api.serving import PATIENCE, Service, serving
from tests.desk.flood_fund import HELD, MORE, QUESTION, served, source_in
from tests.fake_openai import server as fake
from tests.fake_openai import streaming
from tests.fake_openai.server import Body, FakeOpenAI, Reply


@contextmanager
def asking_a_model(
    home: Path, reply: Reply, options: ServeOptions
) -> Iterator[tuple[FakeOpenAI, Desk, Service, OpenAI]]:
    """A service whose answers a fake language model writes, and a client of it."""
    with (
        served(home, reply, NEWSDESK_MODEL_TIMEOUT="20") as (model, desk),
        serving(desk, options) as service,
        OpenAI(base_url=f"{service.url}/v1", api_key=key_of(home), max_retries=0) as chat,
    ):
        yield model, desk, service, chat


def both(body: Body) -> str:
    return fake.answer_json((HELD, source_in(body)), (MORE, source_in(body)))


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_wrong_key_is_told_as_openai_tells_it(served: Service) -> None:
    with OpenAI(base_url=f"{served.url}/v1", api_key="nd_wrong", max_retries=0) as chat:
        for ask in (lambda: asked(chat, user(QUESTION)), chat.models.list):
            with pytest.raises(AuthenticationError) as raised:
                ask()
            assert raised.value.code == "invalid_api_key"
            assert raised.value.response.headers["www-authenticate"].startswith("Bearer")


def test_a_key_is_asked_for_where_one_is_needed(own_desk: Desk) -> None:
    with (
        serving(own_desk, ServeOptions(require_key=True)) as service,
        service.client() as client,
    ):
        refused = client.get("/v1/models")
        key = key_of(own_desk.settings.home)
        let_in = client.get("/v1/models", headers={"Authorization": f"Bearer {key}"})
    assert refused.status_code == 401
    assert set(refused.json()["error"]) == {"message", "type", "param", "code"}
    assert let_in.status_code == 200


def test_what_is_refused_before_it_is_read_is_told_as_well(own_desk: Desk) -> None:
    options = ServeOptions(rate=2, body_bytes=1000)
    key = key_of(own_desk.settings.home)
    with (
        serving(own_desk, options) as service,
        OpenAI(base_url=f"{service.url}/v1", api_key=key, max_retries=0) as chat,
    ):
        with pytest.raises(APIStatusError) as raised:
            asked(chat, user("问" * 1000))
        assert raised.value.status_code == 413
        chat.models.list()
        with pytest.raises(RateLimitError, match="more than 2 requests a minute"):
            chat.models.list()


@pytest.mark.slow
def test_an_answer_past_its_deadline_is_a_server_error(own_home: Path) -> None:
    with asking_a_model(own_home, fake.hangs, ServeOptions(deadline=1.0, grace=0.1)) as (
        _,
        _,
        _,
        chat,
    ):
        with pytest.raises(APIStatusError) as raised:
            asked(chat, user(QUESTION))
        assert (raised.value.status_code, raised.value.type) == (504, "server_error")
        stream = chat.chat.completions.create(
            model="newsdesk", messages=[user(QUESTION)], stream=True
        )
        with pytest.raises(APIError, match="more than 1 s"):
            list(stream)


@pytest.mark.slow
def test_too_much_at_once_is_a_rate_limit(own_home: Path) -> None:
    options = ServeOptions(concurrent=1, waiting=0, grace=0.1)
    with asking_a_model(own_home, fake.hangs, options) as (model, _, _, chat):

        def held_up() -> None:
            with pytest.raises(APIError):
                asked(chat.with_options(timeout=PATIENCE), user(QUESTION))

        first = Thread(target=held_up, daemon=True)
        first.start()
        until(lambda: model.received)
        with pytest.raises(RateLimitError) as raised:
            asked(chat, user(QUESTION))
        assert raised.value.code == "rate_limit_exceeded"
        assert raised.value.response.headers["retry-after"] == "1"


@pytest.mark.slow
def test_an_answer_whose_reader_leaves_is_broken_off(own_home: Path) -> None:
    left = Event()
    reply = streaming.streams_until(both, "}", streaming.waits_for(left))
    with asking_a_model(own_home, reply, ServeOptions()) as (_, desk, service, chat):
        body = {"model": "newsdesk", "stream": True, "messages": [user(QUESTION)]}
        url, headers = f"{service.url}/v1/chat/completions", {"X-API-Key": chat.api_key}
        with httpx2.stream("POST", url, json=body, headers=headers, timeout=PATIENCE) as response:
            next(line for line in response.iter_lines() if HELD in line)
        # The server sees a closed connection within its next turns; the model then goes on.
        time.sleep(0.5)
        left.set()
        until(desk.traces)
        (summary,) = desk.traces()
    assert summary.broken_off
