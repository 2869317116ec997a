"""Bytes to text: UTF-8, GB18030 and UTF-16, told apart by what the bytes can be read as."""

import codecs
import re
from dataclasses import dataclass

from rag.errors import ReadingError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32's mark starts with UTF-16's.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# A reading counts as text when so much of it is in everyday use. Measured on news: 0.99 and more
# for simplified Chinese, 0.65 and more for traditional; read in a wrong encoding, Big5 and broken
# UTF-8 among them, at most 0.3.
_PLAUSIBLE = 0.45
_SAMPLE = 65_536
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_ADVICE = "save it as UTF-8 text"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the encoding it was read in; the byte order mark is not part of the text."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """The text of a page's bytes.

    A byte order mark decides; then UTF-8, whose rules other encodings hardly meet by chance; then,
    of GB18030 and UTF-16, the one that reads as everyday text. Raises ReadingError for bytes that
    are no text in any of them.
    """
    encoding, mark = detect(data)
    try:
        return Decoded(data[mark:].decode(encoding), encoding)
    except UnicodeDecodeError as error:
        raise ReadingError(
            f"byte {error.start + mark} can't be read as {encoding.upper()}; {_ADVICE}"
        ) from None


def detect(data: bytes) -> tuple[str, int]:
    """The encoding of the bytes and the length of the byte order mark before them.

    The bytes may be a file's beginning, cut off inside a character. Raises ReadingError where no
    encoding gives text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            if encoding.startswith("utf-32"):
                raise ReadingError(f"UTF-32 text isn't read; {_ADVICE}")
            return encoding, len(mark)
    sample = data[:_SAMPLE]
    if b"\0" not in sample and _reads(data, "utf-8"):
        if _plausible_controls(sample.decode("utf-8", errors="ignore")):
            return "utf-8", 0
        raise ReadingError(f"it looks like a binary file, not text; {_ADVICE}")
    names = ("utf-16-le", "utf-16-be") if b"\0" in sample else ("gb18030", "utf-16-le", "utf-16-be")
    shares = {name: _everyday(sample, name) for name in names if _reads(data, name)}
    best = max(shares, key=lambda name: shares[name], default=None)
    if best is None or shares[best] < _PLAUSIBLE:
        raise ReadingError(
            f"it is no text in UTF-8, GB18030 or UTF-16 (byte {_first_odd(data)} is the first that "
            f"isn't UTF-8); {_ADVICE}"
        )
    return best, 0


def _first_odd(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return data.find(b"\0")


def _reads(data: bytes, encoding: str) -> bool:
    """Whether the bytes are well-formed; a character cut off at the very end is let pass only in a
    sample, which a whole page is not."""
    if len(data) % 2 and encoding.startswith("utf-16"):
        return False
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return len(data) == _SAMPLE and error.start >= len(data) - 4
    return True


def _plausible_controls(text: str) -> bool:
    return len(_CONTROL.findall(text)) * 200 <= len(text)


def _everyday(sample: bytes, encoding: str) -> float:
    """How much of a text is in everyday use, ASCII print aside, 0 to 1.

    Everyday are Chinese punctuation and the 汉字 of GB 2312's first level, the 3,755 most frequent.
    """
    text = sample.decode(encoding, errors="ignore")
    telling = [c for c in text if not (" " <= c < "\x7f" or c in "\t\n\r\f")]
    if not telling:
        return 1.0 if text else 0.0
    return sum(map(is_everyday, telling)) / len(telling)


def is_everyday(character: str) -> bool:
    """Whether it is Chinese punctuation or one of the 3,755 most frequent 汉字."""
    if character in "“”‘’—…·℃□■　、。《》（），：；！？":
        return True
    if not "\u4e00" <= character <= "\u9fff":
        return False
    try:
        return b"\xb0" <= character.encode("gb2312")[:1] <= b"\xd7"
    except UnicodeEncodeError:
        return False
