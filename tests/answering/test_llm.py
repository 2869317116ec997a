import time
from base64 import b64encode
from typing import Literal

import pytest

from prompts import Message
from rag.answering.llm import LanguageModel, open_language_model
from rag.answering.reply_schema import SCHEMA
from rag.errors import LanguageModelError, PromptTooLongError, SettingsError
from rag.settings import Settings
from tests.fake_openai import server as fake
from tests.fake_openai import streaming
from tests.fake_openai.server import Reply, Serve

ASKED = (Message("system", "Be brief."), Message("user", "问题"))


def test_asks_for_the_schema_at_temperature_zero_and_reads_the_usage(serve: Serve) -> None:
    server, model = serve(fake.says("好"))
    completion = model.complete(ASKED, SCHEMA)
    assert (completion.text, completion.model, completion.finish_reason) == ("好", "fake-1", "stop")
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (11, 7)
    sent = server.received[0]
    assert sent["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "问题"},
    ]
    assert sent["temperature"] == 0
    assert sent["max_completion_tokens"] == 400
    assert sent["response_format"]["json_schema"]["schema"] == SCHEMA
    assert server.keys == ["Bearer sk-secret"]


@pytest.mark.parametrize("option", ["response_format", "temperature", "max_completion_tokens"])
def test_asks_again_without_what_the_server_turns_down_and_remembers(
    serve: Serve, option: str
) -> None:
    server, model = serve(fake.turns_down(option, fake.says("好")))
    assert model.complete(ASKED, SCHEMA).text == "好"
    assert option not in server.received[-1]
    if option == "max_completion_tokens":
        assert server.received[-1]["max_tokens"] == 400
    asked = len(server.received)
    assert model.complete(ASKED, SCHEMA).text == "好"
    assert len(server.received) == asked + 1


def test_a_server_that_turns_down_everything_in_turn_still_answers(serve: Serve) -> None:
    rejects = fake.turns_down(
        "response_format",
        fake.turns_down(
            "temperature",
            fake.turns_down(
                "max_completion_tokens", fake.turns_down("max_tokens", fake.says("好"))
            ),
        ),
    )
    _, model = serve(rejects)
    assert model.complete(ASKED, SCHEMA).text == "好"


def test_a_400_in_words_that_name_no_option_drops_the_schema_first(serve: Serve) -> None:
    server, model = serve(fake.turns_down("response_format", fake.says("好"), "bad request"))
    assert model.complete(ASKED, SCHEMA).text == "好"
    assert "response_format" not in server.received[-1]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_tries_again_after_a_passing_failure(serve: Serve, status: int) -> None:
    server, model = serve(fake.fails(status, retry_after_ms="10"), fake.says("好"))
    assert model.complete(ASKED).text == "好"
    assert len(server.received) == 2


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (fake.fails(500, "boom", retry_after_ms="10"), "HTTP 500 (boom)"),
        (fake.fails(429, "quota", retry_after_ms="10"), "no more requests for the moment (quota)"),
        (fake.fails(401, "bad key sk-secret"), "OPENAI_API_KEY"),
        (fake.fails(403), "OPENAI_API_KEY"),
        (fake.fails(404, "no such model"), "NEWSDESK_MODEL (model-x)"),
        (fake.fails(400, "too long"), "HTTP 400 (too long)"),
        (fake.sends(b"<html><body>Welcome</body></html>", "text/html"), "no chat completion"),
        (fake.sends(b"{not json"), "no chat completion"),
        (fake.sends(b'{"choices": []}'), "sent no answer"),
        (fake.says(""), "empty answer"),
        (fake.says("  ", "length"), "NEWSDESK_MODEL_TOKENS"),
        (fake.floods, "no chat completion"),
        (
            fake.sends(b'{"choices": [{"message": {"content": null, "refusal": "I won\'t"}}]}'),
            "declined to answer: I won't",
        ),
    ],
)
def test_every_failure_is_one_clear_line_without_the_key(
    serve: Serve, reply: Reply, says: str
) -> None:
    server, model = serve(reply)
    with pytest.raises(LanguageModelError) as error:
        model.complete(ASKED)
    message = str(error.value)
    assert says in message
    assert server.url in message
    assert "\n" not in message
    assert "sk-secret" not in message
    assert len(message) < 500


def test_a_broken_connection_is_tried_again(serve: Serve) -> None:
    server, model = serve(fake.cuts_off, fake.says("好"))
    assert model.complete(ASKED).text == "好"
    assert len(server.received) == 2


def test_a_server_that_is_not_there() -> None:
    with fake.FakeOpenAI(fake.says("好")) as server:
        url = server.url
    with pytest.raises(LanguageModelError, match="can't be reached"):
        LanguageModel(url, "sk-secret", "model-x", 10, 400).complete(ASKED)


@pytest.mark.parametrize("url", ["nonsense", "http://", "ftp://127.0.0.1/v1", "http://[::1"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(LanguageModelError, match="OPENAI_BASE_URL"):
        LanguageModel(url, "sk-secret", "model-x", 10, 400).complete(ASKED)


def test_a_key_that_is_none() -> None:
    with pytest.raises(LanguageModelError, match="check OPENAI_API_KEY") as error:
        LanguageModel("http://127.0.0.1:9/v1", "sk-ключ", "m", 10, 400).complete(ASKED)
    assert "ключ" not in str(error.value)


@pytest.mark.parametrize("reply", [fake.hangs, fake.drips, fake.drips_headers])
def test_the_deadline_holds_against_silence_and_dripping(serve: Serve, reply: Reply) -> None:
    _, model = serve(reply, seconds=0.6)
    started = time.monotonic()
    with pytest.raises(LanguageModelError, match=r"within 0\.6 s"):
        model.complete(ASKED)
    assert time.monotonic() - started < 2


def test_retries_count_towards_the_deadline(serve: Serve) -> None:
    _, model = serve(streaming.slow(0.4, fake.fails(503)), seconds=0.6)
    with pytest.raises(LanguageModelError, match=r"within 0\.6 s"):
        model.complete(ASKED)


@pytest.mark.parametrize(
    "wait",
    [
        {"retry_after": "30"},
        {"retry_after_ms": "30000"},
        {"retry_after": "Fri, 31 Dec 2199 23:59:59 GMT"},
        {"retry_after": "1e999"},
    ],
)
def test_a_server_that_asks_for_a_longer_wait_than_there_is_time_is_not_asked_again(
    serve: Serve, wait: dict[str, str]
) -> None:
    server, model = serve(fake.fails(429, "busy", **wait), seconds=20)
    with pytest.raises(LanguageModelError, match="no more requests for the moment"):
        model.complete(ASKED)
    assert len(server.received) == 1


@pytest.mark.parametrize("wait", [{}, {"retry_after": "soon"}, {"retry_after": "0"}])
def test_without_a_wait_to_keep_to_there_are_two_more_tries(
    serve: Serve, wait: dict[str, str]
) -> None:
    server, model = serve(fake.fails(503, **wait))
    with pytest.raises(LanguageModelError, match="HTTP 503"):
        model.complete(ASKED)
    assert len(server.received) == 3


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "This model's maximum context length is 4096 tokens. However, you requested 5000."),
        (400, "request (9000 tokens) exceeds the available context size (4096 tokens)"),
        (400, "prompt is too long: 210000 tokens > 200000 maximum"),
        (422, "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000"),
        (400, "The input token count (40000) exceeds the maximum number of tokens allowed"),
        (413, "sk-secret"),
    ],
)
def test_a_prompt_longer_than_the_window_is_told_apart(
    serve: Serve, status: int, message: str
) -> None:
    server, model = serve(fake.fails(status, message))
    for ask in (model.complete, lambda *asked: list(model.stream(*asked))):
        with pytest.raises(PromptTooLongError, match="NEWSDESK_MODEL_WINDOW") as error:
            ask(ASKED, SCHEMA)
        assert "sk-secret" not in str(error.value)
    assert len(server.received) == 2


def test_what_a_server_turns_down_is_remembered_only_once_it_answers(serve: Serve) -> None:
    server, model = serve(fake.fails(400, "bad"), fake.fails(400, "bad"), fake.says("好"))
    with pytest.raises(LanguageModelError, match="HTTP 400"):
        model.complete(ASKED, SCHEMA)
    assert model.complete(ASKED, SCHEMA).text == "好"
    assert "response_format" in server.received[-1]


def test_what_is_secret_in_the_address_is_sent_beside_it(serve: Serve) -> None:
    server, _ = serve(fake.says("好"))
    address = server.url.replace("//", "//me:pa%40ss@")
    model = LanguageModel(f"{address}/?token=a%2Bb&v=2", "sk-secret", "m", 10, 400)
    assert model.complete(ASKED).text == "好"
    assert next(iter(model.stream(ASKED))) == "好"
    assert server.paths == ["/v1/chat/completions?token=a%2Bb&v=2"] * 2
    assert server.keys == [f"Basic {b64encode(b'me:pa@ss').decode()}"] * 2
    spaced = LanguageModel(f"{server.url}?name=甲 乙", "sk-secret", "m", 10, 400)
    assert spaced.complete(ASKED).text == "好"
    assert server.paths[-1] == "/v1/chat/completions?name=%E7%94%B2%20%E4%B9%99"


def test_a_redirection_to_another_server_is_told_no_parameters(serve: Serve) -> None:
    elsewhere, _ = serve(fake.says("好"))
    there = elsewhere.url.replace("127.0.0.1", "localhost") + "/chat/completions"

    def moved(exchange: fake.Exchange) -> None:
        exchange.send(b"", 307, headers={"Location": there})

    server, _ = serve(moved)
    model = LanguageModel(f"{server.url}?token=querysecret", "sk-secret", "m", 10, 400)
    assert model.complete(ASKED).text == "好"
    assert server.paths == ["/v1/chat/completions?token=querysecret"]
    assert elsewhere.paths == ["/v1/chat/completions"]


def test_a_password_in_the_address_is_not_shown() -> None:
    with pytest.raises(LanguageModelError) as error:
        LanguageModel("http://me:hush@127.0.0.1:9/v1", "", "m", 10, 400).complete(ASKED)
    assert "hush" not in str(error.value)


@pytest.mark.parametrize(
    ("mode", "variables", "server"),
    [
        ("auto", {}, None),
        ("auto", {"OPENAI_API_KEY": " "}, None),
        ("auto", {"OPENAI_API_KEY": "k"}, "https://api.openai.com/v1"),
        ("auto", {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, "http://127.0.0.1:9/v1"),
        ("extractive", {"OPENAI_API_KEY": "k"}, None),
    ],
)
def test_a_model_is_opened_where_a_key_or_a_server_is_set(
    monkeypatch: pytest.MonkeyPatch,
    mode: Literal["auto", "extractive", "llm"],
    variables: dict[str, str],
    server: str | None,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    model = open_language_model(Settings(mode=mode))
    assert (model is None) == (server is None)
    if model is not None:
        assert model.server == server
        assert model.name == Settings().model


def test_what_the_answer_leaves_of_the_window_is_room_for_the_prompt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    model = open_language_model(Settings(model_window=8192, model_tokens=1000))
    assert model is not None
    assert model.room == 7192
    assert model.limited(0.5).room == 7692


def test_mode_llm_without_key_and_server_says_what_to_set() -> None:
    with pytest.raises(SettingsError, match=r"OPENAI_API_KEY.*OPENAI_BASE_URL"):
        open_language_model(Settings(mode="llm"))


@pytest.mark.parametrize("count", [-5, 10**30, 10**400])
def test_a_count_that_no_text_can_have_is_none(serve: Serve, count: int) -> None:
    body = fake.completion("好").replace(
        b'"prompt_tokens": 11', f'"prompt_tokens": {count}'.encode()
    )
    _, model = serve(lambda exchange: exchange.send(body))
    usage = model.complete(ASKED).usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (0, 7)
