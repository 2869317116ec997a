"""What kind of character this is, as far as Chinese typesetting cares."""

import re
import unicodedata

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f〇"
_HAN = re.compile(f"[{HAN}]")

# A line that ends with one of these has ended its sentence; closing quotes and brackets may follow.
CLOSERS = "”’」』）)】〕］]》〉\"'"
SENTENCE_END = "。！？!?…"
_CLOSED = re.compile(
    f"(?:[{re.escape(SENTENCE_END)}]|(?<=[a-z0-9)”’\"'])\\.)[{re.escape(CLOSERS)}]*$"
)
_STOPPED = re.compile(f"。[{re.escape(CLOSERS)}]*$")

# Zero-width characters carry no print; they go with the white space.
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"


def is_han(character: str) -> bool:
    """Whether it is a Chinese character (汉字)."""
    return _HAN.match(character) is not None


def is_wide(character: str) -> bool:
    """Whether it is set on a full square: 汉字, kana, full-width forms, Chinese punctuation.

    Curly quotes, dashes, ellipses and signs such as ℃ count as wide: in a Chinese line they are.
    """
    if character < "\u0100":
        return character == "·"
    if unicodedata.east_asian_width(character) in "WF":
        return True
    return not character.isalnum()


def ends_sentence(text: str) -> bool:
    """Whether the text ends with 。！？… or an English full stop, closing quotes allowed after."""
    return _CLOSED.search(text) is not None


def ends_with_full_stop(text: str) -> bool:
    """Whether the text ends with 。, closing quotes allowed after it."""
    return _STOPPED.search(text) is not None


def is_blank(text: str) -> bool:
    """Whether nothing in it prints."""
    return not text.strip() or all(c.isspace() or c in INVISIBLE for c in text)


def han_share(text: str) -> float:
    """The share of 汉字 among letters and digits, 0 to 1; 0 for a text without any."""
    letters = sum(character.isalnum() for character in text)
    return len(_HAN.findall(text)) / letters if letters else 0.0
