"""Sheets of PDF and image files as images, to be looked at."""

from io import BytesIO
from pathlib import Path

from rag.errors import ReadingError
from rag.reading.pdf_pages import open_pdf
from rag.reading.scan import scan_image

_PDF = b"%PDF-"


def sheet_png(path: Path, number: int, width: int) -> bytes:
    """A sheet as a PNG image. number: from 1. width: in pixels; of a scan, no more than it has.

    Raises ReadingError for a file that is neither PDF nor image, a damaged one, and a sheet that it
    doesn't have; OSError for one that can't be opened.
    """
    with path.open("rb") as data:
        is_pdf = data.read(len(_PDF)) == _PDF
        data.seek(0)
        if is_pdf:
            with open_pdf(data) as file:
                if not 1 <= number <= len(file):
                    raise ReadingError(f"it has {len(file)} pages, and none numbered {number}")
                image = file.image(number, width)
        else:
            image = scan_image(data, number)
            image.thumbnail((width, image.height))
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()
