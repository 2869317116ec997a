"""Printed lines back to paragraphs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.reading.bylines import parts_names
from rag.reading.characters import (
    HAN,
    INVISIBLE,
    ends_sentence,
    han_share,
    is_blank,
    is_wide,
)
from rag.reading.spacing import close_up, is_letter_spaced, joins_without_space
from rag.reading.traced import EMPTY, Traced, concatenate

# A column is Chinese from this share of 汉字 on; English names and figures leave the rest.
_CHINESE_SHARE = 0.2
# What a line may miss of the column's width and still be full, in squares (汉字). Type is set with
# a little air around figures and Latin letters that a text file doesn't show.
_SLACK = 2.0
_EXACT = 0.5
# A page is wrapped when so many of its lines break off inside a sentence.
_WRAPPED_SHARE = 0.3
_LONG = 0.6
_FIRST_UNIT = re.compile(r"[A-Za-z0-9.@:/_%+-]+|.", re.DOTALL)
_BESIDE_WIDE = re.compile(f"(?<=[{HAN}]) | (?=[{HAN}])")
_POINT = re.compile(r"\d\.$")
_CANNOT_START = "，。、；：！？”’）》】」』%)!,.:;?"


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line that isn't blank.

    number: of the line in the file, from 0. clean: its text as running text. printed: as it stands,
    without the white space around it. end: the raw position after its last character. spaced:
    whether it is letter-spaced. width: in squares, a Latin letter counting half. indent: squares of
    white space before it. begins, ends: whether a jump line before or after it says that an article
    begins or breaks off with it.
    """

    number: int
    clean: Traced
    printed: str
    end: int
    spaced: bool
    width: float
    indent: float
    begins: bool = False
    ends: bool = False

    @property
    def text(self) -> str:
        return self.clean.text

    @property
    def compact(self) -> str:
        return self.clean.text.replace(" ", "")


@dataclass(frozen=True, slots=True)
class Column:
    """How a page is set. width: of a full line, in squares; 0 where lines aren't wrapped, each
    being a paragraph. indented: whether paragraphs start with white space."""

    width: float
    chinese: bool
    indented: bool


def read_lines(raw: str) -> list[Line]:
    """The lines that print something, in order."""
    chinese = han_share(raw) >= _CHINESE_SHARE
    lines: list[Line] = []
    position = 0
    for number, piece in enumerate(raw.splitlines(keepends=True)):
        start, position = position, position + len(piece)
        if not is_blank(piece):
            lines.append(_line(raw, start, start + len(piece), number, chinese))
    return lines


def _line(raw: str, start: int, end: int, number: int, chinese: bool) -> Line:
    left = start
    while raw[left].isspace() or raw[left] in INVISIBLE:
        left += 1
    while raw[end - 1].isspace() or raw[end - 1] in INVISIBLE:
        end -= 1
    clean = close_up(raw, left, end, chinese=chinese)
    indent = sum(1.0 if is_wide(c) else 0.5 for c in raw[start:left] if c not in INVISIBLE)
    spaced = is_letter_spaced(raw[left:end])
    return Line(number, clean, raw[left:end], end, spaced, _width(clean.text), indent)


def _width(text: str) -> float:
    """Squares that a text takes; a figure among 汉字 has a quarter of air on each side, and a space
    beside 汉字 is that air."""
    width = 0.0
    before = ""
    for character in _BESIDE_WIDE.sub("", text):
        wide = is_wide(character)
        width += 1.0 if wide else 0.5
        if before and wide != is_wide(before):
            width += 0.25
        before = character
    return width


def _spaced(line: Line, following: Line, column: Column) -> bool:
    """Whether a space stands between lines that run on."""
    return not _parts_number(line, following) and not joins_without_space(
        line.text[-1], following.text[0], chinese=column.chinese
    )


def joined(raw: str, line: Line, following: Line, column: Column) -> Line:
    """Two lines as one, printed as a text that runs on."""
    space: tuple[Traced, ...] = ()
    if _spaced(line, following, column):
        space = (_on_white_space(raw, line, " "),)
    clean = concatenate((line.clean, *space, following.clean))
    return Line(
        line.number,
        clean,
        f"{line.printed}{' ' if space else ''}{following.printed}",
        following.end,
        line.spaced and following.spaced,
        _width(clean.text),
        line.indent,
    )


def measure(lines: Sequence[Line]) -> Column:
    """How the lines are set, from the lines themselves."""
    chinese = han_share("".join(line.text for line in lines)) >= _CHINESE_SHARE
    if not lines:
        return Column(0.0, chinese, False)
    widths = sorted(line.width for line in lines)
    # Short lines are headlines and bylines, which end no sentence however the text is set.
    long = [line for line in lines if line.width >= _LONG * widths[len(widths) // 2]]
    broken = sum(not ends_sentence(line.text) for line in long)
    if broken < _WRAPPED_SHARE * len(long):
        return Column(0.0, chinese, False)
    # The widest lines are headlines set across columns; most lines are full.
    width = widths[int(0.8 * (len(widths) - 1))]
    flush = min(line.indent for line in lines)
    deep = [line for line in lines if flush + 1.0 <= line.indent <= flush + 4.0]
    after_end = sum(
        ends_sentence(lines[i - 1].text)
        for i in range(1, len(lines))
        if flush + 1.0 <= lines[i].indent <= flush + 4.0
    )
    indented = len(deep) >= 2 and after_end >= 0.7 * len(deep) and len(deep) < 0.7 * len(lines)
    return Column(width, chinese, indented)


def is_full(line: Line, following: Line, column: Column) -> bool:
    """Whether the line ends where it does because what follows found no room in it.

    A letter-spaced line that doesn't end a sentence is full: it was spaced to fill the column.
    """
    if not column.width:
        return False
    if line.spaced and not ends_sentence(line.text):
        return not overflows(line, column)
    return line.width + _first_unit(following.text) > column.width - _SLACK


def overflows(line: Line, column: Column) -> bool:
    """Whether the line is wider than the column, as a headline set across columns is."""
    return bool(column.width) and line.width > column.width + _SLACK


def breaks_at_width(line: Line, following: Line, column: Column) -> bool:
    """Whether the line is exactly as long as the column lets it be, as a wrapped headline is."""
    room = column.width + _EXACT
    return line.width <= room < line.width + _first_unit(following.text) + 2 * _EXACT


def _first_unit(text: str) -> float:
    match = _FIRST_UNIT.match(text)
    end = match.end() if match else 0
    while end < len(text) and text[end] in _CANNOT_START:
        end += 1
    return _width(text[:end])


def _parts_number(line: Line, following: Line) -> bool:
    """Whether a decimal's point ends the line and its digits begin the next one."""
    return _POINT.search(line.text) is not None and following.text[0].isdigit()


def runs_on(line: Line, following: Line, column: Column) -> bool:
    """Whether `following` continues the line's paragraph."""
    if not column.width:
        return False
    if _parts_number(line, following) or following.text[0] in _CANNOT_START:
        return True
    if ends_sentence(line.text):
        indented = column.indented and following.indent >= line.indent + 1.0
        return not indented and is_full(line, following, column)
    return True


def body_text(
    raw: str, lines: Sequence[Line], column: Column, starts: frozenset[int] = frozenset()
) -> Traced:
    """The lines as running text, paragraphs parted by a line feed.

    starts: the numbers of lines that are known to start a paragraph, beside those that show. Every
    line feed and joining space stands on a raw white-space character.
    """
    parts: list[Traced] = []
    for i, line in enumerate(lines):
        if parts:
            previous = lines[i - 1]
            if line.number in starts or not runs_on(previous, line, column):
                parts.append(_on_white_space(raw, previous, "\n"))
            elif parts_names(previous.text, line.text) or _spaced(previous, line, column):
                parts.append(_on_white_space(raw, previous, " "))
        parts.append(line.clean)
    return concatenate(parts) if parts else EMPTY


def _on_white_space(raw: str, line: Line, character: str) -> Traced:
    offset = line.end
    while not raw[offset].isspace():
        offset += 1
    return Traced(character, (offset,))
