"""Images of pages, from scanners and from PDF files without a text layer, to pages."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import SEEK_END
from typing import TYPE_CHECKING, BinaryIO

from rag.errors import ReadingError
from rag.intake_types import IngestFailure
from rag.reading.file import SourceFile
from rag.reading.ocr import recognise
from rag.reading.options import ReadOptions
from rag.reading.printed_lines import lines_in_order
from rag.reading.printed_page import Setting, on_page, read_printed
from rag.types import Page

if TYPE_CHECKING:  # heavy: only its types are needed here
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

_FORMATS = ("PNG", "JPEG", "TIFF")
_MOST_PIXELS = 60_000_000

_OPEN_FILE = re.compile(r"\s*<_io\.[^>]*>")


def read_scan(source: SourceFile, options: ReadOptions) -> Iterator[Page | IngestFailure]:
    """The pages of an image file: one, or a TIFF file's many, one read at a time.

    Raises ReadingError for a file that is no image or a damaged one.
    """
    with source.open() as data:
        file, count = _opened(data)
        with file:
            for number in range(1, count + 1):
                place = f"{source.origin}#page={number}" if count > 1 else source.origin
                try:
                    setting = recognised_setting(_frame(file, number), number)
                    yield read_printed(setting, "image", place, source.name, options)
                except ReadingError as error:
                    yield IngestFailure(place, str(error))


def scan_image(data: BinaryIO, number: int) -> "Image":
    """One image of a file, upright and in colours. number: from 1. Raises ReadingError."""
    file, count = _opened(data)
    with file:
        if not 1 <= number <= count:
            raise ReadingError(f"it has {count} images, and none with the number {number}")
        return _frame(file, number)


def _opened(data: BinaryIO) -> tuple["ImageFile", int]:
    """An image file, and how many images it holds; of other types than TIFF, the first counts."""
    from PIL import Image  # heavy: loaded on first use

    if data.seek(0, SEEK_END) == 0:
        raise ReadingError("the file is empty; give an image of a page")
    data.seek(0)
    with _decoding("it is no image, or a damaged one"):
        file = Image.open(data, formats=_FORMATS)
        count = int(getattr(file, "n_frames", 1)) if file.format == "TIFF" else 1
        return file, count


def _frame(file: "ImageFile", number: int) -> "Image":
    """One image of a file, upright and in colours."""
    from PIL import Image, ImageOps  # heavy: loaded on first use

    with _decoding("the image is damaged"):
        file.seek(number - 1)
        if file.width * file.height > _MOST_PIXELS:
            raise ReadingError(
                f"the image has {file.width:,} by {file.height:,} pixels, more than"
                f" {_MOST_PIXELS:,} in all; scan it with 200 to 300 dpi"
            )
        image = ImageOps.exif_transpose(file)
        if not image.has_transparency_data:
            return image.convert("RGB")
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image.convert("RGBA")).convert("RGB")


@contextmanager
def _decoding(trouble: str) -> Iterator[None]:
    """Decoders raise nearly anything over damaged bytes; all of it is a ReadingError here. What
    they warn of, such as an image's size, is looked at before it is decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (ReadingError, MemoryError):
        raise
    except Exception as error:
        # A decoder names the open file, as Python shows it; the failure names it already.
        said = _OPEN_FILE.sub("", str(error))
        raise ReadingError(f"{trouble} ({said}); scan it again, or save it as PNG") from error


def recognised_setting(image: "Image", number: int) -> Setting:
    """The lines that an image of a page shows. number: of the page in its file, from 1. Raises
    ReadingError as `recognise` does, and where it shows no text."""
    pieces = recognise(image)
    if not pieces:
        raise ReadingError("no text is recognised on it; give a sharper scan, of 200 dpi or more")
    lines = tuple(lines_in_order(pieces, image.height))
    shown = tuple(on_page(line.box, 0, image.width, image.height) for line in lines)
    return Setting(lines, number, shown)
