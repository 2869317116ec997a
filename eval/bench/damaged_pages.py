"""Newspaper pages whose articles are known, and the same pages damaged as reading damages them."""

import json
import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from io import BytesIO
from pathlib import Path

from eval.errors import EvalError
from rag.errors import ReadingError
from rag.reading import bylines
from rag.reading.file import SourceFile
from rag.reading.layout import read_lines
from rag.reading.options import ReadOptions
from rag.reading.pdf_pages import open_pdf
from rag.reading.pieces import pieces_of
from rag.reading.plain import read_plain
from rag.reading.printed_lines import PrintedLine, lines_in_order
from rag.reading.printed_page import Setting, on_page, read_printed
from rag.types import Article, Page

RIGHT = 0.95
"""An article is right whose text is that like the one it should be."""

_HEADS = re.compile(r"本报讯|本\s*报\s*讯")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a page. printed: where it stands, on a page with a layout."""

    text: str
    heading: bool
    byline: bool
    printed: PrintedLine | None


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page as it is, and the texts of its articles without white space."""

    name: str
    rows: tuple[Row, ...]
    bodies: tuple[str, ...]


Damage = Callable[[list[Row], float, random.Random], list[Row]]


def known_pages(folder: Path) -> Iterator[KnownPage]:
    """The pages of a folder, each beside NAME.gold.json: text, and the first sheets of PDF files.
    Raises EvalError where it holds none."""
    golds = sorted(folder.glob("*.gold.json"))
    if not golds:
        raise EvalError(f"{folder} holds no page beside a .gold.json; name a folder that does")
    for gold in golds:
        stem = gold.name.removesuffix(".gold.json")
        stories = json.loads(gold.read_text("utf-8"))["articles"]
        headings = {
            _folded(part)
            for story in stories
            for part in (story["headline"], story["kicker"])
            if part
        }
        text, sheet = gold.with_name(f"{stem}.txt"), gold.with_name(f"{stem}.pdf")
        raw = text.read_text("utf-8") if text.exists() else ""
        printed = [] if raw else _printed(sheet)
        found = read_lines(raw or "".join(f"{line.indented}\n" for line in printed))
        rows = tuple(
            Row(
                line.printed,
                any(_folded(line.printed) in heading for heading in headings),
                bool(bylines.marked_byline(line.text) or bylines.plain_byline(line.text)),
                printed[line.number] if printed else None,
            )
            for line in found
        )
        yield KnownPage(
            f"{folder.name}/{stem}", rows, tuple(_body(story, raw) for story in stories)
        )


def read_rows(rows: Sequence[Row], name: str) -> Page | None:
    """The page that lines make; None where no article is found."""
    try:
        if rows and rows[0].printed is not None:
            printed = tuple(row.printed for row in rows if row.printed is not None)
            shown = tuple(on_page(line.box, 0, 1e4, 1e4) for line in printed)
            return read_printed(Setting(printed, 1, shown), "pdf", name, name, ReadOptions())
        data = "".join(f"{row.text}\n" for row in rows).encode()
        return read_plain(SourceFile(name, name, lambda: _opened(data)), ReadOptions())
    except ReadingError:
        return None


def article_f1(articles: Sequence[Article], bodies: Sequence[str]) -> float:
    """The F1 of a page's articles: one is right whose text is at least RIGHT like a known one."""
    left = [_folded(article.text) for article in articles]
    right = 0
    for body in bodies:
        likeness = [_likeness(text, body) for text in left]
        if likeness and max(likeness) >= RIGHT:
            right += 1
            left.pop(likeness.index(max(likeness)))
    return 2 * right / (len(articles) + len(bodies))


def _opened(data: bytes) -> BytesIO:
    return BytesIO(data)


def _headings_lost(rows: list[Row], share: float, chance: random.Random) -> list[Row]:
    return [row for row in rows if not row.heading or chance.random() >= share]


def _bylines_lost(rows: list[Row], share: float, chance: random.Random) -> list[Row]:
    """Bylines and leads gone: nothing shows any more where articles begin."""
    kept = [row for row in rows if not row.byline or chance.random() >= share]
    return [
        _with_text(row, _HEADS.sub("", row.text, count=1) or row.text)
        if _HEADS.match(row.text) and chance.random() < share
        else row
        for row in kept
    ]


def _heads_lost(rows: list[Row], share: float, chance: random.Random) -> list[Row]:
    return _bylines_lost(_headings_lost(rows, share, chance), share, chance)


def _shuffled(rows: list[Row], share: float, chance: random.Random) -> list[Row]:
    rows = list(rows)
    chosen = [i for i in range(len(rows)) if chance.random() < share]
    moved = list(chosen)
    chance.shuffle(moved)
    for place, row in zip(chosen, [rows[i] for i in moved], strict=True):
        rows[place] = row
    return rows


def _interleaved(rows: list[Row], share: float, chance: random.Random) -> list[Row]:
    """A stretch read across two columns: its halves' lines by turns."""
    length = max(int(share * len(rows)), 4)
    start = chance.randrange(max(len(rows) - length, 1))
    part = rows[start : start + length]
    half = len(part) // 2
    turns = [row for pair in zip(part[:half], part[half:], strict=False) for row in pair]
    return [*rows[:start], *turns, *part[2 * half :], *rows[start + length :]]


def _columns_swapped(rows: list[Row], share: float, chance: random.Random) -> list[Row]:
    """A stretch read after the one that follows it."""
    length = max(int(share * len(rows) / 2), 2)
    start = chance.randrange(max(len(rows) - 2 * length, 1))
    first, second = rows[start : start + length], rows[start + length : start + 2 * length]
    return [*rows[:start], *second, *first, *rows[start + 2 * length :]]


def _joined(rows: list[Row], share: float, chance: random.Random) -> list[Row]:
    """Lines of two columns read as one line each."""
    length = max(int(share * len(rows)), 4)
    start = chance.randrange(max(len(rows) - length, 1))
    part = rows[start : start + length]
    half = len(part) // 2
    pairs = zip(part[:half], part[half:], strict=False)
    across = [_with_text(left, f"{left.text} {right.text}") for left, right in pairs]
    return [*rows[:start], *across, *part[2 * half :], *rows[start + length :]]


def _lines_lost(rows: list[Row], share: float, chance: random.Random) -> list[Row]:
    return [row for row in rows if chance.random() >= share / 3]


def _noise(rows: list[Row], share: float, chance: random.Random) -> list[Row]:
    """Characters taken for others. Recognition's confidence is made up: as much lower as a line is
    likelier to be wrong."""
    pool = "".join(row.text for row in rows).replace(" ", "")
    noisy = []
    for row in rows:
        wrong = 0.05 * share * chance.uniform(0.2, 2.0)
        text = "".join(
            chance.choice(pool) if not c.isspace() and chance.random() < wrong else c
            for c in row.text
        )
        row = _with_text(row, text)
        if row.printed is not None:
            unsure = min(3 * wrong, 0.6)
            row = replace(row, printed=replace(row.printed, confidence=1.0 - unsure))
        noisy.append(row)
    return noisy


def _one_size(rows: list[Row], share: float, chance: random.Random) -> list[Row]:
    """Headings that don't show by their type, where a page has any; then lines lost."""
    plain = [
        replace(row, printed=replace(row.printed, heading=None))
        if row.printed is not None and chance.random() < share
        else row
        for row in rows
    ]
    return plain if any(row.printed for row in rows) else _lines_lost(plain, share / 2, chance)


DAMAGES: Mapping[str, Damage] = {
    "headings lost": _headings_lost,
    "bylines and leads lost": _bylines_lost,
    "headings, bylines and leads lost": _heads_lost,
    "lines shuffled": _shuffled,
    "columns read by turns": _interleaved,
    "columns read in the wrong order": _columns_swapped,
    "columns read across": _joined,
    "lines lost": _lines_lost,
    "characters misread": _noise,
    "headings in the text's size": _one_size,
}


def _with_text(row: Row, text: str) -> Row:
    printed = row.printed and replace(row.printed, text=text)
    return replace(row, text=text, printed=printed)


def _printed(path: Path) -> list[PrintedLine]:
    with path.open("rb") as data, open_pdf(data) as file:
        sheet = file.sheet(1)
        return lines_in_order(pieces_of(sheet.glyphs), sheet.height)


def _folded(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _body(story: Mapping[str, str], raw: str) -> str:
    if "body" in story:
        return _folded(story["body"])
    flat, end = _folded(raw), _folded(story["ends"])
    start = flat.index(_folded(story["starts"]))
    return flat[start : flat.index(end, start) + len(end)]


def _likeness(text: str, body: str) -> float:
    matcher = SequenceMatcher(None, text, body, autojunk=False)
    if matcher.real_quick_ratio() < RIGHT or matcher.quick_ratio() < RIGHT:
        return 0.0
    return matcher.ratio()
