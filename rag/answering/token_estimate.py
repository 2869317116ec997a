"""How many tokens a text will be, about: newsdesk has no language model's own tokenizer."""

import math
import re
from collections.abc import Sequence

from prompts import Message

# Chinese characters and full-width marks. OpenAI's o200k_base makes about a token of each, in news
# with its numbers, and of four other characters; older vocabularies make more of Chinese.
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")
NARROW_A_TOKEN = 4
A_MESSAGE = 4  # tokens around each, for its role


def estimated_tokens(messages: Sequence[Message]) -> int:
    """The tokens of messages as a chat model counts them, about."""
    return sum(text_tokens(message.content) + A_MESSAGE for message in messages)


def text_tokens(text: str) -> int:
    """The tokens of a text, about."""
    wide = len(_WIDE.findall(text))
    return wide + math.ceil((len(text) - wide) / NARROW_A_TOKEN)
