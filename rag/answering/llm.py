"""A language model behind the OpenAI chat-completions protocol, within a time and a size."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from prompts import Message
from rag.errors import LanguageModelError, SettingsError
from rag.openai_server import DEFAULT_SERVER, excerpt, explain, hidden, shown, unusable, within
from rag.settings import Settings
from rag.types import Usage

if TYPE_CHECKING:
    from openai import OpenAI

RETRIES = 2  # after the first try, on 408, 409, 429, 5xx and failed connections
LEAST_TOKENS = 64  # that a share of a model's tokens comes to


@dataclass(frozen=True, slots=True)
class Completion:
    """What a language model wrote. `model` is the name that the server gave itself."""

    text: str
    usage: Usage
    model: str
    finish_reason: str


class _Counts(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Text(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Text
    finish_reason: str | None = None


class _Reply(BaseModel):
    """As much of a chat completion as every compatible server sends."""

    choices: list[_Choice]
    model: str | None = None
    usage: _Counts | None = None


def open_language_model(settings: Settings) -> "LanguageModel | None":
    """The language model that settings and environment name, or None where answers are extractive:
    in mode extractive, and in mode auto with neither OPENAI_API_KEY nor OPENAI_BASE_URL set.
    Nothing is sent yet. Raises SettingsError in mode llm with neither."""
    key = os.environ.get("OPENAI_API_KEY", "").strip()
    server = os.environ.get("OPENAI_BASE_URL", "").strip()
    if settings.mode == "extractive":
        return None
    if not key and not server:
        if settings.mode == "llm":
            raise SettingsError(
                "NEWSDESK_MODE: llm needs a language model; set OPENAI_API_KEY, or OPENAI_BASE_URL"
                " for another server that speaks the OpenAI protocol"
            )
        return None
    return LanguageModel(
        server=server or DEFAULT_SERVER,
        key=key,
        name=settings.model,
        seconds=settings.model_timeout,
        tokens=settings.model_tokens,
    )


class LanguageModel:
    """One model on one server. What the server turned down (a schema, a temperature) is not asked
    for again."""

    def __init__(self, server: str, key: str, name: str, seconds: float, tokens: int) -> None:
        self.name = name
        self.server = server
        self._key = key
        self._seconds = seconds
        self._tokens = tokens
        self._refused: set[str] = set()

    @property
    def tokens(self) -> int:
        """How many it may write at most."""
        return self._tokens

    def limited(self, share: float) -> "LanguageModel":
        """The same model for a lesser task, with a share, over 0 to 1, of its time and its tokens,
        but LEAST_TOKENS at least. What the server turns down for one is known to both."""
        tokens = max(round(self._tokens * share), LEAST_TOKENS)
        model = LanguageModel(self.server, self._key, self.name, self._seconds * share, tokens)
        model._refused = self._refused
        return model

    def complete(
        self, messages: Sequence[Message], schema: Mapping[str, object] | None = None
    ) -> Completion:
        """What the model writes to these messages. schema: a JSON schema asked of the text where
        the server can hold to one. Raises LanguageModelError, in one line that never holds the
        key, for whatever fails, and once the model's time is up, retries included."""
        failure = unusable(self.server, self._key)
        if failure is not None:
            raise self._failed(failure.what, failure.remedy)
        # heavy: loaded on first use
        from openai import OpenAI

        from rag.answering.llm_transport import bounded_client

        client = OpenAI(
            api_key=self._key or "none",  # local servers ask for none; the client insists on one
            base_url=self.server,
            max_retries=RETRIES,
            http_client=bounded_client(self._seconds),
        )
        try:
            body = within(self._seconds, lambda: self._ask(client, messages, schema))
        except TimeoutError:
            raise self._failed(
                f"no whole answer within {self._seconds:g} s",
                "try again, or give it longer with NEWSDESK_MODEL_TIMEOUT",
            ) from None
        finally:
            # Frees a worker that still waits; its own errors concern nobody.
            with suppress(Exception):
                client.close()
        return self._read(body)

    def _ask(
        self,
        client: "OpenAI",
        messages: Sequence[Message],
        schema: Mapping[str, object] | None,
    ) -> bytes:
        """The body of the server's reply; asks again without what the server turns down."""
        # heavy: loaded on first use
        import openai

        while True:
            options = self._options(schema)
            try:
                reply = client.chat.completions.with_raw_response.create(
                    model=self.name,
                    messages=[{"role": m.role, "content": m.content} for m in messages],  # type: ignore[misc]
                    **options,
                )
                return bytes(reply.content)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                name = _turned_down(str(error), options)
                if name is None:
                    raise self._explained(error) from None
                self._refused.add(name)
            except openai.OpenAIError as error:
                raise self._explained(error) from None

    def _options(self, schema: Mapping[str, object] | None) -> dict[str, Any]:
        options: dict[str, Any] = {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "reply", "strict": True, "schema": schema},
            },
            "temperature": 0,
            "max_completion_tokens": self._tokens,
        }
        if schema is None:
            del options["response_format"]
        for name in self._refused & options.keys():
            del options[name]
        if "max_completion_tokens" not in options and "max_tokens" not in self._refused:
            options["max_tokens"] = self._tokens
        return options

    def _read(self, body: bytes) -> Completion:
        try:
            reply = _Reply.model_validate_json(body)
        except ValidationError:
            raise self._failed(
                f"sent something that is no chat completion: {excerpt(_decoded(body))}",
                "check that OPENAI_BASE_URL is the API's address, which usually ends in /v1",
            ) from None
        if not reply.choices:
            raise self._failed("sent no answer", "try again, or take another model")
        choice = reply.choices[0]
        if choice.message.refusal:
            raise self._failed(
                f"declined to answer: {hidden(choice.message.refusal, self._key)}",
                "take another model",
            )
        text = choice.message.content or ""
        if not text.strip():
            raise self._failed(
                "sent an empty answer",
                "raise NEWSDESK_MODEL_TOKENS"
                if choice.finish_reason == "length"
                else "try again, or take another model",
            )
        counts = reply.usage or _Counts()
        return Completion(
            text=text,
            usage=Usage(counts.prompt_tokens or 0, counts.completion_tokens or 0),
            model=reply.model or self.name,
            finish_reason=choice.finish_reason or "",
        )

    def _explained(self, error: Exception) -> LanguageModelError:
        setting = f"NEWSDESK_MODEL ({self.name})"
        failure = explain(error, self._seconds, setting, self._key)
        return self._failed(failure.what, failure.remedy)

    def _failed(self, what: str, remedy: str) -> LanguageModelError:
        return LanguageModelError(f"language model at {shown(self.server)}: {what}; {remedy}")


def _turned_down(message: str, options: Mapping[str, object]) -> str | None:
    """The option that a 400 is about, or None where it is about none: the one that it names, else
    the schema, which servers turn down in their own words."""
    said = message.lower()
    names = {
        "max_completion_tokens": ("max_completion_tokens",),
        "max_tokens": ("max_tokens",),
        "temperature": ("temperature",),
        "response_format": ("response_format", "json_schema", "schema", "structured", "grammar"),
    }
    for option, words in names.items():
        if option in options and any(word in said for word in words):
            return option
    return "response_format" if "response_format" in options else None


def _decoded(body: bytes) -> str:
    """The start of a reply as text: a JSON document as it is, a web page without its tags."""
    text = body[:4000].decode("utf-8", errors="replace")
    with suppress(json.JSONDecodeError):
        return json.dumps(json.loads(text), ensure_ascii=False)
    return re.sub(r"<[^>]*>", " ", text)
