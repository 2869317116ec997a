"""The order in which articles are printed, the same whatever order they were taken in."""

import re

from rag.types import Article

LAST_PAGE = 10_000


def printed(article: Article) -> tuple[int, str, int, str, int, str]:
    """Sorts newest issue first (undated last), then by publication, page and place on the page."""
    day = article.issue_date.toordinal() if article.issue_date else 0
    number = page_number(article.page) or 0
    return -day, article.publication, number, article.page, article.position, article.id


def page_number(page: str) -> int | None:
    """The number in a page's label (A03: 3); None where it has none."""
    number = re.search(r"\d+", page)
    return min(int(number[0]), LAST_PAGE) if number else None
