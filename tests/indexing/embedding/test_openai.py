"""An embedding server as a user has it: a real one on loopback, with its faults."""

import json
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from rag.errors import EmbeddingError
from rag.indexing.embedding import openai
from tests.indexing.embedding.opening import check_unit_rows, opened
from tests.indexing.embedding_server import EmbeddingServer, serving


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddingServer]:
    with serving() as (running, url):
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        yield running


def test_openai_embeds_in_batches_in_order(server: EmbeddingServer) -> None:
    embedder = opened("openai:some-model", embedding_batch=2)
    assert embedder.dimension == 0
    texts = ["堤坝", "铁路", "苹果", "", "公路"]
    vectors = embedder.embed_passages(texts)
    check_unit_rows(vectors, 5)
    assert embedder.dimension == 64
    assert [len(request["input"]) for request in server.requests] == [2, 2, 1]
    assert server.requests[0]["model"] == "some-model"
    one_by_one = np.concatenate([embedder.embed_queries([text]) for text in texts])
    assert np.allclose(vectors, one_by_one)


def test_openai_sends_the_key_where_there_is_one(
    server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key-of-a-test")
    opened("openai:m").embed_queries(["堤坝"])
    assert server.keys == ["Bearer key-of-a-test"]


def test_openai_tries_again_when_the_server_is_overloaded(server: EmbeddingServer) -> None:
    server.failures = 2
    check_unit_rows(opened("openai:m").embed_queries(["堤坝"]), 1)
    assert len(server.requests) == 3


def _drop_one(reply: dict[str, Any]) -> Any:
    reply["data"].pop()
    return reply


def _shorten_one(reply: dict[str, Any]) -> Any:
    reply["data"][1]["embedding"].pop()
    return reply


def _each(value: Any) -> Any:
    def change(reply: dict[str, Any]) -> Any:
        for item in reply["data"]:
            item["embedding"] = value
        return reply

    return change


def _same_index(reply: dict[str, Any]) -> Any:
    for item in reply["data"]:
        item["index"] = 0
    return reply


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_drop_one, id="a vector is missing"),
        pytest.param(_shorten_one, id="vectors of two lengths"),
        pytest.param(_same_index, id="one index twice"),
        pytest.param(_each(["a", "b"]), id="words for numbers"),
        pytest.param(_each([]), id="empty vectors"),
        pytest.param(_each([0.0, 0.0]), id="zero vectors"),
        pytest.param(_each(None), id="null for a vector"),
        pytest.param(_each("AACAPw=="), id="base64 that was not asked for"),
        pytest.param(lambda reply: json.dumps(_each([float("nan")] * 3)(reply)), id="NaN"),
        pytest.param(lambda _: {"hello": "world"}, id="another object"),
        pytest.param(lambda _: [1, 2], id="a list"),
        pytest.param(lambda _: "<html>busy</html>", id="a web page"),
        pytest.param(lambda _: {"object": "list", "data": None}, id="no data"),
    ],
)
def test_openai_refuses_a_reply_that_makes_no_sense(server: EmbeddingServer, change: Any) -> None:
    server.change = change
    with pytest.raises(EmbeddingError, match="openai:m: ") as caught:
        opened("openai:m").embed_passages(["堤坝", "铁路"])
    assert "\n" not in str(caught.value)


def test_openai_refuses_another_length_later(server: EmbeddingServer) -> None:
    embedder = opened("openai:m")
    embedder.embed_queries(["堤坝"])
    server.change = _each([1.0, 2.0])
    with pytest.raises(EmbeddingError, match="2 numbers after one of 64"):
        embedder.embed_queries(["堤坝"])


def test_openai_tells_of_an_unknown_model(server: EmbeddingServer) -> None:
    message = r"no such model.*NEWSDESK_EMBEDDING \(openai:unknown\) and OPENAI_BASE_URL"
    with pytest.raises(EmbeddingError, match=message):
        opened("openai:unknown").embed_queries(["堤坝"])
    assert len(server.requests) == 1


def test_openai_tells_of_a_dead_server_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai, "RETRIES", 0)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    message = r"127\.0\.0\.1:9/v1 can't be reached \(.*refused.*check OPENAI_BASE_URL"
    with pytest.raises(EmbeddingError, match=message):
        opened("openai:m").embed_queries(["堤坝"])


def test_openai_without_a_key_says_so() -> None:
    with pytest.raises(EmbeddingError, match="OPENAI_API_KEY"):
        opened("openai:m").embed_queries(["堤坝"])


# The address and the key


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://[::1", "can't be read"),
        ("http://127.0.0.1:80800/v1", "can't be read"),
        ("http://127.0.0.1:port/v1", "can't be read"),
        ("127.0.0.1:8080/v1", "must begin with http"),
        ("ftp://127.0.0.1/v1", "must begin with http"),
        ("http:///v1", "names no host"),
    ],
)
def test_openai_tells_of_an_address_that_is_none(
    url: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    with pytest.raises(EmbeddingError, match=f"{message}.*check OPENAI_BASE_URL") as caught:
        opened("openai:m")
    assert url in str(caught.value)


@pytest.mark.parametrize("key", ["sk-ключ", "sk-“quoted”", "sk-two\nlines"])
def test_openai_tells_of_a_key_that_is_none(
    key: str, server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(EmbeddingError, match="check OPENAI_API_KEY") as caught:
        opened("openai:m").embed_queries(["堤坝"])
    assert key not in str(caught.value)
    assert not server.requests


@pytest.mark.parametrize(
    "written", ["{url}/", " {url} ", "http://me:hush@{rest}", "http://me:hush@{rest}/?token=hush"]
)
def test_openai_keeps_to_one_revision_however_the_address_is_written(
    written: str, server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = opened("openai:m")
    url = usual.revision
    assert url.startswith("http://127.0.0.1:")
    monkeypatch.setenv("OPENAI_BASE_URL", written.format(url=url, rest=url[len("http://") :]))
    embedder = opened("openai:m")
    assert embedder.revision == url
    if "token" not in written:  # which such a server would have to take out of the path
        check_unit_rows(embedder.embed_queries(["堤坝"]), 1)
    with pytest.raises(EmbeddingError) as caught:
        opened("openai:unknown").embed_queries(["堤坝"])
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "https://api.openai.com/v1", "HTTPS://api.openai.com:443/v1/"])
def test_openai_itself_has_one_revision(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    assert opened("openai:m").revision == "api.openai.com"


# Prefixes


def test_openai_puts_the_prefixes_that_are_set_before_texts(server: EmbeddingServer) -> None:
    plain = opened("openai:m", embedding_query_prefix="")
    embedder = opened(
        "openai:m", embedding_query_prefix="query: ", embedding_passage_prefix="passage: "
    )
    embedder.embed_queries(["堤坝"])
    embedder.embed_passages(["铁路", ""])
    plain.embed_queries(["堤坝", ""])
    sent = [request["input"] for request in server.requests]
    assert sent == [["query: 堤坝"], ["passage: 铁路", "passage: "], ["堤坝", " "]]
    assert embedder.revision == f"{plain.revision} query 'query: ' passage 'passage: '"


# Time


def test_openai_waits_out_a_limit_while_pages_are_taken_in(
    server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai, "RETRIES", 1)
    monkeypatch.setattr(openai, "_FIRST_WAIT", 0.01)
    server.status, server.failures = 429, 5
    check_unit_rows(opened("openai:m").embed_passages(["堤坝"]), 1)
    assert len(server.requests) == 6


def test_openai_waits_as_long_as_the_server_asks(server: EmbeddingServer) -> None:
    server.status, server.failures, server.headers = 429, 1, {"Retry-After": "1"}
    started = time.monotonic()
    opened("openai:m").embed_passages(["堤坝"])
    assert time.monotonic() - started >= 1


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Retry-After": "60"}, None),
        ({"retry-after-ms": "60000"}, None),
        ({}, "insufficient_quota"),
    ],
)
def test_openai_does_not_wait_for_what_comes_too_late(
    server: EmbeddingServer, headers: dict[str, str], code: str | None
) -> None:
    server.status, server.failures, server.headers, server.code = 429, 9, headers, code
    with pytest.raises(EmbeddingError, match="no more requests for the moment"):
        opened("openai:m").embed_queries(["堤坝"])
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [500, 503, 408])
def test_openai_gives_up_on_a_server_that_keeps_failing(
    status: int, server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai, "_FIRST_WAIT", 0.01)
    server.status, server.failures = status, 99
    with pytest.raises(EmbeddingError, match=f"HTTP {status}"):
        opened("openai:m").embed_passages(["堤坝"])
    assert len(server.requests) == 1 + openai.RETRIES


def test_openai_ends_a_question_to_a_silent_server(
    server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai, "QUESTION_SECONDS", 0.5)
    server.silent = True
    started = time.monotonic()
    with pytest.raises(EmbeddingError, match=r"no answer within 0\.5 s; check the server"):
        opened("openai:m").embed_question("堤坝")
    assert time.monotonic() - started < openai.PASSAGES_SECONDS / 4
    server.silent = False
    check_unit_rows(opened("openai:m").embed_queries(["堤坝"]), 1)
