"""Parts that the tests of measuring share: citations and answers built by hand."""

from collections.abc import Callable

import pytest

from rag.types import Answer, AnswerSentence, Citation

CitationOf = Callable[..., Citation]
AnswerOf = Callable[..., Answer]


@pytest.fixture(scope="session")
def citation_of() -> CitationOf:
    """Makes the citation of text[start:end]; `quote` replaces what stands there."""

    def make(
        text: str,
        start: int,
        end: int,
        *,
        quote: str | None = None,
        headline: str = "大桥合龙",
        article_id: str = "a",
    ) -> Citation:
        return Citation(
            number=1,
            article_id=article_id,
            headline=headline,
            publication="",
            issue_date=None,
            event_date=None,
            page="",
            source="page.txt",
            source_id=None,
            start=start,
            end=end,
            quote=text[start:end] if quote is None else quote,
        )

    return make


@pytest.fixture(scope="session")
def answer_of() -> AnswerOf:
    """Makes an answer that stands on the citations given; without any it is a refusal."""

    def make(text: str, *citations: Citation) -> Answer:
        numbers = tuple(citation.number for citation in citations)
        return Answer(
            question="桥有多长？",
            language="zh",
            refused=not citations,
            mode="extractive",
            model=None,
            answer=text,
            sentences=(AnswerSentence(text, numbers, supported=True),) if citations else (),
            citations=citations,
        )

    return make
