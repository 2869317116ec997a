"""What a chat client sends, and what of it newsdesk takes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from rag.faces.api.asking import filters_of
from rag.faces.api.models_asked import Period
from rag.faces.openai_compat.errors import ChatError
from rag.types import Filters

MODEL = "newsdesk"
_HIDDEN = frozenset(("system", "developer"))
# A link of the source list that ends an answer. A quote can't hold one: no link stands in it.
_SOURCE = re.compile(r"\]\([^()\s]*#article=[^()\s]*&answer=([0-9a-z]{8,32})\)")


class ContentPart(BaseModel):
    """A part of a message; text is the only kind that is read."""

    type: str
    text: str | None = None
    refusal: str | None = None


class ChatMessage(BaseModel):
    """One message of a chat."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ContentPart] | None = None


class StreamOptions(BaseModel):
    include_usage: bool | None = None


class NewsdeskOptions(Period):
    """What OpenAI's protocol has no field for; its client sends it as `extra_body`."""

    use_cache: bool = Field(True, description="Whether a language model's kept replies count.")


class ChatRequest(BaseModel):
    """A chat to be continued. Fields that aren't here (temperature, top_p, max_tokens, stop, seed,
    user and others) are accepted and change nothing: an answer is made of what the archive says."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model": MODEL,
                    "messages": [{"role": "user", "content": "防汛应急周转资金用在哪里？"}],
                    "newsdesk": {"from": "2024-05-01", "to": "2024-05-31"},
                }
            ]
        }
    )

    model: str
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    tools: list[Any] | None = None
    tool_choice: Any = None
    functions: list[Any] | None = None
    response_format: dict[str, Any] | None = None
    modalities: list[str] | None = None
    newsdesk: NewsdeskOptions | None = None


@dataclass(frozen=True, slots=True)
class EarlierTurn:
    """A question asked earlier in a chat. answer_id: of its answer, where that shows."""

    asked: str
    answer_id: str | None


@dataclass(frozen=True, slots=True)
class Chat:
    """What is taken of a request. texts: of all its messages."""

    question: str
    earlier: tuple[EarlierTurn, ...]
    filters: Filters
    use_cache: bool
    texts: tuple[str, ...]


def chat_of(request: ChatRequest) -> Chat:
    """The question, which is the last message, and the turns before it.

    System messages are accepted and not followed: they can't change what articles say, and they are
    no part of a question. Raises ChatError for what newsdesk can't do, UsageError for days that run
    backwards.
    """
    _check(request)
    texts = [_text(at, message) for at, message in enumerate(request.messages)]
    last = len(texts) - 1
    if request.messages[last].role != "user":
        raise ChatError(
            "the last message must be a user's: the question",
            f"messages[{last}].role",
            "no_question",
        )
    options = request.newsdesk or NewsdeskOptions.model_validate({})
    return Chat(
        texts[last].strip(),
        tuple(_earlier([one.role for one in request.messages], texts)),
        filters_of(options.date_from, options.date_to, options.publication),
        options.use_cache,
        tuple(texts),
    )


def _check(request: ChatRequest) -> None:
    if request.model != MODEL:
        raise ChatError(
            f"there is no model {request.model!r} here; ask {MODEL!r}",
            *("model", "model_not_found", 404),
        )
    if request.n not in (None, 1):
        raise ChatError(f"n is {request.n}; newsdesk gives one answer", "n", "unsupported_value")
    for name in ("tools", "functions"):
        if getattr(request, name) and request.tool_choice != "none":
            raise ChatError(
                f"{name} can't be called: newsdesk answers from its archive alone",
                *(name, "unsupported_parameter"),
            )
    form = (request.response_format or {}).get("type", "text")
    if form != "text":
        raise ChatError(
            f"response_format is {form!r}; newsdesk answers in text"
            " (POST /api/v1/ask gives an answer as JSON)",
            *("response_format", "unsupported_value"),
        )
    if set(request.modalities or ()) - {"text"}:
        raise ChatError("newsdesk answers in text alone", "modalities", "unsupported_value")


def _text(at: int, message: ChatMessage) -> str:
    """A message's text. Raises ChatError for parts that are none."""
    if message.role in ("tool", "function"):
        raise ChatError(
            "newsdesk calls no tools, so it takes no results of them",
            *(f"messages[{at}].role", "unsupported_value"),
        )
    if not isinstance(message.content, list):
        return message.content or ""
    texts = []
    for place, part in enumerate(message.content):
        text = {"text": part.text, "refusal": part.refusal}.get(part.type)
        if text is None:
            raise ChatError(
                f"a part of the type {part.type!r} can't be read; send text",
                *(f"messages[{at}].content[{place}]", "unsupported_content"),
            )
        texts.append(text)
    return "\n".join(texts)


def _earlier(roles: Sequence[str], texts: Sequence[str]) -> list[EarlierTurn]:
    """The turns before the last message: each user's message, with what the next one tells of its
    answer."""
    turns = []
    seen = [(role, text) for role, text in zip(roles, texts, strict=True) if role not in _HIDDEN]
    for (role, text), (next_role, reply) in pairwise(seen):
        if role == "user" and text.strip():
            named = _SOURCE.findall(reply) if next_role == "assistant" else []
            turns.append(EarlierTurn(text.strip(), named[-1] if named else None))
    return turns
