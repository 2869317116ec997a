"""Which words of a text stand in a passage of another language, by the encoder's inner states.

Jalili Sabet et al., "SimAlign" (2020): a word and its translation are near each other in the middle
layers of a multilingual encoder, each read in its own text.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.indexing.embedding.e5_onnx import E5Onnx, TokenStates

_BEGINS_WORD = "▁"


def word_similarities(encoder: E5Onnx, text: str, passage: str) -> list[tuple[str, float]]:
    """Each word of a text, in order, with the highest cosine, -1 to 1, of a token of it to one of
    the passage; signs alone are left out. Empty where the passage has no words."""
    _, (of_text,) = encoder.embed_tokens([text], "query: ", _states)
    _, (of_passage,) = encoder.embed_tokens([passage], "passage: ", _states)
    told, _ = _joined(of_passage, only_words=True)
    if not len(told):
        return []
    rows, words = _joined(of_text, only_words=False)
    best = (rows @ told.T).max(axis=1)
    found: list[tuple[str, float]] = []
    for piece, similarity, is_word in zip(
        encoder.pieces(text, "query: "), best.tolist(), words.tolist(), strict=True
    ):
        if piece.startswith(_BEGINS_WORD) or not found:
            found.append(("", -1.0))
        word, so_far = found[-1]
        found[-1] = (
            word + piece.removeprefix(_BEGINS_WORD),
            max(so_far, similarity) if is_word else so_far,
        )
    return [(word, similarity) for word, similarity in found if any(map(str.isalnum, word))]


def _states(states: TokenStates) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    lengths = np.linalg.norm(states.inner, axis=1, keepdims=True)
    return states.inner / np.maximum(lengths, np.finfo(np.float32).tiny), states.words


def _joined(
    windows: Sequence[tuple[NDArray[np.float32], NDArray[np.bool_]]], *, only_words: bool
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    rows = np.concatenate([rows for rows, _ in windows])
    words = np.concatenate([words for _, words in windows])
    return (rows[words], words[words]) if only_words else (rows, words)
