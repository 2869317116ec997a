"""Any server that speaks the OpenAI embeddings protocol."""

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from rag.errors import EmbeddingError
from rag.indexing.embedding.base import (
    NO_PREFIXES,
    Prefixes,
    chunks_without_tokens,
    encodable,
    question_without_tokens,
    unit_rows,
)
from rag.openai_server import DEFAULT_SERVER, Failure, explain, http_client, unusable, within
from rag.server_secrets import secrets_of, shown
from rag.types import PassageEmbedding, QuestionEmbedding

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray
    from openai import OpenAI

QUESTION_SECONDS = 15.0
"""What one request has while somebody waits for an answer, further tries included."""
PASSAGES_SECONDS = 120.0
"""The same while pages are taken in: servers count requests by the minute."""
REQUEST_SECONDS = 60.0
"""How long a single try of these may wait on the network."""
RETRIES = 4
"""Further tries after a lost connection, 408, 409 or 5xx; after 429 there are as many as the time
allows."""
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 8.0


class _Row(BaseModel):
    model_config = ConfigDict(strict=True)

    index: int
    embedding: list[FiniteFloat] = Field(min_length=1)


class _Reply(BaseModel):
    """As much of a reply as every compatible server sends."""

    data: list[_Row]


class OpenAIEmbedder:
    """A model behind OPENAI_BASE_URL (OpenAI's own server without one), with OPENAI_API_KEY."""

    def __init__(self, model: str, batch: int, prefixes: Prefixes = NO_PREFIXES) -> None:
        """batch: texts sent in one request. prefixes: none where they aren't given, since the
        protocol tells of none. Raises EmbeddingError where the address or the key is malformed."""
        self._model = model
        self._batch = batch
        # An empty one is as none.
        self._prefixes = Prefixes(prefixes.query or None, prefixes.passage or None)
        self._dimension = 0
        self._client: OpenAI | None = None
        self._server = os.environ.get("OPENAI_BASE_URL", "").strip() or DEFAULT_SERVER
        self._key = os.environ.get("OPENAI_API_KEY", "").strip()
        failure = unusable(self._server, self._key)
        if failure is not None:
            raise self._failed(failure)

    @property
    def name(self) -> str:
        """`openai:<model>`."""
        return f"openai:{self._model}"

    @property
    def revision(self) -> str:
        """The server, since the protocol tells no revision of a model, and the prefixes."""
        address = shown(self._server)
        own = address == DEFAULT_SERVER
        return " ".join(["api.openai.com" if own else address, *self._prefixes.told()])

    @property
    def dimension(self) -> int:
        """0 before the first reply."""
        return self._dimension

    @property
    def own_language(self) -> float:
        """0: nobody measured it."""
        return 0.0

    def embed_passages(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """(len(texts), dimension), each row of length 1. Raises EmbeddingError."""
        return self._embed(texts, self._prefixes.passage or "", PASSAGES_SECONDS)

    def embed_queries(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """(len(texts), dimension), each row of length 1. Raises EmbeddingError."""
        return self._embed(texts, self._prefixes.query or "", QUESTION_SECONDS)

    def embed_chunks(self, texts: Sequence[str]) -> list[PassageEmbedding]:
        """As `embed_passages`, without tokens. Raises EmbeddingError."""
        return chunks_without_tokens(self.embed_passages(texts))

    def embed_question(self, text: str) -> QuestionEmbedding:
        """As `embed_queries`, without tokens. Raises EmbeddingError."""
        return question_without_tokens(self.embed_queries([text]))

    def _embed(self, texts: Sequence[str], prefix: str, seconds: float) -> "NDArray[np.float32]":
        import numpy as np  # heavy: loaded on first use

        rows: list[list[float]] = []
        for at in range(0, len(texts), self._batch):
            # An empty input is refused by the protocol.
            part = [encodable(prefix + text) or " " for text in texts[at : at + self._batch]]
            rows += self._rows(self._reply(part, seconds), len(part))
        if not rows:
            return np.empty((0, self._dimension), dtype=np.float32)
        return unit_rows(np.array(rows, dtype=np.float64).astype(np.float32), self.name)

    def _reply(self, texts: list[str], seconds: float) -> bytes:
        """What the server sends, within so many seconds, after as many tries as make sense."""
        from openai import OpenAIError  # heavy: loaded on first use

        deadline = time.monotonic() + seconds
        tries = 0
        while True:
            try:
                return self._asked(texts, deadline - time.monotonic())
            except (OpenAIError, TimeoutError) as error:
                wait = _wait(error, tries)
                if wait is None or time.monotonic() + wait >= deadline:
                    setting = f"NEWSDESK_EMBEDDING ({self.name})"
                    secrets = secrets_of(self._server, self._key)
                    # Without the client's error, which holds what the server said as it stands.
                    raise self._failed(explain(error, seconds, setting, secrets)) from None
            time.sleep(wait)
            tries += 1

    def _asked(self, texts: list[str], seconds: float) -> bytes:
        """What the server sends to one request. Raises TimeoutError or an error of the client."""
        create = self._connected().embeddings.with_raw_response.create

        def ask() -> bytes:
            # Asked for as floats: not every server knows the client's default, base64.
            reply = create(
                model=self._model,
                input=texts,
                encoding_format="float",
                timeout=min(seconds, REQUEST_SECONDS),
            )
            return bytes(reply.content)

        return within(seconds, ask)

    def _rows(self, body: bytes, texts: int) -> list[list[float]]:
        try:
            rows = sorted(_Reply.model_validate_json(body).data, key=lambda row: row.index)
        except ValidationError as error:
            raise self._nonsense("no list of vectors of finite numbers") from error
        if [row.index for row in rows] != list(range(texts)):
            raise self._nonsense(f"{len(rows)} vectors for {texts} texts")
        for row in rows:
            found = len(row.embedding)
            if self._dimension and found != self._dimension:
                raise self._nonsense(f"a vector of {found} numbers after one of {self._dimension}")
            self._dimension = found
        return [row.embedding for row in rows]

    def _failed(self, failure: Failure) -> EmbeddingError:
        return EmbeddingError(
            f"{self.name}: the server at {shown(self._server)} {failure.what}; {failure.remedy}"
        )

    def _nonsense(self, what: str) -> EmbeddingError:
        return self._failed(
            Failure(f"gave {what}", "check that it serves an embedding model by this name")
        )

    def _connected(self) -> "OpenAI":
        if self._client is None:
            from openai import OpenAI  # heavy: loaded on first use

            if not self._key and self._server == DEFAULT_SERVER:
                raise EmbeddingError(
                    f"{self.name}: needs a key or another server; set OPENAI_API_KEY, or"
                    " OPENAI_BASE_URL for a server that speaks the OpenAI protocol"
                )
            self._client = OpenAI(
                api_key=self._key or "none",  # local servers ask for none; the client insists
                base_url=shown(self._server),
                max_retries=0,  # the client would not keep to our time
                http_client=http_client(self._server),
            )
        return self._client


def _wait(error: Exception, tries: int) -> float | None:
    """Seconds until a further try, longer each time and at least as the server asks; None where
    none helps. tries: how many further ones there were."""
    from openai import APIConnectionError, APIStatusError  # heavy: loaded on first use

    limited, asked = False, 0.0
    usual = min(_FIRST_WAIT * 2.0**tries, _LONGEST_WAIT)
    if isinstance(error, APIStatusError):
        limited = error.status_code == 429
        # No waiting brings back a quota that is used up.
        if limited and error.code == "insufficient_quota":
            return None
        if not (limited or error.status_code in (408, 409) or error.status_code >= 500):
            return None
        asked = _asked_wait(error.response.headers)
    elif not isinstance(error, APIConnectionError):
        return None
    if tries >= RETRIES and not limited:
        return None
    return max(asked, usual)


def _asked_wait(headers: Mapping[str, str]) -> float:
    """The seconds that a reply asks to wait; 0 where it asks none, or by a date, as few do."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        with suppress(KeyError, ValueError):
            seconds = float(headers[name]) * unit
            return seconds if seconds > 0 else 0.0  # nor is "nan" a time
    return 0.0
