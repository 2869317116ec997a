"""What a server of the OpenAI protocol sends, whole or as a stream of events."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ValidationError

from rag.answering.llm_errors import Failures
from rag.usage import Usage

DONE = b"[DONE]"  # the data of the last event of a stream
MOST_COUNTED = 2**40  # tokens, far over any window

# What servers say of a prompt that is longer than their model's window.
_WINDOW = re.compile(
    r"context[ _-]?(?:length|size|window)|maximum context|too many (?:input )?tokens"
    r"|(?:prompt|input|request|message)s? (?:is|are) too (?:long|large)|reduce the length"
    r"|token count[^.]*exceed|tokens? (?:\+|plus)[^.]*must be",
    re.IGNORECASE,
)
# The options of a request, and what names them in a server's words, in the order they are given up.
_OPTIONS = {
    "max_completion_tokens": re.compile(r"max_completion_tokens"),
    "max_tokens": re.compile(r"max_tokens"),
    "temperature": re.compile(r"temperature"),
    "response_format": re.compile(r"response_format|json_schema|schema|structured|grammar"),
    "stream_options": re.compile(r"stream_options|include_usage"),
    "stream": re.compile(r"\bstream"),
}
# Given up in this order where a server's words name none.
_SUSPECTS = ("response_format", "stream_options", "stream")


@dataclass(frozen=True, slots=True)
class Completion:
    """What a language model wrote. `model` is the name that the server gave itself."""

    text: str
    usage: Usage
    model: str
    finish_reason: str


def _believable(count: object) -> object:
    return count if isinstance(count, int) and 0 <= count <= MOST_COUNTED else None


# What a server counted; nothing where no text has so many tokens.
_Count = Annotated[int | None, BeforeValidator(_believable)]


class _Counts(BaseModel):
    prompt_tokens: _Count = None
    completion_tokens: _Count = None


class _Said(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Said
    finish_reason: str | None = None


class _Whole(BaseModel):
    """As much of a chat completion as every compatible server sends."""

    choices: list[_Choice]
    model: str | None = None
    usage: _Counts | None = None


class _StreamedChoice(BaseModel):
    delta: _Said | None = None
    finish_reason: str | None = None


class _Event(BaseModel):
    """One event of a streamed chat completion; error: what an event says instead that is none."""

    choices: list[_StreamedChoice] | None = None
    model: str | None = None
    usage: _Counts | None = None
    error: object = None

    @property
    def complaint(self) -> str:
        """The error in the server's words; empty where there is none."""
        if isinstance(self.error, Mapping):
            return str(self.error.get("message") or self.error)
        return str(self.error) if self.error else ""


def read_whole(body: bytes, failures: Failures) -> Completion:
    """A reply that is one document. Raises LanguageModelError where it holds no answer."""
    try:
        reply = _Whole.model_validate_json(body)
    except ValidationError:
        raise failures.no_completion(body) from None
    if not reply.choices:
        raise failures.failed("sent no answer", "try again, or take another model")
    choice = reply.choices[0]
    said = choice.message
    return _completion(
        said.content or "",
        said.refusal or "",
        reply.usage,
        reply.model,
        choice.finish_reason,
        failures,
    )


def read_streamed(
    blocks: Iterable[bytes], failures: Failures, most: int
) -> Iterator[str | Completion]:
    """The pieces of text in a stream as they come, and last the completion. most: characters of
    text after which an answer is cut, as one that has no end. Raises BrokenOffError where the
    stream ends early, and LanguageModelError where it held no answer."""
    text: list[str] = []
    refusal, length, whole = "", 0, False
    counts, name, reason = None, None, None
    for data in _events(blocks):
        if data == DONE:
            whole = True
            break
        event = _event(data, failures)
        counts, name = event.usage or counts, event.model or name
        for choice in (event.choices or [])[:1]:
            reason = choice.finish_reason or reason
            said = choice.delta or _Said()
            refusal += said.refusal or ""
            if said.content:
                text.append(said.content)
                length += len(said.content)
                yield said.content
        if length > most:
            reason = "length"
            break
    if not (whole or reason):
        raise failures.broken_off("")
    yield _completion("".join(text), refusal, counts, name, reason, failures)


def _event(data: bytes, failures: Failures) -> _Event:
    try:
        event = _Event.model_validate_json(data)
    except ValidationError:
        raise failures.no_event(data) from None
    if event.complaint:
        raise failures.broken_off(event.complaint)
    return event


def _completion(
    text: str,
    refusal: str,
    counts: _Counts | None,
    name: str | None,
    reason: str | None,
    failures: Failures,
) -> Completion:
    if refusal:
        raise failures.declined(refusal)
    if not text.strip():
        raise failures.empty(cut_off=reason == "length")
    counts = counts or _Counts()
    usage = Usage(counts.prompt_tokens or 0, counts.completion_tokens or 0)
    return Completion(text, usage, failures.named(name or "") or failures.model, reason or "")


def _events(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The data of server-sent events, each on one line as this protocol has them. Lines end only
    where the format says so: text in JSON may hold U+2028 as it stands."""
    rest = bytearray()
    for block in blocks:
        rest += block
        if b"\n" in block or b"\r" in block:
            *lines, rest = map(bytearray, re.split(rb"[\r\n]", rest))
            yield from _data(lines)
    yield from _data([rest])


def _data(lines: Iterable[bytearray]) -> Iterator[bytes]:
    for line in lines:
        if line.startswith(b"data:") and (data := bytes(line[5:]).strip()):
            yield data


def exceeds_window(status: int, message: str) -> bool:
    """Whether a refusal of a request says that its prompt is too long for the model."""
    return status == 413 or _WINDOW.search(message) is not None


def turned_down(message: str, options: Mapping[str, object]) -> str | None:
    """The option that a 400 is about, or None where it is about none: the one that it names, else
    the schema, which servers turn down in their own words, else that the answer is streamed."""
    said = message.lower()
    for option, words in _OPTIONS.items():
        if option in options and words.search(said):
            return option
    return next((option for option in _SUSPECTS if option in options), None)
