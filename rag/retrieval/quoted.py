"""What a question only quotes: titles, quotations, asides and links, which ask nothing."""

import re

_QUOTED = re.compile(
    r"https?://[^\s，。？；、]+"
    "|“[^“”]*”|‘[^‘’]*’|《[^《》]*》|〈[^〈〉]*〉|「[^「」]*」|『[^『』]*』|（[^（）]*）"
    r'|\([^()]*\)|"[^"\n]*"'
)
_SENTENCE_END = re.compile("[。？?！!；;]")
HIDDEN = "\0"


def masked(text: str) -> str:
    """The text, as long as it was, with HIDDEN for each character of what it quotes. An opening
    mark that is never closed hides nothing."""
    return _QUOTED.sub(lambda match: HIDDEN * len(match.group()), text)


def is_several_sentences(text: str) -> bool:
    """Whether a sentence ends in a text, given without its own last mark, and not in what it
    quotes."""
    return _SENTENCE_END.search(masked(text)) is not None
