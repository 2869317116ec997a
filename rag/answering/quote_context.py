"""The words around a quote in its article: the sentences that it stands in and between."""

from collections.abc import Callable, Iterable

from rag.errors import ArticleNotFoundError
from rag.indexing.chunking import split_sentences
from rag.types import Article, Citation, QuoteContext

MOST_AROUND = 120
"""Characters shown before a quote, and as many after it."""


def contexts_of(
    citations: Iterable[Citation], article_of: Callable[[str], Article]
) -> dict[int, QuoteContext]:
    """By their numbers, the contexts of the citations whose quotes still stand in their articles.
    article_of: an article by its id; it may raise ArticleNotFoundError."""
    articles: dict[str, Article | None] = {}
    found = {}
    for one in citations:
        if one.article_id not in articles:
            articles[one.article_id] = _article(one.article_id, article_of)
        article = articles[one.article_id]
        if article is not None and article.text[one.start : one.end] == one.quote:
            found[one.number] = context_of(article, one.start, one.end)
    return found


def context_of(article: Article, start: int, end: int) -> QuoteContext:
    """What stands before and after article.text[start:end] in its paragraph: what is left of its
    own sentence, and the sentences next to it, cut at MOST_AROUND."""
    text = article.text
    spans = split_sentences(text)
    holding = [place for place, (first, last) in enumerate(spans) if last > start and first < end]
    first = spans[max(0, holding[0] - 1)][0] if holding else start
    last = spans[min(len(spans) - 1, holding[-1] + 1)][1] if holding else end
    before, after = text[first:start], text[end:last]
    before = before.rpartition("\n")[2]
    after = after.partition("\n")[0]
    cut_before = "…" + before[-MOST_AROUND:] if len(before) > MOST_AROUND else before
    cut_after = after[:MOST_AROUND] + "…" if len(after) > MOST_AROUND else after
    return QuoteContext(cut_before, cut_after)


def _article(article_id: str, article_of: Callable[[str], Article]) -> Article | None:
    try:
        return article_of(article_id)
    except ArticleNotFoundError:
        return None
