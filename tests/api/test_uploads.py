"""Names of uploaded files: shown as they came, leading nowhere."""

import unicodedata
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.faces.api.errors import ApiError
from rag.faces.api.uploads import keep_upload, safe_name


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("白榆日报 5月21日.txt", "白榆日报 5月21日.txt"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/cron.d/page.txt", "page.txt"),
        ("C:\\pages\\page.txt", "page.txt"),
        ("page.txt\x00.exe", "page.txt.exe"),
        ("..", "upload"),
        (".", "upload"),
        ("", "upload"),
        (None, "upload"),
        (" . ", "upload"),
        (".htaccess", "htaccess"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("com1.pdf", "_com1.pdf"),
        ("page\u202etxt.exe", "pagetxt.exe"),
        ("a\nb\r.txt", "ab.txt"),
        ("\x1b[31mred.txt", "[31mred.txt"),
        ("<img src=x onerror=alert(1)>.txt", "_img src=x onerror=alert(1)_.txt"),
        ("page.txt. . ", "page.txt"),
        ("~root", "~root"),
    ],
)
def test_a_name_is_its_last_part_without_what_deceives(given_name: str | None, kept: str) -> None:
    assert safe_name(given_name) == kept


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_name("报" * 300 + ".txt")
    assert name.endswith("报.txt")
    assert len(name.encode()) <= 180


@given(st.text(max_size=300))
def test_any_name_is_one_file_of_its_folder(text: str) -> None:
    name = safe_name(text)
    assert name not in ("", ".", "..")
    assert Path("/folder", name).parent == Path("/folder")
    assert len(name.encode()) <= 180
    assert not any(unicodedata.category(one) in ("Cc", "Cs") for one in name)
    assert not set(name) & set('/\\<>:"|?*')
    assert safe_name(name) == name


def test_the_same_bytes_under_one_name_are_kept_once(tmp_path: Path) -> None:
    first = keep_upload(tmp_path, "a/page.txt", BytesIO(b"one"), 10)
    assert keep_upload(tmp_path, "page.txt", BytesIO(b"one"), 10) == first
    assert keep_upload(tmp_path, "page.txt", BytesIO(b"two"), 10) != first
    assert first.read_bytes() == b"one"
    assert first.name == "page.txt"
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == 2


def test_a_file_that_is_too_large_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ApiError, match="more than 3 bytes"):
        keep_upload(tmp_path, "page.txt", BytesIO(b"four"), 3)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
