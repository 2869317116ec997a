"""Articles that name somebody."""

from collections.abc import Sequence

from rag.answering.verification_text import fold
from rag.types import Article


def naming(people: Sequence[str], articles: Sequence[Article]) -> list[Article]:
    """The articles that name any of these people as they are written here, traditional or
    simplified; all articles where nobody is asked for."""
    names = [fold(name).strip().lower() for name in people]
    if not names:
        return list(articles)
    return [one for one in articles if any(name in _said(one) for name in names)]


def _said(article: Article) -> str:
    return fold(f"{article.kicker}\n{article.headline}\n{article.text}").lower()
