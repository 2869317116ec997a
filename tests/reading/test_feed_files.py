"""Feeds saved as files: the articles they hold are read, and nothing is fetched."""

from datetime import date
from pathlib import Path

from rag.reading.reader import read
from rag.types import Page
from tests.reading.files import BUS, LEVEE, OPTIONS, check_map, failures

FULL = "http://purl.org/rss/1.0/modules/content/"


def saved(tmp_path: Path, *items: str, name: str = "feed.rss") -> Path:
    entries = "".join(f"<item>{item}</item>" for item in items)
    path = tmp_path / name
    path.write_text(
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="{FULL}"><channel>'
        f"<title>云汀日报</title>{entries}</channel></rss>",
        encoding="utf-8",
    )
    return path


def test_entries_with_their_text_are_articles(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        "<title>公交开通</title><link>http://paper.example/1</link><pubDate>2020年12月24日</pubDate>"
        f"<content:encoded>&lt;p&gt;{BUS}&lt;/p&gt;&lt;p&gt;{LEVEE}&lt;/p&gt;</content:encoded>",
        f"<title>堤岸</title><guid>urn:2</guid><description>{LEVEE * 9}</description>",
    )
    first, second = read(path, OPTIONS)
    assert isinstance(first, Page)
    assert isinstance(second, Page)
    (article,) = first.articles
    assert (article.headline, article.text) == ("公交开通", f"{BUS}\n{LEVEE}")
    assert (article.issue_date, article.url) == (date(2020, 12, 24), "http://paper.example/1")
    assert first.origin == f"{path}#http://paper.example/1"
    assert second.articles[0].text == LEVEE * 9
    check_map(first)


def test_entries_without_their_text_are_named_once(tmp_path: Path) -> None:
    """A link, and the beginning of a text."""
    path = saved(
        tmp_path,
        "<title>一</title><link>http://127.0.0.1:9/1</link>",
        f"<title>二</title><link>http://127.0.0.1:9/2</link><description>{BUS * 9}…</description>",
    )
    (failure,) = failures(path)
    assert failure.source == str(path)
    assert failure.reason.startswith("2 of its 2 entries hold no text of their own")


def test_what_is_no_feed_is_named(tmp_path: Path) -> None:
    path = tmp_path / "page.xml"
    path.write_text('<?xml version="1.0"?><invoice/>', encoding="utf-8")
    (failure,) = failures(path)
    assert "no RSS or Atom feed" in failure.reason


def test_entities_are_not_unfolded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.atom"
    tenfold = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 9))
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY e0 "云"><!ENTITY f SYSTEM "file:///etc/hostname">'
        f'{tenfold}]><feed xmlns="http://www.w3.org/2005/Atom"><entry><id>x</id>'
        f"<title>&e8;</title><content>{BUS}&e8;&f;</content></entry></feed>",
        encoding="utf-8",
    )
    for result in read(path, OPTIONS):
        if isinstance(result, Page):
            assert len(result.raw) < 1000
