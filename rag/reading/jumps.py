"""Jump lines: 「下转第3版」 where an article breaks off, 「上接第1版」 where it goes on.

They are taken out of the text and kept as what they say. Only at a line's edge does one count, in
brackets, after a mark or with the line to itself: a sentence that speaks of 下转第3版 is prose.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.page_labels import page_label
from rag.reading.articles import FoundArticle, start_lines
from rag.reading.characters import ends_sentence
from rag.reading.headings import heading_above
from rag.reading.layout import Column, Line, is_full, measure, overflows
from rag.reading.traced import cut

_LABEL = r"[A-Z]?(?:\d{1,3}|[〇零一二三四五六七八九十]{1,3})"
_PAGE = rf"第?{_LABEL}(?:[、,-]{_LABEL}){{0,4}}[版页]"
_FIRST_PAGE = re.compile(rf"第?({_LABEL})(?:[、,-]|[版页])")
_TITLE = r"(?:《[^《》]{1,40}》)?"
_MARKS = r"▲△▶►▷→●◆■□★☆※>"
_MARK, _ANY = f"[{_MARKS}]{{0,6}}", f"[{_MARKS}—…·。-]{{0,6}}"
_OPEN, _CLOSE = r"[(\[【〔《<]", r"[)\]】〕》>]"


def _edge(long: str, short: str, after: str = _ANY) -> str:
    """A jump line beside text: in brackets, where a shorter verb will do, or after a mark."""
    bracketed = rf"{_MARK}{_OPEN}{_ANY}{short}{_PAGE}{_TITLE}{_ANY}{_CLOSE}{after}"
    return rf"(?:{bracketed}|[{_MARKS}]{long}{_PAGE}{_TITLE}{_MARK})"


def _whole(long: str, short: str) -> str:
    """A jump line that has its line to itself."""
    return rf"(?:{_edge(long, short)}|{_ANY}{long}{_PAGE}{_TITLE}{_ANY})"


_TO = r"[下紧续][转轉]", r"[下紧续]?[转轉]"
_FROM = r"[上紧续]接", r"[上紧续]?接"
_WHOLE_TO, _WHOLE_FROM = re.compile(_whole(*_TO)), re.compile(_whole(*_FROM))
_ENDS_WITH_TO = re.compile(rf"{_edge(*_TO)}$")
_BEGINS_WITH_FROM = re.compile(_edge(*_FROM, after=_MARK))
_ENDS_WITH_FROM = re.compile(rf"{_edge(*_FROM)}$")
# Set apart from the text by white space, it needs neither brackets nor mark.
_APART_TO = re.compile(rf"(?:  |\u3000)({_whole(*_TO)})$")
_HINT = re.compile(r"[转轉接]")
_LONGEST = 40
_HEADING = 2  # lines of one at most, for what is full to be taken for it
_LONGEST_HEADLINE = 60


@dataclass(frozen=True, slots=True)
class Jump:
    """A jump line. goes_on: whether the article above goes on on `page`; else the one below comes
    from there. at: the raw position of its first character. alone: whether nothing else stands on
    its lines."""

    goes_on: bool
    page: str
    at: int
    alone: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a jump line stands, on one line or two: start:end of their characters, white space left
    out."""

    start: int
    end: int
    lines: int = 1


def jump_lines(lines: Sequence[Line]) -> frozenset[int]:
    """The numbers of the lines that print a jump line or a part of one."""
    found: set[int] = set()
    for i in range(len(lines)):
        for place in (_place_to(lines, i), _place_from(lines, i)):
            if place is not None:
                found.update(line.number for line in lines[i : i + place.lines])
    return frozenset(found)


def with_jumps(
    raw: str, lines: Sequence[Line], find: Callable[[list[Line]], list[FoundArticle]]
) -> tuple[list[FoundArticle], list[Line]]:
    """The articles that `find` makes of the lines, each with the pages that its jump lines name,
    and the lines that it was given.

    `find` gets the lines without jump lines. One that turns out to stand inside an article's text,
    and doesn't have its line to itself, belongs to the text and is left there.
    """
    if not jump_lines(lines):
        return find(list(lines)), list(lines)
    left: frozenset[int] = frozenset()
    while True:
        kept, ends = _breaking_off(raw, lines, left)
        kept, begins = _going_on(raw, kept, left)
        found, inside = _placed(find(kept), [*ends, *begins])
        if not inside:
            return found, kept
        left |= inside


def _breaking_off(
    raw: str, lines: Sequence[Line], left: frozenset[int]
) -> tuple[list[Line], list[Jump]]:
    """The lines without 「下转第3版」, those before it marked. left: the first raw positions of the
    jump lines that stay."""
    column = measure(lines)
    kept: list[Line] = []
    jumps: list[Jump] = []
    i = 0
    while i < len(lines):
        place = _place_to(lines, i)
        if place is None or _first(lines[i], place) in left or _between(lines, i, place, column):
            kept.append(lines[i])
            i += 1
            continue
        here = lines[i : i + place.lines]
        rest = _without(raw, here, place)
        jumps.append(_jump(here, place, goes_on=True, alone=not rest))
        kept.extend(rest)
        if kept:
            kept[-1] = replace(kept[-1], ends=True)
        i += place.lines
    return kept, jumps


def _going_on(
    raw: str, lines: Sequence[Line], left: frozenset[int]
) -> tuple[list[Line], list[Jump]]:
    """The lines without 「上接第1版」, the text after it marked. left: as in `_breaking_off`."""
    column = measure(lines)
    kept: list[Line] = []
    jumps: list[Jump] = []
    text: int | None = None  # where the lines that are left to take have the text that it begins
    i = 0
    while i < len(lines):
        place = _place_from(lines, i)
        if place is None or _first(lines[i], place) in left or _after(lines, i, place, column):
            kept.append(replace(lines[i], begins=True) if text == i else lines[i])
            i += 1
            continue
        here = lines[i : i + place.lines]
        rest = _without(raw, here, place)
        jumps.append(_jump(here, place, goes_on=False, alone=not rest))
        i += place.lines
        if not rest:
            text = i + _heading_after(kept, lines[i:], column)
        elif place.start:  # it closes the headline
            text = i
        else:
            rest[0] = replace(rest[0], begins=True)
        kept.extend(rest)
    return kept, jumps


def _place_to(lines: Sequence[Line], number: int) -> _Place | None:
    """The 「下转第3版」 that begins on a line, if one does."""
    if not _is_hinted(lines, number):
        return None
    text = _folded(lines[number])
    match = _WHOLE_TO.fullmatch(text) or _ENDS_WITH_TO.search(text)
    if match:
        return _Place(match.start(), len(text))
    apart = _APART_TO.search(_narrow(lines[number].printed))
    if apart:
        return _Place(len(text) - len("".join(apart[1].split())), len(text))
    if number + 1 == len(lines):
        return None
    above, below = text[-_LONGEST:], _folded(lines[number + 1])
    if len(below) > _LONGEST:
        return None
    match = _WHOLE_TO.fullmatch(text + below) or _ENDS_WITH_TO.search(above + below)
    before = len(text) - len(above) if match and match.string != text + below else 0
    if match is None or before + match.start() >= len(text):
        return None
    return _Place(before + match.start(), len(text) + len(below), 2)


def _place_from(lines: Sequence[Line], number: int) -> _Place | None:
    """The 「上接第1版」 that begins on a line, if one does."""
    if not _is_hinted(lines, number):
        return None
    text = _folded(lines[number])
    match = _WHOLE_FROM.fullmatch(text) or _BEGINS_WITH_FROM.match(text)
    if match:
        return _Place(0, match.end())
    match = _ENDS_WITH_FROM.search(text)
    if match and "。" not in text and len(text) <= _LONGEST_HEADLINE:
        return _Place(match.start(), len(text))
    if number + 1 == len(lines) or len(text) > _LONGEST:
        return None
    both = text + _folded(lines[number + 1])
    match = _WHOLE_FROM.fullmatch(both) or _BEGINS_WITH_FROM.match(both)
    return _Place(0, match.end(), 2) if match and match.end() > len(text) else None


def _is_hinted(lines: Sequence[Line], number: int) -> bool:
    """Whether a jump line's verb stands on a line or the next at all: few have one."""
    return any(_HINT.search(line.text) for line in lines[number : number + 2])


def _between(lines: Sequence[Line], number: int, place: _Place, column: Column) -> bool:
    """Whether what looks like 「下转第3版」 at a line's end stands between full lines of text."""
    last, after = lines[number + place.lines - 1], lines[number + place.lines :]
    full = (
        place.start > 0
        and len(after) > _HEADING
        and _fills(last, after[0], column)
        and _fills(after[0], after[1], column)
    )
    # A headline may fill its line too, and so may the first line of what comes from elsewhere.
    near = after[: _HEADING + 1]
    return full and not (
        start_lines(near, column) or any(_place_from(near, i) for i in range(len(near)))
    )


def _after(lines: Sequence[Line], number: int, place: _Place, column: Column) -> bool:
    """Whether what looks like 「上接第1版」 beside text goes on with a sentence that the full line
    above leaves open."""
    size = sum(len(line.compact) for line in lines[number : number + place.lines])
    if not number or (place.start == 0 and place.end == size):
        return False
    above, line = lines[number - 1], lines[number]
    if line.indent >= above.indent + 1.0 or not _fills(above, line, column):
        return False
    # A headline may fill its line too, and with a kicker follows on what has ended.
    return not any(_is_closed(lines, first) for first in range(number, number - _HEADING - 1, -1))


def _is_closed(lines: Sequence[Line], number: int) -> bool:
    """Whether nothing is left open above a line."""
    if number < 1:
        return number == 0
    return lines[number - 1].ends or ends_sentence(lines[number - 1].text)


def _fills(line: Line, following: Line, column: Column) -> bool:
    return is_full(line, following, column) and not overflows(line, column)


def _heading_after(kept: Sequence[Line], lines: Sequence[Line], column: Column) -> int:
    """How many heading lines stand below a jump line that has its line to itself."""
    # Where a heading can stand above it, what stands below is text.
    if kept and not kept[-1].ends and not ends_sentence(kept[-1].text):
        return 0
    if len(lines) > 1:
        indented = replace(lines[0], width=lines[0].width + lines[0].indent)
        if any(_fills(line, lines[1], column) for line in (lines[0], indented)):
            return 0
    return heading_above(lines, column)


def _without(raw: str, lines: Sequence[Line], place: _Place) -> list[Line]:
    """What lines print beside a jump line."""
    kept: list[Line] = []
    start = 0
    for line in lines:
        visible = [i for i, character in enumerate(line.text) if character != " "]
        first = min(max(place.start - start, 0), len(visible))
        last = min(max(place.end - start, 0), len(visible))
        start += len(visible)
        if first > 0:
            clean = cut(line.clean, 0, visible[first - 1] + 1)
        elif last < len(visible):
            clean = cut(line.clean, visible[last], len(line.text))
        else:
            continue
        printed = raw[clean.offsets[0] : clean.offsets[-1] + 1]
        kept.append(replace(line, clean=clean, printed=printed))
    return kept


def _jump(lines: Sequence[Line], place: _Place, *, goes_on: bool, alone: bool) -> Jump:
    text = "".join(map(_folded, lines))[place.start : place.end]
    match = _FIRST_PAGE.search(text)
    return Jump(goes_on, page_label(match[1]) if match else "", _first(lines[0], place), alone)


def _first(line: Line, place: _Place) -> int:
    """The raw position of a jump line's first character."""
    clean = line.clean
    pairs = zip(clean.offsets, clean.text, strict=True)
    return [at for at, character in pairs if character != " "][place.start]


def _placed(
    found: Sequence[FoundArticle], jumps: Sequence[Jump]
) -> tuple[list[FoundArticle], frozenset[int]]:
    """The articles with what their jump lines say, and where those stand that are inside a text."""
    placed = list(found)
    inside: set[int] = set()
    for jump in jumps:
        bodies = [(i, one.body.offsets[0], one.body.offsets[-1]) for i, one in enumerate(placed)]
        if jump.goes_on:
            before = [(i, last) for i, first, last in bodies if first < jump.at]
            if before and before[-1][1] > jump.at and not jump.alone:
                inside.add(jump.at)
            elif before:
                i = before[-1][0]
                placed[i] = replace(placed[i], jump_to=jump.page)
        else:
            after = [(i, first) for i, first, last in bodies if last > jump.at]
            if after and after[0][1] < jump.at and not jump.alone:
                inside.add(jump.at)
            elif after:
                i = after[0][0]
                placed[i] = replace(placed[i], jump_from=jump.page)
    return placed, frozenset(inside)


def _folded(line: Line) -> str:
    return _narrow(line.compact)


def _narrow(text: str) -> str:
    """Full-width letters, digits and brackets as ASCII, a character each."""
    return "".join(
        unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" else c for c in text
    )
