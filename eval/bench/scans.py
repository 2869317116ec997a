"""How well scanned pages are read, laid straight and askew, and what that costs.

    python -m eval.bench.scans PAGE.txt [--only straight --only "on its head"]

The page's articles are set in three columns, drawn, and drawn again as a scanner gives them: on
grey paper with noise, saved as JPEG, turned. Each image is read, and its text is held against the
page's own. Needs `newsdesk[ocr,dev]` and a Chinese font.
"""

import io
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

from eval.bench.command import ends_in_one_line, parser
from eval.bench.drawn_pages import Layout, images, pdf
from eval.bench.memory import forget_peak, peak_mib
from eval.bench.tables import head, row
from rag.errors import UsageError
from rag.intake_types import IngestFailure
from rag.reading.options import ReadOptions
from rag.reading.reader import read
from rag.types import Page

if TYPE_CHECKING:  # heavy: only its types are needed here
    from PIL.Image import Image

_LAYOUT = Layout(3, sheet=(842.0, 1191.0))
_QUALITY = 40  # of JPEG


@dataclass(frozen=True, slots=True)
class Laid:
    """How a page was scanned. degrees: it is turned by, counterclockwise."""

    name: str
    degrees: float = 0.0
    dots: int = 200


LAID = (
    Laid("straight"),
    Laid("askew by 1 degree", 1.0),
    Laid("askew by -2 degrees", -2.0),
    Laid("on its head", 180.0),
    Laid("on its side", 90.0),
    Laid("on its other side, askew by 2 degrees", 272.0),
    Laid("with 150 dots an inch", dots=150),
    Laid("with 150 dots an inch, on its head, askew by 1.5 degrees", 181.5, 150),
)


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.scans", __doc__)
    asked.add_argument("page", type=Path, help="a page as text")
    names = [laid.name for laid in LAID]
    asked.add_argument("--only", action="append", choices=names, help="this way of lying")
    arguments = asked.parse_args()
    with ends_in_one_line("scans"):
        page = _read(arguments.page)
        chosen = [laid for laid in LAID if not arguments.only or laid.name in arguments.only]
        columns = ["laid", "wrong characters", "of", "headlines", "CPU s", "peak, MiB"]
        print(head(columns))
        for laid in chosen:
            print(row([laid.name, *_measured(page, laid)]), flush=True)


def _measured(page: Page, laid: Laid) -> list[str]:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "scan.jpg"
        path.write_bytes(_scan(page, laid))
        forget_peak()
        begun = time.process_time()
        found = _read(path)
        seconds = time.process_time() - begun
    printed, seen = _text(page), _text(found)
    codes = SequenceMatcher(None, printed, seen, autojunk=False).get_opcodes()
    wrong = sum(max(b - a, d - c) for tag, a, b, c, d in codes if tag != "equal")
    headlines = [_folded(article.headline) for article in found.articles]
    kept = sum(_folded(article.headline) in headlines for article in page.articles)
    return [
        str(wrong),
        str(len(printed)),
        f"{kept} of {len(page.articles)}",
        f"{seconds:.1f}",
        f"{peak_mib():.0f}",
    ]


def _scan(page: Page, laid: Laid) -> bytes:
    from PIL.Image import Resampling  # heavy: loaded on first use

    told = [
        (article.headline, article.text.split("\n"), page.issue_date or date(2021, 1, 1))
        for article in page.articles
    ]
    (image,) = images(pdf([told], _LAYOUT), laid.dots, 0)
    turned: Image = image.rotate(laid.degrees, Resampling.BICUBIC, expand=True, fillcolor=235)
    stream = io.BytesIO()
    turned.save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()


def _read(path: Path) -> Page:
    (found,) = read(path, ReadOptions())
    if isinstance(found, IngestFailure):
        raise UsageError(f"{path}: {found.reason}")
    return found


def _text(page: Page) -> str:
    return "".join(_folded(article.text) for article in page.articles)


def _folded(text: str) -> str:
    return "".join(text.split())


if __name__ == "__main__":
    main()
