"""Texts as long as a file: cut as short ones are, in time that grows with their length alone."""

import re
import time

import pytest
import regex  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from rag.indexing import sentences
from rag.indexing.chunking import _Ruler, _within_cap, chunk_article
from tests.store.samples import page_of, sentence

_PIECES = st.lists(
    st.sampled_from(
        [
            *"中国。！？…，；“”‘’（）《》(). \"'aAbM3\t\u3000\u0301\x1c",
            *("Mr", "U.S.A. ", " approx. ", "Corp. ", "No", " 12", "e.g", "👩\u200d🚒", "🇨🇳"),
        ]
    ),
    max_size=80,
).map("".join)
_INITIALS = r"|[A-Za-z]|(?:[A-Za-z]\.)+[A-Za-z])$"
_ABBREVIATION = re.compile(sentences._ABBREVIATION.pattern.replace("|[A-Za-z])$", _INITIALS))
_LIST_NUMBER = re.compile(r"^\s*\d{1,3}$")


def plainly_ends(line: str, at: int, end: int) -> bool:
    """`_ends_sentence`, by a look at the whole line each time."""
    following = line[end : end + 1]
    if following and following in sentences._CONTINUES:
        return False
    marks = line[at:end].rstrip(sentences._CLOSERS)
    if not marks.isascii():
        return True
    if following and not (following.isspace() or following > "\u2e7f"):
        return False
    before, rest = line[:at], line[end:].lstrip()
    if marks == "." and (_ABBREVIATION.search(before) or _LIST_NUMBER.match(before)):
        return not rest
    return not rest[:1].islower()


def plain_breaks(line: str) -> list[int]:
    """`_breaks` of a line, with every quote counted from the line's beginning."""
    found = []
    sealed = sentences._sealed(line)
    end = 0
    while mark := sentences._END.search(line, end):
        at = mark.start()
        end = at + 1
        if at in sealed:
            continue
        while end < len(line) and line[end] in sentences._ENDS + ".":
            end += 1
        while end < len(line) and line[end] in sentences._CLOSERS:
            if line[end] in "\"'" and line.count(line[end], 0, end) % 2 == 0:
                break
            end += 1
        if plainly_ends(line, at, end):
            found.append(end)
    return found


def plain_pieces(text: str, cap: int) -> list[tuple[int, int]]:
    """`_within_cap` of a whole text, by a look at all that is left each time."""
    ruler = _Ruler(text)
    start, end = 0, len(text)
    pieces = []
    while ruler.width(start, end) > cap:
        edges = [
            edge
            for grapheme in regex.finditer(r"\X", text[start:])
            if ruler.width(start, edge := start + grapheme.end()) <= cap
        ]
        cut = next(at for at in range(end, start, -1) if ruler.width(start, at) <= cap)
        if edges:
            half = [edge for edge in edges if ruler.width(start, edge) * 2 >= cap]
            cut = edges[-1]
            for wanted in (" ", "，、,：:；;—"):
                cut = next((edge for edge in reversed(half) if text[edge - 1] in wanted), cut)
        pieces.append((start, start + len(text[start:cut].rstrip())))
        start = cut + len(text[cut:]) - len(text[cut:].lstrip())
    return [*pieces, (start, end)] if start < end else pieces


@given(_PIECES)
@hypothesis_settings(max_examples=500)
def test_breaks_are_those_of_the_plain_form(line: str) -> None:
    assert sentences._breaks(line, 0) == plain_breaks(line)


@given(_PIECES | st.text("县a\u0301👩\u200d🚒🇨🇳 ，", max_size=80), st.integers(2, 30))
@hypothesis_settings(max_examples=300)
def test_cuts_are_those_of_the_plain_form(text: str, cap: int) -> None:
    found = list(_within_cap(text, 0, len(text), _Ruler(text), cap))
    assert found == plain_pieces(text, cap)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "The committee met on Tuesday and decided to repair the dam. ",
        'He said "no." ',
        " " * 20 + "1.2. a",
        "县",
        "\u0301",
        sentence(3),
    ],
)
def test_a_line_of_a_million_characters_takes_no_minutes(piece: str) -> None:
    """Looks at the whole line at each mark would take several minutes, or hours."""
    text = "e" + piece * (1_000_000 // len(piece))
    began = time.monotonic()
    chunks = chunk_article(page_of("/long.txt", text).articles[0], 240, 360)
    assert time.monotonic() - began < 60
    assert len(chunks) > 500
