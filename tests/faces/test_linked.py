"""Markdown whose citation numbers are links: as a reader of it sees it, whatever articles say."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.faces.linked import answer_markdown, closing, linked_briefing, settled_markdown
from rag.faces.openai_compat.replies import annotations_of, deep_link
from rag.types import Answer, AnswerSentence, Citation, Settled, ShortAnswer
from tests.faces.briefing_samples import BRIEFING, CITATIONS

BASE = "http://127.0.0.1:8020/"
IN_TEXT, IN_SOURCES = deep_link(BASE), deep_link(BASE, "06c9wq8k2m4t")
MARKUP = st.text(alphabet=st.sampled_from("字a1[]()!\\`*_<>|#=+~-.:/&\n \t\u202e"), max_size=40)


def answer_of(text: str, citation: Citation) -> Answer:
    """An answer in one sentence that cites one quote, which says the same."""
    quoting = replace(citation, number=1, quote=text, headline=text)
    return Answer(
        question="?",
        language="zh",
        refused=False,
        mode="extractive",
        model=None,
        answer=text,
        sentences=(AnswerSentence(text, (1,), True, remark=text),),
        citations=(quoting,),
        lead=text,
        short_answer=ShortAnswer("who", text, 0, 1, 1),
        gaps=(text,),
        notes=(text,),
    )


def tokens_of(markdown: str) -> list[Token]:
    """All that a reader finds in it, blocks and what stands in them."""
    blocks = MarkdownIt("commonmark").parse(markdown)
    return [token for block in blocks for token in (block, *(block.children or ()))]


def links_of(markdown: str) -> list[str]:
    return [str(token.attrs["href"]) for token in tokens_of(markdown) if token.type == "link_open"]


@given(MARKUP)
def test_nothing_that_an_article_says_becomes_a_link_an_image_or_markup(text: str) -> None:
    answer = answer_of(text, CITATIONS[0])
    (citation,) = answer.citations
    markdown = answer_markdown(answer, IN_TEXT, IN_SOURCES)
    assert links_of(markdown) == [IN_TEXT(citation), IN_TEXT(citation), IN_SOURCES(citation)]
    kinds = {token.type for token in tokens_of(markdown)}
    assert not kinds & {"image", "html_block", "html_inline", "heading_open", "hr", "fence"}


@given(MARKUP)
def test_annotations_are_the_links_and_nothing_else(text: str) -> None:
    answer = answer_of(text, CITATIONS[0])
    markdown = answer_markdown(answer, IN_TEXT, IN_SOURCES)
    told = [one.url_citation for one in annotations_of(markdown, BASE, answer.citations)]
    assert [one.url for one in told] == links_of(markdown)
    for one in told:
        assert markdown[one.start_index : one.end_index] == f"[1]({one.url})"


def test_an_exclamation_mark_before_a_number_makes_no_image() -> None:
    markdown = answer_markdown(answer_of("Long live the bridge!", CITATIONS[0]), IN_TEXT)
    assert "Long live the bridge\\![1](" in markdown
    assert "image" not in {token.type for token in tokens_of(markdown)}


@given(MARKUP)
def test_sentences_as_they_come_and_the_rest_are_the_whole(text: str) -> None:
    answer = answer_of(text, CITATIONS[0])
    settled = Settled(answer.sentences[0], answer.citations, answer.lead, answer.short_answer)
    told = [*settled_markdown(settled, IN_TEXT), *closing(answer, IN_SOURCES)]
    assert "\n\n".join(told) == answer_markdown(answer, IN_TEXT, IN_SOURCES)


def test_a_refusal_says_what_it_says_and_cites_nothing() -> None:
    refusal = replace(answer_of("", CITATIONS[0]), refused=True, answer="没有。", citations=())
    markdown = answer_markdown(replace(refusal, notes=()), IN_TEXT)
    assert markdown == "没有。"


def test_a_briefing_links_every_number_to_its_quote() -> None:
    markdown = linked_briefing(BRIEFING, None, IN_TEXT)
    addresses = {IN_TEXT(citation) for citation in BRIEFING.citations}
    points = [point for story in BRIEFING.stories for point in story.points]
    links = links_of(markdown)
    assert set(links) == addresses
    cited = sum(len(point.citations) for point in points)
    assert len(links) == cited + len(BRIEFING.table) + len(BRIEFING.citations)
