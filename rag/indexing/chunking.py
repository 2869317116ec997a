"""Articles to passages: whole sentences, near a target size, never over a cap."""

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from hashlib import blake2b
from itertools import accumulate
from math import ceil

import regex  # type: ignore[import-untyped]

from rag.indexing.sentences import split_sentences
from rag.types import Article, Chunk

__all__ = ["CHUNKER_VERSION", "chunk_article", "passage_text", "split_sentences"]

CHUNKER_VERSION = 1
"""Rises with every change of what `chunk_article` or `passage_text` gives."""

LONGEST_CONTEXT = 120
"""Characters of headline and kicker that go before a passage; more would crowd it out."""

_CLAUSE_MARKS = "，、,：:；;—"
_GRAPHEME = regex.compile(r"\X")
_SPACE = re.compile(r"\s*")

Span = tuple[int, int]


def chunk_article(
    article: Article, target: int, cap: int, *, in_context: bool = True
) -> tuple[Chunk, ...]:
    """The passages of an article, in order, without overlap; together they hold all its text.

    target, cap: sizes in hanzi. Latin letters count 0.3, digits and other narrow characters 0.5, so
    that a passage of either script takes about as much of a model's window. Sentences stay whole
    and passages near the same size, unless a sentence alone exceeds the cap: then it is split at
    a clause mark, or anywhere between characters. in_context: whether headline and kicker go with
    each of them. Raises ValueError for a target over the cap.
    """
    if not 0 < target <= cap:
        raise ValueError(f"a target of {target} doesn't fit a cap of {cap}")
    ruler = _Ruler(article.text)
    pieces = [
        piece
        for start, end in split_sentences(article.text)
        for piece in _within_cap(article.text, start, end, ruler, cap)
    ]
    context = "\n".join(part for part in (article.kicker, article.headline) if part and in_context)
    return tuple(
        Chunk(
            id=_chunk_id(article.id, start, end),
            article_id=article.id,
            ordinal=ordinal,
            start=start,
            end=end,
            text=article.text[start:end],
            context=context,
        )
        for ordinal, (start, end) in enumerate(_packed(pieces, ruler, target, cap))
    )


def passage_text(chunk: Chunk) -> str:
    """What the embedder is given: headline and kicker, a line break, the passage."""
    context = chunk.context[:LONGEST_CONTEXT]
    return f"{context}\n{chunk.text}" if context else chunk.text


class _Ruler:
    """Widths of stretches of a text, in hanzi."""

    def __init__(self, text: str) -> None:
        # In tenths, as whole numbers, so that sums don't drift.
        self._sums = array("q", accumulate(map(_tenths, text), initial=0))

    def width(self, start: int, end: int) -> float:
        return (self._sums[end] - self._sums[start]) / 10

    def reach(self, start: int, width: int) -> int:
        """The last place that is no further than a width from the start."""
        return bisect_right(self._sums, self._sums[start] + width * 10) - 1


def _tenths(character: str) -> int:
    if character.isascii():
        return 3 if character.isalpha() or character == " " else 5
    if unicodedata.east_asian_width(character) in "WFA":
        return 10
    return 5


def _packed(pieces: list[Span], ruler: _Ruler, target: int, cap: int) -> Iterator[Span]:
    """Neighbouring pieces joined to spans of about the same width, none over the cap."""
    if not pieces:
        return
    whole = ruler.width(pieces[0][0], pieces[-1][1])
    # A text that is little longer than the target stays whole.
    parts = 1 if whole <= min(cap, target * 1.25) else ceil(whole / target)
    aim = whole / parts
    start, end = pieces[0]
    for piece_start, piece_end in pieces[1:]:
        joined, alone = ruler.width(start, piece_end), ruler.width(start, end)
        if joined > cap or joined - aim > aim - alone:
            yield start, end
            start = piece_start
        end = piece_end
    yield start, end


def _within_cap(text: str, start: int, end: int, ruler: _Ruler, cap: int) -> Iterator[Span]:
    """A sentence in pieces that the cap allows."""
    while ruler.width(start, end) > cap:
        cut = _cut(text, start, ruler, cap)
        yield start, start + len(text[start:cut].rstrip())
        space = _SPACE.match(text, cut, end)
        start = space.end() if space else cut
    if start < end:
        yield start, end


def _cut(text: str, start: int, ruler: _Ruler, cap: int) -> int:
    """The last place to cut a text that goes on beyond the cap: after a clause mark in its second
    half, a space there, or between two characters as readers see them."""
    reach = ruler.reach(start, cap)
    # One character more shows whether a character as readers see it ends where the cap does.
    graphemes = _GRAPHEME.finditer(text, start, reach + 1)
    edges: list[int] = [edge for grapheme in graphemes if (edge := grapheme.end()) <= reach]
    if not edges:
        # One character with more marks on it than the cap allows: the cap holds.
        return reach
    half = [edge for edge in edges if ruler.width(start, edge) * 2 >= cap]
    for wanted in (_CLAUSE_MARKS, " "):
        for edge in reversed(half):
            if text[edge - 1] in wanted:
                return edge
    return edges[-1]


def _chunk_id(article_id: str, start: int, end: int) -> str:
    made_of = f"{article_id}:{start}:{end}:{CHUNKER_VERSION}"
    return blake2b(made_of.encode("utf-8"), digest_size=16).hexdigest()
