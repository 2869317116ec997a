"""Whatever bytes a file holds, reading gives pages and failures, and never an error."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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

SUFFIXES = [suffix for format in FORMATS for suffix in format.suffixes]
WORD = word_file(("Heading 1", "乡村公交开通"), ("", BUS))
WHOLE = [
    MARKDOWN.encode(),
    HTML.encode(),
    f"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n{HTML}".encode(),
    WORD,
    zip_file({"a.md": MARKDOWN, "b.html": HTML, "c.docx": WORD}),
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
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(SUFFIXES), st.binary(max_size=400))
def test_any_bytes_under_any_name(tmp_path: Path, suffix: str, data: bytes) -> None:
    path = tmp_path / f"any{suffix}"
    path.write_bytes(data)
    check(path)


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
