"""The door: what is found, what is refused, and what an id stands for."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.intake_types import IngestFailure
from rag.reading.reader import ReadOptions, discover, read
from rag.types import Page

OPTIONS = ReadOptions(today=date(2026, 11, 24))
Printer = Callable[..., str]


@pytest.fixture
def page_text(stories: Any, print_page: Printer) -> str:
    return print_page(stories, headings_first=True)


def failures(path: Path) -> list[str]:
    results = list(read(path, OPTIONS))
    assert all(isinstance(result, IngestFailure) for result in results)
    return [result.reason for result in results if isinstance(result, IngestFailure)]


def test_a_folder_gives_its_pages_sorted_and_each_once(tmp_path: Path, page_text: str) -> None:
    for name in ("b.txt", "a.jsonl", "sub/c.TXT", ".hidden.txt", ".git/d.txt", "notes.json"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(page_text, "utf-8")
    found = list(discover([tmp_path, tmp_path / "b.txt", str(tmp_path / "sub")]))
    assert found == [tmp_path / "a.jsonl", tmp_path / "b.txt", tmp_path / "sub" / "c.TXT"]


def test_what_cannot_be_read_is_named_with_advice(tmp_path: Path) -> None:
    (tmp_path / "scan.webp").write_bytes(b"RIFF")
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.odt").write_text("notes", "utf-8")
    given_paths: list[str | Path] = [
        tmp_path / "missing.txt",
        tmp_path,
        tmp_path / "empty",
        tmp_path / "notes.odt",
        "a" * 5000,
    ]
    found = [
        result
        for found in discover(given_paths)
        for result in ([found] if isinstance(found, IngestFailure) else read(found, OPTIONS))
    ]
    reasons = [result.reason for result in found if isinstance(result, IngestFailure)]
    assert len(reasons) == len(found) == 6
    for reason, words in zip(
        reasons,
        ["no such file", ".odt", ".pdf", "no page", ".odt", "no such file"],
        strict=True,
    ):
        assert words in reason


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        ("\u3000\n".encode(), "no article"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "no image, or a damaged one"),
        ("云汀日报\n2024年6月4日 星期二\n".encode(), "no article"),
        ("一个没有句子的标题".encode(), "no article"),
    ],
)
def test_a_file_without_news_is_a_failure_in_one_line(
    tmp_path: Path, data: bytes, words: str
) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(data)
    (reason,) = failures(path)
    assert words in reason
    assert "\n" not in reason


def test_a_file_that_vanished_or_is_no_file_is_a_failure(tmp_path: Path) -> None:
    assert "no such file" in failures(tmp_path / "gone.txt")[0]
    os.mkfifo(tmp_path / "pipe.txt")
    assert "no regular file" in failures(tmp_path / "pipe.txt")[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read_is_a_failure(tmp_path: Path, page_text: str) -> None:
    path = tmp_path / "page.txt"
    path.write_text(page_text, "utf-8")
    path.chmod(0)
    assert "permission" in failures(path)[0].lower()


def test_a_file_too_large_for_a_page_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(b"a" * (8 * 1024 * 1024 + 1))
    assert "split" in failures(path)[0]


def one(path: Path, options: ReadOptions = OPTIONS) -> Page:
    (page,) = read(path, options)
    assert isinstance(page, Page)
    return page


def test_an_id_stands_for_bytes_and_hints_and_not_for_the_place(
    tmp_path: Path, page_text: str
) -> None:
    first, copy, dated, changed = (
        tmp_path / name for name in ("a.txt", "b.txt", "2024-06-04.txt", "c.txt")
    )
    for path in (first, copy, dated):
        path.write_text(page_text, "utf-8")
    changed.write_text(page_text + "\n", "utf-8")
    page = one(first)
    assert one(copy).id == page.id
    assert one(copy).origin != page.origin
    tomorrow = ReadOptions(today=date(2027, 1, 5))
    assert one(first, tomorrow).id == page.id
    others = [
        one(dated),
        one(changed),
        one(first, ReadOptions(issue_date=date(2024, 6, 4), today=OPTIONS.today)),
        one(first, ReadOptions(publication="云汀日报", today=OPTIONS.today)),
    ]
    assert len({page.id, *(other.id for other in others)}) == 5
    assert len(page.id) == 32
    ids = [article.id for article in page.articles]
    assert len(set(ids)) == len(ids) == 3
    assert {len(identity) for identity in ids} == {16}
    assert [article.position for article in page.articles] == [0, 1, 2]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.text(
            st.sampled_from(
                "本报讯□■记者（）通讯员张李。，“”！？新华社12月3日电：编辑版第\n\n \u3000"
            ),
            max_size=200,
        ).map(str.encode),
    )
)
def test_any_bytes_come_out_as_a_page_or_a_failure(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.txt"
    path.write_bytes(data)
    (result,) = read(path, OPTIONS)
    if isinstance(result, Page):
        assert result.articles
        for article in result.articles:
            for i, character in enumerate(article.text):
                raw = result.raw[article.source_map.raw_offset(i)]
                assert raw == character or (raw.isspace() and character in " \n")


@pytest.mark.skipif(os.name == "nt", reason="such names can't be made there")
def test_a_name_with_control_characters_is_written_on_one_line(
    tmp_path: Path, page_text: str
) -> None:
    path = tmp_path / "\x1b[31mred\npage.txt"
    path.write_text(page_text, encoding="utf-8")
    page = one(path)
    assert page.source == "\\x1b[31mred\\npage.txt"
    assert page.origin.isprintable()


@pytest.mark.skipif(os.name == "nt", reason="needs named pipes")
def test_a_pipe_and_a_device_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "endless.txt").symlink_to("/dev/zero")
    (tmp_path / "endless.jsonl").symlink_to("/dev/zero")
    for name in ("pipe.txt", "endless.txt", "endless.jsonl"):
        [reason] = failures(tmp_path / name)
        assert "no regular file" in reason


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_links_that_lead_round_are_not_followed(tmp_path: Path, page_text: str) -> None:
    (tmp_path / "page.txt").write_text(page_text, encoding="utf-8")
    (tmp_path / "round").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to("self.txt")
    found = list(discover([tmp_path]))
    assert [path.name for path in found if isinstance(path, Path)] == ["page.txt", "self.txt"]
    [reason] = failures(tmp_path / "self.txt")
    assert "no such file" in reason
