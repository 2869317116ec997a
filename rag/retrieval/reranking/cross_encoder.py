"""Any cross-encoder that the sentence-transformers library loads, on CPU or GPU."""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.errors import RerankingError
from rag.indexing.chunking import passage_text
from rag.indexing.embedding.base import encodable
from rag.indexing.embedding.library_models import (
    LibraryModel,
    batch_size,
    first_line,
    made_up_weights,
    named_some,
    open_cross_encoder,
)
from rag.retrieval.fusion import scaled
from rag.retrieval.reranking.base import Asked, Candidate

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import CrossEncoder

# The least score of a candidate that was read where others were not, whose scores lie below.
READ = 0.1

# What a trained scoring head is saved as; of any other the library would make up the weights.
_SCORING = ("ForSequenceClassification", "ForCausalLM", "ForConditionalGeneration")


class CrossEncoderReranker:
    """Question and passage read together by a model (Nogueira and Cho 2019, "Passage Re-ranking
    with BERT"), named as on the Hugging Face hub or by the folder it lies in.

    depth: how many candidates are read, from the first; the rest keep their order behind them.
    """

    def __init__(self, model: str, depth: int) -> None:
        self._named = LibraryModel(
            model, f"cross-encoder:{model}", "NEWSDESK_RERANKER", RerankingError
        )
        self._depth = depth
        self._model: CrossEncoder | None = None
        self._mutex = threading.Lock()

    @property
    def name(self) -> str:
        """`cross-encoder:<model>`."""
        return self._named.label

    def rerank(self, asked: Asked, candidates: Sequence[Candidate]) -> list[float]:
        """One score a candidate, in their order, 0 to 1: the best that was read has 1, and those
        past the depth have less than all before.

        A pair over the model's window is cut at the end of its longer side, the passage. Raises
        RerankingError where the model can't be loaded, isn't a cross-encoder or fails.
        """
        if not candidates:
            return []
        pairs = [
            (encodable(asked.query.text), encodable(passage_text(candidate.chunk)))
            for candidate in candidates[: self._depth]
        ]
        # One question at a time: the tokenizer is not made for several threads.
        with self._mutex:
            if self._model is None:
                self._model = self._load()
            read = scaled(self._logits(self._model, pairs))
        unread = len(candidates) - len(read)
        if not unread:
            return read
        return [
            *(READ + (1 - READ) * score for score in read),
            *(READ * (unread - place) / (unread + 1) for place in range(unread)),
        ]

    def _logits(self, model: "CrossEncoder", pairs: list[tuple[str, str]]) -> list[float]:
        import numpy as np  # heavy: loaded on first use
        from torch.nn import Identity

        try:
            # Logits, whatever the model would make of them: near 1 a sigmoid tells no two apart.
            found = model.predict(
                pairs,
                batch_size=batch_size(model.device),
                activation_fn=Identity(),
                show_progress_bar=False,
            )
        except (
            RuntimeError,
            ValueError,
            TypeError,
            IndexError,
        ) as error:  # torch out of memory too
            raise self._named.failed(first_line(error)) from error
        logits = self._single(np.asarray(found, dtype=np.float64))
        if not np.isfinite(logits).all():
            raise self._named.failed("the model gave scores that are no numbers")
        return [float(logit) for logit in logits]

    def _single(self, logits: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """One logit a pair; of two classes, the log-odds of the second, which is the relevant."""
        if logits.ndim == 1:
            return logits
        if logits.shape[1] == 2:
            odds: NDArray[np.float64] = logits[:, 1] - logits[:, 0]
            return odds
        raise self._named.failed(
            f"the model sorts pairs into {logits.shape[1]} classes, which gives no"
            " order; name one with a single score in NEWSDESK_RERANKER"
        )

    def _load(self) -> "CrossEncoder":
        model = open_cross_encoder(self._named)
        saved_as = (getattr(model.config, "architectures", None) or ["no model"])[0]
        if not saved_as.endswith(_SCORING):
            raise self._named.failed(
                f"this is no cross-encoder but a {saved_as}, which has no trained score; name"
                " another model in NEWSDESK_RERANKER"
            )
        made_up = made_up_weights(model)
        if made_up:
            raise self._named.failed(
                f"its files hold no weights for {named_some(made_up)}, without which its scores"
                " mean nothing; name another model in NEWSDESK_RERANKER"
            )
        return model
