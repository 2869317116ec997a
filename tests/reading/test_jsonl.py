"""JSON Lines: each row an article as it stands, a bad row no harm to others."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.intake_types import IngestFailure
from rag.reading.reader import ReadOptions, read
from rag.types import Page

OPTIONS = ReadOptions(today=date(2026, 11, 24))
Rows = Callable[..., tuple[list[Page], list[IngestFailure]]]


@pytest.fixture
def read_rows(tmp_path: Path) -> Rows:
    def read_file(
        rows: Sequence[Any], encoding: str = "utf-8", options: ReadOptions = OPTIONS
    ) -> tuple[list[Page], list[IngestFailure]]:
        path = tmp_path / "rows.jsonl"
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
        results = list(read(path, options))
        pages = [result for result in results if isinstance(result, Page)]
        return pages, [result for result in results if isinstance(result, IngestFailure)]

    return read_file


def test_a_row_is_an_article_as_it_stands(read_rows: Rows) -> None:
    text = "  步行桥 6 月 3 日开放。\n\n两岸居民\t过河方便。 "
    row = {
        "id": 17,
        "headline": "云汀河上新添一座步行桥",
        "text": text,
        "date": "2024-06-04",
        "publication": "云汀日报",
        "url": "https://example.org/17",
        "section": "民生",
    }
    (page,), failures = read_rows([row])
    (article,) = page.articles
    assert failures == []
    assert article.text == page.raw == text
    assert article.source_map.raw_span(0, len(text)) == (0, len(text))
    assert (article.source_id, article.headline) == ("17", "云汀河上新添一座步行桥")
    assert (article.issue_date, article.date_inferred) == (date(2024, 6, 4), False)
    assert (article.publication, article.url) == ("云汀日报", "https://example.org/17")
    assert page.origin.endswith("rows.jsonl#17")


def test_all_but_the_text_may_be_missing_or_null(read_rows: Rows) -> None:
    nulls = dict.fromkeys(("id", "headline", "date", "publication", "url"))
    pages, failures = read_rows([{"text": "步行桥开放。"}, {"text": "桥梁验收。", **nulls}])
    assert failures == []
    for page in pages:
        (article,) = page.articles
        assert (article.source_id, article.headline, article.url) == (None, "", None)
        assert (article.issue_date, article.date_inferred) == (None, False)
        assert "#sha:" in page.origin
    assert pages[0].id != pages[1].id


def test_a_headline_and_a_paper_are_one_line(read_rows: Rows) -> None:
    row = {
        "headline": "老桥换新颜\r\n 夜市添烟火\n",
        "publication": "白榆\n日报",
        "text": "甲\n乙。",
    }
    [page], _ = read_rows([row])
    [article] = page.articles
    assert article.headline == "老桥换新颜 夜市添烟火"
    assert article.publication == page.publication == "白榆 日报"
    assert article.text == "甲\n乙。"


def test_a_title_is_a_headline(read_rows: Rows) -> None:
    (page,), _ = read_rows([{"title": "Bridge opens", "text": "It opened."}])
    assert page.articles[0].headline == "Bridge opens"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"text": "broken', "JSON"),
        ("[1, 2]", "object"),
        ("17", "object"),
        ("[" * 100_000, "JSON"),
        ({"headline": "no text"}, "text"),
        ({"text": "  \n"}, "text"),
        ({"text": None}, "text"),
        ({"text": ["a"]}, "string"),
        ({"text": "ok", "headline": 5}, "headline"),
        ({"text": "ok", "id": {"a": 1}}, "id"),
        ({"text": "ok", "id": True}, "id"),
        ({"text": "ok", "date": "2024-02-30"}, "2024-02-30"),
        ({"text": "ok", "date": "Tuesday"}, "date"),
        ({"text": "broken \ud800 character"}, "character"),
    ],
)
def test_a_bad_row_is_named_and_costs_no_other(read_rows: Rows, bad: Any, reason: str) -> None:
    good = [{"text": "步行桥开放。"}, {"text": "桥梁验收。"}]
    pages, failures = read_rows([good[0], bad, "", good[1]])
    assert [page.raw for page in pages] == ["步行桥开放。", "桥梁验收。"]
    (failure,) = failures
    assert failure.source.endswith("rows.jsonl line 2")
    assert reason in failure.reason
    assert "\n" not in failure.reason


def test_a_row_in_broken_bytes_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    rows = ['{"text": "步行桥开放。"}'.encode(), b'{"text": "\xff\xfe\xfd"}', b'{"text": "ok"}']
    path.write_bytes(b"\n".join(rows))
    kinds = [type(result) for result in read(path, OPTIONS)]
    assert kinds == [Page, IngestFailure, Page]


def test_an_id_used_twice_is_reported_with_both_lines(read_rows: Rows) -> None:
    pages, failures = read_rows(
        [{"id": "a", "text": "一。"}, {"id": "b", "text": "二。"}, {"id": "a", "text": "三。"}]
    )
    assert [page.raw for page in pages] == ["一。", "二。"]
    (failure,) = failures
    assert failure.source.endswith("line 3")
    assert "line 1" in failure.reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be"])
def test_rows_are_read_in_every_encoding(read_rows: Rows, encoding: str) -> None:
    rows = [
        json.dumps({"text": f"云汀市第{n}次会议，研究了防汛工作。"}, ensure_ascii=False)
        for n in range(3)
    ]
    pages, failures = read_rows(rows, encoding)
    assert failures == []
    assert [page.raw for page in pages] == [json.loads(row)["text"] for row in rows]


def test_a_row_without_a_date_takes_the_given_one(read_rows: Rows) -> None:
    options = ReadOptions(issue_date=date(2024, 6, 4), publication="云汀日报", today=OPTIONS.today)
    rows = [
        {"text": "昨天，步行桥开放。"},
        {"text": "桥。", "date": "20240601", "publication": "甲报"},
    ]
    (first, second), _ = read_rows(rows, options=options)
    assert (first.issue_date, first.publication) == (date(2024, 6, 4), "云汀日报")
    assert first.articles[0].event_date == date(2024, 6, 3)
    assert (second.issue_date, second.publication) == (date(2024, 6, 1), "甲报")


def test_only_a_row_with_a_dateline_has_its_date_inferred(read_rows: Rows) -> None:
    (news, other), _ = read_rows(
        [{"text": "本报讯 6月3日，2024年首座步行桥开放。"}, {"text": "6月3日是2024年的一天。"}]
    )
    assert (news.issue_date, news.articles[0].date_inferred) == (date(2024, 6, 3), True)
    assert (other.issue_date, other.articles[0].date_inferred) == (None, False)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.one_of(st.text(max_size=40), st.binary(max_size=40)), max_size=6))
def test_any_file_is_read_or_refused_row_by_row(tmp_path: Path, lines: list[str | bytes]) -> None:
    path = tmp_path / "any.jsonl"
    rows = [
        line if isinstance(line, bytes) else json.dumps({"text": line}).encode() for line in lines
    ]
    path.write_bytes(b"\n".join(rows))
    assert all(isinstance(result, Page | IngestFailure) for result in read(path, OPTIONS))
