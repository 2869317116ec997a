"""Pages set by other hands, where this checkout has them beside it."""

import json
import unicodedata
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

from rag.reading.reader import ReadOptions, read
from rag.types import Article, Page

PAGES = Path(__file__).parents[3] / "shared" / "pages"
RIGHT = 0.95


def folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def golds(folder: str) -> list[Path]:
    found = sorted((PAGES / folder).glob("*.gold.json"))
    if not found:
        pytest.skip(f"no pages in {PAGES / folder}")
    return found


def read_page(gold: Path, suffix: str = ".txt") -> tuple[Page, list[dict[str, Any]]]:
    path = gold.with_name(gold.name.replace(".gold.json", suffix))
    (page,) = read(path, ReadOptions())
    assert isinstance(page, Page), page
    return page, json.loads(gold.read_text("utf-8"))["articles"]


def body(expected: dict[str, Any], page: Page) -> str:
    if "body" in expected:
        return folded(expected["body"])
    flat = folded(page.raw)
    start, end = flat.index(folded(expected["starts"])), folded(expected["ends"])
    return flat[start : flat.index(end, start) + len(end)]


def matches(article: Article, text: str) -> bool:
    matcher = SequenceMatcher(None, folded(article.text), text, autojunk=False)
    return matcher.quick_ratio() >= RIGHT and matcher.ratio() >= RIGHT


@pytest.mark.parametrize(("folder", "suffix"), [("text", ".txt"), ("pdf", ".pdf")])
def test_every_story_of_the_pages_is_found(folder: str, suffix: str) -> None:
    scores, headlines, stories = [], 0, 0
    for gold in golds(folder):
        page, expected = read_page(gold, suffix)
        right = 0
        for story in expected:
            found = [a for a in page.articles if matches(a, body(story, page))]
            right += bool(found)
            headlines += any(folded(a.headline) == folded(story["headline"]) for a in found)
        stories += len(expected)
        scores.append(2 * right / (len(page.articles) + len(expected)))
    assert sum(scores) / len(scores) >= RIGHT
    assert headlines / stories >= RIGHT


def test_the_seed_page_is_read_exactly() -> None:
    for gold in golds("seed"):
        page, expected = read_page(gold)
        assert len(page.articles) == len(expected)
        for article, story in zip(page.articles, expected, strict=True):
            assert folded(article.text) == body(story, page)
            assert folded(article.headline) == folded(story["headline"])
            assert folded(article.kicker) == folded(story["kicker"])
            assert list(article.byline) == story["byline"]
            assert article.event_date is not None
            assert f"{article.event_date:%m-%d}" == story["event_date"]
            assert article.date_inferred
