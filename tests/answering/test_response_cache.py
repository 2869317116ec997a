"""Kept replies: given again for the same request only, checked as fresh ones, at no cost."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from prompts import Message
from rag.answering.llm import Completion, LanguageModel
from rag.answering.prices import Prices, together
from rag.answering.reply_schema import SCHEMA
from rag.answering.response_cache import CachedModel, ModelCall, ModelUse
from rag.answering.translating import Translator
from rag.briefing.summary import summarize
from rag.errors import LanguageModelError, NotSentError, PromptTooLongError, UnusableAnswerError
from rag.types import Article
from rag.usage import Usage
from store.answers import ANSWERS_NAME, AnswerStore
from tests.fake_openai import server as fake
from tests.fake_openai import streaming
from tests.fake_openai.server import Serve

PROMPT = "answer 1 (abc)"
ASKED = (Message("system", "Be brief.", PROMPT), Message("user", "问题", PROMPT))
QUESTION = "How many workers does Brightwell employ?"
CHINESE = "明泉公司有多少员工？"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AnswerStore]:
    with closing(AnswerStore(tmp_path, records=10, replies=10, megabytes=1)) as store:
        yield store


def asked(model: CachedModel, messages: tuple[Message, ...] = ASKED) -> tuple[str, Usage]:
    with model.use() as use:
        return use.complete(messages, SCHEMA).text, use.usage


def failing(use: ModelUse, error: BaseException) -> str:
    """What a use was written before it ended in an error."""
    text = ""
    with pytest.raises(type(error)), use:  # noqa: PT012
        text = use.complete(ASKED, SCHEMA).text
        raise error
    return text


def test_the_same_request_is_answered_once_and_then_for_nothing(
    serve: Serve, store: AnswerStore
) -> None:
    server, model = serve(fake.says("一"), fake.says("二"))
    first = asked(CachedModel(model, store, Prices(1.0, 10.0)))
    again = asked(CachedModel(model, store, Prices(1.0, 10.0)))
    assert first == ("一", Usage(11, 7, 0.000081, calls=1))
    assert again == ("一", Usage(0, 0, 0.0, cached_calls=1))
    assert (first[1].cached, again[1].cached) == (False, True)
    assert len(server.received) == 1


@pytest.mark.parametrize(
    "messages",
    [
        (ASKED[0], Message("user", "问题 ", PROMPT)),
        (ASKED[0], Message("user", "问题", "answer 1 (abd)")),
        ASKED[:1],
        (Message("user", "Be brief.", PROMPT), ASKED[1]),
        ASKED[::-1],
    ],
)
def test_other_messages_or_another_prompt_ask_anew(
    serve: Serve, store: AnswerStore, messages: tuple[Message, ...]
) -> None:
    _, model = serve(fake.says("一"), fake.says("二"))
    cached = CachedModel(model, store)
    assert asked(cached)[0] == "一"
    assert asked(cached, messages)[0] == "二"


def test_another_model_server_limit_or_schema_asks_anew(serve: Serve, store: AnswerStore) -> None:
    server, model = serve(fake.says("一"), fake.says("二"))
    assert asked(CachedModel(model, store))[0] == "一"
    elsewhere, _ = serve(fake.says("二"))
    for url, name, tokens in (
        (server.url, "model-y", 400),
        (elsewhere.url, "model-x", 400),
        (server.url, "model-x", 401),
    ):
        other = LanguageModel(url, "sk-secret", name, 10, tokens)
        assert asked(CachedModel(other, store))[0] == "二"
    with CachedModel(model, store).use() as use:
        assert use.complete(ASKED).text == "二"
    assert asked(CachedModel(model, store))[0] == "一"


def test_a_reply_that_proves_useless_is_not_kept(serve: Serve, store: AnswerStore) -> None:
    _, model = serve(fake.says("一"), fake.says("二"))
    use = CachedModel(model, store).use()
    assert failing(use, UnusableAnswerError("nothing in it")) == "一"
    assert use.usage == Usage(11, 7, None, calls=1)
    assert asked(CachedModel(model, store))[0] == "二"


def test_a_kept_reply_that_no_longer_holds_is_forgotten(serve: Serve, store: AnswerStore) -> None:
    _, model = serve(fake.says("一"), fake.says("二"))
    cached = CachedModel(model, store)
    assert asked(cached)[0] == "一"
    use = cached.use()
    assert failing(use, UnusableAnswerError("the check has become stricter")) == "一"
    assert use.usage.cached
    assert asked(cached)[0] == "二"


def test_an_error_that_is_not_the_models_forgets_nothing(serve: Serve, store: AnswerStore) -> None:
    _, model = serve(fake.says("一"), fake.says("二"))
    cached = CachedModel(model, store)
    assert asked(cached)[0] == "一"
    assert failing(cached.use(), KeyboardInterrupt()) == "一"
    assert asked(cached)[0] == "一"


def test_a_failing_server_is_told_and_asked_again(serve: Serve, store: AnswerStore) -> None:
    _, model = serve(fake.fails(401), fake.says("二"))
    use = CachedModel(model, store).use()
    with pytest.raises(LanguageModelError, match="OPENAI_API_KEY"), use:
        use.complete(ASKED, SCHEMA)
    assert use.usage == Usage(cost_usd=None, calls=1)
    assert use.calls == [ModelCall(ASKED, 400)]
    assert asked(CachedModel(model, store))[0] == "二"


def test_without_the_cache_all_is_asked_anew_and_nothing_kept(
    serve: Serve, store: AnswerStore
) -> None:
    _, model = serve(fake.says("一"), fake.says("二"), fake.says("三"))
    cached = CachedModel(model, store)
    assert asked(cached.without_cache())[0] == "一"
    assert asked(cached)[0] == "二"
    assert asked(cached.without_cache())[0] == "三"
    assert asked(cached)[0] == "二"


def test_a_streamed_reply_is_kept_and_comes_again_in_one_piece(
    serve: Serve, store: AnswerStore
) -> None:
    server, model = serve(streaming.streams("一二三四五六七八"), fake.fails(500))
    cached = CachedModel(model, store, Prices(1.0, 10.0))
    with cached.use() as use:
        *pieces, whole = use.stream(ASKED, SCHEMA)
    assert "".join(map(str, pieces)) == "一二三四五六七八"
    assert isinstance(whole, Completion)
    assert use.usage == whole.usage
    with cached.use() as again:
        piece, kept = again.stream(ASKED, SCHEMA)
        assert (piece, again.complete(ASKED, SCHEMA)) == ("一二三四五六七八", kept)
    assert again.usage == Usage(0, 0, 0.0, cached_calls=2)
    assert len(server.received) == 1


def test_a_stream_that_is_left_or_breaks_off_keeps_nothing(
    serve: Serve, store: AnswerStore
) -> None:
    _, model = serve(streaming.streams("一二三四五六七八"), fake.says("二"))
    with CachedModel(model, store).use() as use:
        next(use.stream(ASKED, SCHEMA))
    assert (use.usage.calls, use.usage.estimated_calls) == (1, 1)
    assert use.calls[0].written == "一二三"
    assert (use.usage.prompt_tokens, use.usage.completion_tokens) == (13, 3)
    assert asked(CachedModel(model, store))[0] == "二"


def test_a_prompt_that_is_too_long_is_no_call(serve: Serve, store: AnswerStore) -> None:
    too_long = fake.fails(400, "This model's maximum context length is 2048 tokens.")
    _, model = serve(too_long, too_long, fake.says("二"))
    with CachedModel(model, store, Prices(1.0, 10.0)).use() as use:
        with pytest.raises(PromptTooLongError):
            use.complete(ASKED, SCHEMA)
        with pytest.raises(PromptTooLongError):
            list(use.stream(ASKED, SCHEMA))
        assert use.complete(ASKED[1:], SCHEMA).text == "二"
    assert use.usage == Usage(11, 7, 0.000081, calls=1)


def test_a_dry_use_gives_kept_replies_and_sends_nothing(serve: Serve, store: AnswerStore) -> None:
    server, model = serve(fake.says("一"))
    cached = CachedModel(model, store)
    asked(cached)
    calls: list[ModelCall] = []
    dry = cached.sending_nothing(calls)
    assert asked(dry)[0] == "一"
    with pytest.raises(NotSentError):
        asked(dry.limited(0.5))
    assert [(call.limit, call.completion is None) for call in calls] == [(400, False), (200, True)]
    assert len(server.received) == 1


def test_a_damaged_file_costs_no_answer_and_is_said_once(
    serve: Serve, store: AnswerStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / ANSWERS_NAME).write_bytes(b"no database" * 100)
    _, model = serve(fake.says("一"))
    assert asked(CachedModel(model, store))[0] == "一"
    (said,) = [one.getMessage() for one in caplog.records]
    assert "can't be kept" in said
    assert "remove it" in said


def test_a_translation_is_kept_for_the_next_process(serve: Serve, store: AnswerStore) -> None:
    server, model = serve(fake.says(CHINESE))
    first = Translator(CachedModel(model, store))([QUESTION])
    again = Translator(CachedModel(model, store))([QUESTION])
    assert first.chinese == again.chinese == (CHINESE,)
    assert (first.usage.calls, again.usage) == (1, Usage(0, 0, 0.0, cached_calls=1))
    assert len(server.received) == 1


def test_what_is_no_translation_is_not_kept(serve: Serve, store: AnswerStore) -> None:
    _, model = serve(fake.says("no idea"), fake.says(CHINESE))
    assert Translator(CachedModel(model, store))([QUESTION]).chinese == ()
    assert Translator(CachedModel(model, store))([QUESTION]).chinese == (CHINESE,)


def test_a_summary_is_kept_and_asked_for_anew_when_its_article_changes(
    serve: Serve, store: AnswerStore, library: Article, council: Article
) -> None:
    server, model = serve(fake.cites(("新图书馆藏书48万册。", "S1.1")))
    cached = CachedModel(model, store)
    assert summarize([library], cached) == summarize([library], cached)
    assert len(server.received) == 1
    summarize([council], cached)
    assert len(server.received) == 2


def test_a_server_that_counts_nothing_leaves_the_cost_unknown(
    serve: Serve, store: AnswerStore
) -> None:
    uncounted = json.loads(fake.completion("一"))
    del uncounted["usage"]
    _, model = serve(fake.sends(json.dumps(uncounted).encode()))
    assert asked(CachedModel(model, store, Prices(1.0, 1.0)))[1] == Usage(calls=1)


def test_costs_together_are_known_where_each_is() -> None:
    paid, kept, unknown = Usage(10, 5, 0.25, 1), Usage(0, 0, 0.0, 0, 1), Usage(10, 5, None, 1)
    assert together([paid, Usage(), kept]) == Usage(10, 5, 0.25, 1, 1)
    assert together([paid, unknown]) == Usage(20, 10, None, 2)
    assert together([Usage(), Usage()]) == Usage()
    assert not together([paid, kept]).cached
    assert together([kept, kept]).cached


def test_a_price_alone_is_no_cost() -> None:
    assert Prices(1.0, None).cost(10, 10) is None
    assert Prices(0.0, 0.0).cost(10, 10) == 0.0
    assert Prices(2.0, 8.0).cost(1_000_000, 500_000) == 6.0
