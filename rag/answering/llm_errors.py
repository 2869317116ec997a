"""What can go wrong with a language model, each in one line without secrets."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass

from rag.errors import LanguageModelError, PromptTooLongError
from rag.openai_server import explain
from rag.server_secrets import hidden, shown, without_secrets

READ = 4000  # characters of a reply that is none, of which an error tells the start


class BrokenOffError(LanguageModelError):
    """A stream that ended before it was whole; turned_down: the server streams nothing at all."""

    def __init__(self, message: str, *, turned_down: bool = False) -> None:
        super().__init__(message)
        self.turned_down = turned_down


@dataclass(frozen=True, slots=True)
class Failures:
    """The failures of one model on one server, which has so many seconds for an answer. secrets:
    what the server's words are told without."""

    server: str
    secrets: tuple[str, ...]
    model: str
    seconds: float

    def failed(self, what: str, remedy: str) -> LanguageModelError:
        return LanguageModelError(self._line(what, remedy))

    def explained(self, error: Exception) -> LanguageModelError:
        """What an error of the OpenAI client means."""
        failure = explain(error, self.seconds, f"NEWSDESK_MODEL ({self.model})", self.secrets)
        return self.failed(failure.what, failure.remedy)

    def late(self) -> LanguageModelError:
        return self.failed(
            f"no whole answer within {self.seconds:g} s",
            "try again, or give it longer with NEWSDESK_MODEL_TIMEOUT",
        )

    def too_long(self, said: str) -> PromptTooLongError:
        return PromptTooLongError(
            self._line(
                f"can't take so long a prompt ({hidden(said, self.secrets)})",
                "set NEWSDESK_MODEL_WINDOW to the model's own window",
            )
        )

    def no_completion(self, body: bytes) -> LanguageModelError:
        return self.failed(
            f"sent something that is no chat completion: {self._told(body)}",
            "check that OPENAI_BASE_URL is the API's address, which usually ends in /v1",
        )

    def declined(self, said: str) -> LanguageModelError:
        return self.failed(
            f"declined to answer: {hidden(said, self.secrets)}", "take another model"
        )

    def empty(self, *, cut_off: bool) -> LanguageModelError:
        return self.failed(
            "sent an empty answer",
            "raise NEWSDESK_MODEL_TOKENS" if cut_off else "try again, or take another model",
        )

    def broken_off(self, said: str) -> BrokenOffError:
        """said: by the server or the network, of the reason; may be empty."""
        why = f" ({hidden(said, self.secrets)})" if said else ""
        return BrokenOffError(self._line(f"broke off its answer{why}", "try again"))

    def no_event(self, data: bytes) -> BrokenOffError:
        return self.broken_off(f"sent {self._told(data)}")

    def streams_nothing(self) -> BrokenOffError:
        return BrokenOffError(self._line("streams no answers", "try again"), turned_down=True)

    def named(self, model: str) -> str:
        """The name that a server gives its model, as it may be told."""
        return hidden(model, self.secrets)

    def _told(self, body: bytes) -> str:
        """The start of a reply as text: a JSON document as it is, a web page without its tags."""
        # Hidden before it is cut, so that no part of a secret is left at the end; and after what
        # JSON spells with escapes is read.
        raw = body[: 2 * READ].decode("utf-8", errors="replace")
        text = without_secrets(raw, self.secrets)[:READ]
        with suppress(json.JSONDecodeError, RecursionError):
            return hidden(json.dumps(json.loads(text), ensure_ascii=False), self.secrets)
        return hidden(re.sub(r"<[^>]*>", " ", text), self.secrets)

    def _line(self, what: str, remedy: str) -> str:
        return f"language model at {shown(self.server)}: {what}; {remedy}"
