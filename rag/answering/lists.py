"""Lists: items that semicolons part in running text, or lines that begin with an item's mark."""

import re
from collections.abc import Sequence

from rag.indexing.sentences import split_sentences

_GOES_ON = ("；", ";", "：", ":")
_HAN = "一二三四五六七八九十"
_ITEM = re.compile(
    rf"\d{{1,3}}(?:[、）)]|[.．](?!\d))|[{_HAN}]{{1,3}}[是、]|[（(](?:[{_HAN}]{{1,3}}|\d{{1,3}})[）)]"
    rf"|第[{_HAN}]{{1,3}}[，、：,:]"
)


def whole_list(text: str, start: int, end: int, most: int) -> tuple[int, int]:
    """The list in text that the sentence at start:end is part of, with what introduces it; the
    sentence itself where it is part of none, or of one of more than `most` characters."""
    sentences = split_sentences(text)
    if (start, end) not in sentences:
        return start, end
    first = last = sentences.index((start, end))
    while first > 0 and _joined(text, sentences, first - 1):
        first -= 1
        if end - sentences[first][0] > most:
            return start, end
    while last + 1 < len(sentences) and _joined(text, sentences, last):
        last += 1
        if sentences[last][1] - sentences[first][0] > most:
            return start, end
    return sentences[first][0], sentences[last][1]


def _joined(text: str, sentences: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether a sentence goes on in the one after it: across a line break, only in an item."""
    start, end = sentences[at]
    goes_on = text[start:end].endswith(_GOES_ON) or _in_item(text, sentences, at)
    return goes_on and not (
        _line_ends(text, sentences, at) and _ITEM.match(text, sentences[at + 1][0]) is None
    )


def _in_item(text: str, sentences: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether a sentence stands in a line that begins with an item's mark."""
    while at > 0 and not _line_ends(text, sentences, at - 1):
        at -= 1
    return _ITEM.match(text, sentences[at][0]) is not None


def _line_ends(text: str, sentences: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether a line ends between a sentence and the one after it."""
    gap = text[sentences[at][1] : sentences[at + 1][0]]
    return len(f"{gap}|".splitlines()) > 1
