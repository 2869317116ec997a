"""What an agent reads: Markdown whose citation numbers link to the articles as resources."""

from collections.abc import Sequence

from rag.faces.citing import also_in
from rag.faces.linked import unmarked
from rag.faces.shapes import iso
from rag.types import Article, Citation, Hit

ARTICLE_URI = "newsdesk://article/{article_id}"


def article_uri(article_id: str) -> str:
    """The address of an article's resource."""
    return ARTICLE_URI.format(article_id=article_id)


def citation_uri(citation: Citation) -> str:
    """The address that a citation links to: its article's resource."""
    return article_uri(citation.article_id)


def place_of(article: Article) -> str:
    """Where an article stands: paper, issue date, page, file."""
    page = f"p. {article.page}" if article.page else ""
    parts = (article.publication, iso(article.issue_date), page, article.source)
    return " · ".join(part for part in parts if part) + also_in(article.also_in)


def article_text(article: Article, parts: Sequence[Article]) -> str:
    """An article to read: kicker, headline, byline, where it stands, and its text as it is, of one
    in parts each under its page."""
    above = [f"*{_inline(article.kicker)}*", ""] if article.kicker else []
    by = f"{_inline(', '.join(article.byline))}\n\n" if article.byline else ""
    head = "\n".join([*above, f"# {_inline(article.headline or article.id[:12])}"])
    texts = [unmarked(part.text) for part in parts]
    if len(parts) > 1:
        pairs = zip(parts, texts, strict=True)
        texts = [f"*{_inline(place_of(part))}*\n\n{text}" for part, text in pairs]
    text = "\n\n".join(texts)
    return f"{head}\n\n{_inline(place_of(article))}\n\n{by}{text}\n"


def hits_text(hits: list[Hit]) -> str:
    """What a search found, best first, each passage under its linked headline."""
    return "\n\n".join(_hit(number, hit) for number, hit in enumerate(hits, 1)) or "Nothing found."


def articles_text(articles: list[Article], total: int, next_offset: int | None) -> str:
    """Articles, a line each, and how the list goes on."""
    lines = [f"- {_linked(one)} · {_inline(place_of(one))}" for one in articles]
    if next_offset is not None:
        lines.append(f"\n{total} articles in all; offset {next_offset} gives the next.")
    return "\n".join(lines) or "No article matches."


def _hit(number: int, hit: Hit) -> str:
    words = "\n".join(f"> {line}" for line in unmarked(hit.chunk.text).splitlines())
    return f"{number}. {_linked(hit.article)} · {_inline(place_of(hit.article))}\n\n{words}"


def _linked(article: Article) -> str:
    # A bracket in a headline would end the link's text.
    name = _inline(article.headline or article.id[:12]).replace("[", "\\[").replace("]", "\\]")
    return f"[{name}]({article_uri(article.id)})"


def _inline(text: str) -> str:
    return unmarked(" ".join(text.split()))
