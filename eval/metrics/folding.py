"""Texts as measurements compare them."""

import unicodedata


def fold(text: str) -> str:
    """The text under NFKC (full-width forms become plain), in lower case, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()
