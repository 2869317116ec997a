"""URLs to bytes: from public addresses, within bounds, and from the address that was checked."""

import gzip
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address

import pytest

from rag.errors import ReadingError
from rag.reading.addresses import Address, is_public
from rag.reading.fetching import Fetcher, FetchLimits, Validators
from tests.web_server import Reply, Site, serving

LOOPBACK = ip_address("127.0.0.1")


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def only_loopback(address: Address) -> bool:
    """As if 127.0.0.1 were the public internet."""
    return address == LOOPBACK


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(FetchLimits(delay=0.0), public=only_loopback)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("0.0.0.0", "100.64.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"),
        *("192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1"),
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_an_address_that_is_not_public_is_known_in_every_form(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "223.5.5.5", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"]
)
def test_this_machine_is_not_fetched_from_unless_told(host: str, site: Site) -> None:
    site.replies["/"] = Reply("here")
    port = site.url.rpartition(":")[2]
    with pytest.raises(ReadingError, match="--allow-private"):
        Fetcher().fetch(f"http://{host}:{port}/")
    assert not site.asked
    if host == "127.0.0.1":
        fetched = Fetcher(FetchLimits(allow_private=True)).fetch(f"{site.url}/#part")
        assert (fetched.data, fetched.media_type, fetched.charset) == (
            b"here",
            "text/html",
            "utf-8",
        )


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://example.org/a", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("http:///a", "no host"),
        ("http://user:word@example.org/", "user name"),
        ("http://[::1/", "brackets"),
        ("http://example.org:99999/", "brackets and port"),
        ("http://exa mple.org/", "no URL"),
        ("http://no-such-host.invalid/", "isn't found"),
    ],
)
def test_what_is_no_address_of_a_page_is_said(url: str, words: str) -> None:
    def nowhere(host: str, port: int) -> list[Address]:
        raise OSError("Name or service not known")

    with pytest.raises(ReadingError, match=words):
        Fetcher(resolve=nowhere).fetch(url)


@pytest.mark.parametrize(
    "target",
    [
        *("http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]:1/"),
        *("http://127.0.0.2:1/", "//192.168.0.1/"),
    ],
)
def test_a_redirect_to_an_address_that_is_not_public_is_refused(
    target: str, site: Site, fetcher: Fetcher
) -> None:
    site.replies["/a"] = Reply(status=302, headers={"Location": target})
    with pytest.raises(ReadingError, match="no public address"):
        fetcher.fetch(f"{site.url}/a")
    assert site.paths == ["/a"]


def test_a_redirect_to_another_scheme_is_refused(site: Site, fetcher: Fetcher) -> None:
    site.replies["/a"] = Reply(status=301, headers={"Location": "file:///etc/passwd"})
    with pytest.raises(ReadingError, match="only http"):
        fetcher.fetch(f"{site.url}/a")


def test_five_redirects_are_followed_and_a_sixth_is_not(site: Site, fetcher: Fetcher) -> None:
    for number in range(6):
        site.replies[f"/{number}"] = Reply(status=302, headers={"Location": f"/{number + 1}"})
    site.replies["/6"] = Reply("there")
    fetched = fetcher.fetch(f"{site.url}/1")
    assert (fetched.data, fetched.url) == (b"there", f"{site.url}/6")
    with pytest.raises(ReadingError, match="more than 5"):
        fetcher.fetch(f"{site.url}/0")


def test_a_host_is_resolved_once_and_the_connection_goes_to_what_was_checked(site: Site) -> None:
    """DNS rebinding: a second answer would lead to another address."""
    port = site.url.rpartition(":")[2]
    site.replies["/a"] = Reply("here")
    answers = [[LOOPBACK], [ip_address("10.0.0.1")]]
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[Address]:
        asked.append(host)
        return answers[len(asked) - 1]

    fetcher = Fetcher(FetchLimits(delay=0), public=only_loopback, resolve=resolve)
    assert fetcher.fetch(f"http://paper.example:{port}/a").data == b"here"
    assert asked == ["paper.example"]
    assert site.asked[0][1]["host"] == f"paper.example:{port}"
    with pytest.raises(ReadingError, match=r"10\.0\.0\.1"):
        fetcher.fetch(f"http://paper.example:{port}/a")
    assert len(site.asked) == 1


def test_a_host_with_any_address_that_is_not_public_is_refused(site: Site) -> None:
    fetcher = Fetcher(
        public=only_loopback, resolve=lambda host, port: [LOOPBACK, ip_address("10.0.0.1")]
    )
    with pytest.raises(ReadingError, match="no public address"):
        fetcher.fetch("http://paper.example/")


def test_a_host_with_chinese_characters_is_asked_for_as_the_network_knows_it(site: Site) -> None:
    site.replies["/%E6%8A%A5.html"] = Reply("here")
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[Address]:
        asked.append(host)
        return [LOOPBACK]

    port = site.url.rpartition(":")[2]
    fetcher = Fetcher(FetchLimits(delay=0), public=only_loopback, resolve=resolve)
    assert fetcher.fetch(f"http://云汀.example:{port}/报.html").data == b"here"
    known_as = "云汀.example".encode("idna").decode()
    assert asked == [known_as]
    assert site.asked[0][1]["host"] == f"{known_as}:{port}"


def test_a_reply_over_the_bound_is_cut_off(site: Site) -> None:
    site.replies["/a"] = Reply(write=endless)
    fetcher = Fetcher(FetchLimits(bytes=100_000, delay=0), public=only_loopback)
    with pytest.raises(ReadingError, match="larger than 100,000"):
        fetcher.fetch(f"{site.url}/a")


def endless(write: Callable[[bytes], object]) -> None:
    for _ in range(10_000):
        write(bytes(10_000))


@pytest.mark.parametrize("packed", ["gzip, gzip", "br", "zstd"])
def test_a_reply_packed_twice_or_oddly_is_not_unpacked(
    site: Site, fetcher: Fetcher, packed: str
) -> None:
    data = gzip.compress(gzip.compress(bytes(4 * 1024 * 1024)))
    site.replies["/"] = Reply(data, headers={"Content-Encoding": packed})
    with pytest.raises(ReadingError, match="isn't unpacked"):
        fetcher.fetch(f"{site.url}/")


def test_a_server_that_drips_is_given_up(site: Site) -> None:
    def drip(write: Callable[[bytes], object]) -> None:
        for _ in range(100):
            write(b"a")
            time.sleep(0.05)

    site.replies["/a"] = Reply(write=drip)
    fetcher = Fetcher(FetchLimits(seconds=0.4, delay=0), public=only_loopback)
    with pytest.raises(ReadingError, match=r"within 0\.4 s"):
        fetcher.fetch(f"{site.url}/a")


def test_what_a_server_says_is_told(site: Site, fetcher: Fetcher) -> None:
    with pytest.raises(ReadingError, match="HTTP 404"):
        fetcher.fetch(f"{site.url}/none")
    with pytest.raises(ReadingError, match="can't be reached"):
        Fetcher(public=only_loopback).fetch("http://127.0.0.1:9/")


def test_an_unchanged_page_is_not_sent_again(site: Site, fetcher: Fetcher) -> None:
    site.replies["/a"] = Reply("here", headers={"ETag": '"1"'})
    first = fetcher.fetch(f"{site.url}/a")
    assert first.validators == Validators('"1"', "")
    second = fetcher.fetch(f"{site.url}/a", first.validators)
    assert (second.unchanged, second.data) == (True, b"")
    assert "newsdesk" in site.asked[0][1]["user-agent"]


def test_a_public_host_is_left_alone_between_requests(site: Site) -> None:
    site.replies["/a"] = Reply("here")
    waits: list[float] = []
    fetcher = Fetcher(FetchLimits(delay=60), public=only_loopback, pause=waits.append)
    fetcher.fetch(f"{site.url}/a")
    assert not waits
    fetcher.fetch(f"{site.url}/a")
    assert 50 < waits[0] <= 60
