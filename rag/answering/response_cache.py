"""A language model whose replies are kept: what is asked again is answered again, for nothing.

A reply is given again for the same messages from the same prompt, the same model, server, token
limit and schema. The messages hold the sources, so an article that changes asks anew. Whoever asks
checks a kept reply as a fresh one, and only what proved usable and whole is kept.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from types import TracebackType
from typing import Protocol, Self, TypeVar

from prompts import Message
from rag.answering.llm import Completion, LanguageModel
from rag.answering.prices import NO_PRICES, Prices, estimated, priced, together
from rag.errors import (
    HomeError,
    LanguageModelError,
    NotSentError,
    PromptTooLongError,
    StoreError,
)
from rag.usage import Usage
from store.answers import AnswerStore, StoredReply

CUT_OFF = frozenset(("length", "content_filter"))  # reasons that end a reply before it is whole
# A kept reply was paid for when it came.
FOR_NOTHING = Usage(cost_usd=0.0, cached_calls=1)

_T = TypeVar("_T")

_log = logging.getLogger(__name__)


class Completes(Protocol):
    """Whatever writes to messages: a language model, or one use of one whose replies are kept. Each
    part is as that of LanguageModel."""

    @property
    def name(self) -> str: ...

    @property
    def room(self) -> int: ...

    def complete(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, object] | None = None,
        *,
        spent: float = 0.0,
    ) -> Completion: ...

    def stream(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, object] | None = None,
        *,
        spent: float = 0.0,
    ) -> Iterator[str | Completion]: ...


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One request. completion: None where none came; `Usage.cached` tells a kept reply. limit: the
    tokens that could be written. written: as much as came of a reply that broke off."""

    messages: tuple[Message, ...]
    limit: int
    completion: Completion | None = None
    written: str = ""


class CachedModel:
    """A language model with its prices, and with the replies that a store keeps, where there is
    one."""

    def __init__(
        self,
        model: LanguageModel,
        store: AnswerStore | None = None,
        prices: Prices = NO_PRICES,
        unsent: list[ModelCall] | None = None,
    ) -> None:
        """unsent: where what isn't known is noted, and not sent."""
        self._model = model
        self._store = store
        self._unsent = unsent
        self.prices = prices

    @property
    def name(self) -> str:
        """What the settings call the model."""
        return self._model.name

    @property
    def server(self) -> str:
        """The address of its server, which may hold a password."""
        return self._model.server

    def limited(self, share: float) -> "CachedModel":
        """As LanguageModel.limited."""
        return CachedModel(self._model.limited(share), self._store, self.prices, self._unsent)

    def without_cache(self) -> "CachedModel":
        """The same model, which answers everything anew and of which nothing is kept."""
        return CachedModel(self._model, None, self.prices, self._unsent)

    def sending_nothing(self, unsent: list[ModelCall]) -> "CachedModel":
        """The same model, known replies and all; what else it is asked is noted and not sent."""
        return CachedModel(self._model, self._store, self.prices, unsent)

    def use(self) -> "ModelUse":
        """The model for one task."""
        return ModelUse(self._model, self._store, self.prices, self._unsent)


class ModelUse:
    """What one task asks of a language model. As a context manager it keeps the replies that came;
    where the task ends in a LanguageModelError, or doubts them, it forgets those that had been
    kept."""

    def __init__(
        self,
        model: LanguageModel,
        store: AnswerStore | None,
        prices: Prices,
        unsent: list[ModelCall] | None,
    ) -> None:
        self._model = model
        self._store = store
        self._prices = prices
        self._unsent = unsent
        self._doubted = False
        self._begun: list[_Begun] = []

    @property
    def calls(self) -> list[ModelCall]:
        """What was asked so far, in order."""
        return [one.call for one in self._begun]

    @property
    def usage(self) -> Usage:
        """What the task used so far. What a call cost that failed isn't known: a server may count
        what never arrived. That of one which broke off is estimated."""
        return together(map(self._used, self.calls))

    @property
    def name(self) -> str:
        """What the settings call the model."""
        return self._model.name

    @property
    def room(self) -> int:
        """The tokens of the model's window that a prompt may take."""
        return self._model.room

    def complete(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, object] | None = None,
        *,
        spent: float = 0.0,
    ) -> Completion:
        """As LanguageModel.complete; raises NotSentError too, where nothing is to be sent."""
        begun = self._begin(messages, schema)
        with self._unless_too_long():
            return begun.completion or self._came(
                begun, self._model.complete(messages, schema, spent=spent)
            )

    def stream(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, object] | None = None,
        *,
        spent: float = 0.0,
    ) -> Iterator[str | Completion]:
        """As LanguageModel.stream; a kept reply comes in one piece. Raises as `complete`."""
        begun = self._begin(messages, schema)
        if begun.completion is not None:
            yield from (begun.completion.text, begun.completion)
            return
        with self._unless_too_long():
            for part in self._model.stream(messages, schema, spent=spent):
                if isinstance(part, Completion):
                    yield self._came(begun, part)
                else:
                    begun.pieces.append(part)
                    yield part

    def doubt(self) -> None:
        """Has no reply kept: what came is of use, but not whole, and the next may be."""
        self._doubted = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._unsent is not None:
            return
        useless = self._doubted or isinstance(error, LanguageModelError)
        for begun in self._begun:
            completion = begun.completion
            if completion is None:
                continue
            kept = completion.usage.cached
            whole = completion.finish_reason not in CUT_OFF
            if error is None and whole and not (kept or useless):
                self._keep(begun.key, completion)
            if useless and kept:
                self._forget(begun.key)

    def _begin(self, messages: Sequence[Message], schema: Mapping[str, object] | None) -> "_Begun":
        """A new call, with the kept reply that answers it, if there is one."""
        key = self._key(messages, schema)
        begun = _Begun(key, tuple(messages), self._model.tokens, self._kept(key))
        self._begun.append(begun)
        if self._unsent is not None:
            self._unsent.append(begun.call)
            if begun.completion is None:
                raise NotSentError("nothing is sent to the language model in a dry run")
        return begun

    @contextmanager
    def _unless_too_long(self) -> Iterator[None]:
        """Forgets the call just begun where the window doesn't hold it, which costs nothing."""
        try:
            yield
        except PromptTooLongError:
            self._begun.pop()
            raise

    def _came(self, begun: "_Begun", completion: Completion) -> Completion:
        """What came to a call, with its cost."""
        begun.completion = replace(completion, usage=priced(completion.usage, self._prices))
        return begun.completion

    def _used(self, call: ModelCall) -> Usage:
        if call.completion is not None:
            return call.completion.usage
        if call.written:
            return estimated(call.messages, call.written, self._prices)
        return Usage(calls=1)

    def _key(self, messages: Sequence[Message], schema: Mapping[str, object] | None) -> str:
        asked = {
            "server": self._model.server,
            "model": self._model.name,
            "tokens": self._model.tokens,
            "messages": [asdict(message) for message in messages],
            "schema": schema,
        }
        return sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    def _kept(self, key: str) -> Completion | None:
        reply = self._from_store(lambda store: store.reply(key))
        if reply is None:
            return None
        return Completion(reply.text, FOR_NOTHING, reply.model, reply.finish_reason)

    def _keep(self, key: str, completion: Completion) -> None:
        reply = StoredReply(completion.text, completion.model, completion.finish_reason)
        self._from_store(lambda store: store.keep_reply(key, reply))

    def _forget(self, key: str) -> None:
        self._from_store(lambda store: store.forget_reply(key))

    def _from_store(self, call: Callable[[AnswerStore], _T]) -> _T | None:
        """What the store gives; None where there is none. One that fails costs no answer, and is
        left alone from then on."""
        if self._store is None:
            return None
        try:
            return call(self._store)
        except (StoreError, HomeError) as error:
            _log.warning("the language model's replies can't be kept: %s", error)
            self._store = None
            return None


@dataclass(slots=True)
class _Begun:
    """One request while its reply comes. key: what the reply is kept under. pieces: of a stream, as
    they came."""

    key: str
    messages: tuple[Message, ...]
    limit: int
    completion: Completion | None
    pieces: list[str] = field(default_factory=list)

    @property
    def call(self) -> ModelCall:
        written = "" if self.completion else "".join(self.pieces)
        return ModelCall(self.messages, self.limit, self.completion, written)
