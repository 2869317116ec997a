"""ZIP files: good entries are read, each bad one is named, and bounds hold."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from rag.intake_types import IngestFailure
from rag.reading.reader import read
from rag.types import Page
from tests.reading.files import (
    BUS,
    HTML,
    MARKDOWN,
    OPTIONS,
    check_map,
    failures,
    word_file,
    zip_file,
)

ROWS = "".join(json.dumps({"id": n, "text": BUS}, ensure_ascii=False) + "\n" for n in (1, 2))
PAGES: dict[str, bytes | str] = {
    "报/a.html": HTML,
    "报/b.md": MARKDOWN,
    "报/c.docx": word_file(("Heading 1", "乡村公交开通"), ("", BUS)),
    "报/d.jsonl": ROWS,
}


def saved(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "pages.zip"
    path.write_bytes(data)
    return path


def pages(path: Path) -> list[Page]:
    found = [result for result in read(path, OPTIONS) if isinstance(result, Page)]
    for page in found:
        check_map(page)
    return found


def test_every_entry_is_read_in_order_under_its_own_origin(tmp_path: Path) -> None:
    path = saved(tmp_path, zip_file(PAGES | {"__MACOSX/x.md": "x", ".hidden": "x", "报/e/": ""}))
    assert not failures(path)
    found = pages(path)
    assert [page.origin.removeprefix(f"{path}!/报/") for page in found] == [
        *("a.html", "b.md", "c.docx", "d.jsonl#1", "d.jsonl#2")
    ]
    assert [page.source for page in found][:3] == ["a.html", "b.md", "c.docx"]


def test_a_name_in_gb18030_is_read(tmp_path: Path) -> None:
    name = "云汀日报2024-06-04.md"
    data = zip_file({"x" * len(name.encode("gb18030")): f"# 公交\n\n{BUS}"})
    written = data.replace(b"x" * len(name.encode("gb18030")), name.encode("gb18030"))
    (page,) = pages(saved(tmp_path, written))
    assert page.source == name
    assert str(page.issue_date) == "2024-06-04"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("../evil.md", MARKDOWN, "leads out"),
        ("/etc/evil.md", MARKDOWN, "leads out"),
        ("C:\\evil.md", MARKDOWN, "leads out"),
        ("bomb.txt", "云" * 2_000_000, "no page does"),
        ("empty.txt", "", "empty"),
        ("song.mp3", b"ID3" + bytes(50), "aren't read"),
        ("page.doc", b"\xd0\xcf\x11\xe0" + bytes(50), "old Word"),
    ],
)
def test_a_bad_entry_is_named_and_costs_no_other(
    tmp_path: Path, name: str, data: bytes | str, words: str
) -> None:
    path = saved(tmp_path, zip_file(PAGES | {name: data}))
    (failure,) = failures(path)
    assert words in failure.reason
    assert failure.source.startswith(f"{path}!/")
    assert len(pages(path)) == 5


def test_encrypted_entries_and_links_are_named(tmp_path: Path) -> None:
    data = bytearray(zip_file({"locked.md": MARKDOWN, "page.md": MARKDOWN}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    (failure,) = failures(saved(tmp_path, bytes(data)))
    assert "encrypted" in failure.reason
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo("link.md")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("page.md", MARKDOWN)
    path = saved(tmp_path, stream.getvalue())
    assert ["a link" in failure.reason for failure in failures(path)] == [True]
    assert len(pages(path)) == 1


def test_a_damaged_entry_costs_no_other(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.md", MARKDOWN)
        archive.writestr("b.md", MARKDOWN)
    data = stream.getvalue().replace(PAGES_MARK, PAGES_MARK[::-1], 1)
    path = saved(tmp_path, data)
    (failure,) = failures(path)
    assert failure.source.endswith("!/a.md")
    assert "entry of a ZIP file" in failure.reason
    assert len(pages(path)) == 1


PAGES_MARK = "云汀市召开".encode()


def test_one_zip_in_another_is_read_and_a_third_is_not(tmp_path: Path) -> None:
    inner = zip_file({"page.md": MARKDOWN, "third.zip": zip_file({"deep.md": MARKDOWN})})
    path = saved(tmp_path, zip_file({"inner.zip": inner}))
    (failure,) = failures(path)
    assert "ZIP file in a ZIP file" in failure.reason
    assert [page.origin for page in pages(path)] == [f"{path}!/inner.zip!/page.md"]


def test_too_many_entries_and_no_file_are_failures(tmp_path: Path) -> None:
    many = zip_file({f"{number}.txt": "" for number in range(20_001)})
    for data, words in ((many, "entries"), (zip_file({}), "no file"), (b"PK\x03\x04no", "ZIP")):
        (failure,) = failures(saved(tmp_path, data))
        assert words in failure.reason
        assert isinstance(failure, IngestFailure)
