"""Any model that the sentence-transformers library loads, on CPU or GPU."""

import re
import threading
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import EmbeddingError
from rag.indexing.embedding.base import (
    chunks_without_tokens,
    question_without_tokens,
    unit_rows,
)
from rag.types import PassageEmbedding, QuestionEmbedding

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

_E5 = re.compile(r"(?:^|[^a-z])e5(?:[^a-z]|$)", re.IGNORECASE)
_SAMPLE_BYTES = 65_536
_SAMPLES = 16


class SentenceTransformersEmbedder:
    """A model by its name on the Hugging Face hub, or by the folder it lies in.

    A model that declares prompts for queries and documents is given these; an e5 model that
    declares none gets `query: ` and `passage: ` (Wang et al., 2022); others take the text alone.
    """

    def __init__(self, model: str, batch: int) -> None:
        self._model_name = model
        self._batch = batch
        self._model: SentenceTransformer | None = None
        self._revision = ""
        self._mutex = threading.Lock()

    @property
    def name(self) -> str:
        """`sentence-transformers:<model>`."""
        return f"sentence-transformers:{self._model_name}"

    @property
    def revision(self) -> str:
        """The hub's commit, or a hash of the folder; the model is loaded only if it isn't here yet.

        Raises EmbeddingError.
        """
        if not self._revision:
            folder = Path(self._model_name).expanduser()
            if folder.is_dir():
                self._revision = f"folder {_fingerprint(folder)}"
            else:
                commit = _cached_commit(self._model_name)
                if commit is None:
                    self._loaded()  # fetches it
                    commit = _cached_commit(self._model_name)
                self._revision = f"commit {commit}" if commit else "unknown"
        return self._revision

    @property
    def dimension(self) -> int:
        """0 before the model is loaded."""
        return 0 if self._model is None else self._model.get_embedding_dimension() or 0

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

        model = self._loaded()
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        prompt = None
        if _E5.search(Path(self._model_name).name) and not any(model.prompts.values()):
            prompt = "query: " if query else "passage: "
        encode = model.encode_query if query else model.encode_document
        plain = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        try:
            found = encode(plain, prompt=prompt, batch_size=self._batch, show_progress_bar=False)
        except (
            RuntimeError,
            ValueError,
            TypeError,
            IndexError,
        ) as error:  # torch out of memory too
            raise EmbeddingError(f"{self.name}: {_first_line(error)}") from error
        return unit_rows(np.asarray(found, dtype=np.float32), self.name)

    def _loaded(self) -> "SentenceTransformer":
        with self._mutex:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> "SentenceTransformer":
        folder = Path(self._model_name).expanduser()
        local = folder.is_dir()
        try:
            from sentence_transformers import SentenceTransformer  # heavy: loaded on first use

            # A commit that lies in the cache is taken as it is, so that a newer one on the hub
            # doesn't slip in beside vectors of the old, and no network is needed.
            return SentenceTransformer(
                str(folder) if local else self._model_name,
                revision=None if local else _cached_commit(self._model_name),
            )
        except Exception as error:  # transformers, the hub, safetensors and torch raise many kinds
            where = (
                "the folder holds no model that it can load"
                if local
                else "no such folder here, and it can't be fetched from the Hugging Face hub"
            )
            raise EmbeddingError(
                f"{self.name}: {where} ({_first_line(error)}); check the name or the path in"
                " NEWSDESK_EMBEDDING"
            ) from error


def _cached_commit(model: str) -> str | None:
    """The commit of the model's `main` in the hub's cache, None where it isn't there."""
    from huggingface_hub import try_to_load_from_cache  # heavy: loaded on first use
    from huggingface_hub.errors import HFValidationError

    try:
        for name in ("modules.json", "config.json"):
            found = try_to_load_from_cache(model, name)
            if isinstance(found, str):
                return Path(found).parent.name
    except HFValidationError:
        return None  # no name of a hub model; loading it tells the user
    return None


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


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
