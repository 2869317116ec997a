"""The news of a few days, where nothing certain is asked of them: the best sentence of articles."""

from collections.abc import Iterable

from rag.answering.briefing_selection import news_sentences
from rag.types import Article, Span


def overview(articles: Iterable[Article], most: int) -> list[Span]:
    """One sentence each of the articles with the most news, at most so many, in order of time."""
    told = [
        (sentence.score, article, sentence.span)
        for article in articles
        for sentence in news_sentences(article, 1)
    ]
    told.sort(key=lambda item: (-item[0], item[1].position, item[1].id))
    return [span for _, _, span in sorted(told[:most], key=lambda item: by_time(item[1]))]


def by_time(article: Article) -> tuple[str, str, int, str]:
    """What articles are put in order of time by: the issue, the day they tell of, the page."""
    days = (article.issue_date or article.event_date, article.event_date)
    issued, told = (one.isoformat() if one else "" for one in days)
    return issued, told, article.position, article.id
