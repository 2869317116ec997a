"""Lines that were broken where the page breaks none, put together again."""

import re
from collections.abc import Sequence

from rag.reading import bylines
from rag.reading.characters import ends_sentence
from rag.reading.furniture import is_furniture
from rag.reading.jumps import jump_lines
from rag.reading.layout import Column, Line, is_full, joined, measure, overflows
from rag.reading.notices import is_title_beside_news
from rag.reading.surnames import is_name

# What a line that names a text's origin begins with, and what the name of an outlet ends with.
_LABEL = re.compile(r"(?:来源|稿源|作者|责编|编辑|原题|原标题)[:：]")
_OUTLET_END = r"(?:报|报社|网|新闻网|通讯社|新闻社|社|电视台|广播|客户端|公众号|融媒体中心)"
_OUTLET = re.compile(rf".{{0,6}}{_OUTLET_END}")
# One outlet alone may be a headline's end: 最新通报, 智能电网.
_OUTLETS = re.compile(
    rf"[^。，·、]{{1,8}}{_OUTLET_END}(?:[·、][^。，·、]{{1,8}}{_OUTLET_END})+[·、]?"
)
_SOURCE_BEGUN = re.compile(r".{0,6}(?:来源|稿源)[:：].{0,10}")
_LEADS = ("本", "本报", "本刊", "本台", "本网")
# What a full line may have over the column's width, in squares.
_HAIR = 1.0
# What a paragraph's first line may lack where its indent isn't in the file.
_INDENT = 4.0


def mend(raw: str, lines: Sequence[Line]) -> list[Line]:
    """The lines of a page, those put together that a stray break parted.

    A break is stray inside what a byline, a lead or the page's furniture prints on one line; and
    after a sentence inside a text, where what it parts fills the column's width to a hair, and the
    text goes on below. Any other break inside a text parts nothing, as running text joins its
    lines. Jump lines have their own rules.
    """
    column = measure(lines)
    jumps = jump_lines(lines)
    mended: list[Line] = []
    i = 0
    while i < len(lines):
        line = lines[i]
        # Below a jump line may stand a headline, as short as a broken line.
        near = {one.number for one in lines[max(i - 1, 0) : i + 2]}
        while i + 1 < len(lines) and not jumps & near:
            if not _is_stray(raw, mended, line, lines, i, column):
                break
            i += 1
            line = joined(raw, line, lines[i], column)
        mended.append(line)
        i += 1
    return mended


def _begins_lead(lines: Sequence[Line]) -> bool:
    """Whether the first line is a lead's beginning that the second goes on with."""
    return len(lines) > 1 and (
        lines[0].compact in _LEADS and bylines.opens_story(lines[0].compact + lines[1].compact)
    )


def _is_stray(
    raw: str,
    mended_above: Sequence[Line],
    line: Line,
    lines: Sequence[Line],
    number: int,
    column: Column,
) -> bool:
    """Whether the break parts one printed line. line: what comes before it, already mended; number:
    of its last part."""
    below = lines[number + 1]
    if _begins_lead(lines[number + 1 : number + 3]):
        return False
    whole = joined(raw, line, below, column)
    if _parts_byline(line, below, whole) or _parts_lead(mended_above, line, below, whole, column):
        return True
    if _parts_label(line, below, column):
        return True
    if is_furniture(whole) and not is_furniture(line) and not is_furniture(below):
        # 「责任编辑：」 may stand without a name, above a headline.
        if line.compact.endswith(("：", ":", "/")) and not _is_whole_names(below):
            return False
        return len(whole.compact) <= 2 * max(len(line.compact), len(below.compact)) + 1
    return _parts_full_line(raw, mended_above, line, lines[number + 1 : number + 4], column)


def _parts_label(line: Line, below: Line, column: Column) -> bool:
    """Whether the break stands inside what names a text's origin, 「来源：」 with an outlet or an
    outlet with its reporter, and both parts have room on a line."""
    above, under = line.compact, below.compact
    if line.width + below.width > max(column.width, 2 * len("来源：中国新闻社")):
        return False
    if any(m.start() < len(above) < m.end() for m in _LABEL.finditer(above + under)):
        return True
    if _SOURCE_BEGUN.fullmatch(above):
        return bool(_OUTLET.fullmatch(under)) and not re.search(rf"{_OUTLET_END}$", above)
    return bool(_OUTLETS.fullmatch(above)) and bool(bylines.plain_byline(below.text))


def _parts_byline(line: Line, below: Line, whole: Line) -> bool:
    if bylines.marked_byline(line.text):
        return bool(bylines.marked_byline(whole.text)) and _is_names(below)
    if bylines.is_mark(line.text):
        return bool(bylines.marked_byline(whole.text))
    if bylines.plain_byline(line.text):
        return bool(bylines.plain_byline(whole.text)) and _is_names(below)
    begun = len(line.compact) <= len("首席记者") + 4 and not ends_sentence(line.text)
    return begun and bool(bylines.plain_byline(whole.text)) and not bylines.plain_byline(below.text)


def _is_whole_names(line: Line) -> bool:
    """Whether a line holds nothing but names with usual surnames."""
    names = bylines.parse_names(line.text)
    return bool(names) and all(map(is_name, names))


def _is_names(line: Line) -> bool:
    """Whether a line holds nothing but names, or the last character of one."""
    if bylines.opens_story(line.compact):
        return False
    return len(line.compact) == 1 or bool(bylines.parse_names(line.text))


def _parts_lead(
    above: Sequence[Line], line: Line, below: Line, whole: Line, column: Column
) -> bool:
    if line.compact in _LEADS:
        return bylines.opens_story(whole.compact)
    if is_full(line, below, column) or bylines.opens_dispatch(line.compact):
        return False
    if bylines.opens_story(line.compact) and bylines.opens_dispatch(below.compact):
        return not ends_sentence(line.text) and whole.width <= column.width + _HAIR
    open_above = bool(above) and not ends_sentence(above[-1].text)
    return not open_above and bylines.opens_dispatch(whole.compact)


def _parts_full_line(
    raw: str, above: Sequence[Line], line: Line, following: Sequence[Line], column: Column
) -> bool:
    """Whether a line and the one below it are one full line of a text that goes on below.

    Where a sentence ends between them, the second must leave one open: a sentence alone on a line
    may as well be a paragraph, and two lines with room for each other's words two headings.
    """
    if not column.width or len(following) < 2:
        return False
    below, after, *rest = following
    if any(map(_begins_story, (line, *following))) or overflows(after, column):
        return False
    if below.indent >= line.indent + 1.0 or not _fill(raw, line, below, after, column):
        return False
    if not ends_sentence(line.text):
        inside = bool(above) and not ends_sentence(above[-1].text)
        return (inside and is_full(above[-1], line, column)) or "。" in below.text
    if below.width > column.width - _INDENT or ends_sentence(below.text):
        return False
    if is_title_beside_news(below.compact):
        return False
    if rest and _fill(raw, below, after, rest[0], column):
        return False
    return ends_sentence(after.text) or (bool(rest) and is_full(after, rest[0], column))


def _fill(raw: str, line: Line, below: Line, after: Line, column: Column) -> bool:
    """Whether two lines, the first not full, are together as long as the column is wide."""
    whole = joined(raw, line, below, column)
    return (
        not is_full(line, below, column)
        and whole.width <= column.width + _HAIR
        and is_full(whole, after, column)
    )


def _begins_story(line: Line) -> bool:
    return bool(
        bylines.opens_story(line.compact)
        or bylines.opens_dispatch(line.compact)
        or bylines.marked_byline(line.text)
        or bylines.plain_byline(line.text)
        or bylines.is_mark(line.text)
    )
