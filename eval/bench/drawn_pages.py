"""Made-up newspaper pages as PDF files, with a text layer or scanned, and as images."""

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from reportlab.pdfgen.canvas import Canvas

Told = tuple[str, Sequence[str], date]
"""A headline, paragraphs and a day."""

_FONT = "STSong-Light"
_EDGE = 30.0
_GUTTER = 12.0
_TYPE, _HEADLINE = 10.0, 17.0
_LEADING = 1.6
_SHADES_OF_NOISE = 6.0


@dataclass(frozen=True, slots=True)
class Layout:
    """columns: of each article. shuffled: whether lines are drawn in another order than they are
    read in. sheet: its width and height in points."""

    columns: int = 1
    shuffled: bool = False
    sheet: tuple[float, float] = (420.0, 595.0)


LAYOUTS = (Layout(1), Layout(2), Layout(3), Layout(2, shuffled=True), Layout(3, shuffled=True))


def pdf(pages: Sequence[Sequence[Told]], layout: Layout, password: str = "") -> bytes:
    """A PDF file with a text layer, a page for each sequence of articles. password: locks it."""
    from reportlab.lib.pdfencrypt import StandardEncryption  # heavy: loaded on first use
    from reportlab.pdfbase import pdfmetrics  # heavy: loaded on first use
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # heavy: loaded on first use
    from reportlab.pdfgen.canvas import Canvas  # heavy: loaded on first use

    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    stream = io.BytesIO()
    locked = StandardEncryption(password, canPrint=0) if password else None
    canvas = Canvas(stream, pagesize=layout.sheet, encrypt=locked, invariant=1)
    for articles in pages:
        _draw(canvas, articles, layout)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def images(data: bytes, dots: int, seed: int) -> list["Image"]:
    """The pages of a PDF file as a scanner gives them, with that many dots an inch: grey paper, and
    noise. Shades of grey."""
    import numpy as np  # heavy: loaded on first use
    import pypdfium2  # heavy: loaded on first use
    from PIL import Image  # heavy: loaded on first use

    chance = np.random.default_rng(seed)
    document = pypdfium2.PdfDocument(data)
    scanned = []
    try:
        for page in document:
            shades = np.asarray(page.render(scale=dots / 72, grayscale=True).to_pil(), dtype=float)
            noisy = shades * 0.85 + 20 + chance.normal(0, _SHADES_OF_NOISE, shades.shape)
            scanned.append(Image.fromarray(noisy.clip(0, 255).astype(np.uint8)))
    finally:
        document.close()
    return scanned


def saved(pages: Sequence["Image"], kind: str, dots: int) -> bytes:
    """Images as a file: PNG and JPEG hold the first, TIFF and PDF all of them."""
    stream = io.BytesIO()
    more = {"save_all": True, "append_images": pages[1:]} if kind in ("TIFF", "PDF") else {}
    if kind == "TIFF":
        more["compression"] = "tiff_lzw"
    pages[0].save(stream, kind, dpi=(dots, dots), **more)
    return stream.getvalue()


def _draw(canvas: "Canvas", articles: Sequence[Told], layout: Layout) -> None:
    """A sheet: its head, and the articles below each other."""
    day = articles[0][2]
    head = f"白榆日报　{day.year}年{day.month}月{day.day}日　第1版"
    lines = [(head, _EDGE, layout.sheet[1] - _EDGE, _TYPE)]
    y = layout.sheet[1] - _EDGE - 2 * _TYPE
    width = (layout.sheet[0] - 2 * _EDGE - _GUTTER * (layout.columns - 1)) / layout.columns
    for headline, paragraphs, _ in articles:
        y -= 1.6 * _HEADLINE
        lines.append((headline, _EDGE, y, _HEADLINE))
        told = [
            line
            for number, paragraph in enumerate(paragraphs)
            for line in _wrapped(("　　本报讯 " if number == 0 else "　　") + paragraph, width)
        ]
        rows = -(-len(told) // layout.columns)
        for number, line in enumerate(told):
            column, row = divmod(number, rows)
            x = _EDGE + column * (width + _GUTTER)
            lines.append((line, x, y - (row + 1.6) * _TYPE * _LEADING, _TYPE))
        y -= (rows + 1.6) * _TYPE * _LEADING
    if layout.shuffled:
        random.Random(headline).shuffle(lines)
    for text, x, height, size in lines:
        canvas.setFont(_FONT, size)
        canvas.drawString(x, height, text)


def _wrapped(paragraph: str, width: float) -> list[str]:
    """Lines of at most that width, Latin letters and figures half as wide as 汉字."""
    lines, line, used = [], "", 0.0
    for character in paragraph:
        wide = _TYPE * (1.0 if ord(character) > 0xFF else 0.5)
        if used + wide > width and character not in "，。、":
            lines.append(line)
            line, used = "", 0.0
        line += character
        used += wide
    return [*lines, line]
