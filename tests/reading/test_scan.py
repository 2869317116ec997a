"""Images of pages: through character recognition where it is installed, or named where it isn't."""

import io
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from rag.intake_types import IngestFailure
from rag.reading import ocr
from rag.reading.boxes import Box
from rag.reading.pdf_pages import open_pdf
from rag.reading.reader import ReadOptions, discover, read
from rag.types import Page
from tests.reading.conftest import Story
from tests.reading.press import PAGE, Frame, Printed, Style, draw, set_article

SEED = Path(__file__).parents[3] / "shared" / "pages" / "seed" / "seed-page.txt"
OPTIONS = ReadOptions(today=date(2024, 6, 20))


def folded(text: str) -> str:
    return "".join(text.split())


def error_rate(read_text: str, printed: str) -> float:
    """Characters that differ, at most: those inside the stretches that do."""
    codes = SequenceMatcher(None, printed, read_text, autojunk=False).get_opcodes()
    wrong = sum(max(b - a, d - c) for tag, a, b, c, d in codes if tag != "equal")
    return wrong / len(printed)


def seed_page() -> Page:
    if not SEED.exists():
        pytest.skip(f"no page at {SEED}")
    (page,) = read(SEED, OPTIONS)
    assert isinstance(page, Page)
    return page


def three_columns(page: Page) -> list[Printed]:
    """The page's articles below each other, each in three columns."""
    sheet: list[Printed] = []
    top = 50.0
    for article in page.articles:
        story = Story(
            article.kicker, article.headline, article.byline, tuple(article.text.split("\n"))
        )
        frame = Frame(40, top, 762, 3, gutter=16)
        printed = set_article(story, frame, Style(size=10.5, leading=1.5))
        sheet += printed
        top = PAGE[1] - min(piece.y for piece in printed) + 22
    return sheet


def same_articles(page: Page, seed: Page, most: float) -> None:
    assert [folded(a.headline) for a in page.articles] == [
        folded(a.headline) for a in seed.articles
    ]
    assert [a.byline for a in page.articles] == [a.byline for a in seed.articles]
    assert [a.event_date for a in page.articles] == [a.event_date for a in seed.articles]
    bodies = ["".join(folded(a.text) for a in p.articles) for p in (page, seed)]
    assert error_rate(*bodies) <= most


def test_the_seed_page_in_three_columns_reads_as_its_text(tmp_path: Path) -> None:
    seed = seed_page()
    path = draw(tmp_path / "page.pdf", [three_columns(seed)], shuffled=5)
    (page,) = read(path, OPTIONS)
    assert isinstance(page, Page)
    same_articles(page, seed, 0.005)
    assert [a.text.count("\n") for a in page.articles] == [
        a.text.count("\n") for a in seed.articles
    ]


@pytest.mark.slow
def test_the_seed_page_as_an_image_reads_as_its_text(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    seed = seed_page()
    path = draw(tmp_path / "page.pdf", [three_columns(seed)])
    with path.open("rb") as data, open_pdf(data) as file:
        image = file.image(1)
    if np.asarray(image.convert("L")).min() > 100:
        pytest.skip("no Chinese font is installed to draw an image with")
    image.save(tmp_path / "page.png")
    (page,) = read(tmp_path / "page.png", OPTIONS)
    assert isinstance(page, Page)
    same_articles(page, seed, 0.03)
    confidences = [box.confidence for article in page.articles for box in article.boxes]
    assert all(confidence is not None and 0.5 <= confidence <= 1 for confidence in confidences)


def a_picture() -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 255, (80, 60), dtype=np.uint8))


@pytest.mark.usefixtures("without_recognition")
def test_images_say_what_to_install(stories: Any, tmp_path: Path) -> None:
    picture = a_picture()
    for name in ("page.png", "page.jpg", "page.tiff"):
        picture.save(tmp_path / name)
    canvas = Canvas(str(tmp_path / "page.pdf"), pagesize=PAGE)
    canvas.drawImage(ImageReader(picture), 0, 0, *PAGE)
    canvas.save()
    files = list(discover([tmp_path]))
    assert len(files) == 4
    for file in files:
        assert isinstance(file, Path)
        (failure,) = read(file, OPTIONS)
        assert isinstance(failure, IngestFailure)
        assert "pip install 'newsdesk[ocr]'" in failure.reason


@pytest.mark.usefixtures("without_recognition")
def test_a_sheet_without_a_text_layer_costs_no_other(stories: Any, tmp_path: Path) -> None:
    draw(tmp_path / "page.pdf", [[]])  # registers the type
    path = tmp_path / "issue.pdf"
    canvas = Canvas(str(path), pagesize=PAGE)
    canvas.drawImage(ImageReader(a_picture()), 0, 0, *PAGE)
    canvas.showPage()
    for piece in set_article(stories[1], Frame(40, 60, 760, 3), Style()):
        canvas.setFont("STSong-Light", piece.size)
        canvas.drawString(piece.x, piece.y, piece.text)
    canvas.save()
    failure, page = read(path, OPTIONS)
    assert isinstance(failure, IngestFailure)
    assert failure.source == f"{path}#page=1"
    assert isinstance(page, Page)
    assert page.articles[0].headline == stories[1].headline


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "empty"), (b"\x89PNG\r\n\x1a\nnothing", "damaged"), (b"text", "damaged")],
)
def test_files_that_are_no_images_are_named(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "page.png"
    path.write_bytes(data)
    (failure,) = read(path, OPTIONS)
    assert isinstance(failure, IngestFailure)
    assert words in failure.reason


def test_an_image_too_large_is_named_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    Image.new("1", (10_000, 7_000)).save(path)
    (failure,) = read(path, OPTIONS)
    assert isinstance(failure, IngestFailure)
    assert "10,000 by 7,000" in failure.reason


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), kind=st.sampled_from(["PNG", "JPEG", "TIFF"]))
@pytest.mark.usefixtures("without_recognition")
def test_damaged_images_give_failures(tmp_path: Path, data: st.DataObject, kind: str) -> None:
    whole = io.BytesIO()
    a_picture().save(whole, kind)
    damaged = bytearray(whole.getvalue())
    for _ in range(data.draw(st.integers(1, 20))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "page.tiff"
    path.write_bytes(bytes(damaged[: data.draw(st.integers(0, len(damaged)))]))
    for found in read(path, OPTIONS):
        assert isinstance(found, IngestFailure)
        assert "\n" not in found.reason


def test_a_line_found_across_a_gutter_is_cut_where_a_column_begins() -> None:
    ink = np.zeros((40, 700), dtype=bool)
    ink[5:35, 20:300] = True
    ink[5:35, 340:640] = True
    spans = ocr.ink_spans(Box(10, 0, 690, 40), ink)
    assert spans == [(20.0, 300.0), (340.0, 640.0)]
    lefts = [20.0, 340.0]
    assert ocr.at_columns(spans, lefts, 30) == spans
    # White inside a column, and the last stroke of the line beside it.
    assert ocr.at_columns([(20.0, 100.0), (140.0, 300.0)], lefts, 30) == [(20.0, 300.0)]
    assert ocr.at_columns([(300.0, 310.0), (340.0, 640.0)], lefts, 30) == [(340.0, 640.0)]


def test_notes_say_how_many_lines_are_in_doubt() -> None:
    from rag.reading.printed_lines import PrintedLine
    from rag.reading.printed_page import Setting, read_printed

    text = (
        "老粮仓改成社区图书馆",
        "本报讯 青禾县把闲置多年的老粮仓改成",
        "了社区图书馆，藏书两万册，周末开到晚",
        "上九点。",
    )
    lines = tuple(
        PrintedLine(line, Box(10, 20 * i, 190, 20 * i + 10), 10, 0.0, len(line), None, confidence)
        for i, (line, confidence) in enumerate(zip(text, (0.9, 0.95, 0.6, 0.99), strict=True))
    )
    setting = Setting(lines, 1, tuple(Box(0, 0, 1, 1) for _ in lines))
    page = read_printed(setting, "image", "/scan.png", "scan.png", OPTIONS)
    (article,) = page.articles
    assert article.notes == ("1 of its 3 lines were recognised with low confidence",)
    (doubtful,) = [box for box in article.boxes if box.confidence == 0.6]
    assert article.text[doubtful.start : doubtful.end] == "了社区图书馆，藏书两万册，周末开到晚"
