"""Text from pages and file names made safe to show: nothing in it can steer a terminal."""

import re

# Control characters but tab and line feed, marks that turn the writing direction around, line
# separators that are no line feed, and halves of characters.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def visible(text: str) -> str:
    """The text with every character that could steer a terminal written as its escape."""
    return _STEERING.sub(_escape, text)


def visible_line(text: str) -> str:
    """`visible` on one line: a line feed is written as an escape too."""
    return visible(text).replace("\n", "\\n")


def visible_json(text: str) -> str:
    """JSON with the same characters in JSON's own escapes: it still reads as the same value."""
    return _STEERING.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def _escape(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape").decode("ascii")
