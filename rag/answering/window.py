"""How many tokens of a language model's window a text takes, without its tokenizer."""

import re
from math import ceil

# More than common tokenizers need for news text; docs/answering.md has figures.
WIDE = 1.5  # tokens a character outside ASCII, hanzi above all
LETTERS = 4  # letters of an English word a token holds; a word takes one token at least

_WORD = re.compile(r"[A-Za-z]+")
_SIGN = re.compile(r"[^A-Za-z \x80-\U0010ffff]")
_WIDE = re.compile(r"[^\x00-\x7f]")


def most_tokens(text: str) -> int:
    """An estimate on the high side: WIDE a character outside ASCII, one for every LETTERS letters
    of a word, one for each digit, mark and line break, none for a space."""
    words = sum(ceil(len(word) / LETTERS) for word in _WORD.findall(text))
    return words + len(_SIGN.findall(text)) + ceil(WIDE * len(_WIDE.findall(text)))
