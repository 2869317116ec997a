"""What agents read, as a reader of Markdown sees it, whatever articles say."""

from dataclasses import replace

from hypothesis import given

from rag.faces.mcp.texts import article_text, article_uri, articles_text, hits_text
from rag.types import Article, Chunk, Hit
from tests.answering.samples import article
from tests.faces.test_linked import MARKUP, links_of, tokens_of

PAPER = article("0123456789abcdef", "正文", "标题")


def hostile(text: str) -> Article:
    named = replace(PAPER, headline=text, kicker=text, byline=(text,), publication=text)
    return replace(named, text=text)


@given(MARKUP)
def test_passages_link_to_their_articles_and_nowhere_else(text: str) -> None:
    chunk = Chunk("c", PAPER.id, 0, 0, len(text), text, "")
    hits = [Hit(hostile(text), chunk, 1.0, 1, 1)] * 2
    assert links_of(hits_text(hits)) == [article_uri(PAPER.id)] * 2
    assert not unwanted(hits_text(hits))


@given(MARKUP)
def test_a_list_links_to_its_articles_and_nowhere_else(text: str) -> None:
    listed = articles_text([hostile(text)] * 2, 5, 2)
    assert links_of(listed) == [article_uri(PAPER.id)] * 2
    assert not unwanted(listed)


@given(MARKUP)
def test_an_article_is_its_headline_and_text_without_a_link(text: str) -> None:
    read = article_text(hostile(text), [hostile(text)])
    assert links_of(read) == []
    assert unwanted(read) <= {"heading_open"}


def unwanted(markdown: str) -> set[str]:
    kinds = {token.type for token in tokens_of(markdown)}
    return kinds & {"image", "html_block", "html_inline", "heading_open", "hr", "fence"}
