"""Whatever bytes a file holds, reading gives pages and failures, and never an error."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from rag.intake_types import IngestFailure
from rag.reading.reader import FORMATS, read
from rag.types import Page
from tests.reading.files import (
    BUS,
    HTML,
    MARKDOWN,
    OPTIONS,
    check_map,
    word_file,
    zip_file,
)
from tests.reading.press import SONG


def image_file(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.linear_gradient("L").save(stream, kind)
    return stream.getvalue()


def pdf_file() -> bytes:
    stream = io.BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    canvas = Canvas(stream, pageCompression=0, invariant=1)
    canvas.setFont(SONG, 18)
    canvas.drawString(40, 700, "乡村公交开通")
    canvas.setFont(SONG, 10)
    for row in range(3):
        canvas.drawString(40, 660 - 16 * row, BUS[40 * row : 40 * row + 40])
    canvas.save()
    return stream.getvalue()


SUFFIXES = [suffix for format in FORMATS for suffix in format.suffixes]
WORD = word_file(("Heading 1", "乡村公交开通"), ("", BUS))
WHOLE = [
    MARKDOWN.encode(),
    HTML.encode(),
    f"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n{HTML}".encode(),
    WORD,
    zip_file({"a.md": MARKDOWN, "b.html": HTML, "c.docx": WORD}),
    json.dumps({"id": 1, "headline": "公交", "text": BUS, "date": "2020-12-24"}).encode(),
    (
        '<?xml version="1.0"?><rss version="2.0"><channel><item><title>公交</title>'
        f"<pubDate>2020年12月24日</pubDate><description>{BUS * 9}</description></item></channel>"
        "</rss>"
    ).encode(),
    *(image_file(kind) for kind in ("PNG", "JPEG", "TIFF")),
    pdf_file(),
]
Edits = list[tuple[int, int, bytes]]


def check(path: Path) -> None:
    for result in read(path, OPTIONS):
        if isinstance(result, Page):
            check_map(result)
        else:
            assert isinstance(result, IngestFailure)
            assert "\n" not in result.reason


def edited(data: bytes, edits: Sequence[tuple[int, int, bytes]]) -> bytes:
    for at, length, new in edits:
        at %= len(data) + 1
        data = data[:at] + new + data[at + length :]
    return data


@pytest.mark.slow
@pytest.mark.usefixtures("without_recognition")
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(SUFFIXES), st.binary(max_size=400))
def test_any_bytes_under_any_name(tmp_path: Path, suffix: str, data: bytes) -> None:
    path = tmp_path / f"any{suffix}"
    path.write_bytes(data)
    check(path)


@pytest.mark.slow
@pytest.mark.usefixtures("without_recognition")
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(SUFFIXES),
    st.sampled_from(WHOLE),
    st.lists(
        st.tuples(st.integers(0, 60_000), st.integers(0, 200), st.binary(max_size=8)), max_size=6
    ),
)
def test_whole_files_damaged_anywhere(
    tmp_path: Path, suffix: str, data: bytes, edits: Edits
) -> None:
    path = tmp_path / f"any{suffix}"
    path.write_bytes(edited(data, edits))
    check(path)
