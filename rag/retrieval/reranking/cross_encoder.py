"""Any cross-encoder that the sentence-transformers library loads, on CPU or GPU."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import RerankingError
from rag.indexing.chunking import passage_text
from rag.retrieval.reranking.base import Asked, Candidate

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import CrossEncoder

# A GPU is filled by many pairs at a time. On a CPU, batches of 4 to 16 cost alike, and of 40 a
# third more: they hold more padding.
GPU_BATCH = 64
CPU_BATCH = 8

# What a trained scoring head is saved as; of any other the library would make up the weights.
_SCORING = ("ForSequenceClassification", "ForCausalLM", "ForConditionalGeneration")


class CrossEncoderReranker:
    """Question and passage read together by a model (Nogueira and Cho 2019, "Passage Re-ranking
    with BERT"), named as on the Hugging Face hub or by the folder it lies in.

    depth: how many candidates are read, from the first; the rest keep their order behind them.
    """

    def __init__(self, model: str, depth: int) -> None:
        self._model_name = model
        self._depth = depth
        self._model: CrossEncoder | None = None
        self._mutex = threading.Lock()

    @property
    def name(self) -> str:
        """`cross-encoder:<model>`."""
        return f"cross-encoder:{self._model_name}"

    def rerank(self, asked: Asked, candidates: Sequence[Candidate]) -> list[float]:
        """One logit a candidate, in their order; those past the depth get less than all before.

        A pair over the model's window is cut at the end of its longer side, the passage. Raises
        RerankingError where the model can't be loaded, isn't a cross-encoder or fails.
        """
        if not candidates:
            return []
        pairs = [
            (_plain(asked.query.text), _plain(passage_text(candidate.chunk)))
            for candidate in candidates[: self._depth]
        ]
        # One question at a time: the tokenizer is not made for several threads.
        with self._mutex:
            if self._model is None:
                self._model = self._load()
            scores = self._scores(self._model, pairs)
        unread = len(candidates) - len(scores)
        return [*scores, *(min(scores) - place for place in range(1, unread + 1))]

    def _scores(self, model: "CrossEncoder", pairs: list[tuple[str, str]]) -> list[float]:
        import numpy as np  # heavy: loaded on first use
        from torch.nn import Identity

        batch = GPU_BATCH if model.device.type == "cuda" else CPU_BATCH
        try:
            # Logits, whatever the model would make of them: near 1 a sigmoid tells no two apart.
            found = model.predict(
                pairs, batch_size=batch, activation_fn=Identity(), show_progress_bar=False
            )
        except (
            RuntimeError,
            ValueError,
            TypeError,
            IndexError,
        ) as error:  # torch out of memory too
            raise RerankingError(f"{self.name}: {_first_line(error)}") from error
        logits = self._single(np.asarray(found, dtype=np.float64))
        if not np.isfinite(logits).all():
            raise RerankingError(f"{self.name}: the model gave scores that are no numbers")
        return [float(logit) for logit in logits]

    def _single(self, logits: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """One logit a pair; of two classes, the log-odds of the second, which is the relevant."""
        if logits.ndim == 1:
            return logits
        if logits.shape[1] == 2:
            odds: NDArray[np.float64] = logits[:, 1] - logits[:, 0]
            return odds
        raise RerankingError(
            f"{self.name}: the model sorts pairs into {logits.shape[1]} classes, which gives no"
            " order; name one with a single score in NEWSDESK_RERANKER"
        )

    def _load(self) -> "CrossEncoder":
        folder = Path(self._model_name).expanduser()
        local = folder.is_dir()
        try:
            model = _opened(str(folder) if local else self._model_name, local)
        except Exception as error:  # transformers, the hub, safetensors and torch raise many kinds
            where = (
                "the folder holds no model that it can load"
                if local
                else "no such folder here, and it can't be fetched from the Hugging Face hub"
            )
            raise RerankingError(
                f"{self.name}: {where} ({_first_line(error)}); check the name or the path in"
                " NEWSDESK_RERANKER"
            ) from error
        saved_as = (getattr(model.config, "architectures", None) or ["no model"])[0]
        if not saved_as.endswith(_SCORING):
            raise RerankingError(
                f"{self.name}: this is no cross-encoder but a {saved_as}, which has no trained"
                " score; name another model in NEWSDESK_RERANKER"
            )
        return model


def _opened(model: str, local: bool) -> "CrossEncoder":
    """The model in the precision that suits the device: half on a GPU, full elsewhere."""
    import torch  # heavy: loaded on first use
    from sentence_transformers import CrossEncoder

    # The precision that the weights are stored in, until the device is known.
    stored = {"dtype": "auto"}
    opened: CrossEncoder
    try:
        # What lies in the cache is taken as it is, without asking the hub.
        opened = CrossEncoder(model, local_files_only=True, model_kwargs=stored)
    except Exception:  # whatever is wrong with the copy here, the hub may have a whole one
        if local:
            raise
        opened = CrossEncoder(model, model_kwargs=stored)
    if opened.device.type != "cuda":
        opened.float()
    # bfloat16 stays where the model was trained in it: its range may not fit float16. Otherwise
    # float16, whose finer steps keep close scores apart.
    elif any(weights.dtype == torch.float32 for weights in opened.parameters()):
        opened.half()
    return opened


def _plain(text: str) -> str:
    # A lone surrogate can't be written as UTF-8, which the tokenizer reads.
    return text.encode("utf-8", "replace").decode("utf-8")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
