"""Sheets of files as images to look at."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from rag.errors import ReadingError
from rag.reading.sheets import sheet_png
from tests.reading.press import draw


def size_of(png: bytes) -> tuple[int, int]:
    return Image.open(BytesIO(png), formats=["PNG"]).size


def test_a_sheet_of_a_pdf_file_is_as_wide_as_asked(tmp_path: Path) -> None:
    path = draw(tmp_path / "two.pdf", [[], []], page=(400.0, 600.0))
    assert size_of(sheet_png(path, 2, 200)) == (200, 300)
    assert size_of(sheet_png(path, 1, 1000)) == (1000, 1500)
    for number in (0, 3):
        with pytest.raises(ReadingError, match="none numbered"):
            sheet_png(path, number, 200)


def test_a_scan_is_never_made_larger(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    Image.new("L", (300, 400), 255).save(path)
    assert size_of(sheet_png(path, 1, 150)) == (150, 200)
    assert size_of(sheet_png(path, 1, 2000)) == (300, 400)
    with pytest.raises(ReadingError, match="none with the number 2"):
        sheet_png(path, 2, 150)


def test_each_image_of_a_tiff_file_is_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    pages = [Image.new("L", (300, 400), shade) for shade in (255, 0)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    second = Image.open(BytesIO(sheet_png(path, 2, 300)))
    assert second.convert("L").getpixel((9, 9)) == 0


def test_what_is_neither_is_refused(tmp_path: Path) -> None:
    for name, data in (("a.txt", b"text"), ("b.pdf", b"%PDF-1.7 broken"), ("c.png", b"")):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(ReadingError):
            sheet_png(path, 1, 100)
    with pytest.raises(OSError, match="gone"):
        sheet_png(tmp_path / "gone.pdf", 1, 100)
