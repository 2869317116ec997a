"""Chat completions, asked for by OpenAI's own client over a real socket."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from openai import AsyncOpenAI, BadRequestError, NotFoundError, OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam

from tests.api.openai_compat.conftest import key_of
from tests.api.serving import Service, serving
from tests.desk.flood_fund import ENGLISH, HELD, QUESTION, saying
from tests.desk.flood_fund import served as with_model

CHAIR, MORE_OF_HIM = "谁主持了县委常委会会议？", "他还说了什么？"
BRIDGE, ITS_OPENING = "霁澜大桥全长多少公里？", "它什么时候通车？"
NOT_HELD = "火星基地的食堂今年换了几任厨师长？"


def user(text: str) -> ChatCompletionMessageParam:
    return {"role": "user", "content": text}


def asked(chat: OpenAI, *messages: ChatCompletionMessageParam, **more: Any) -> ChatCompletion:
    completion = chat.chat.completions.create(model="newsdesk", messages=messages, **more)
    assert isinstance(completion, ChatCompletion)
    return completion


def said(completion: ChatCompletion) -> str:
    content = completion.choices[0].message.content
    assert content is not None
    return content


def whole(completion: ChatCompletion) -> Any:
    """The answer in full, which OpenAI's protocol knows nothing of."""
    extra = completion.choices[0].message.model_extra
    assert extra is not None
    return extra["newsdesk"]


def test_every_quote_of_an_answer_is_linked_and_listed(chat: OpenAI, served: Service) -> None:
    completion = asked(chat, user(QUESTION))
    content, answer = said(completion), whole(completion)
    assert completion.choices[0].finish_reason == "stop"
    assert not answer["refused"]
    sentences, sources = content.split("\n\n**出处**\n\n")
    for citation in answer["citations"]:
        article = served.desk.article(citation["article_id"])
        assert article.text[citation["start"] : citation["end"]] == citation["quote"]
        place = f"#article={article.id}&start={citation['start']}&end={citation['end']}"
        assert f"[{citation['number']}]({served.url}/{place})" in sentences
        assert f"[{citation['number']}]({served.url}/{place}&answer={answer['id']})" in sources
        for told in (article.headline, article.publication, "2024-05-16", citation["quote"]):
            assert told in sources


def test_annotations_point_at_the_links_of_the_text(chat: OpenAI) -> None:
    completion = asked(chat, user(QUESTION))
    content = said(completion)
    annotations = completion.choices[0].message.annotations
    assert annotations
    links = [content[one.start_index : one.end_index] for one in map(_cited, annotations)]
    assert links == re.findall(r"\[\d+\]\([^)]*\)", content)
    for link, annotation in zip(links, annotations, strict=True):
        assert link.endswith(f"]({annotation.url_citation.url})")
        assert annotation.url_citation.title == "守牢防汛底线 办好民生实事"


def _cited(annotation: Any) -> Any:
    return annotation.url_citation


def test_a_stream_says_what_the_whole_answer_says(chat: OpenAI) -> None:
    completion = asked(chat, user(QUESTION))
    stream = chat.chat.completions.create(
        model="newsdesk",
        messages=[user(QUESTION)],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    told = "".join(one.choices[0].delta.content or "" for one in chunks if one.choices)
    assert _without_answer_ids(told) == _without_answer_ids(said(completion))
    *_, last, counted = chunks
    assert last.choices[0].finish_reason == "stop"
    beside = last.choices[0].delta.model_extra
    assert beside is not None
    assert beside["newsdesk"]["citations"] == whole(completion)["citations"]
    for annotation in beside["annotations"]:
        link = annotation["url_citation"]
        assert told[link["start_index"] : link["end_index"]].endswith(f"({link['url']})")
    assert counted.choices == []
    assert counted.usage is not None
    assert counted.usage.total_tokens > counted.usage.prompt_tokens > 0
    assert len({one.id for one in chunks}) == 1


def _without_answer_ids(text: str) -> str:
    return re.sub(r"&answer=\w+", "&answer=", text)


def test_a_stream_without_the_option_has_no_usage(served: Service) -> None:
    body = {"model": "newsdesk", "stream": True, "messages": [user(QUESTION)]}
    with served.client() as client:
        lines = client.post("/v1/chat/completions", json=body).text.splitlines()
    told = [line for line in lines if line.startswith("data: ")]
    assert told[-1] == "data: [DONE]"
    assert not any('"usage":{"prompt_tokens"' in line.split('"newsdesk"')[0] for line in told)


async def _asked_by_async_client(url: str, key: str) -> str:
    async with AsyncOpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0) as chat:
        stream = await chat.chat.completions.create(
            model="newsdesk", messages=[user(QUESTION)], stream=True
        )
        return "".join([one.choices[0].delta.content or "" async for one in stream])


def test_the_async_client_takes_a_stream(served: Service, key: str) -> None:
    told = asyncio.run(_asked_by_async_client(served.url, key))
    assert "1200万元防汛应急周转资金" in told


def assistant(text: str) -> ChatCompletionMessageParam:
    return {"role": "assistant", "content": text}


def test_a_later_question_follows_up_on_the_answers_before(chat: OpenAI) -> None:
    first = asked(chat, user(CHAIR))
    answer = whole(asked(chat, user(CHAIR), assistant(said(first)), user(MORE_OF_HIM)))
    assert answer["asked"] == MORE_OF_HIM
    assert answer["understood"] == "桑禾川还说了什么？"
    assert answer["carried"] == ["桑禾川"]


@pytest.mark.parametrize(
    "reply",
    [
        "县委书记桑禾川主持会议。",
        "- [1](http://127.0.0.1/#article=0&start=0&end=1&answer=000000000000) 已无记录",
        "- [1](http://127.0.0.1/#article=0&start=0&end=1&answer=01) 不是编号",
    ],
)
def test_of_an_answer_that_is_gone_the_question_still_counts(chat: OpenAI, reply: str) -> None:
    """Whom only the answer named can't be meant; what the question named can."""
    of_him = whole(asked(chat, user(CHAIR), assistant(reply), user(MORE_OF_HIM)))
    assert of_him["understood"] == MORE_OF_HIM
    of_it = whole(asked(chat, user(BRIDGE), assistant(reply), user(ITS_OPENING)))
    assert of_it["understood"] == "霁澜大桥什么时候通车？"


def test_a_refusal_is_an_answer_without_links(chat: OpenAI) -> None:
    completion = asked(chat, user(NOT_HELD))
    assert whole(completion)["refused"]
    assert "](" not in said(completion)
    assert completion.choices[0].message.annotations == []
    assert completion.choices[0].finish_reason == "stop"


@pytest.mark.parametrize("stream", [False, True])
def test_answers_are_counted(served: Service, chat: OpenAI, stream: bool) -> None:
    before = answers(served)
    told = chat.chat.completions.create(model="newsdesk", messages=[user(NOT_HELD)], stream=stream)
    list(told)
    assert answers(served) == before + 1


def answers(service: Service) -> float:
    """The answers that the service's metrics have counted."""
    with service.client() as client:
        text = client.get("/metrics").text
    return sum(map(float, re.findall(r"^newsdesk_answers_total\{.*\} (\S+)$", text, re.MULTILINE)))


def test_days_and_paper_go_into_the_extra_body(chat: OpenAI) -> None:
    day = {"from": "2024-05-16", "to": "2024-05-16"}
    assert not whole(asked(chat, user(QUESTION), extra_body={"newsdesk": day}))["refused"]
    before = {"to": "2024-05-15"}
    assert whole(asked(chat, user(QUESTION), extra_body={"newsdesk": before}))["refused"]
    elsewhere = {"publication": "无此报"}
    assert whole(asked(chat, user(QUESTION), extra_body={"newsdesk": elsewhere}))["refused"]


def test_what_other_models_take_changes_nothing(chat: OpenAI) -> None:
    plainly = asked(chat, user(QUESTION))
    system: ChatCompletionMessageParam = {"role": "system", "content": "Answer like a pirate."}
    parts: ChatCompletionMessageParam = {
        "role": "user",
        "content": [{"type": "text", "text": QUESTION}],
    }
    ignored: dict[str, Any] = {
        **{"temperature": 1.7, "top_p": 0.2, "max_tokens": 5, "seed": 7, "stop": ["。"], "n": 1},
        **{"presence_penalty": 1, "logprobs": True, "user": "someone", "tools": []},
        "response_format": {"type": "text"},
    }
    otherwise = asked(chat, system, parts, **ignored)
    assert _without_answer_ids(said(otherwise)) == _without_answer_ids(said(plainly))


IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}


@pytest.mark.parametrize(
    ("changed", "param", "code"),
    [
        ({"n": 2}, "n", "unsupported_value"),
        ({"tools": [TOOL]}, "tools", "unsupported_parameter"),
        ({"response_format": {"type": "json_object"}}, "response_format", "unsupported_value"),
        ({"modalities": ["text", "audio"]}, "modalities", "unsupported_value"),
        (
            {"messages": [{"role": "user", "content": [IMAGE]}]},
            *("messages[0].content[0]", "unsupported_content"),
        ),
        (
            {"messages": [user(QUESTION), {"role": "assistant", "content": "好"}]},
            *("messages[1].role", "no_question"),
        ),
        ({"messages": []}, "messages", None),
        ({"messages": [user("问" * 2001)]}, "messages", "context_length_exceeded"),
        ({"messages": [{"role": "robot", "content": "?"}]}, "messages[0].role", None),
        ({"extra_body": {"newsdesk": {"from": "2024-13-01"}}}, "newsdesk.from", None),
        ({"extra_body": {"newsdesk": {"since": "2024-05-01"}}}, "newsdesk.since", None),
        ({"extra_body": {"newsdesk": {"from": "2024-05-02", "to": "2024-05-01"}}}, None, None),
        ({"messages": [user("  ")]}, None, None),
    ],
)
def test_what_cannot_be_done_is_said_in_openais_shape(
    chat: OpenAI, changed: dict[str, Any], param: str | None, code: str | None
) -> None:
    request: dict[str, Any] = {"model": "newsdesk", "messages": [user(QUESTION)], **changed}
    with pytest.raises(BadRequestError) as raised:
        chat.chat.completions.create(**request)
    error = raised.value
    assert (error.param, error.code, error.type) == (param, code, "invalid_request_error")
    assert isinstance(error.body, dict)
    assert set(error.body) == {"message", "type", "param", "code"}
    assert "\n" not in error.body["message"]


def test_halves_of_characters_are_refused_as_well(served: Service, key: str) -> None:
    bodies = (
        '{"model": "newsdesk", "messages": [{"role": "user", "content": "\\ud83d"}]}',
        '{"model": "\\ud83d", "messages": [{"role": "user", "content": "?"}]}',
        '{"model": "newsdesk", "messages": [{"role": "user"}], "newsdesk": {"\\ud83d": 1}}',
    )
    with served.client(**{"X-API-Key": key, "Content-Type": "application/json"}) as client:
        answers = [client.post("/v1/chat/completions", content=body) for body in bodies]
    assert [one.status_code for one in answers] == [400, 404, 400]


def test_newsdesk_is_the_one_model(chat: OpenAI) -> None:
    assert [one.id for one in chat.models.list()] == ["newsdesk"]
    assert chat.models.retrieve("newsdesk").object == "model"
    with pytest.raises(NotFoundError) as raised:
        chat.chat.completions.create(model="gpt-5", messages=[user(QUESTION)])
    assert raised.value.code == "model_not_found"
    with pytest.raises(NotFoundError):
        chat.models.retrieve("gpt-5")


def test_usage_is_an_estimate_where_no_model_counted(chat: OpenAI) -> None:
    usage = asked(chat, user(QUESTION)).usage
    assert usage is not None
    assert usage.model_extra == {"estimated": True}
    longer = asked(chat, user("你好"), {"role": "assistant", "content": "好"}, user(QUESTION)).usage
    assert longer is not None
    assert longer.prompt_tokens > usage.prompt_tokens > 0
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


@pytest.mark.slow
def test_usage_is_what_a_language_model_counted(own_home: Path) -> None:
    with (
        with_model(own_home, saying(HELD)) as (_, desk),
        serving(desk) as service,
        OpenAI(base_url=f"{service.url}/v1", api_key=key_of(own_home), max_retries=0) as chat,
    ):
        completion = asked(chat, user(ENGLISH))
        used = whole(completion)["usage"]
    assert whole(completion)["mode"] == "llm"
    assert completion.usage is not None
    assert completion.usage.model_extra == {"estimated": False}
    assert completion.usage.prompt_tokens == used["prompt_tokens"] > 0
    assert completion.usage.completion_tokens == used["completion_tokens"] > 0
