"""The pages of a PDF file, one at a time: their characters with boxes, or an image of them."""

import ctypes
import math
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import SEEK_END
from threading import RLock
from typing import TYPE_CHECKING, Any, BinaryIO

from rag.errors import ReadingError
from rag.reading.boxes import Box, Glyph, turned

if TYPE_CHECKING:  # heavy: only its types are needed here
    from PIL.Image import Image

# PDFium may be called from one thread at a time.
_PDFIUM = RLock()
_PASSWORD = 4
_MOST_GLYPHS = 200_000
# An image for character recognition: 200 dots an inch, within bounds of memory.
_SCALE = 200 / 72
_MOST_PIXELS = 40_000_000
_LINE_ANGLE = math.radians(5)
_UPRIGHT = 0.8
_NESTED = 4


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a PDF file, set so that its lines are level. glyphs: those of its text layer, in
    no order, without white space. unmapped: how many of them the file names no character for.
    turned: how many characters it leaves out since they are set at another angle than the rest.
    angle: of its lines on the page as it is shown, in quarter turns clockwise. pictures: whether it
    has images. drawn: whether anything is on it."""

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    unmapped: int
    turned: int
    angle: int
    pictures: bool
    drawn: bool


class PdfFile:
    """An open PDF file. Not more than one of its pages is in memory at a time."""

    def __init__(self, document: Any) -> None:
        self._document = document

    def __len__(self) -> int:
        with _PDFIUM:
            return len(self._document)

    def sheet(self, number: int) -> Sheet:
        """The page with this number, from 1. Raises ReadingError where it is damaged."""
        with self._page(number) as page:
            return _sheet(page, number)

    def image(self, number: int, pixels: int | None = None) -> "Image":
        """The page as an image, so many pixels wide, or of 200 dots an inch; less where it is very
        large. Raises ReadingError where it is damaged."""
        with self._page(number) as page:
            width, height = page.get_size()
            wanted = _SCALE if pixels is None else pixels / max(width, 1.0)
            scale = min(wanted, math.sqrt(_MOST_PIXELS / max(width * height, 1.0)))
            bitmap = page.render(scale=scale)
            try:
                return bitmap.to_pil().convert("RGB")  # type: ignore[no-any-return]
            finally:
                bitmap.close()

    @contextmanager
    def _page(self, number: int) -> Iterator[Any]:
        import pypdfium2  # heavy: loaded on first use

        with _PDFIUM:
            try:
                page = self._document[number - 1]
            except (pypdfium2.PdfiumError, IndexError) as error:
                raise ReadingError(f"the page is damaged ({error}); {_ADVICE}") from None
            try:
                yield page
            finally:
                page.close()


_ADVICE = "open the file in a viewer and save it anew, or give its text"


@contextmanager
def open_pdf(data: BinaryIO) -> Iterator[PdfFile]:
    """A PDF file from its bytes, which are read as they are needed.

    Raises ReadingError for one that is encrypted, damaged or no PDF file.
    """
    import pypdfium2  # heavy: loaded on first use

    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise ReadingError(_why(data, getattr(error, "err_code", None))) from None
    try:
        yield PdfFile(document)
    finally:
        with _PDFIUM:
            document.close()


def _why(data: BinaryIO, code: int | None) -> str:
    if code == _PASSWORD:
        return "it is encrypted; save it without a password and give it again"
    if data.seek(0, SEEK_END) == 0:
        return "the file is empty; give a PDF file with pages"
    return f"it is no PDF file, or a damaged one; {_ADVICE}"


def _sheet(page: Any, number: int) -> Sheet:
    import pypdfium2.raw as pdfium  # heavy: loaded on first use

    frame = _Frame(page)
    if min(frame.size(0)) < 1:
        raise ReadingError(f"the page has no size; {_ADVICE}")
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > _MOST_GLYPHS:
            raise ReadingError(
                f"the page holds {count:,} characters, more than the {_MOST_GLYPHS:,} of any"
                " newspaper page; split it"
            )
        found = list(_characters(text, count, frame))
    finally:
        text.close()
    angle = _usual_angle(found)
    kept = [one for one in found if one.angle == angle]
    glyphs = tuple(
        Glyph(one.text, frame.upright(one.box, angle), one.size)
        for one in kept
        if frame.holds(one.box)
    )
    width, height = frame.size(angle)
    return Sheet(
        number,
        width,
        height,
        glyphs,
        sum(one.unmapped for one in kept),
        len(found) - len(kept),
        angle,
        any(page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=_NESTED)),
        bool(found) or pdfium.FPDFPage_CountObjects(page) > 0,
    )


@dataclass(frozen=True, slots=True)
class _Character:
    """box: on the page as it is shown. angle: of its line there, in quarter turns clockwise; -1
    for one that is no quarter."""

    text: str
    box: Box
    size: float
    angle: int
    unmapped: bool


class _Frame:
    """The visible part of a page, which a file may shift and turn."""

    def __init__(self, page: Any) -> None:
        left, bottom, right, top = page.get_bbox()
        self._left, self._bottom, self._right, self._top = left, bottom, right, top
        self._turns = int(page.get_rotation()) // 90 % 4

    def place(self, left: float, right: float, bottom: float, top: float) -> Box:
        """A box of the file's own, counted from the top left corner of the page as it is shown."""
        box = Box(left - self._left, self._top - top, right - self._left, self._top - bottom)
        return turned(box, self._turns, self._right - self._left, self._top - self._bottom)

    def angle(self, radians: float) -> int:
        """A character's angle in quarter turns clockwise on the page as it is shown; -1 for one
        that is no quarter."""
        quarters = -radians / (math.pi / 2)
        nearest = round(quarters)
        if abs(quarters - nearest) * (math.pi / 2) > _LINE_ANGLE:
            return -1
        return (nearest + self._turns) % 4

    def holds(self, box: Box) -> bool:
        """Whether a box's middle is on the page."""
        width, height = self.size(0)
        x, y = (box.left + box.right) / 2, box.middle
        return 0 <= x <= width and 0 <= y <= height

    def upright(self, box: Box, angle: int) -> Box:
        """The box on the page set so that lines at this angle are level."""
        return turned(box, -angle % 4, *self.size(0))

    def size(self, angle: int) -> tuple[float, float]:
        """Width and height of the page set so that lines at this angle are level."""
        size = (self._right - self._left, self._top - self._bottom)
        return size if (self._turns + angle) % 2 == 0 else size[::-1]


def _characters(text: Any, count: int, frame: _Frame) -> Iterator[_Character]:
    import pypdfium2.raw as pdfium  # heavy: loaded on first use

    bounds = pdfium.FS_RECTF()
    matrix = pdfium.FS_MATRIX()
    for i in range(count):
        code = pdfium.FPDFText_GetUnicode(text, i)
        if code <= 32 or pdfium.FPDFText_IsGenerated(text, i) == 1:
            continue
        printed = _printed(code)
        if not printed.strip():
            continue
        if not pdfium.FPDFText_GetLooseCharBox(text, i, ctypes.byref(bounds)):
            continue
        box = frame.place(bounds.left, bounds.right, bounds.bottom, bounds.top)
        size = pdfium.FPDFText_GetFontSize(text, i)
        if pdfium.FPDFText_GetMatrix(text, i, ctypes.byref(matrix)):
            size *= math.hypot(matrix.c, matrix.d)
        if not _usable(box, size):
            continue
        angle = frame.angle(pdfium.FPDFText_GetCharAngle(text, i))
        unmapped = pdfium.FPDFText_HasUnicodeMapError(text, i) == 1 or _is_private(code)
        yield _Character(printed, box, size, angle, unmapped)


def _printed(code: int) -> str:
    """The character that a code stands for. Files often name radicals of the same form (U+2F00 and
    after) for 汉字."""
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return "\ufffd"
    character = chr(code)
    if "\u2e80" <= character <= "\u2fdf" or "\ufb00" <= character <= "\ufb06":
        return unicodedata.normalize("NFKC", character)
    return "" if unicodedata.category(character) in ("Cc", "Cf", "Cn") else character


def _is_private(code: int) -> bool:
    return code == 0xFFFD or 0xE000 <= code <= 0xF8FF


def _usable(box: Box, size: float) -> bool:
    values = (box.left, box.top, box.right, box.bottom, size)
    return all(math.isfinite(value) for value in values) and size > 0.5 and box.height > 0


def _usual_angle(found: list[_Character]) -> int:
    """The angle of most characters; 0 where no angle is that of most."""
    counts = [sum(one.angle == angle for one in found) for angle in range(4)]
    most = max(range(4), key=lambda angle: counts[angle])
    return most if counts[most] >= _UPRIGHT * len(found) else 0
