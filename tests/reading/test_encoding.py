"""Bytes to text: each encoding told from the others, and from what is no text."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ReadingError
from rag.reading.encoding import decode

NEWS = "本报讯 6月3日上午，云汀市召开防汛工作会议。\n会议要求，各街道要备足物资。\n"
EVERYDAY = st.text(st.sampled_from("的一是在了人有我他这中大来上国市会年月日，。"), min_size=4)
ENCODINGS = ["utf-8", "gb18030", "utf-16-le", "utf-16-be"]
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=EVERYDAY)
def test_chinese_text_comes_back_from_every_encoding(encoding: str, text: str) -> None:
    read = decode((NEWS + text).encode(encoding))
    assert (read.text, read.encoding) == (NEWS + text, encoding)


@pytest.mark.parametrize("encoding", sorted(MARKS))
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
def test_a_byte_order_mark_decides_and_is_no_text(encoding: str, text: str) -> None:
    read = decode(MARKS[encoding] + text.encode(encoding))
    assert (read.text, read.encoding) == (text, encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_english_text_is_read_too(encoding: str) -> None:
    assert decode("The bridge opened on Monday.\n".encode(encoding)).encoding == encoding


@pytest.mark.parametrize(
    "data",
    [
        NEWS.encode()[:-2] + b"\xff\xfe\n",
        NEWS.encode()[:40],
        NEWS.encode("big5", errors="ignore"),
        "これはテストです。日本語の文章を書きます。".encode("shift_jis"),
        bytes(range(256)) * 8,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 64,
        b"\x00\x01\x02\x03" * 20,
        "cañón, déjà vu, naïve, señor".encode("latin-1"),
    ],
)
def test_what_is_no_text_in_these_encodings_is_refused(data: bytes) -> None:
    with pytest.raises(ReadingError, match="UTF-8"):
        decode(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_a_reading_error(data: bytes) -> None:
    try:
        read = decode(data)
    except ReadingError:
        return
    assert read.text.encode(read.encoding) in data
