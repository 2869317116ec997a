"""Word files: styled headings are headlines; others are read as printed pages."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.reading.files import BUS, LEVEE, PATROL, failures, one, word_file, zip_file


def saved(tmp_path: Path, data: bytes, name: str = "2024-06-04.docx") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def test_styled_headings_begin_articles(tmp_path: Path) -> None:
    page = one(
        saved(
            tmp_path,
            word_file(
                ("Title", "云汀日报"),
                ("", "2024年6月4日"),
                ("Heading 1", "守住堤岸保安澜"),
                ("", "记者 林甲"),
                ("", LEVEE),
                ("Heading 2", "巡查"),
                ("", PATROL),
                ("Heading 1", "乡村公交开通"),
                ("", BUS),
            ),
            "edition.docx",
        )
    )
    levee, bus = page.articles
    assert (levee.headline, bus.headline) == ("守住堤岸保安澜", "乡村公交开通")
    assert levee.text == f"{LEVEE}\n巡查\n{PATROL}"
    assert levee.byline == ("林甲",)
    assert (bus.issue_date, bus.publication) == (date(2024, 6, 4), "云汀日报")


def test_a_file_without_styled_headings_is_read_as_a_printed_page(tmp_path: Path) -> None:
    blocks = [("", "守住堤岸保安澜"), ("", "□记者 林甲"), ("", f"本报讯{LEVEE}"), ("", PATROL)]
    (article,) = one(saved(tmp_path, word_file(*blocks))).articles
    assert (article.headline, article.byline) == ("守住堤岸保安澜", ("林甲",))
    assert article.text == f"本报讯{LEVEE}\n{PATROL}"
    assert article.issue_date == date(2024, 6, 4)


def test_it_is_known_by_its_content_whatever_its_name(tmp_path: Path) -> None:
    data = word_file(("Heading 1", "乡村公交开通"), ("", BUS))
    assert one(saved(tmp_path, data, "page.txt")).articles[0].text == BUS


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no ZIP file at all, but long enough", "Word file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Word"),
        (zip_file({"a.txt": "x"}), "no Word file"),
        (zip_file({"word/document.xml": " " * 17_000_000}), "no page does"),
        (zip_file({"word/document.xml": "<broken"}), "Word file"),
        (word_file(("", "")), "no article"),
    ],
)
def test_a_damaged_or_hostile_one_is_a_failure_in_one_line(
    tmp_path: Path, data: bytes, words: str
) -> None:
    (failure,) = failures(saved(tmp_path, data))
    assert words in failure.reason
    assert "\n" not in failure.reason


def test_an_entity_bomb_is_not_expanded(tmp_path: Path) -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "'
        + "云" * 1000
        + '">'
        + "".join(
            f'<!ENTITY {name} "{f"&{before};" * 20}">'
            for before, name in zip("abcdef", "bcdefg", strict=True)
        )
        + ']><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>&g;</w:t></w:r></w:p></w:body></w:document>"
    )
    whole = word_file(("", BUS))
    (failure,) = failures(saved(tmp_path, _with_body(whole, bomb)))
    assert "\n" not in failure.reason


def _with_body(data: bytes, body: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    return zip_file(entries | {"word/document.xml": body})
