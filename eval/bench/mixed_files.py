"""A folder of made-up files in every format that newsdesk reads, whole ones and broken ones."""

from dataclasses import dataclass, replace
from pathlib import Path

from eval.bench.broken_files import broken_files
from eval.bench.drawn_pages import LAYOUTS, images, pdf, saved
from eval.bench.made_files import FORMATS, Writer

_DOTS = 150
# Type of file, its name in the imaging library, and sheets.
_SCANS = (
    (".png", "PNG", 1),
    (".jpg", "JPEG", 1),
    (".tif", "TIFF", 1),
    (".pdf", "PDF", 1),
    (".tiff", "TIFF", 2),
    (".pdf", "PDF", 2),
)


@dataclass(frozen=True, slots=True)
class Mixed:
    """Made files. pages: how many sheets and articles the whole ones give, of those in `texts` and
    of those in `scans`; the bad ones are in `bad`, and give none."""

    texts: Path
    scans: Path
    bad: Path
    pages: int
    scanned: int
    ways: int


def write_mixed(folder: Path, files: int, bad: int, scans: int, seed: int = 0) -> Mixed:
    """Files of every format in turn, `scans` of them images, `bad` of them unreadable, each in its
    own way as far as the ways reach. The folder is made."""
    writer = Writer(seed)
    made = Mixed(folder / "texts", folder / "scans", folder / "bad", 0, 0, 0)
    pages = scanned = 0
    for number in range(files - bad - scans):
        suffix, make = list(FORMATS.items())[number % len(FORMATS)]
        path = made.texts / f"{number % 20:02}" / f"{number:05}{suffix.partition(' ')[0]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make(*writer.story()))
        pages += 1
    made.scans.mkdir(parents=True)
    for number in range(scans):
        suffix, kind, sheets = _SCANS[number % len(_SCANS)]
        layout = LAYOUTS[number % 2]
        printed = pdf([[writer.story()] for _ in range(sheets)], layout)
        data = saved(images(printed, _DOTS, number), kind, _DOTS)
        (made.scans / f"{number:03}{suffix}").write_bytes(data)
        scanned += sheets
    made.bad.mkdir()
    ways = broken_files(writer)
    for number in range(bad):
        name, data = ways[number % len(ways)]
        (made.bad / f"{number:03}-{name}").write_bytes(data)
    return replace(made, pages=pages, scanned=scanned, ways=len(ways))
