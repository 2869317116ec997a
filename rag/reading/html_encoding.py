"""The encoding of a web page: what its bytes can be read as, and what it says of itself.

The order differs from the HTML standard's in one point: well-formed UTF-8 counts before what the
page or its server claims, which are wrong far more often than other encodings look like UTF-8.
"""

import codecs
import re

from rag.errors import ReadingError
from rag.reading.encoding import Decoded, decode

_LOOKED_AT = 4096
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.I)
_XML = re.compile(rb"\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})", re.I)
# What pages call GB 2312 or GBK holds characters of its superset as often as not.
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "hz": "gb18030", "iso8859-1": "cp1252"}
# Encodings that only fit what is written in them.
_ASIAN = frozenset(
    codecs.lookup(name).name
    for name in (
        *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5", "big5hkscs", "cp950"),
        *("euc-jp", "shift_jis", "cp932", "iso-2022-jp", "euc-kr", "cp949"),
    )
)
# A page cut out of a larger one may break a character or two; more are another encoding.
_BROKEN_SHARE = 0.002


def decode_html(data: bytes, charset: str = "") -> Decoded:
    """The text of a web page's bytes. charset: what its server says, if it does.

    Raises ReadingError for bytes that are no text.
    """
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decode(data)
    try:
        return Decoded(_checked(data.decode("utf-8")), "utf-8")
    except UnicodeDecodeError:
        pass
    for name in (charset, _declared(data)):
        read = _read_as(data, name)
        if read is not None:
            return _unless_chinese(data, read)
    return decode(data)


def _unless_chinese(data: bytes, read: Decoded) -> Decoded:
    """A reading in the encoding that is named, unless the bytes are everyday Chinese: in encodings
    of one byte a character, which many servers name by habit, everything can be read."""
    if read.encoding in _ASIAN:
        return read
    try:
        return decode(data)
    except ReadingError:
        return read


def _declared(data: bytes) -> str:
    head = data[:_LOOKED_AT]
    match = _XML.search(head) or _META.search(head)
    return match.group(1).decode("ascii") if match else ""


def _read_as(data: bytes, name: str) -> Decoded | None:
    try:
        encoding = codecs.lookup(name).name if name else ""
        encoding = _SUPERSETS.get(encoding, encoding)
        text = data.decode(encoding, errors="replace") if encoding else ""
    except (LookupError, ValueError, UnicodeError):
        return None
    if not text or text.count("\ufffd") > _BROKEN_SHARE * len(text):
        return None
    return Decoded(_checked(text), encoding)


def _checked(text: str) -> str:
    if text.count("\0") * 200 > len(text):
        raise ReadingError("it looks like a binary file, not a web page; save it as HTML again")
    return text
