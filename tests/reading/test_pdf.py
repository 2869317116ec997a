"""PDF pages to articles: by where the characters stand, whatever order they are drawn in."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from rag.intake_types import IngestFailure
from rag.reading.garbled import is_garbled
from rag.reading.reader import ReadOptions, discover, read
from rag.types import Page
from tests.reading.press import (
    PAGE,
    SONG,
    Frame,
    Printed,
    Style,
    downwards,
    draw,
    set_article,
    set_page,
    wrapped,
)

OPTIONS = ReadOptions(today=date(2024, 6, 20))
WIDE = (Frame(40, 60, 760, 4), Frame(40, 300, 760, 4), Frame(40, 500, 760, 4))
FURNITURE = (
    Printed("2024年6月4日 星期二", 40, 1161, 9),
    Printed("霁川日报", 400, 1161, 14),
    Printed("02 要闻", 750, 1161, 9),
    Printed("责任编辑：孙戊 版式：吴己", 40, 20, 9),
)
LAYOUTS = {
    "bands": (WIDE, Style()),
    "three columns": (tuple(replace(frame, columns=3) for frame in WIDE), Style()),
    "narrow gutters": (tuple(replace(frame, gutter=8) for frame in WIDE), Style(align="centre")),
    "close": (
        (Frame(40, 60, 760, 4), Frame(40, 190, 760, 4), Frame(40, 290, 760, 4)),
        Style(headline=16, kicker=10.5, leading=1.3, air=3),
    ),
    "side by side": (
        (Frame(40, 60, 370, 2), Frame(430, 60, 370, 2), Frame(40, 500, 760, 4)),
        Style(),
    ),
    "a column each": (
        (Frame(40, 60, 180, 1), Frame(230, 60, 180, 1), Frame(420, 60, 180, 1)),
        Style(),
    ),
    "two beside one": (
        (Frame(40, 60, 560, 3), Frame(40, 240, 560, 3), Frame(620, 60, 180, 1)),
        Style(size=11),
    ),
    "slips of gutters": (
        (Frame(40, 60, 760, 5, 6), Frame(40, 190, 370, 3, 6), Frame(424, 190, 376, 3, 6)),
        Style(size=9, headline=18, kicker=11, leading=1.4, air=4),
    ),
    "one size": (
        (Frame(40, 60, 760, 1), Frame(40, 300, 760, 1), Frame(40, 450, 760, 1)),
        Style(headline=10, kicker=10),
    ),
}


def folded(text: str) -> str:
    return "".join(text.split())


def pages_of(path: Path) -> list[Page | IngestFailure]:
    return list(read(path, OPTIONS))


def page_of(path: Path) -> Page:
    (page,) = pages_of(path)
    assert isinstance(page, Page), page
    return page


def paragraph(text: str, x: float, y: float, size: float) -> list[Printed]:
    lines = wrapped(text, 36)
    return [Printed(line, x, y - 1.6 * size * row, size) for row, line in enumerate(lines)]


def same_stories(page: Page, stories: Sequence[Any]) -> None:
    assert [(folded(a.kicker), folded(a.headline), a.byline) for a in page.articles] == [
        (folded(story.kicker), folded(story.headline), story.names) for story in stories
    ]
    assert [folded(a.text) for a in page.articles] == [folded(story.text) for story in stories]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_columns_are_read_in_the_order_of_the_articles(
    stories: Any, tmp_path: Path, layout: str
) -> None:
    frames, style = LAYOUTS[layout]
    sheet = set_page(stories, frames, style, *FURNITURE)
    page = page_of(draw(tmp_path / "page.pdf", [sheet], shuffled=7))
    same_stories(page, stories)
    assert (page.page, page.issue_date, page.publication) == ("2", date(2024, 6, 4), "霁川日报")
    assert not any(article.notes for article in page.articles)


def test_paragraphs_are_parted_where_a_line_is_indented(stories: Any, tmp_path: Path) -> None:
    page = page_of(draw(tmp_path / "page.pdf", [set_page(stories, WIDE, Style())]))
    counts = [article.text.count("\n") + 1 for article in page.articles]
    assert counts == [len(story.paragraphs) for story in stories]


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**16))
def test_the_order_of_drawing_changes_nothing(stories: Any, tmp_path: Path, seed: int) -> None:
    frames, style = LAYOUTS["two beside one"]
    sheet = set_page(stories, frames, style, *FURNITURE)
    drawn = [
        page_of(draw(tmp_path / "page.pdf", [sheet], shuffled=shuffled)) for shuffled in (0, seed)
    ]
    assert drawn[0] == drawn[1]


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    size=st.floats(7, 12),
    leading=st.floats(1.3, 1.9),
    columns=st.integers(1, 5),
    gutter=st.floats(8, 24),
    align=st.sampled_from(["left", "centre"]),
)
def test_offsets_and_boxes_lead_back_to_the_print(
    stories: Any,
    tmp_path: Path,
    size: float,
    leading: float,
    columns: int,
    gutter: float,
    align: str,
) -> None:
    style = Style(size=size, leading=leading, align=align)
    frames = [Frame(40, top, 760, columns, gutter=gutter) for top in (60, 420, 760)]
    page = page_of(draw(tmp_path / "page.pdf", [set_page(stories, frames, style)]))
    same_stories(page, stories)
    for article, frame in zip(page.articles, frames, strict=True):
        for i, character in enumerate(article.text):
            raw = page.raw[article.source_map.raw_offset(i)]
            assert raw == character or (raw.isspace() and character in " \n")
        covered = [i for box in article.boxes for i in range(box.start, box.end)]
        assert covered == sorted(set(covered))
        assert folded("".join(article.text[i] for i in covered)) == folded(article.text)
        for box in article.boxes:
            assert box.sheet == 1
            assert box.confidence is None
            assert 39 <= box.left * PAGE[0] < box.right * PAGE[0] <= 801
            assert frame.top <= box.top * PAGE[1] < box.bottom * PAGE[1] <= frame.top + 360


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_page_that_is_set_sideways_is_read(stories: Any, tmp_path: Path, rotate: int) -> None:
    """The type itself is turned, not the page."""
    canvas = Canvas(str(tmp_path / "page.pdf"), pagesize=(1191, 1191))
    draw(tmp_path / "other.pdf", [[]])  # registers the type
    canvas.translate(1191 / 2, 1191 / 2)
    canvas.rotate(rotate)
    canvas.translate(-1191 / 2, -1191 / 2)
    for piece in set_article(stories[0], Frame(200, 60, 700, 3), Style()):
        canvas.setFont(SONG, piece.size)
        canvas.drawString(piece.x, piece.y, piece.text)
    canvas.save()
    page = page_of(tmp_path / "page.pdf")
    assert page.articles[0].headline == stories[0].headline
    assert folded(page.articles[0].text) == folded("".join(stories[0].paragraphs))


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_page_that_is_shown_turned_is_read(stories: Any, tmp_path: Path, rotate: int) -> None:
    sheet = set_page(stories, WIDE, Style(), *FURNITURE)
    page = page_of(draw(tmp_path / "page.pdf", [sheet], rotate=rotate))
    same_stories(page, stories)
    upright = page_of(draw(tmp_path / "upright.pdf", [sheet]))
    a, b = page.articles[0].boxes[0], upright.articles[0].boxes[0]
    # Where a quarter turn clockwise, a half and three quarters put the upright page's box.
    places = {
        90: (1 - b.bottom, b.left, 1 - b.top, b.right),
        180: (1 - b.right, 1 - b.bottom, 1 - b.left, 1 - b.top),
        270: (b.top, 1 - b.right, b.bottom, 1 - b.left),
    }
    assert (a.left, a.top, a.right, a.bottom) == pytest.approx(places[rotate], abs=0.002)


def test_lines_from_top_to_bottom_are_read(stories: Any, tmp_path: Path) -> None:
    story = stories[1]
    heading = downwards(story.headline, PAGE, 20, 40)
    text = "".join("　　" + paragraph.replace(" ", "　") for paragraph in story.paragraphs)
    body = downwards(text, (PAGE[0] - 60, PAGE[1]), 11, 60)
    page = page_of(draw(tmp_path / "page.pdf", [[*heading, *body]], shuffled=3))
    (article,) = page.articles
    assert article.headline == story.headline
    assert folded(article.text) == folded(story.text)
    assert article.boxes[0].left > article.boxes[1].left > 0.3
    assert article.boxes[0].bottom - article.boxes[0].top > 0.5


def test_headings_inside_an_article_and_captions_are_no_articles(
    stories: Any, tmp_path: Path
) -> None:
    story = stories[0]
    first, second, last = story.paragraphs
    one = replace(story, paragraphs=(first,))
    sheet = set_page([one], [Frame(40, 60, 370, 1)], Style())
    lowest = min(piece.y for piece in sheet)
    below = [
        Printed("每天巡查两次", 40, lowest - 20, 13),
        *paragraph("　　" + second, 40, lowest - 40, 10),
        *paragraph("　　" + last, 40, lowest - 104, 10),
        Printed("沿河街道的工作人员在查看水位。", 40, lowest - 170, 7),
    ]
    sheet += below
    page = page_of(draw(tmp_path / "page.pdf", [sheet], shuffled=1))
    (article,) = page.articles
    assert folded(article.headline) == folded(story.headline)
    assert [folded(paragraph) for paragraph in article.text.split("\n")] == [
        folded(first),
        "每天巡查两次",
        folded(second),
        folded(last),
    ]


@pytest.mark.usefixtures("without_recognition")
def test_a_text_layer_that_is_no_text_is_not_taken_for_one(stories: Any, tmp_path: Path) -> None:
    """As where a font's own numbers stand for characters."""
    story = stories[0]
    chance = random.Random(4)
    other = {
        c: chr(chance.randrange(0x4E00, 0x9FA5)) for c in sorted(set("".join(story.paragraphs)))
    }
    garbled = tuple("".join(other[c] for c in paragraph) for paragraph in story.paragraphs)
    sheet = set_article(replace(story, paragraphs=garbled), Frame(40, 60, 760, 3), Style())
    (failure,) = pages_of(draw(tmp_path / "page.pdf", [sheet]))
    assert isinstance(failure, IngestFailure)
    assert "fonts don't say which characters they print" in failure.reason


@pytest.mark.parametrize(
    "text",
    [
        "柳湾水库除险加固工程完工，总投资三千八百万元，可灌溉农田四万亩。",
        "柳灣水庫除險加固工程完工，總投資三千八百萬元，可灌溉農田四萬畝。",
        "市は昨日、水道の料金を来年から引き上げると発表しました。市民の理解を求めています。",
        "Водохранилище отремонтировали за год, сообщили вчера в городской администрации.",
        "시는 어제 저수지 보수 공사가 끝났다고 발표했다 공사는 작년 가을에 시작되었다",
        "The council met on Thursday to discuss the reservoir plan and approved it.",
    ],
)
def test_text_of_any_language_is_text(text: str) -> None:
    assert not is_garbled(text)


def test_what_is_set_at_another_angle_is_said(stories: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    draw(path, [[]])  # registers the type
    canvas = Canvas(str(path), pagesize=PAGE)
    for piece in set_page(stories, WIDE, Style()):
        canvas.setFont(SONG, piece.size)
        canvas.drawString(piece.x, piece.y, piece.text)
    canvas.translate(400, 400)
    canvas.rotate(45)
    canvas.drawString(0, 0, "样报")
    canvas.save()
    page = page_of(path)
    same_stories(page, stories)
    assert all("2 characters" in note for article in page.articles for note in article.notes)
    assert all(article.notes for article in page.articles)


def test_each_sheet_is_a_page_and_a_bad_one_costs_no_other(stories: Any, tmp_path: Path) -> None:
    sheets = [set_page([story], WIDE[:1], Style(), *FURNITURE) for story in stories]
    sheets.insert(1, [Printed("启事", 300, 600, 40)] * 12)
    sheets.insert(3, [])
    path = draw(tmp_path / "issue.pdf", sheets)
    found = pages_of(path)
    pages = [page for page in found if isinstance(page, Page)]
    assert [page.origin for page in pages] == [f"{path}#page={n}" for n in (1, 3, 5)]
    assert {page.source for page in pages} == {"issue.pdf"}
    assert [page.articles[0].headline for page in pages] == [story.headline for story in stories]
    assert [box.sheet for box in pages[1].articles[0].boxes] == [3] * len(
        pages[1].articles[0].boxes
    )
    (failure,) = [page for page in found if isinstance(page, IngestFailure)]
    assert failure.source == f"{path}#page=2"


def test_pages_come_one_at_a_time(stories: Any, tmp_path: Path) -> None:
    sheet = set_page(stories, WIDE, Style())
    path = draw(tmp_path / "issue.pdf", [sheet, sheet])
    pages = read(path, OPTIONS)
    first = next(iter(pages))
    assert isinstance(first, Page)
    assert first.origin.endswith("#page=1")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: draw(path, [[Printed("新闻", 40, 40, 9)]], password="secret"), "encrypted"),
        (lambda path: path.write_bytes(b""), "empty"),
        (lambda path: path.write_bytes(b"not a page"), "no PDF file"),
        (lambda path: draw(path, [[], []]), "blank"),
    ],
)
def test_files_that_hold_no_page_are_named_with_advice(
    tmp_path: Path, make: Callable[[Path], object], words: str
) -> None:
    path = tmp_path / "page.pdf"
    make(path)
    assert list(discover([path])) == [path]
    (failure,) = pages_of(path)
    assert isinstance(failure, IngestFailure)
    assert words in failure.reason
    assert "\n" not in failure.reason
    assert failure.source == str(path)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**20))
def test_damaged_bytes_give_pages_or_failures(stories: Any, tmp_path: Path, seed: int) -> None:
    whole = tmp_path / "whole.pdf"
    if not whole.exists():
        draw(whole, [set_page(stories[1:2], WIDE[:1], Style())])
    data, chance = bytearray(whole.read_bytes()), random.Random(seed)
    for _ in range(chance.randrange(1, 60)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path = tmp_path / "damaged.pdf"
    path.write_bytes(data[: chance.randrange(len(data))] if chance.random() < 0.3 else data)
    for found in pages_of(path):
        assert isinstance(found, Page | IngestFailure)
        if isinstance(found, IngestFailure):
            assert "\n" not in found.reason
