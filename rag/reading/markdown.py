"""Markdown files: headings are headlines, front matter says date, author and paper.

The marks (CommonMark's, and GitHub's tables) are left out of the clean text, which is traced into
the file's text all the same.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from rag.errors import ReadingError
from rag.reading import bylines
from rag.reading.characters import INVISIBLE, han_share, is_wide
from rag.reading.dates import full_dates, parse_date
from rag.reading.encoding import decode
from rag.reading.file import SourceFile
from rag.reading.manuscript import (
    Credits,
    Manuscript,
    join_paragraphs,
    masthead_credits,
    page_of_manuscripts,
    take_credits,
)
from rag.reading.options import ReadOptions
from rag.reading.plain import read_text
from rag.reading.traced import Traced
from rag.types import Page

_FENCE = re.compile(r"^\s{0,3}(?:```|~~~)")
_HEADING = re.compile(r"\s{0,3}(#{1,6})(?:[ \t\u3000]+|(?=[^\s#]))")
_UNDERLINE = re.compile(r"^\s{0,3}(=+|-+)\s*$")
_RULE = re.compile(r"^\s{0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$")
_MARKER = re.compile(r"^\s*(?:>\s?|[*+-]\s+)+")
_TABLE_RULE = frozenset("|:- \t")
_COMMENT = ("<!--", "-->")
# Runs are bounded, so that a long line full of marks is read in time that grows with the line.
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,300}\]\([^()\n]{0,500}\)")
_LINK = re.compile(r"(\[)[^\[\]\n]{1,300}(\]\([^()\n]{0,500}\))")
_EMPHASIS = re.compile(r"(?<!\\)(\*\*|\*|~~|`)(?=\S)[^*~`\n]{1,300}?(?<=[^\s\\])(\1)")
_UNDERSCORES = re.compile(r"(?<![^\W_])(__|_)(?=\S)[^_\n]{1,300}?(?<=\S)(\1)(?![^\W_])")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,300}>")
_ESCAPE = re.compile(r"(\\)[!-/:-@\[-`{-~]")

_FRONT = re.compile(
    r"\A\ufeff?---[ \t]*\r?\n(.{0,20000}?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S
)
_FIELD = re.compile(r"^([A-Za-z_-]+|[\u4e00-\u9fff]{2,4})\s*[:：]\s*(.*)$")
_FIELDS = {
    **dict.fromkeys(("title", "headline", "标题"), "title"),
    **dict.fromkeys(("date", "published", "日期", "时间"), "date"),
    **dict.fromkeys(("author", "authors", "byline", "作者", "记者"), "author"),
    **dict.fromkeys(("publication", "source", "来源", "报纸"), "publication"),
}


@dataclass(frozen=True, slots=True)
class _Block:
    """A heading or a paragraph. level: of a heading, 1 to 6; 0 for a paragraph."""

    level: int
    text: Traced


def read_markdown(file: SourceFile, options: ReadOptions) -> Page:
    """The page that a Markdown file holds.

    Each heading of the level at which articles stand begins one; deeper headings are paragraphs.
    That level is the first that is used twice, or that of the only heading. A file whose one top
    heading has text of its own is one article. A file without a heading is read as plain text.
    Raises ReadingError.
    """
    data = file.read()
    decoded = decode(data)
    raw = decoded.text
    front, start = _front_matter(raw)
    blocks = list(_blocks(raw, start))
    if not any(block.level for block in blocks) and not front.get("title"):
        return read_text(data, raw, decoded.encoding, file, options)
    top, manuscripts = _manuscripts(raw, blocks, front.get("title", ""))
    return page_of_manuscripts(
        file, data, raw, decoded.encoding, manuscripts, options, whole=_whole(front, top)
    )


def _front_matter(raw: str) -> tuple[dict[str, str], int]:
    """The known fields of the front matter, and where the text after it begins."""
    match = _FRONT.match(raw)
    if match is None:
        return {}, 0
    fields: dict[str, str] = {}
    name = ""
    for line in match.group(1).splitlines():
        field = _FIELD.match(line)
        if field:
            name = _FIELDS.get(field.group(1).lower(), "")
            value = field.group(2).strip().strip("[]").replace('"', "").replace("'", "").strip()
            if name and value:
                fields.setdefault(name, value)
        elif name and line.lstrip().startswith("- "):
            item = line.lstrip()[2:].strip().strip("\"'")
            fields[name] = f"{fields[name]}、{item}" if name in fields else item
    return fields, match.end()


def _whole(front: dict[str, str], top: Sequence[str]) -> Credits:
    """What the front matter says, and then what stands above the first article."""
    printed = masthead_credits(top)
    names = bylines.parse_names(front.get("author", "").replace(",", "、"))
    return Credits(
        names or printed.names,
        _day(front["date"]) if "date" in front else printed.day,
        front.get("publication", "") or printed.publication,
    )


def _day(value: str) -> date:
    try:
        return parse_date(value.split(" ")[0] if value[:1].isdigit() else value)
    except ValueError:
        found = next(full_dates(value), None)
        if found is None:
            raise ReadingError(
                f"its front matter's date {value[:40]!r} names no day; give it as 2020-12-23"
            ) from None
        return found


def _manuscripts(
    raw: str, blocks: Sequence[_Block], title: str
) -> tuple[list[str], list[Manuscript]]:
    """What stands above the first article, and the articles."""
    level = _article_level(blocks, title)
    starts = [i for i, block in enumerate(blocks) if block.level == level] if level else []
    first = starts[0] if starts else len(blocks)
    above = blocks[:first]
    manuscripts = []
    top = [block.text.text for block in above]
    if title and any(not block.level for block in above):
        manuscripts.append(_manuscript(raw, title, above))
        top = []
    for begin, end in pairwise([*starts, len(blocks)]):
        manuscripts.append(_manuscript(raw, blocks[begin].text.text, blocks[begin + 1 : end]))
    return top, manuscripts


def _article_level(blocks: Sequence[_Block], title: str) -> int:
    """The level of headings that begin articles; 0 where the file is one article under `title`."""
    levels = [block.level for block in blocks if block.level]
    if not levels:
        return 0
    highest = min(levels)
    if levels.count(highest) == len(levels) or levels.count(highest) > 1:
        # Sections of an article whose headline the front matter gives, and which begins above them.
        return 0 if title and blocks[0].level == 0 else highest
    top = next(i for i, block in enumerate(blocks) if block.level == highest)
    own = _until_heading(blocks[top + 1 :])
    only_credits = take_credits([block.text.text for block in own])[0] == len(own)
    deeper = [block.level for block in blocks[top + 1 :] if block.level]
    return min(deeper) if only_credits and deeper else highest


def _until_heading(blocks: Sequence[_Block]) -> list[_Block]:
    found = []
    for block in blocks:
        if block.level:
            break
        found.append(block)
    return found


def _manuscript(raw: str, headline: str, blocks: Sequence[_Block]) -> Manuscript:
    count, credits = take_credits([block.text.text for block in _until_heading(blocks)])
    return Manuscript(
        headline, join_paragraphs(raw, [block.text for block in blocks[count:]]), credits
    )


def _blocks(raw: str, start: int) -> Iterator[_Block]:
    """Headings and paragraphs, in order; a paragraph's lines are joined."""
    dropped = _marks(raw, start)
    chinese = han_share(raw) >= 0.2
    pending: list[tuple[int, int]] = []
    fenced = False
    position = start
    for line in raw[start:].splitlines(keepends=True):
        begin, position = position, position + len(line)
        end = begin + len(line.rstrip())
        if _FENCE.match(line):
            fenced = not fenced
            yield from _paragraph(raw, pending, dropped, chinese)
            continue
        heading = None if fenced else _heading(raw, begin, end)
        underline = None if fenced else _UNDERLINE.match(line)
        if heading:
            yield from _paragraph(raw, pending, dropped, chinese)
            level, span = heading
            text = _traced(raw, [span], dropped, chinese)
            if text.text:
                yield _Block(level, text)
        elif underline and len(pending) == 1:
            level = 1 if "=" in line else 2
            for block in _paragraph(raw, pending, dropped, chinese):
                yield _Block(level, block.text)
        elif not line.strip() or _RULE.match(raw[begin:end]) or _parts_rows(line):
            yield from _paragraph(raw, pending, dropped, chinese)
        else:
            marker = _MARKER.match(line)
            if marker or line.startswith(("|", "\u3000", "    ")):
                yield from _paragraph(raw, pending, dropped, chinese)
            pending.append((begin + (marker.end() if marker else 0), end))
            if line.endswith(("  \n", "\\\n")) or line.startswith("|"):
                yield from _paragraph(raw, pending, dropped, chinese)
    yield from _paragraph(raw, pending, dropped, chinese)


def _heading(raw: str, begin: int, end: int) -> tuple[int, tuple[int, int]] | None:
    """The level of the heading that a line is, and where its text stands; None for other lines."""
    match = _HEADING.match(raw, begin, end)
    if match is None:
        return None
    text = raw[match.end() : end].rstrip(" \t").rstrip("#").rstrip(" \t")
    return (len(match.group(1)), (match.end(), match.end() + len(text))) if text else None


def _parts_rows(line: str) -> bool:
    """Whether a line parts a table's head from its rows."""
    text = line.strip()
    return "--" in text and _TABLE_RULE.issuperset(text)


def _paragraph(
    raw: str, lines: list[tuple[int, int]], dropped: bytearray, chinese: bool
) -> Iterator[_Block]:
    text = _traced(raw, lines, dropped, chinese)
    lines.clear()
    if text.text:
        yield _Block(0, text)


def _traced(
    raw: str, spans: Sequence[tuple[int, int]], dropped: bytearray, chinese: bool
) -> Traced:
    """The characters that print; runs of white space are one space, which a Chinese line that goes
    on in the next doesn't have."""
    characters: list[str] = []
    offsets: list[int] = []
    space = -1
    for number, (start, end) in enumerate(spans):
        if number and space < 0:
            space = next(i for i in range(spans[number - 1][1], start) if raw[i].isspace())
        for i in range(start, end):
            character = raw[i]
            if dropped[i] or character in INVISIBLE:
                continue
            if character.isspace():
                space = i if space < 0 else space
                continue
            if space >= 0 and characters:
                broken = number and space < start
                if not (broken and chinese and (is_wide(characters[-1]) or is_wide(character))):
                    characters.append(" ")
                    offsets.append(space)
            space = -1
            characters.append(character)
            offsets.append(i)
    return Traced("".join(characters), tuple(offsets))


def _marks(raw: str, start: int) -> bytearray:
    """For each character 1 where it is of a mark, which doesn't print, else 0."""
    dropped = bytearray(len(raw))
    for begin, end in _comments(raw, start):
        dropped[begin:end] = b"\1" * (end - begin)
    for pattern in (_IMAGE, _TAG):
        for match in pattern.finditer(raw, start):
            dropped[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    for pattern in (_LINK, _EMPHASIS, _UNDERSCORES):
        for match in pattern.finditer(raw, start):
            for begin, end in (match.span(1), match.span(2)):
                dropped[begin:end] = b"\1" * (end - begin)
    for match in _ESCAPE.finditer(raw, start):
        dropped[match.start(1)] = 1
    return dropped


def _comments(raw: str, start: int) -> Iterator[tuple[int, int]]:
    opening, closing = _COMMENT
    while (begin := raw.find(opening, start)) >= 0:
        end = raw.find(closing, begin)
        if end < 0:
            return
        start = end + len(closing)
        yield begin, start
