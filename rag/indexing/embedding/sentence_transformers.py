"""Any model that the sentence-transformers library loads, on CPU or GPU."""

import logging
import threading
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import EmbeddingError
from rag.indexing.embedding.base import (
    NO_PREFIXES,
    Prefixes,
    chunks_without_tokens,
    encodable,
    question_without_tokens,
    unit_rows,
)
from rag.indexing.embedding.library_models import (
    LibraryModel,
    batch_size,
    cached_commit,
    first_line,
    made_up_weights,
    named_some,
    open_embedding_model,
)
from rag.indexing.embedding.prompts import (
    NoQueryPromptError,
    asks_for_instruction,
    is_e5,
    prompts_of,
)
from rag.indexing.embedding.windows import NoRoomError, Stretch, stretches_of
from rag.types import PassageEmbedding, QuestionEmbedding

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

RECIPE = 2
"""Goes up with every change of how texts are read that changes vectors."""
_QUERY_SETTING = "NEWSDESK_EMBEDDING_QUERY_PREFIX"
_SAMPLE_BYTES = 65_536
_SAMPLES = 16
_logger = logging.getLogger(__name__)


class SentenceTransformersEmbedder:
    """A model by its name on the Hugging Face hub, or by the folder it lies in.

    Before questions and passages stands what the settings say, else what the model declares, else
    what e5 models take. A text over the model's window is encoded in stretches, which are averaged
    by their tokens. Safe to call from several threads, of which one is served at a time.
    """

    def __init__(self, model: str, prefixes: Prefixes = NO_PREFIXES) -> None:
        self._named = LibraryModel(
            model, f"sentence-transformers:{model}", "NEWSDESK_EMBEDDING", EmbeddingError
        )
        self._given = prefixes
        self._model: SentenceTransformer | None = None
        self._prompts = prefixes
        self._revision = ""
        # Tokenizers are not made for several threads.
        self._mutex = threading.RLock()

    @property
    def name(self) -> str:
        """`sentence-transformers:<model>`."""
        return self._named.label

    @property
    def revision(self) -> str:
        """The hub's commit, or a hash of the folder, and how texts are read; the model is loaded
        only if it isn't here yet.

        Raises EmbeddingError.
        """
        if not self._revision:
            # The name alone may decide what stands before a text.
            e5 = ["e5"] if is_e5(self._named.own_name) else []
            read = " ".join([f"recipe {RECIPE}", *e5, *self._given.told()])
            self._revision = f"{self._files()} {read}"
        return self._revision

    @property
    def dimension(self) -> int:
        """0 before the model is loaded."""
        return 0 if self._model is None else self._model.get_embedding_dimension() or 0

    @property
    def own_language(self) -> float:
        """0: nobody measured it."""
        return 0.0

    def embed_passages(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """(len(texts), dimension), each row of length 1. Raises EmbeddingError."""
        return self._embed(texts, query=False)

    def embed_queries(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """(len(texts), dimension), each row of length 1. Raises EmbeddingError."""
        return self._embed(texts, query=True)

    def embed_chunks(self, texts: Sequence[str]) -> list[PassageEmbedding]:
        """As `embed_passages`, without tokens. Raises EmbeddingError."""
        return chunks_without_tokens(self.embed_passages(texts))

    def embed_question(self, text: str) -> QuestionEmbedding:
        """As `embed_queries`, without tokens. Raises EmbeddingError."""
        return question_without_tokens(self.embed_queries([text]))

    def _embed(self, texts: Sequence[str], *, query: bool) -> "NDArray[np.float32]":
        import numpy as np  # heavy: loaded on first use

        with self._mutex:
            model = self._loaded()
            if not texts:
                return np.empty((0, self.dimension), dtype=np.float32)
            prompt = (self._prompts.query if query else self._prompts.passage) or ""
            try:
                stretches = stretches_of([encodable(text) for text in texts], prompt, model)
                found = self._encoded(model, stretches, prompt, query=query)
            except NoRoomError:
                raise self._named.failed(
                    f"its window has no room for a text after {prompt!r}; shorten what stands"
                    " before texts"
                ) from None
            # torch out of memory too
            except (RuntimeError, ValueError, TypeError, LookupError) as error:
                raise self._named.failed(first_line(error)) from error
        sums = np.zeros((len(texts), found.shape[1]), dtype=np.float32)
        for stretch, vector in zip(stretches, found, strict=True):
            sums[stretch.text] += stretch.weight * vector
        return unit_rows(sums, self.name)

    def _encoded(
        self,
        model: "SentenceTransformer",
        stretches: Sequence[Stretch],
        prompt: str,
        *,
        query: bool,
    ) -> "NDArray[np.float32]":
        import numpy as np  # heavy: loaded on first use

        encode = model.encode_query if query else model.encode_document
        found = encode(
            [stretch.part for stretch in stretches],
            prompt=prompt,
            batch_size=batch_size(model.device),
            show_progress_bar=False,
        )
        return np.asarray(found, dtype=np.float32)

    def _loaded(self) -> "SentenceTransformer":
        with self._mutex:
            if self._model is None:
                model = open_embedding_model(self._named)
                # Token states are pooled by the library itself: few models' own poolers are read.
                made_up = [name for name in made_up_weights(model) if "pooler." not in name]
                if made_up:
                    raise self._named.failed(
                        f"its files hold no weights for {named_some(made_up)}, without which its"
                        " vectors mean nothing; name another model in NEWSDESK_EMBEDDING"
                    )
                self._prompts = self._prompts_of(model)
                self._model = model
            return self._model

    def _prompts_of(self, model: "SentenceTransformer") -> Prefixes:
        name = self._named.own_name
        try:
            prompts = prompts_of(model.prompts, name, self._given)
        except NoQueryPromptError as error:
            raise self._named.failed(
                f"declares prompts for {error}, none of them for questions to an archive; set"
                f" {_QUERY_SETTING} to what stands before a question, or to nothing"
            ) from None
        if asks_for_instruction(name) and not prompts.query and self._given.query is None:
            _logger.warning(
                "%s: this model asks for an instruction before a question; set %s to one",
                self.name,
                _QUERY_SETTING,
            )
        return prompts

    def _files(self) -> str:
        """What tells the model's files from others."""
        folder = self._named.folder
        if folder is not None:
            try:
                return f"folder {_fingerprint(folder)}"
            except OSError as error:
                raise self._named.failed(
                    f"its files can't be read ({error}); check the folder's permissions"
                ) from error
        commit = cached_commit(self._named.model)
        if commit is None:
            self._loaded()  # fetches it
            commit = cached_commit(self._named.model)
        return f"commit {commit}" if commit else "unknown"


def _fingerprint(folder: Path) -> str:
    """A hash of every file's name and size, of small files whole and of large ones in samples.

    Training changes weights all over a file, so samples tell two models apart without reading
    gigabytes at every start.
    """
    digest = blake2b(digest_size=12)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        relative = path.relative_to(folder)
        if any(part.startswith(".") for part in relative.parts):
            continue
        size = path.stat().st_size
        digest.update(f"{relative.as_posix()}\0{size}\0".encode())
        with path.open("rb") as file:
            if size <= _SAMPLE_BYTES * _SAMPLES:
                digest.update(file.read())
                continue
            for sample in range(_SAMPLES):
                file.seek((size - _SAMPLE_BYTES) * sample // (_SAMPLES - 1))
                digest.update(file.read(_SAMPLE_BYTES))
    return digest.hexdigest()
