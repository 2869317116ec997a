"""Scanned pages are set upright and level, and boxes stay where the scan shows them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rag.reading.boxes import Box
from rag.reading.levelling import Levelled, levelled
from rag.reading.ocr import FoundLine, recognise
from rag.reading.pdf_pages import open_pdf
from tests.reading.press import Printed, draw

LINES = (
    "青禾县首条乡村公交环线日前开通，连接九个村庄",
    "公交公司负责人说，环线方便了三千名村民进城，",
    "班车每天发十四班，票价一元，老人免费乘坐车辆",
    "县里今年还将开通两条环线，全部用新能源的客车",
)
SHEET = (300.0, 200.0)


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Image.Image:
    pytest.importorskip("rapidocr")
    printed = [Printed(line, 30, 150 - 20 * row, 10) for row, line in enumerate(LINES)]
    path = draw(tmp_path_factory.mktemp("scan") / "page.pdf", [printed], page=SHEET)
    with path.open("rb") as data, open_pdf(data) as file:
        image = file.image(1)
    if np.asarray(image.convert("L")).min() > 100:
        pytest.skip("no Chinese font is installed to draw an image with")
    return image


@pytest.mark.slow
@pytest.mark.parametrize(
    ("laid", "turns", "angle"),
    [
        (lambda image: image, 0, 0.0),
        (lambda image: image.rotate(180), 2, 0.0),
        (lambda image: image.rotate(90, expand=True), 1, 0.0),
        (lambda image: image.rotate(-90, expand=True), 3, 0.0),
        (lambda image: image.rotate(2, Image.Resampling.BICUBIC, True, fillcolor="white"), 0, 2.0),
    ],
)
def test_a_page_is_read_however_it_was_laid(
    scan: Image.Image, laid: Callable[[Image.Image], Image.Image], turns: int, angle: float
) -> None:
    page = levelled(laid(scan))
    assert page.turns == turns
    assert page.angle == pytest.approx(angle, abs=0.3)
    pieces = sorted(recognise(page.image), key=lambda piece: piece.box.top)
    assert [len(piece.text) for piece in pieces] == [len(line) for line in LINES]
    assert pieces[0].text[:10] == LINES[0][:10]


@given(
    st.integers(0, 3),
    st.floats(-5, 5),
    st.tuples(st.floats(0.2, 0.5), st.floats(0.2, 0.5)),
)
def test_a_box_is_shown_where_the_scan_has_it(
    turns: int, angle: float, place: tuple[float, float]
) -> None:
    """The box of a dark square, found on the level image, holds the square of the scan."""
    scan = Image.new("L", (200, 140), 255)
    x, y = int(place[0] * 200), int(place[1] * 140)
    scan.paste(0, (x, y, x + 20, y + 10))
    turned = scan.rotate(-90 * turns, expand=True)
    level = turned.rotate(-angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    rows, columns = np.nonzero(np.asarray(level) < 128)
    box = Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    shown = Levelled(level, 200, 140, turns, angle).shown(box)
    slack = 0.02
    assert shown.left <= x / 200 + slack
    assert shown.right >= (x + 20) / 200 - slack
    assert shown.top <= y / 140 + slack
    assert shown.bottom >= (y + 10) / 140 - slack
    assert shown.right - shown.left <= 30 / 200
    assert shown.bottom - shown.top <= 20 / 140


def test_a_lines_angle_is_that_of_its_longer_side() -> None:
    line = FoundLine(((0, 0), (100, 2), (99, 12), (-1, 10)))
    assert not line.sideways
    assert line.angle == pytest.approx(1.146, abs=0.01)
    upright = FoundLine(((0, 0), (10, -1), (12, 99), (2, 100)))
    assert upright.sideways
    assert upright.angle == pytest.approx(-1.146, abs=0.01)


@pytest.mark.parametrize(("mode", "kind"), [("1", "png"), ("P", "png"), ("I;16", "png")])
def test_images_of_any_depth_are_seen(tmp_path: Path, mode: str, kind: str) -> None:
    from rag.reading.scan import _frame, _opened

    shades = np.tile(np.linspace(0, 65535, 60, dtype=np.uint16), (40, 1))
    image = Image.fromarray(shades)
    if mode != "I;16":
        image = Image.fromarray((shades >> 8).astype(np.uint8)).convert(mode)
    image.save(tmp_path / f"page.{kind}")
    with (tmp_path / f"page.{kind}").open("rb") as data:
        seen = np.asarray(_frame(_opened(data)[0], 1))
    assert seen[0, 0].max() < 30
    assert seen[0, -1].min() > 225
