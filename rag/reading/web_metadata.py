"""What a web page says of its article: headline, day, authors, paper.

Its own rules, for Chinese pages: trafilatura reads 2020年12月24日 as the first of January, and
finds no Chinese author.
"""

import copy
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from rag.reading import bylines
from rag.reading.dates import date_in_name, full_dates, parse_date
from rag.reading.manuscript import Credits, credit_names, credited_source

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DAY_NAMES = (
    *("article:published_time", "og:published_time", "datepublished", "publishdate", "pubdate"),
    *("publish_date", "publish-date", "publishtime", "dc.date.issued", "dcterms.issued", "dc.date"),
    *("parsely-pub-date", "sailthru.date", "date", "og:release_date", "og:pubdate"),
)
_AUTHOR_NAMES = ("author", "article:author", "og:article:author", "dc.creator", "dcterms.creator")
_PAPER_NAMES = ("og:site_name", "application-name", "dc.publisher")
_SOURCE_NAMES = ("source", "contentsource", "og:article:source")
# Between an article's title and its site's name.
_SITE = re.compile(r"\s*[_|｜]\s*|\s+[-—–]+\s+|(?<=[\u4e00-\u9fff])[-—–]+(?=[\u4e00-\u9fff])")
_IN_URL = re.compile(r"(?<!\d)(\d{4})[-/_]?(\d{2})[-/_]?(\d{2})(?!\d)")
_NOT_SHOWN = ("script", "style", "noscript", "template", "iframe", "svg")
# The lines about an article stand this near to its headline.
_BEFORE, _AFTER = 4, 12
_LONGEST_LINE = 120
_LARGEST_JSON = 200_000


def headline_of(tree: "HtmlElement") -> str:
    """The page's one main heading, else the title that it gives for sharing, else its title without
    the site's name; empty where it has none."""
    headings = [text for element in tree.iter("h1") if (text := _text(element))]
    shared = _meta(tree, ("og:title", "twitter:title"))
    title = next((_text(element) for element in tree.iter("title")), "")
    if len(set(headings)) == 1 and not _is_site(headings[0], title):
        return headings[0]
    for heading in headings:
        if title.startswith(heading) and not _is_site(heading, title):
            return heading
    return shared or _SITE.split(title)[0].strip() or (headings[0] if headings else "")


def credits_of(tree: "HtmlElement", headline: str, url: str) -> Credits:
    """The day it was published on, its authors and its paper, as far as the page says them.

    The day: of its metadata, else the first that is printed in full near the headline, else the
    one in its address.
    """
    near = _lines_near(tree, headline)
    linked = list(_linked_data(tree))
    day = _meta_day(tree, linked) or next((day for line in near for day in full_dates(line)), None)
    names = next((names for line in near if (names := credit_names(line))), ())
    stated = _meta(tree, _AUTHOR_NAMES) or _linked_name(linked, "author")
    paper = next((paper for line in near if (paper := credited_source(line))), "")
    return Credits(
        names or _people(stated),
        day or _day_in(url),
        paper
        or _meta(tree, _SOURCE_NAMES)
        or _meta(tree, _PAPER_NAMES)
        or _linked_name(linked, "publisher"),
    )


def without_scripts(tree: "HtmlElement") -> "HtmlElement":
    """A copy of the tree without what isn't shown."""
    shown = copy.deepcopy(tree)
    for element in list(shown.iter(*_NOT_SHOWN)):
        element.drop_tree()
    return shown


def _text(element: "HtmlElement") -> str:
    return " ".join("".join(element.itertext()).split())[:300]


def _is_site(heading: str, title: str) -> bool:
    """Whether a heading is the site's name, as the last part of a title is."""
    parts = _SITE.split(title)
    return len(parts) > 1 and heading in parts[1:]


def _meta(tree: "HtmlElement", names: tuple[str, ...]) -> str:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = " ".join((element.get("content") or "").split())
        if content:
            found.setdefault(name.lower(), content[:300])
    return next((found[name] for name in names if name in found), "")


def _meta_day(tree: "HtmlElement", linked: list[dict[str, Any]]) -> date | None:
    stated = [_meta(tree, (name,)) for name in _DAY_NAMES]
    stated += [str(item.get("datePublished") or "") for item in linked]
    stated += [
        element.get("datetime") or ""
        for element in tree.iter("time")
        if element.get("pubdate") is not None or element.get("itemprop") == "datePublished"
    ]
    return next((day for value in stated if (day := _parsed(value))), None)


def _parsed(value: str) -> date | None:
    if not value:
        return None
    try:
        return parse_date(value)
    except ValueError:
        return next(full_dates(value), None)


def _day_in(url: str) -> date | None:
    path = url.partition("://")[2].partition("/")[2].partition("?")[0]
    for match in _IN_URL.finditer(path):
        day = date_in_name("".join(match.groups()))
        if day and day.year >= 1990:
            return day
    return None


def _lines_near(tree: "HtmlElement", headline: str) -> list[str]:
    """The page's short lines after its headline, the nearest first, and then those before it."""
    lines = [line for line in _lines(tree) if len(line) <= _LONGEST_LINE]
    wanted = "".join(headline.split())
    at = next((i for i, line in enumerate(lines) if "".join(line.split()) == wanted), 0)
    return lines[at + 1 : at + 1 + _AFTER] + lines[max(at - _BEFORE, 0) : at][::-1]


def _lines(tree: "HtmlElement") -> Iterator[str]:
    """What the page shows, a block a line."""
    inline = {"a", "span", "b", "i", "em", "strong", "font", "time", "small", "label", "u", "sup"}
    line: list[str] = []
    for event, element in _walk(tree):
        if element.tag not in inline and line:
            text = " ".join("".join(line).split())
            line = []
            if text:
                yield text
        piece = element.text if event == "start" else element.tail
        if piece:
            line.append(f" {piece}" if element.tag == "span" else piece)
    if text := " ".join("".join(line).split()):
        yield text


def _walk(tree: "HtmlElement") -> Iterator[tuple[str, "HtmlElement"]]:
    from lxml.etree import iterwalk  # heavy: loaded on first use

    body = tree.find("body")
    walk = iterwalk(tree if body is None else body, events=("start", "end"))
    for event, element in walk:
        if event == "start" and element.tag in _NOT_SHOWN:
            walk.skip_subtree()
            continue
        yield event, element


def _linked_data(tree: "HtmlElement") -> Iterator[dict[str, Any]]:
    """The objects of the page's JSON-LD that say when something was published."""
    for element in tree.iter("script"):
        if element.get("type") != "application/ld+json" or len(element.text or "") > _LARGEST_JSON:
            continue
        try:
            data = json.loads(element.text or "")
        except (ValueError, RecursionError):
            continue
        items = data.get("@graph", [data]) if isinstance(data, dict) else data
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and "datePublished" in item:
                yield item


def _linked_name(linked: list[dict[str, Any]], field: str) -> str:
    for item in linked:
        value = item.get(field)
        value = value[0] if isinstance(value, list) and value else value
        name = value.get("name") if isinstance(value, dict) else value
        if isinstance(name, str) and name.strip():
            return " ".join(name.split())[:100]
    return ""


def _people(stated: str) -> tuple[str, ...]:
    """The names in a metadata field, which may hold an office or an address instead."""
    return bylines.parse_names(stated) if stated and len(stated) <= 60 else ()
