"""A language model behind the OpenAI chat-completions protocol, within a time and a size."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from prompts import Message
from rag.answering.llm_errors import BrokenOffError, Failures
from rag.answering.llm_replies import (
    Completion,
    exceeds_window,
    read_streamed,
    read_whole,
    turned_down,
)
from rag.errors import SettingsError
from rag.openai_server import DEFAULT_SERVER, streamed_within, unusable, within, words_of
from rag.server_secrets import secrets_of, shown
from rag.settings import DEFAULT_WINDOW, Settings

if TYPE_CHECKING:
    from openai import OpenAI

__all__ = ["Completion", "LanguageModel", "open_language_model"]

RETRIES = 2  # after the first try, on 408, 409, 429, 5xx and failed connections
LEAST_TOKENS = 64  # that a share of a model's tokens comes to
LEAST_SECONDS = 0.001  # for one wait on the network
REPLY_BYTES = 2_000_000  # far over any answer; an endless reply must not fill the memory
EVENT_BYTES = 2_000  # that an event of a stream, which brings a token, may take
TOKEN_CHARACTERS = 8  # more than a token holds on average in any language

_REQUEST_ERRORS = frozenset({400, 413, 422})

_T = TypeVar("_T")


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
        window=settings.model_window,
    )


class LanguageModel:
    """One model on one server. What the server turned down (a schema, a temperature) is not asked
    for again."""

    def __init__(
        self,
        server: str,
        key: str,
        name: str,
        seconds: float,
        tokens: int,
        window: int = DEFAULT_WINDOW,
    ) -> None:
        self.name = name
        self.server = server
        self._key = key
        self._seconds = seconds
        self._tokens = tokens
        self._window = window
        self._failures = Failures(server, secrets_of(server, key), name, seconds)
        self._refused: set[str] = set()

    @property
    def room(self) -> int:
        """The tokens of the model's window that a prompt may take."""
        return self._window - self._tokens

    @property
    def tokens(self) -> int:
        """How many it may write at most."""
        return self._tokens

    def limited(self, share: float) -> "LanguageModel":
        """The same model for a lesser task, with a share, over 0 to 1, of its time and its tokens,
        but LEAST_TOKENS at least. What the server turns down for one is known to both."""
        tokens = max(round(self._tokens * share), LEAST_TOKENS)
        seconds = self._seconds * share
        model = LanguageModel(self.server, self._key, self.name, seconds, tokens, self._window)
        model._refused = self._refused
        return model

    def complete(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, object] | None = None,
        *,
        spent: float = 0.0,
    ) -> Completion:
        """What the model writes to these messages. schema: a JSON schema asked of the text where
        the server can hold to one. spent: seconds of the model's time that are gone already.

        Raises PromptTooLongError where the messages exceed the model's window, and
        LanguageModelError, in one line that holds neither the key nor what is secret in the
        server's address, for whatever else fails, and once the model's time is up, retries
        included: RETRIES, after waits that grow and vary or that the server asks for.
        """
        return self._completed(messages, schema, self._seconds - spent)

    def stream(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, object] | None = None,
        *,
        spent: float = 0.0,
    ) -> Iterator[str | Completion]:
        """`complete`, piece by piece as the model writes, and the whole last. Text without end is
        cut, as by the server's own limit. Where the server can't stream, or breaks off before the
        first piece, it is asked for the whole in the time that is left. Raises as `complete`, also
        after pieces of text."""
        deadline = time.monotonic() + self._seconds - spent
        turned_down = "stream" in self._refused
        if not turned_down:
            begun = False
            try:
                for part in self._streamed(messages, schema, self._seconds - spent):
                    begun = True
                    yield part
                return
            except BrokenOffError as error:
                if begun:
                    raise
                turned_down = error.turned_down
        completion = self._completed(messages, schema, deadline - time.monotonic())
        if turned_down:
            self._refused.add("stream")
        yield completion.text
        yield completion

    def _completed(
        self, messages: Sequence[Message], schema: Mapping[str, object] | None, seconds: float
    ) -> Completion:
        with self._connected(seconds, REPLY_BYTES) as client:
            create = client.chat.completions.with_raw_response.create
            try:
                body = within(
                    seconds, lambda: bytes(self._asked(create, messages, schema, {}).content)
                )
            except TimeoutError:
                raise self._failures.late() from None
        return read_whole(body, self._failures)

    def _streamed(
        self, messages: Sequence[Message], schema: Mapping[str, object] | None, seconds: float
    ) -> Iterator[str | Completion]:
        most = REPLY_BYTES + EVENT_BYTES * self._tokens
        with self._connected(seconds, most) as client:
            try:
                yield from streamed_within(seconds, lambda: self._parts(client, messages, schema))
            except TimeoutError:
                raise self._failures.late() from None

    @contextmanager
    def _connected(self, seconds: float, most: int) -> Iterator["OpenAI"]:
        failure = unusable(self.server, self._key)
        if failure is not None:
            raise self._failures.failed(failure.what, failure.remedy)
        # heavy: loaded on first use
        from openai import OpenAI

        from rag.answering.llm_transport import bounded_client

        client = OpenAI(
            api_key=self._key or "none",  # local servers ask for none; the client insists on one
            base_url=shown(self.server),
            max_retries=RETRIES,
            http_client=bounded_client(self.server, max(seconds, LEAST_SECONDS), most),
        )
        try:
            yield client
        finally:
            # Frees a worker that still waits; its own errors concern nobody.
            with suppress(Exception):
                client.close()

    def _asked(
        self,
        create: Callable[..., _T],
        messages: Sequence[Message],
        schema: Mapping[str, object] | None,
        streaming: Mapping[str, object],
    ) -> _T:
        """The server's reply; asks again without what the server turns down, and remembers that
        once it answers. streaming: the options that ask for a stream. Raises BrokenOffError where
        the stream itself is turned down."""
        # heavy: loaded on first use
        import openai

        given_up: set[str] = set()
        while True:
            options = self._options(schema, streaming, given_up)
            try:
                reply = create(
                    model=self.name,
                    messages=[{"role": m.role, "content": m.content} for m in messages],
                    **options,
                )
            except openai.APIStatusError as error:
                if error.status_code not in _REQUEST_ERRORS:
                    raise self._failures.explained(error) from None
                said = str(error)
                if exceeds_window(error.status_code, said):
                    raise self._failures.too_long(words_of(error)) from None
                name = turned_down(said, options)
                if name is None:
                    raise self._failures.explained(error) from None
                if name == "stream":
                    raise self._failures.streams_nothing() from None
                given_up.add(name)
            except openai.OpenAIError as error:
                raise self._failures.explained(error) from None
            else:
                self._refused |= given_up
                return reply

    def _options(
        self,
        schema: Mapping[str, object] | None,
        streaming: Mapping[str, object],
        given_up: set[str],
    ) -> dict[str, Any]:
        refused = self._refused | given_up
        options: dict[str, Any] = {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "reply", "strict": True, "schema": schema},
            },
            "temperature": 0,
            "max_completion_tokens": self._tokens,
            **streaming,
        }
        if schema is None:
            del options["response_format"]
        for name in refused & options.keys():
            del options[name]
        if "max_completion_tokens" not in options and "max_tokens" not in refused:
            options["max_tokens"] = self._tokens
        return options

    def _parts(
        self, client: "OpenAI", messages: Sequence[Message], schema: Mapping[str, object] | None
    ) -> Iterator[str | Completion]:
        import httpx2  # heavy: loaded on first use

        create = client.chat.completions.with_streaming_response.create
        with ExitStack() as stack:
            reply = self._asked(
                lambda **options: stack.enter_context(create(**options)),
                messages,
                schema,
                {"stream": True, "stream_options": {"include_usage": True}},
            )
            try:
                if "json" in reply.headers.get("content-type", ""):
                    completion = read_whole(reply.read(), self._failures)
                    yield from (completion.text, completion)
                else:
                    most = self._tokens * TOKEN_CHARACTERS
                    yield from read_streamed(reply.iter_bytes(), self._failures, most)
            except (httpx2.HTTPError, httpx2.StreamError) as error:
                raise self._failures.broken_off(str(error)) from None
