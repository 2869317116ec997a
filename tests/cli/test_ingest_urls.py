"""ingest of web addresses and feeds, through the command line, from a server on this machine."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.reading.files import BUS, HTML, LEVEE
from tests.web_server import Reply, Site, serving

if TYPE_CHECKING:
    from tests.cli.conftest import Newsdesk

pytestmark = pytest.mark.slow

OTHER = HTML.replace("守住堤岸保安澜", "乡村公交开通").replace(LEVEE, BUS)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def feed(*links: str) -> Reply:
    items = "".join(f"<item><link>{link}</link></item>" for link in links)
    body = f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'
    return Reply(body, "application/rss+xml", headers={"ETag": f'"{len(links)}"'})


def test_a_page_is_taken_in_by_its_address_and_not_sent_again(
    fresh: "Newsdesk", site: Site
) -> None:
    site.replies["/2024/a.html"] = Reply(
        HTML.replace("utf-8", "gb2312").encode("gb18030"), "text/html", headers={"ETag": '"1"'}
    )
    url = f"{site.url}/2024/a.html"
    refused = fresh("ingest", url)
    assert refused.status == 1
    assert "--allow-private" in refused.complaint
    assert not site.asked
    assert fresh("ingest", url, "--allow-private", "--json").value["new"] == 1
    (article,) = fresh("articles", "--json").value
    assert (article["headline"], article["issue_date"]) == ("守住堤岸保安澜", "2024-06-04")
    assert article["url"] == url
    assert article["byline"] == ["林甲"]
    again = fresh("ingest", url, "--allow-private", "--json").value
    assert (again["new"], again["unchanged"]) == (0, 1)
    assert site.asked[-1][1]["if-none-match"] == '"1"'


def test_a_feed_brings_its_pages_once_and_failures_are_tried_again(
    fresh: "Newsdesk", site: Site
) -> None:
    site.replies |= {
        "/feed.xml": feed("/a.html", "/gone.html", "/kept/out.html"),
        "/robots.txt": Reply("User-agent: *\nDisallow: /kept/\n", "text/plain"),
        "/a.html": Reply(HTML),
        "/b.html": Reply(OTHER),
    }
    words = ("ingest", f"{site.url}/feed.xml", "--allow-private", "--json")
    first = fresh(*words)
    assert (first.status, first.value["new"]) == (1, 1)
    reasons = [failure["reason"] for failure in first.value["failed"]]
    assert ["404" in reasons[0], "robots.txt" in reasons[1]] == [True, True]
    listed = fresh("failures", "--json").value
    assert [failure["source"] for failure in listed] == [
        f"{site.url}/gone.html",
        f"{site.url}/kept/out.html",
    ]
    site.replies["/gone.html"] = Reply(OTHER)
    retried = fresh("retry", listed[0]["id"], "--json").value
    assert (retried["new"], retried["failed"]) == (1, [])
    site.replies["/feed.xml"] = feed("/b.html", "/a.html")
    fetched = len(site.asked)
    assert fresh(*words).value["unchanged"] == 1
    assert site.paths[fetched:].count("/a.html") == 0
    unchanged = fresh(*words).value
    assert (unchanged["new"], unchanged["failed"]) == (0, [])
    assert site.paths[-1] == "/feed.xml"


@pytest.mark.parametrize(("status", "read"), [(404, 1), (403, 1), (500, 0), (503, 0)])
def test_a_robots_file_that_cannot_be_had_keeps_programs_out(
    fresh: "Newsdesk", site: Site, status: int, read: int
) -> None:
    """RFC 9309, 2.3.1.3 and 2.3.1.4."""
    site.replies |= {
        "/feed.xml": feed("/a.html"),
        "/robots.txt": Reply("", status=status),
        "/a.html": Reply(HTML),
    }
    said = fresh("ingest", f"{site.url}/feed.xml", "--allow-private", "--json").value
    assert said["new"] == read
    assert ("/a.html" in site.paths) == bool(read)
    assert all("robots.txt can't be read" in failure["reason"] for failure in said["failed"])


def test_what_is_no_page_is_one_line(fresh: "Newsdesk", site: Site) -> None:
    site.replies["/song.mp3"] = Reply(b"ID3", "audio/mpeg")
    outcome = fresh("ingest", f"{site.url}/song.mp3", "--allow-private")
    assert outcome.status == 1
    assert "audio/mpeg" in outcome.complaint
    assert outcome.complaint.count("\n") == 1
