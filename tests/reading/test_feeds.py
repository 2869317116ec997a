"""Feeds: the pages they name, with the days they say, however these are written."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import ReadingError
from rag.reading.feeds import Entry, entries_of, is_feed
from rag.reading.fetching import Fetched, Validators


def reply(body: str | bytes, media_type: str = "application/rss+xml", charset: str = "") -> Fetched:
    data = body.encode() if isinstance(body, str) else body
    return Fetched("http://paper.example/news/feed.xml", data, media_type, charset, Validators())


def rss(*items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    entries = "".join(f"<item>{item}</item>" for item in items)
    return f'{head}<rss version="2.0"><channel><title>云汀日报</title>{entries}</channel></rss>'


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("Thu, 24 Dec 2020 08:30:00 +0800", date(2020, 12, 24)),
        ("2020-12-24T08:30:00+08:00", date(2020, 12, 24)),
        ("2020年12月24日", date(2020, 12, 24)),
        ("2020年12月24日 08:30", date(2020, 12, 24)),
        ("2020-12-24 08:30:00", date(2020, 12, 24)),
        ("某日", None),
    ],
)
def test_a_day_is_read_as_it_is_written(printed: str, day: date | None) -> None:
    body = rss(
        f"<title>公交</title><link>http://paper.example/1</link><pubDate>{printed}</pubDate>"
    )
    assert entries_of(reply(body)) == [Entry("http://paper.example/1", day)]


def test_links_are_made_whole_and_named_once() -> None:
    body = rss(
        "<link>/a.html</link>",
        "<link>b.html#part</link>",
        "<link>b.html</link>",
        "<link>javascript:alert(1)</link>",
        "<title>没有链接</title>",
    )
    assert [entry.url for entry in entries_of(reply(body))] == [
        "http://paper.example/a.html",
        "http://paper.example/news/b.html",
    ]


def test_atom_and_gb18030_are_read() -> None:
    body = (
        '<?xml version="1.0" encoding="gb2312"?><feed xmlns="http://www.w3.org/2005/Atom">'
        '<title>云汀</title><entry><title>公交</title><link href="/1"/>'
        "<updated>2020-12-24T00:00:00Z</updated></entry></feed>"
    )
    atom = reply(body.encode("gb18030"), "text/xml")
    assert is_feed(atom)
    assert entries_of(atom) == [Entry("http://paper.example/1", date(2020, 12, 24))]


def test_a_page_is_no_feed() -> None:
    assert not is_feed(reply("<!DOCTYPE html><html><body>rss</body></html>", "text/html"))
    assert not is_feed(reply('<?xml version="1.0"?><html></html>', "application/xml"))
    with pytest.raises(ReadingError, match="names no page"):
        entries_of(reply(rss()))


@settings(max_examples=60)
@given(st.binary(max_size=120), st.integers(0, 300), st.sampled_from(["", "utf-8", "gb2312", "x"]))
def test_damaged_feeds_raise_nothing_but_a_reading_error(
    noise: bytes, at: int, charset: str
) -> None:
    body = rss("<link>http://paper.example/1</link><pubDate>2020年12月24日</pubDate>").encode()
    with suppress(ReadingError):
        assert entries_of(reply(body[:at] + noise + body[at:], charset=charset))
