"""How many tokens a text will be, without a language model's tokenizer: about so many, for what a
request costs, or at most so many, for what a window holds. docs/answering.md has figures."""

import re
from collections.abc import Sequence
from math import ceil

from prompts import Message

# Chinese characters and full-width marks. OpenAI's o200k_base makes about a token of each, in news
# with its numbers, and of four other characters; older vocabularies make more of Chinese.
_HANZI = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")
NARROW_A_TOKEN = 4
A_MESSAGE = 4  # tokens around each, for its role

# More than common tokenizers need for news text.
MOST_A_WIDE = 1.5  # tokens a character outside ASCII, hanzi above all
LETTERS_A_TOKEN = 4  # of an English word, which takes one token at least
_WORD = re.compile(r"[A-Za-z]+")
_SIGN = re.compile(r"[^A-Za-z \x80-\U0010ffff]")
_WIDE = re.compile(r"[^\x00-\x7f]")


def likely_tokens(text: str) -> int:
    """The tokens of a text, about: one a Chinese character, one for four others."""
    wide = len(_HANZI.findall(text))
    return wide + ceil((len(text) - wide) / NARROW_A_TOKEN)


def likely_prompt_tokens(messages: Sequence[Message]) -> int:
    """The tokens of messages as a chat model counts them, about."""
    return sum(likely_tokens(message.content) + A_MESSAGE for message in messages)


def most_tokens(text: str) -> int:
    """The tokens of a text, on the high side: MOST_A_WIDE a character outside ASCII, one for every
    LETTERS_A_TOKEN letters of a word, one for each digit, mark and line break, none for a space."""
    words = sum(ceil(len(word) / LETTERS_A_TOKEN) for word in _WORD.findall(text))
    return words + len(_SIGN.findall(text)) + ceil(MOST_A_WIDE * len(_WIDE.findall(text)))
