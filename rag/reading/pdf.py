"""PDF files to pages, one newspaper page a sheet."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.errors import ReadingError
from rag.intake_types import IngestFailure
from rag.reading.boxes import Glyph, turned
from rag.reading.file import SourceFile
from rag.reading.garbled import is_garbled
from rag.reading.options import ReadOptions
from rag.reading.pdf_pages import PdfFile, Sheet, open_pdf
from rag.reading.pieces import pieces_of, reads_downwards
from rag.reading.printed_lines import lines_in_order
from rag.reading.printed_page import Setting, on_page, read_printed
from rag.reading.scan import recognised_setting
from rag.types import Page

# With fewer characters beside a picture, or with a larger share of them that stand for nothing
# known, a sheet is an image.
_LEAST_GLYPHS = 20
_MOST_UNMAPPED = 0.3
_GARBLED = "its fonts don't say which characters they print"


def read_pdf(source: SourceFile, options: ReadOptions) -> Iterator[Page | IngestFailure]:
    """The pages of a PDF file, one sheet read at a time; a damaged sheet costs no other.

    A sheet without a text layer is recognised as an image. Blank sheets are passed over. Raises
    ReadingError for a file that is encrypted, damaged, or has nothing on its sheets.
    """
    with source.open() as data, open_pdf(data) as file:
        blank = True
        for number in range(1, len(file) + 1):
            place = f"{source.origin}#page={number}"
            try:
                sheet = file.sheet(number)
                if not sheet.drawn:
                    continue
                blank = False
                yield read_printed(_setting(file, sheet), "pdf", place, source.name, options)
            except ReadingError as error:
                blank = False
                yield IngestFailure(place, str(error))
    if blank:
        raise ReadingError("its pages are blank; give a PDF file with text or images on them")


def _setting(file: PdfFile, sheet: Sheet) -> Setting:
    if _is_image(sheet):
        return recognised_setting(file.image(sheet.number), sheet.number)
    if is_garbled(glyph.text for glyph in sheet.glyphs):
        return _recognised_instead(file, sheet)
    width, height, turns = sheet.width, sheet.height, sheet.angle
    glyphs: Sequence[Glyph] = sheet.glyphs
    if reads_downwards(glyphs):
        # Lines from top to bottom, the first at the right, are level after three quarter turns.
        glyphs = [replace(glyph, box=turned(glyph.box, 3, width, height)) for glyph in glyphs]
        width, height, turns = height, width, turns + 1
    lines = tuple(lines_in_order(pieces_of(glyphs), height))
    shown = tuple(on_page(line.box, turns, width, height) for line in lines)
    return Setting(lines, sheet.number, shown, _notes(sheet))


def _recognised_instead(file: PdfFile, sheet: Sheet) -> Setting:
    """A sheet read as an image, since its text layer is no text."""
    try:
        setting = recognised_setting(file.image(sheet.number), sheet.number)
    except ReadingError as error:
        raise ReadingError(f"{_GARBLED}, and as an image it can't be read: {error}") from None
    return replace(setting, notes=(f"{_GARBLED}; its page was read as an image",))


def _is_image(sheet: Sheet) -> bool:
    count = len(sheet.glyphs)
    if sheet.unmapped > _MOST_UNMAPPED * count:
        return True
    return not count or (count < _LEAST_GLYPHS and sheet.pictures)


def _notes(sheet: Sheet) -> tuple[str, ...]:
    if not sheet.turned:
        return ()
    return (f"{sheet.turned} characters of its page, set at another angle, were not read",)
