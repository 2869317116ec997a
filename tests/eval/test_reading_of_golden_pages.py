"""The golden pages are read as their gold files say: every article, whole, with its metadata."""

import json
from datetime import date
from pathlib import Path

import pytest

from eval.datasets import golden_pages
from eval.metrics import fold
from rag.reading.reader import ReadOptions, read
from rag.types import Article, Page

GOLD_FILES = sorted(golden_pages().glob("*.gold.json"))


def page_read(gold_file: Path) -> Page:
    path = gold_file.with_name(gold_file.name.replace(".gold.json", ".txt"))
    # A day far from the pages' own: none of their dates may come from the clock.
    pages = list(read(path, ReadOptions(today=date(2031, 1, 15))))
    assert len(pages) == 1
    assert isinstance(pages[0], Page)
    return pages[0]


def parts(article: Article) -> tuple[str, str, tuple[str, ...], str]:
    return fold(article.headline), fold(article.kicker), article.byline, fold(article.text)


@pytest.mark.parametrize("gold_file", GOLD_FILES, ids=lambda path: path.name)
def test_every_article_is_read_whole_with_headline_kicker_and_byline(gold_file: Path) -> None:
    gold = json.loads(gold_file.read_text(encoding="utf-8"))["articles"]
    wanted = [
        (fold(a["headline"]), fold(a["kicker"]), tuple(a["byline"]), fold(a["body"])) for a in gold
    ]
    assert [parts(article) for article in page_read(gold_file).articles] == wanted


@pytest.mark.parametrize("gold_file", GOLD_FILES, ids=lambda path: path.name)
def test_the_issue_date_is_the_printed_one_or_inferred_from_the_latest_event(
    gold_file: Path,
) -> None:
    gold = json.loads(gold_file.read_text(encoding="utf-8"))
    page = page_read(gold_file)
    assert page.issue_date == date.fromisoformat(gold["issue_date"])
    for article in page.articles:
        assert article.issue_date == page.issue_date
        assert article.date_inferred is gold["date_inferred"]
