"""White space that a page doesn't print leaves its articles as they are."""

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.reading import bylines
from rag.reading.file import SourceFile
from rag.reading.reader import ReadOptions, read_file
from rag.types import Page
from tests.reading.test_left_out import (
    BUS,
    BUS_TEXT,
    CAPTIONS,
    HEAD,
    LEVEE,
    LEVEE_TEXT,
    NOTICES,
)

PAGES = Path(__file__).parents[3] / "shared" / "pages"
SCHOOL = "放学以后有书读\n"
SCHOOL_TEXT = (
    "□记者 何丁 周乙文\n本报讯 6月2日，记者从云汀市教育局获悉，\n"
    "全市78所中小学已全部开设课后服务，参加学\n"
    "生5.2万人，占在校学生的91%。\n课后服务分为作业辅导和兴趣课程两段，学校\n可以请图书馆、体育馆和社会组织的专业"
    "人员\n来校授课，费用由财政和家长共同承担。\n"
)
SAMPLES = (
    HEAD + LEVEE + LEVEE_TEXT + BUS + BUS_TEXT + SCHOOL + SCHOOL_TEXT,
    HEAD + LEVEE_TEXT + LEVEE + SCHOOL_TEXT + SCHOOL + BUS_TEXT + BUS,
    HEAD + LEVEE + LEVEE_TEXT + CAPTIONS[1] + SCHOOL + SCHOOL_TEXT + NOTICES[3] + BUS + BUS_TEXT,
)

Told = list[tuple[str, str, tuple[str, ...], str]]
# Where an edit falls: among the lines that it may change, and among the places in one.
EDITS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.floats(0, 1, exclude_max=True),
        st.sampled_from((" ", "  ", "\t", "\u3000")),
    ),
    min_size=1,
    max_size=6,
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A page's lines that print something, and what each is: heading, byline, text or other."""

    raw: str
    lines: tuple[str, ...]
    kinds: tuple[str, ...]
    told: Told


def read_page(raw: str) -> Page:
    data = raw.encode()
    file = SourceFile("page.txt", "page.txt", lambda: io.BytesIO(data))
    (page,) = read_file(file, ReadOptions(today=date(2024, 6, 20)))
    assert isinstance(page, Page), page
    return page


def told(page: Page) -> Told:
    return [(a.headline, a.kicker, a.byline, a.text) for a in page.articles]


def without(pattern: str, stories: Iterable[tuple[str, str, tuple[str, ...], str]]) -> Told:
    def bare(text: str) -> str:
        return re.sub(pattern, "", text)

    return [(bare(h), bare(k), names, bare(text)) for h, k, names, text in stories]


@cache
def printed(raw: str) -> Printed:
    page = read_page(raw)
    headings = ["".join(f"{a.kicker}{a.headline}".split()) for a in page.articles]
    texts = "".join("".join(a.text.split()) for a in page.articles)
    lines = tuple(line for line in raw.splitlines() if line.strip())

    def kind(line: str) -> str:
        compact = "".join(line.split())
        if any(compact in heading for heading in headings):
            return "heading"
        if bylines.marked_byline(line.strip()) or bylines.plain_byline(line.strip()):
            return "byline"
        return "text" if compact in texts else "other"

    return Printed(raw, lines, tuple(map(kind, lines)), told(page))


def pages() -> list[object]:
    """The samples, and where this checkout has them beside it, pages set by other hands."""
    return [
        *(pytest.param(raw, id=f"sample {number}") for number, raw in enumerate(SAMPLES)),
        *(
            pytest.param(path.read_text("utf-8"), id=path.stem, marks=pytest.mark.slow)
            for path in sorted(PAGES.glob("*/*.txt"))
        ),
    ]


def edited(
    page: Printed,
    edits: Iterable[tuple[float, float, str]],
    kinds: tuple[str, ...],
    edit: Callable[[str, int, str], str],
) -> str:
    """The page with edits, one a line at most. edit: makes a line anew, given a place inside it."""
    numbers = [number for number, kind in enumerate(page.kinds) if kind in kinds]
    chosen = {numbers[int(line * len(numbers))]: (place, white) for line, place, white in edits}
    lines = []
    for number, line in enumerate(page.lines):
        if number in chosen and len(line) > 1:
            place, white = chosen[number]
            line = edit(line, 1 + int(place * (len(line) - 1)), white)
        lines.append(line)
    return "".join(f"{line}\n" for line in lines)


EVERY = ("heading", "byline", "text", "other")
around = settings(max_examples=6, deadline=None)


@pytest.mark.parametrize("raw", pages())
@around
@given(edits=EDITS)
def test_white_space_around_lines_changes_nothing(
    raw: str, edits: list[tuple[float, float, str]]
) -> None:
    page = printed(raw)
    for edit in (
        lambda line, place, white: f"{line}{white}",
        lambda line, place, white: f" {line}",
        lambda line, place, white: f"{line}\n{white}\n\n",
    ):
        assert told(read_page(edited(page, edits, EVERY, edit))) == page.told


@pytest.mark.parametrize("raw", pages())
@around
@given(edits=EDITS)
def test_a_space_inside_a_line_changes_no_more_than_spaces(
    raw: str, edits: list[tuple[float, float, str]]
) -> None:
    """Short words of 汉字 and Latin ones may be parted by a space in print too, so that one that is
    put between their characters stays; in a byline it parts names."""
    page = printed(raw)
    spaced = edited(
        page, edits, ("heading", "text"), lambda line, place, _: f"{line[:place]} {line[place:]}"
    )
    assert without(" ", told(read_page(spaced))) == without(" ", page.told)


@pytest.mark.parametrize("raw", pages())
@around
@given(edits=EDITS)
def test_a_line_break_changes_no_more_than_white_space(
    raw: str, edits: list[tuple[float, float, str]]
) -> None:
    """A break after a sentence may be a paragraph's end, so paragraphs aren't compared; in a
    heading it parts kicker and headline, so headings are left whole."""
    page = printed(raw)
    broken = edited(
        page, edits, ("text", "byline"), lambda line, place, _: f"{line[:place]}\n{line[place:]}"
    )
    assert without(r"\s", told(read_page(broken))) == without(r"\s", page.told)


@pytest.mark.parametrize("raw", SAMPLES)
@around
@given(edits=EDITS)
def test_a_line_break_in_a_heading_changes_only_where_its_parts_end(
    raw: str, edits: list[tuple[float, float, str]]
) -> None:
    page = printed(raw)
    broken = edited(
        page, edits, ("heading",), lambda line, place, _: f"{line[:place]}\n{line[place:]}"
    )

    def whole(stories: Told) -> list[tuple[str, tuple[str, ...], str]]:
        return [("".join(f"{k}{h}".split()), names, text) for h, k, names, text in stories]

    assert whole(told(read_page(broken))) == whole(page.told)
